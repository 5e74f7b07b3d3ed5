"""Tidemark without the web: recordings, labels, files. No module here imports dash, flask or plotly."""
