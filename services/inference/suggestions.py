"""Store predicted segments as labels: one edit, in the transaction that ends the job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import Connection, insert

from services.annotations.scope import Scope
from services.inference.label_subtraction import PredictedSegments, RejectedSuggestions, uncovered
from services.inference.options import ALL, SUGGESTIONS, RunOptions
from services.jobs import Job
from services.recordings import edit_log
from services.recordings.edit_log import Edit, Rows
from services.recordings.repository import ACCEPTED, SUGGESTED
from services.storage.tables import runs
from services.timeseries.intervals import Segment
from services.wording import counted

LEAST_UNLIKE, MOST_UNLIKE = 0.01, 0.99  # shares of the samples that are reported
MODEL = "model"  # source of a suggested label


@dataclass(frozen=True)
class PredictedClass:
    """The label class of a class index, and the channels that its suggestions are for, None: all."""

    name: str
    color: str
    channels: list[int] | None = None


Named = Callable[[int], PredictedClass]  # by class index


@dataclass(frozen=True)
class Landed:
    """Counts of the stored segments.

    ``held``: not accepted because they overlap a label; ``known``: skipped because of an earlier decision about the
    same segment; ``unlike``: share (0 to 1) of the samples without a class; ``warnings``: adjustments of the file to
    the model.
    """

    suggestions: int
    accepted: int
    held: int
    known: int
    replaced: int
    unlike: float = 0.0
    warnings: Sequence[str] = ()

    @property
    def sentence(self) -> str:
        """The counts as text."""
        return " ".join(filter(None, [self._counts_text, self._unlike, *self.warnings]))

    @property
    def _unlike(self) -> str:
        if self.unlike < LEAST_UNLIKE:
            return ""
        share = f"{self.unlike:.0%}" if self.unlike < MOST_UNLIKE else f"more than {MOST_UNLIKE:.0%}"
        return f"{share} of the samples have no suggestion: they are unlike all labelled samples."

    @property
    def _counts_text(self) -> str:
        if not self.suggestions and not self.accepted:
            return (
                "Nothing new: all predicted segments were decided before."
                if self.known
                else "No suggestions."
            )
        parts = [f"{self.accepted:,} accepted"] if self.accepted else []
        if self.suggestions:
            parts.append(counted(self.suggestions, "suggestion"))
        held = f" {self.held:,} of them would be accepted, but overlap labels." if self.held else ""
        return f"{', '.join(parts)}.{held}"

    @property
    def count(self) -> str:
        """Text for the history."""
        return self._counts_text.split(".")[0] if self.suggestions or self.accepted else "nothing"


def land(scope: Scope, job: Job, predictions: PredictedSegments, named: Named) -> Landed:
    """Store ``predictions`` as suggestions, with the job's options, and record the run.

    Labels made or accepted by a user are never changed or covered: a segment that would be accepted over one stays a
    suggestion. Earlier decisions (same samples, same class) are not suggested again. With the argument ``around``,
    suggestions are made only outside labels (see :func:`uncovered`) and not where similar ones were rejected;
    ``replaces``: ids of models whose open suggestions are deleted like those of the model.
    """
    options = RunOptions(**job.arguments["options"])
    there = edit_log.all_kept(scope.connection, scope.recording)
    if job.arguments.get("around"):
        predictions = uncovered(predictions, there)
    before = _replaced(there, job, options)
    removed = {row["id"] for row in before}
    staying = [row for row in there if row["id"] not in removed]
    fresh, known = _fresh(scope, job, predictions, named, staying)
    accepted, held = _accept(fresh, options, staying)
    warnings = [*job.arguments.get("warnings", ()), *filter(None, [predictions.differences])]
    landed = Landed(len(fresh) - accepted, accepted, held, known, len(before), predictions.unlike, warnings)
    if fresh or before:
        summary = f"Auto-label with {job.arguments['model_name']}: {landed.count}"
        edit_log.apply(
            scope.connection, scope.recording, job.id, Edit("autolabel", summary, before, fresh), job.owner
        )
    _note(scope.connection, job, landed)
    return landed


def _replaced(there: Rows, job: Job, options: RunOptions) -> Rows:
    """Rows to remove. For a part of a file: labels inside the part, and suggestions that overlap the part."""
    first, last = job.arguments["start"], job.arguments["stop"] - 1
    if options.replace == ALL:
        return [row for row in there if first <= row["start_index"] and row["end_index"] <= last]
    if options.replace == SUGGESTIONS:
        models = {job.arguments["model"], *job.arguments.get("replaces", ())}
        replaceable = [row for row in there if row["status"] == SUGGESTED and row["model"] in models]
        return [row for row in replaceable if row["start_index"] <= last and row["end_index"] >= first]
    return []


def _fresh(
    scope: Scope, job: Job, predictions: PredictedSegments, named: Named, staying: Rows
) -> tuple[Rows, int]:
    """Rows of new suggestions, and the number of segments with earlier decisions."""
    chosen = {index: named(index) for index in np.unique(predictions.label).tolist()}
    classes = {index: scope.named_class(chosen[index].name, chosen[index].color).id for index in chosen}
    decided = {
        (row["start_index"], row["end_index"], row["label_class_id"])
        for row in staying
        if row["status"] != SUGGESTED
    }
    refused = RejectedSuggestions(staying if job.arguments.get("around") else [])
    rows = [
        _row(scope, job, (start, end), classes[label], chosen[label].channels, score)
        for start, end, label, score in zip(
            predictions.start.tolist(),
            predictions.end.tolist(),
            predictions.label.tolist(),
            predictions.score.tolist(),
            strict=True,
        )
        if (start, end, classes[label]) not in decided and not refused.has((start, end), classes[label])
    ]
    return rows, len(predictions) - len(rows)


def _row(
    scope: Scope, job: Job, segment: Segment, label_class: int, channels: list[int] | None, score: float
) -> dict[str, Any]:
    start, end = segment
    return {
        "id": str(uuid4()),
        "recording_id": scope.recording,
        "start_index": start,
        "end_index": end,
        "label_class_id": label_class,
        "channels": channels,
        "source": MODEL,
        "model": job.arguments["model"],
        "model_sha256": job.arguments["model_sha256"],
        "run": job.id,
        "score": round(score, 6),
        "status": SUGGESTED,
        "note": "",
        "author": job.owner,
        "created_at": scope.now,
        "edited_at": scope.now,
    }


def _accept(fresh: Rows, options: RunOptions, staying: Rows) -> tuple[int, int]:
    """Accept suggestions at or above the score that overlap no label; returns the numbers of accepted and overlapping.

    They have no decision, because the statistics of a model count human decisions only.
    """
    if options.accept is None:
        return 0, 0
    sure = [row for row in fresh if row["score"] >= options.accept]
    covered = overlap(sure, [row for row in staying if row["status"] == ACCEPTED])
    for row, over in zip(sure, covered, strict=True):
        row["status"] = SUGGESTED if over else ACCEPTED
    counted = Counter(covered)
    return counted[False], counted[True]


def overlap(rows: Rows, others: Rows) -> list[bool]:
    """True for each of ``rows`` that overlaps one of ``others``."""
    if not others:
        return [False] * len(rows)
    starts, ends = (
        np.array([row[name] for row in others], np.int64) for name in ("start_index", "end_index")
    )
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    first, last = (np.array([row[name] for row in rows], np.int64) for name in ("start_index", "end_index"))
    before = starts.searchsorted(last, "right")  # number of others that begin at or before the end of a row
    overlapping: list[bool] = ((before > 0) & (reach[before - 1] >= first)).tolist()
    return overlapping


def _note(connection: Connection, job: Job, landed: Landed) -> None:
    arguments = job.arguments
    connection.execute(
        insert(runs).values(
            id=job.id,
            recording_id=job.recording_id,
            model=arguments["model"],
            model_sha256=arguments["model_sha256"],
            store_key=arguments["store_key"],
            options={**arguments["options"], "start": arguments["start"], "stop": arguments["stop"]},
            suggestions=landed.suggestions + landed.accepted,
            created_at=job.created_at,
        )
    )
