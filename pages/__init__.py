"""One file per URL: layout only."""
