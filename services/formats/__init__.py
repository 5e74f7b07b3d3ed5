"""Readers and writers of label files. Inside, segments are end-inclusive sample indices; each converts."""
