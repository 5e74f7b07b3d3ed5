"""Phrases that messages share: counts with their noun, and lists in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun; ``many`` is the plural where it is not ``one`` with an s.

    >>> count(1, "label"), count(1204, "label"), count(2, "class", "classes")
    ('1 label', '1,204 labels', '2 classes')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def counted(number: int, noun: str, many: str = "") -> str:
    """A count with its noun; the plural takes an s where it is not ``many``.

    >>> counted(1, "label"), counted(1200, "label")
    ('1 label', '1,200 labels')
    """
    return count(number, noun, many)


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
