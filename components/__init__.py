"""Plain values in, Dash components out."""
