"""Benchmark of training from labels: recordings, cases and reference methods."""
