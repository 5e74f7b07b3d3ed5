"""How well training from labels does: recordings, and how much of them is given."""
