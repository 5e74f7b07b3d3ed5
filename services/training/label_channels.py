"""Channels of the labels of each class, which the suggestions of a model carry.

If all training labels of a class are for the same channels, its suggestions are for these; otherwise, or if a label is
for all channels, they are for all. A class without labels, such as the gaps between them, has the channels of all
labels, if these are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from services.wording import first_of, joined

MOST_NAMED = 4

Scopes = dict[str, list[str]]  # class → names of its channels


def scopes(labels: Iterable[tuple[str, Sequence[str] | None]], classes: Sequence[str]) -> Scopes:
    """The channels of each class whose labels are all for the same ones.

    Args:
        labels: class and channels of each label, None: all channels.
        classes: classes of the model; those without labels have the channels of all labels.
    """
    by_class: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for name, channels in labels:
        by_class[name].add(tuple(channels or ()))
    every = set().union(*by_class.values())
    known = {name: by_class.get(name, every) for name in classes}
    return {name: list(*kinds) for name, kinds in known.items() if len(kinds) == 1 and kinds != {()}}


def sentence(channels: Mapping[str, Sequence[str]], classes: Sequence[str]) -> str:
    """Sentence on the channels of the suggestions; "" if those of all classes are for all channels.

    >>> sentence({"P": ["II"], "T": ["II"]}, ["P", "T"])
    'Suggestions are for the channel II, as the labels are.'
    >>> sentence({"P": ["I", "II"]}, ["P", "T"])
    'Suggestions of P are for the channels I and II, as the labels are.'
    """
    by_channels: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in classes:
        if name in channels:
            by_channels[tuple(channels[name])].append(name)
    parts = []
    for names, of_class in by_channels.items():
        which = "" if len(of_class) == len(classes) else f" of {first_of(of_class, MOST_NAMED)}"
        parts.append(f"{which} are for the {'channel' if len(names) == 1 else 'channels'} {_listed(names)}")
    return f"Suggestions{', those'.join(parts)}, as the labels are." if parts else ""


def _listed(names: Sequence[str]) -> str:
    return joined(names) if len(names) <= MOST_NAMED else first_of(names, MOST_NAMED)
