"""Split recordings into training and test parts: within each recording, or between recordings.

``k``: the first k segments of each class of a recording are training data. ``p``: the first p % of the labelled part.
``files``: whole recordings. Training data are never scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.learning.data.examples import UNKNOWN, Corpus, Example, rows_of, segments


@dataclass(frozen=True)
class Case:
    """Training examples and test examples, with labels."""

    given: tuple[Example, ...]
    held_out: tuple[Example, ...]


def cases(corpus: Corpus, protocol: str, most: int) -> Iterator[Case]:
    """Up to ``most`` cases of ``k=3``, ``p=20`` or ``files=5``."""
    kind, _, text = protocol.partition("=")
    number = int(text)
    if kind == "files":
        yield from _files(corpus.examples, number, most)
        return
    chosen = _spread(corpus.examples, most)
    for example in chosen:
        given = _first(example, number) if kind == "k" else _share(example, number)
        left = np.where(given == UNKNOWN, example.labels, UNKNOWN).astype(np.int16)
        if len(set(given.tolist()) - {UNKNOWN}) >= 2 and (left != UNKNOWN).any():
            yield Case((replace(example, labels=given),), (replace(example, labels=left),))


def _files(examples: Sequence[Example], number: int, most: int) -> Iterator[Case]:
    """Reproducible random choices of ``number`` training recordings; all others are test recordings."""
    if number >= len(examples):
        return
    random = np.random.default_rng(number)
    for _ in range(max(1, most // 2)):
        order = random.permutation(len(examples)).tolist()
        yield Case(
            tuple(examples[place] for place in order[:number]),
            tuple(examples[place] for place in order[number:]),
        )


def _spread(examples: Sequence[Example], most: int) -> list[Example]:
    step = max(1, len(examples) // most)
    return list(examples[::step][:most])


def _first(example: Example, number: int) -> np.ndarray:
    seen: Counter[int] = Counter()
    kept = []
    for label, segment in segments(example.labels):
        seen[label] += 1
        if seen[label] <= number:
            kept.append((label, segment))
    return rows_of(kept, len(example.labels))


def _share(example: Example, percent: int) -> np.ndarray:
    labelled = np.flatnonzero(example.labels != UNKNOWN)
    end = labelled[0] + (labelled[-1] + 1 - labelled[0]) * percent // 100
    given = np.full(len(example.labels), UNKNOWN, np.int16)
    given[:end] = example.labels[:end]
    return given
