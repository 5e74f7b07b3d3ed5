"""Training data: examples, windows of frames, tables, augmentation."""
