"""What Tidemark is measured against: small programs that do the same with other means."""
