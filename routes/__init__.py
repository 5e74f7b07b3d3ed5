"""Flask routes that are not Dash: streamed bytes in, streamed bytes out."""
