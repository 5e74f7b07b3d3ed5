"""Label classes (name, colour, key) and label sets.

A class that is deleted, or merged into another, stays in its table with ``deleted_at``: undo and restore may restore
labels of it, and then restore the class too (``services/recordings/edit_log.py``).
"""

from __future__ import annotations

from services.label_classes.classes import LabelClasses
from services.label_classes.rows import LabelClass
from services.label_classes.sets import LabelSet, LabelSets
from services.label_classes.validation import HOTKEYS, LETTERS, PALETTE, clean_color, clean_name

__all__ = [
    "HOTKEYS",
    "LETTERS",
    "PALETTE",
    "LabelClass",
    "LabelClasses",
    "LabelSet",
    "LabelSets",
    "clean_color",
    "clean_name",
]
