"""Numbers with their nouns, as sentences for the user have them."""

from __future__ import annotations


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun; ``many`` is the plural where it is not ``one`` with an s.

    >>> count(1, "label"), count(1204, "label"), count(2, "class", "classes")
    ('1 label', '1,204 labels', '2 classes')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
