"""Phrases that messages share: counts with their noun, and lists in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NO_AUTHOR = "no author"  # of labels made without accounts


def counted(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun; the plural takes an s unless it is given.

    >>> counted(1, "label"), counted(1200, "label"), counted(2, "class", "classes")
    ('1 label', '1,200 labels', '2 classes')
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def joined(parts: Iterable[str]) -> str:
    """Parts with commas, and “and” before the last.

    >>> joined(["a"]), joined(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    *front, last = parts
    return f"{', '.join(front)} and {last}" if front else last


def first_of(names: Sequence[str], most: int) -> str:
    """At most ``most`` names, and how many more there are.

    >>> first_of(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown
