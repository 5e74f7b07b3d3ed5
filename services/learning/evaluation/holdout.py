"""Hold-out split: whole recordings, or else whole segments.

Adjacent samples are nearly equal: a model that was trained on one predicts the other. Therefore whole segments are held
out, and a training segment that touches a held-out segment is shortened by a quarter of its rows on that side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.errors import Invalid
from services.learning.data.examples import UNKNOWN, Corpus, Example, rows_of, segments
from services.learning.evaluation.segment_matching import Labelled
from services.storage.paths import quoted
from services.timeseries.intervals import Segment, overlap
from services.wording import counted, first_of

Kind = Literal["files", "time", "segments"]
FEWEST = 2  # segments per class: one for training, one for evaluation
ONCE = (
    "Mark a state that comes once in two pieces with a gap, or train without held-out figures (--no-holdout)."
)
SHARE = 0.25  # share of the labels that is held out
CUTS = (0.75, 0.7, 0.8, 0.65, 0.85, 0.6, 0.9, 0.55, 0.5)  # training share of a recording's segments
DRAWS = 200
MOST_NAMED = 6


@dataclass(frozen=True)
class Split:
    """Training and test examples; ``files`` are the recordings held out completely.

    In a split by time or by segments an example is in both, with the labels of its side only. ``words`` is the
    description of the split and of the meaning of the metrics.
    """

    train: tuple[Example, ...]
    held: tuple[Example, ...]
    kind: Kind
    words: str
    files: tuple[str, ...] = ()


def check(examples: Iterable[Example], classes: Sequence[str], fewest: int = FEWEST) -> None:
    """Check that there are at least two classes, and enough segments of each.

    Raises:
        Invalid: there are not; the message contains the number of missing segments of each class.
    """
    counts = _counts(examples)
    there = [name for place, name in enumerate(classes) if counts[place]]
    if len(there) < 2:
        only = f"only one class, {quoted(there[0], 40)}" if there else "no label"
        raise Invalid(
            f"There is {only}: a model needs two to tell apart. Mark another class, or let what is unmarked be "
            "one, a background class."
        )
    missing = [(fewest - counts[place], name) for place, name in enumerate(classes) if counts[place] < fewest]
    if missing:
        listing = ", ".join(f"{count} of {quoted(name, 40)}" for count, name in missing)
        single = fewest > 1 and all(counts[place] for place in range(len(classes)))
        verb = "is" if sum(count for count, _ in missing) == 1 else "are"
        raise Invalid(
            f"Too few labels: {listing} {verb} missing. Each class "
            f"needs {counted(fewest, 'segment')}{', one to learn from and one to be judged on' if fewest == 2 else ''}."
            + (f" {ONCE}" if single else "")
        )


def split(
    corpus: Corpus,
    named: Sequence[str] = (),
    seed: int = 0,
    kept: Mapping[str, Sequence[Segment]] | None = None,
    later: bool = False,
) -> Split:
    """Hold out about a quarter.

    Args:
        named: the recordings to hold out, by path, file name or pattern (``day2/*``); empty: automatic choice.
        seed: seed of that choice.
        kept: instead of a choice, the held-out segments of an earlier version, by the sha256 of their recording;
            missing segments are ignored as long as some are left.
        later: hold out the later segments of each recording, not whole recordings.

    Raises:
        Invalid: there are too few labels, or ``named`` holds out nothing, everything, or all segments of a class.
    """
    if named:
        return _named(corpus, named)
    check(corpus.examples, corpus.classes)
    same = _same(corpus, kept) if kept else None
    whole = None if same or later else _files(corpus, seed)
    return same or whole or _time(corpus) or _segments(corpus)


def _named(corpus: Corpus, named: Sequence[str]) -> Split:
    for pattern in named:
        if not any(_is_named(example.name, pattern) for example in corpus.examples):
            raise Invalid(f"No labelled recording is called {quoted(pattern)}, which was to be held out.")
    held = {
        example.name
        for example in corpus.examples
        if any(_is_named(example.name, pattern) for pattern in named)
    }
    train = [example for example in corpus.examples if example.name not in held]
    if not train:
        raise Invalid("Every labelled recording is held out; nothing is left to learn from.")
    check(train, corpus.classes, fewest=1)
    if not _counts(example for example in corpus.examples if example.name in held):
        raise Invalid("The recordings that are held out have no labels to be judged on.")
    return _by_file(corpus, held)


def _is_named(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path.rpartition("/")[2], pattern)


def _files(corpus: Corpus, seed: int) -> Split | None:
    """Whole recordings: of many draws that with a held-out share nearest to a quarter; every class is on both sides."""
    counts = np.array([_vector(example, len(corpus.classes)) for example in corpus.examples])
    total, there = counts.sum(0), counts.sum(0) > 0
    size = max(1, round(SHARE * len(counts)))
    random = np.random.default_rng(seed)
    best: tuple[float, list[int]] | None = None
    for _ in range(DRAWS if len(counts) > 1 else 0):
        chosen = sorted(random.permutation(len(counts))[:size].tolist())
        held = counts[chosen].sum(0)
        if (held[there] > 0).all() and (held[there] < total[there]).all():
            off = float(np.abs(held[there] / total[there] - SHARE).mean())
            best = min(best or (off, chosen), (off, chosen))
    return _by_file(corpus, {corpus.examples[place].name for place in best[1]}) if best else None


def _by_file(corpus: Corpus, held: set[str]) -> Split:
    inside = tuple(example for example in corpus.examples if example.name in held)
    rest = tuple(example for example in corpus.examples if example.name not in held)
    names = first_of([*map(quoted, sorted(held))], MOST_NAMED)
    words = (
        f"Judged on {counted(len(inside), 'recording')} that the model was not shown ({names}), after "
        f"learning from {len(rest):,}. If all recordings are of one person or machine, it may do worse on others."
    )
    return Split(rest, inside, "files", words, tuple(sorted(held)))


def _same(corpus: Corpus, kept: Mapping[str, Sequence[Segment]]) -> Split | None:
    """The held-out segments of an earlier version; None where too few of them are left."""
    whole = {source.path for source in corpus.sources if source.sha256 in kept and not kept[source.sha256]}
    labelled = [segments(example.labels) for example in corpus.examples]
    sides = [
        {
            number
            for number, (_, segment) in enumerate(recording)
            if source.path in whole or any(overlap(segment, other) for other in kept.get(source.sha256, ()))
        }
        for source, recording in zip(corpus.sources, labelled, strict=True)
    ]
    held, learnt = _classes(labelled, sides)
    if not held or learnt != held | learnt:
        return None
    if whole and not any(kept.values()):
        return _by_file(corpus, whole)
    return _apart(corpus, labelled, sides, "segments", "the segments the version before was judged on")


def _time(corpus: Corpus) -> Split | None:
    """The later segments of each recording, cut where every class is on both sides, nearest to a quarter."""
    labelled = [segments(example.labels) for example in corpus.examples]
    tried = [
        [set(range(max(1, round(cut * len(recording))), len(recording))) for recording in labelled]
        for cut in CUTS
    ]
    fitting = [
        (off, place) for place, sides in enumerate(tried) if (off := _off(labelled, sides)) is not None
    ]
    if not fitting:
        return None
    return _apart(corpus, labelled, tried[min(fitting)[1]], "time", "the later segments of each recording")


def _off(labelled: Sequence[Sequence[Labelled]], held: Sequence[set[int]]) -> float | None:
    """Mean deviation of the held-out share of each class from a quarter; None when a class is on one side only."""
    total, later = Counter[int](), Counter[int]()
    for recording, held_out in zip(labelled, held, strict=True):
        total.update(label for label, _ in recording)
        later.update(label for number, (label, _) in enumerate(recording) if number in held_out)
    if any(not 0 < later[label] < count for label, count in total.items()):
        return None
    return sum(abs(later[label] / count - SHARE) for label, count in total.items()) / len(total)


def _segments(corpus: Corpus) -> Split:
    """The last quarter of the segments of each class."""
    labelled = [segments(example.labels) for example in corpus.examples]
    sides: list[set[int]] = [set() for _ in labelled]
    for label in range(len(corpus.classes)):
        held_out = [
            (place, number)
            for place, recording in enumerate(labelled)
            for number, (other, _) in enumerate(recording)
            if other == label
        ]
        for place, number in (
            held_out[len(held_out) - max(1, round(SHARE * len(held_out))) :] if held_out else ()
        ):
            sides[place].add(number)
    return _apart(corpus, labelled, sides, "segments", "the last segments of each class")


def _classes(labelled: Sequence[Sequence[Labelled]], held: Sequence[set[int]]) -> tuple[set[int], set[int]]:
    """The held-out classes, and the training classes."""
    sides: tuple[set[int], set[int]] = (set(), set())
    for recording, held_out in zip(labelled, held, strict=True):
        for number, (label, _) in enumerate(recording):
            sides[number not in held_out].add(label)
    return sides


def _apart(
    corpus: Corpus, labelled: Sequence[Sequence[Labelled]], held: Sequence[set[int]], kind: Kind, what: str
) -> Split:
    train, judged = [], []
    for example, recording, held_out in zip(corpus.examples, labelled, held, strict=True):
        inside = [segment for number, segment in enumerate(recording) if number in held_out]
        rest = [segment for number, segment in enumerate(recording) if number not in held_out]
        labels = rows_of(inside, len(example.labels))
        if rest:
            train.append(replace(example, labels=_trimmed(rest, labels != UNKNOWN)))
        if inside:
            judged.append(replace(example, labels=labels, ruled_out=None))
    count = sum(len(held_out) for held_out in held)
    whole = (
        "All labels are of one recording" if len(corpus.examples) == 1 else "No whole recording was left out"
    )
    words = (
        f"Judged on {what} ({counted(count, 'segment')}), which the model was not shown. {whole}, so how it does on "
        "other recordings, persons or machines is not known."
    )
    return Split(tuple(train), tuple(judged), kind, words)


def _trimmed(rest: Sequence[Labelled], held: NDArray[np.bool_]) -> NDArray[np.int16]:
    """Rows of the training segments, without a quarter of a segment where it touches a held-out segment."""
    rows = len(held)
    kept = []
    for label, (start, end) in rest:
        quarter = max(1, (end - start + 1) // 4) if end > start else 0
        first = start + quarter if start > 0 and held[start - 1] else start
        last = end - quarter if end + 1 < rows and held[end + 1] else end
        kept.append((label, (first, last) if first <= last else (start, start)))
    return rows_of(kept, rows)


def _counts(examples: Iterable[Example]) -> Counter[int]:
    return Counter(label for example in examples for label, _ in segments(example.labels))


def _vector(example: Example, classes: int) -> NDArray[np.int64]:
    labels = np.array([label for label, _ in segments(example.labels)], np.int64)
    return np.bincount(labels, minlength=classes)
