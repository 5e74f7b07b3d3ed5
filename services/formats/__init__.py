"""Readers and writers of label files, class lists and model lists. Segments are end-inclusive sample indices."""
