"""Tidemark without the web: recordings, labels, files. Nothing in here imports dash, flask or plotly."""
