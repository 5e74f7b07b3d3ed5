"""Labelled recordings as training sees them: examples, windows of frames, tables, augmentation."""
