"""Readers and writers of label files. Segments are end-inclusive sample indices inside; each format converts."""
