"""Check that there are enough labels for a training."""

from __future__ import annotations

from collections.abc import Mapping

from services.learning.evaluation.holdout import FEWEST
from services.storage.paths import quoted
from services.wording import first_of, joined

_MOST_NAMED = 4


def missing(counts: Mapping[str, int]) -> str:
    """Why labels do not do, with the remedy; "" when they do.

    Args:
        counts: segments by the name of the class, in the order of the classes.

    >>> missing({"P": 3, "T": 0})
    'Mark 2 more T: at least 2 segments of each class are needed.'
    """
    there = [name for name, count in counts.items() if count]
    if not there:
        return (
            f"Mark {FEWEST} or more segments of each of two classes first: there are no labels to learn from."
        )
    if len(counts) < 2:
        return (
            f"All labels are {quoted(there[0], 40)}: a model needs two classes to tell apart. Mark a second class, or "
            "say on the Models page that what is unmarked is one, a background class."
        )
    short = [(FEWEST - count, name) for name, count in counts.items() if count < FEWEST]
    if not short:
        return ""
    named = [f"{count} more {name}" for count, name in short]
    wanted = joined(named) if len(named) <= _MOST_NAMED else first_of(named, _MOST_NAMED)
    return f"Mark {wanted}: at least {FEWEST} segments of each class are needed."


def sparse(counts: Mapping[str, int]) -> list[str]:
    """Classes that have too few segments, where two or more others have enough; else none, for then all are needed.

    >>> sparse({"P": 3, "QRS": 4, "T": 1})
    ['T']
    """
    few = [name for name, count in counts.items() if count < FEWEST]
    return few if len(counts) - len(few) >= 2 else []
