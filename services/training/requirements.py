"""Minimum number of labels for a training."""

from __future__ import annotations

from collections.abc import Mapping

from services.learning.evaluation.holdout import FEWEST
from services.storage.paths import quoted
from services.wording import counted, first_of, joined

_MOST_NAMED = 4
_MOST_LISTED = 8  # classes with their own number of segments
ONCE = "A state that occurs once can be marked in two pieces with a gap, or trained without evaluation."


def missing(counts: Mapping[str, int], fewest: int = FEWEST) -> str:
    """Why the labels are not sufficient, with the remedy; "" if they are.

    Args:
        counts: segments by class name, in the order of the classes.
        fewest: minimum per class; 1 without evaluation.

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
            "select a background class for unlabelled samples on the Models page."
        )
    short = {name: fewest - count for name, count in counts.items() if count < fewest}
    if not short:
        return ""
    named = [f"{more} more {name}" for name, more in short.items()]
    listing = joined(named) if len(named) <= _MOST_NAMED else first_of(named, _MOST_NAMED)
    words = f"Mark {listing}: at least {counted(fewest, 'segment')} of each class are needed."
    return f"{words} {ONCE}" if single_segment_classes(counts) == list(short) else words


def segments_text(counts: Mapping[str, int]) -> str:
    """Segments by class, or their sum when there are many classes.

    >>> segments_text({"P": 3, "QRS": 4})
    '3 P, 4 QRS'
    >>> segments_text({str(number): 2 for number in range(60)})
    '120 segments of 60 classes'
    """
    if len(counts) > _MOST_LISTED:
        return f"{counted(sum(counts.values()), 'segment')} of {len(counts)} classes"
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def single_segment_classes(counts: Mapping[str, int]) -> list[str]:
    """Classes with a single segment: training is possible, evaluation is not.

    >>> single_segment_classes({"P": 3, "T": 1})
    ['T']
    """
    return [name for name, count in counts.items() if count == 1]


def sparse(counts: Mapping[str, int]) -> list[str]:
    """Classes with too few segments, if two or more others have enough; otherwise none, since all are needed.

    >>> sparse({"P": 3, "QRS": 4, "T": 1})
    ['T']
    """
    few = [name for name, count in counts.items() if count < FEWEST]
    return few if len(counts) - len(few) >= 2 else []
