"""Check that there are enough labels for a training."""

from __future__ import annotations

from collections.abc import Mapping

from services.learning.evaluation.holdout import FEWEST
from services.storage.paths import quoted
from services.wording import counted, first_of, joined

_MOST_NAMED = 4
ONCE = "A state that comes once can be marked in two pieces with a gap, or trained without held-out figures."


def missing(counts: Mapping[str, int], fewest: int = FEWEST) -> str:
    """Why labels do not do, with the remedy; "" when they do.

    Args:
        counts: segments by the name of the class, in the order of the classes.
        fewest: how many each class needs; 1 where nothing is held out.

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
    short = {name: fewest - count for name, count in counts.items() if count < fewest}
    if not short:
        return ""
    named = [f"{more} more {name}" for name, more in short.items()]
    wanted = joined(named) if len(named) <= _MOST_NAMED else first_of(named, _MOST_NAMED)
    words = f"Mark {wanted}: at least {counted(fewest, 'segment')} of each class are needed."
    return f"{words} {ONCE}" if once(counts) == list(short) else words


def once(counts: Mapping[str, int]) -> list[str]:
    """Classes with a single segment: they can be learnt, but not judged.

    >>> once({"P": 3, "T": 1})
    ['T']
    """
    return [name for name, count in counts.items() if count == 1]


def sparse(counts: Mapping[str, int]) -> list[str]:
    """Classes that have too few segments, where two or more others have enough; else none, for then all are needed.

    >>> sparse({"P": 3, "QRS": 4, "T": 1})
    ['T']
    """
    few = [name for name, count in counts.items() if count < FEWEST]
    return few if len(counts) - len(few) >= 2 else []
