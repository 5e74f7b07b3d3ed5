"""Provenance of a model in its checkpoint, which also describes how to train the next version."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from services.errors import Invalid
from services.learning.data.examples import Corpus, segments
from services.learning.evaluation.holdout import Split
from services.timeseries.intervals import Segment
from services.torch_models.model import ModelInfo, ModelLabel
from services.version import VERSION

MOST_FILES = 200  # in the list; the metadata of a checkpoint has at most 100,000 characters
LONGEST_FILES = 50_000  # characters of JSON
MOST_SEGMENTS = 1000  # held-out segments in the list


@dataclass(frozen=True)
class Plan:
    """Options of a training.

    Args:
        seconds: duration of the whole training.
        seed: seed of all random choices.
        background: the class of unlabelled rows, "" = unknown.
        holdout: recordings to hold out (path, name or pattern), empty = automatic choice.
        measured: False: nothing is held out, and there are no metrics.
        gaps_only: only short gaps between labels are background, all other unlabelled rows are unknown.
        later: hold out the later segments of each recording, also where whole recordings could be held out.
    """

    seconds: float = 60.0
    seed: int = 0
    background: str = ""
    holdout: tuple[str, ...] = ()
    measured: bool = True
    gaps_only: bool = False
    later: bool = False


@dataclass(frozen=True)
class Earlier:
    """A version that another version follows: its ``plan``, classes, and held-out segments."""

    sha256: str
    version: int
    plan: Plan
    labels: tuple[ModelLabel, ...]
    channels: tuple[str, ...]
    held: Mapping[str, Sequence[Segment]]  # by sha256 of the recording; none = all of it
    held_key: str
    metrics: dict[str, Any] | None


def of(
    corpus: Corpus, plan: Plan, split: Split | None, earlier: Earlier | None, command: str
) -> dict[str, Any]:
    """The ``provenance`` of a checkpoint: plain values."""
    counts = Counter[str]()
    for source in corpus.sources:
        counts.update(source.segments)
    files = [asdict(source) for source in corpus.sources[:MOST_FILES]]
    if len(json.dumps(files)) > LONGEST_FILES:
        files = []
    return {
        "files": files,
        "files_not_listed": len(corpus.sources) - len(files),
        "segments": dict(sorted(counts.items())),
        "authors": corpus.authors,
        "label_channels": corpus.label_channels,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "code_version": VERSION,
        "command": command,
        "recipe": {**asdict(plan), "holdout": list(plan.holdout)},
        "version": earlier.version + 1 if earlier else 1,
        "follows": earlier.sha256 if earlier else None,
        "held_out": held_out(corpus, split) if split else None,
    }


def held_out(corpus: Corpus, split: Split) -> dict[str, Any]:
    """The held-out segments of a model: enough to evaluate the next version on the same, and to compare them."""
    hashes = {source.path: source.sha256 for source in corpus.sources}
    held_out_segments = {
        hashes.get(example.name, example.name): [
            [*segment, label] for label, segment in segments(example.labels)
        ]
        for example in split.held
    }
    whole = split.kind == "files"
    count = sum(map(len, held_out_segments.values()))
    names = corpus.classes
    key = sorted(
        (name, start, end, names[label])
        for name, all_ in held_out_segments.items()
        for start, end, label in all_
    )
    listed = {
        name: [] if whole else [segment[:2] for segment in all_] for name, all_ in held_out_segments.items()
    }
    return {
        "kind": split.kind,
        "words": split.words,
        "files": list(split.files)[:MOST_FILES],
        "segments": listed if len(listed) <= MOST_FILES and (whole or count <= MOST_SEGMENTS) else {},
        "key": hashlib.sha256(repr(key).encode()).hexdigest(),
    }


def earlier(info: ModelInfo, sha256: str) -> Earlier:
    """The earlier version that a checkpoint contains.

    Raises:
        Invalid: the checkpoint is not from a training of this program.
    """
    stored = info.provenance or {}
    try:
        recipe = stored["recipe"]
        held = stored.get("held_out") or {}
        return Earlier(
            sha256,
            int(stored["version"]),
            Plan(**{**recipe, "holdout": tuple(recipe["holdout"])}),
            info.labels,
            info.feature_names,
            {name: [(int(a), int(b)) for a, b in all_] for name, all_ in held.get("segments", {}).items()},
            str(held.get("key", "")),
            _figures(info.metrics),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Invalid(
            "This checkpoint was not trained here: it contains no recipe for another training."
        ) from None


def _figures(metrics: dict[str, Any] | None) -> dict[str, Any] | None:
    """The metrics of a version that are compared, if any."""
    values = metrics or {}
    there = all(isinstance(values.get(name), int | float) for name in ("macro_f1", "segment_f1"))
    return values if there else None
