"""Training on the label page: state and action of the button **Train and suggest**."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from services.errors import NotFound
from services.models import Model, Models, rows
from services.models.fields import LONGEST_NAME
from services.recordings.repository import ACCEPTED, REJECTED
from services.recordings.service import Recordings
from services.storage.db import Database, chunks
from services.storage.tables import annotation_table
from services.training import versions, words
from services.training.recipe import BETWEEN, QUICK_SECONDS, TrainingRequest
from services.training.requirements import segments_text, single_segment_classes
from services.training.service import Training, TrainingOutlook
from services.training.training_set import folder_of

TRAIN, IMPROVE = "train", "improve"


class LabelPageTraining:
    """Default training: *train* a new model or *improve* the chosen one, and label the open file."""

    def __init__(
        self, database: Database, recordings: Recordings, models: Models, training: Training
    ) -> None:
        self._database = database
        self._recordings = recordings
        self._models = models
        self._training = training

    def state(self, recording: int, model: str = "") -> dict[str, Any]:
        """State of the button for a recording while ``model`` (an id, or "") is chosen, as JSON.

        ``action``: ``train`` or ``improve``; ``reason``: why it is disabled, or ""; ``words``: training labels;
        ``scope``: the channels of the suggestions, or ""; ``expected``: expected accuracy of the chosen model;
        ``versions``: see
        :func:`versions.version_json`; ``job``: id of the running training, or ""; ``once``: classes with one segment,
        with which a training without evaluation is possible, if that helps.

        Raises:
            NotFound: unknown recording.
        """
        chosen = self._improvable(recording, model)
        request = self.improving(recording, chosen.id) if chosen else self.quick(recording)
        outlook = self._training.outlook(request)
        running = self._training.running(recording)
        state = {
            "recording": recording,
            "action": IMPROVE if chosen else TRAIN,
            "reason": outlook.reason,
            "words": _counts_text(outlook),
            "marked": outlook.marked,
            "warnings": list(outlook.warnings),
            "scope": outlook.scope,
            "once": self._once(request, outlook),
            "expected": "",
            "fresh": 0,
            "versions": [],
            "job": running.id if running else "",
        }
        return state | (self.progress_of(chosen, outlook) if chosen else {})

    def _once(self, request: TrainingRequest, outlook: TrainingOutlook) -> list[str]:
        if not outlook.reason and not outlook.warnings:
            return []
        plain = self._training.outlook(unmeasured(request))
        return [] if plain.reason else single_segment_classes(plain.marked)

    def start(self, recording: int, model: str = "", owner: str = "", measured: bool = True) -> str:
        """Start the action of the button; returns the id of the job.

        Args:
            measured: False: train on all labels without evaluation, also classes with one segment.

        Raises:
            NotFound: unknown recording.
            Invalid: too few labels.
        """
        chosen = self._improvable(recording, model)
        request = self.improving(recording, chosen.id) if chosen else self.quick(recording)
        return self._training.start(request if measured else unmeasured(request), owner)

    def refit(self, recording: int, model: str, channels: Sequence[str]) -> str:
        """Train a model again on some of its channels, and label a recording that has no others; returns the job's id.

        The result is another model, not the next version of ``model``, which is better where no channel is missing.

        Raises:
            NotFound: unknown recording or model, or the model was not trained here.
            Invalid: too few labels by now.
        """
        stored = self._trained(model)
        lacking = [name for name in stored.info.feature_names if name not in channels]
        request = replace(
            TrainingRequest.from_json(stored.recipe),
            channels=tuple(channels),
            name=_name_without(stored.name, lacking),
            suggest=recording,
        )
        return self._training.start(request)

    def quick(self, recording: int) -> TrainingRequest:
        """Request with all labels of a recording and of those in its folder with the same channels; short training.

        Raises:
            NotFound: unknown recording.
        """
        folder = folder_of(self._recordings.get(recording).path)
        return TrainingRequest(
            (recording,), folder, unmarked=BETWEEN, seconds=QUICK_SECONDS, suggest=recording, sparing=True
        )

    def improving(self, recording: int, model: str) -> TrainingRequest:
        """Request with the recipe of a trained model and the current labels, also of ``recording`` (0: none).

        Raises:
            NotFound: unknown model, or not trained here.
        """
        stored = self._trained(model)
        with self._database.read() as connection:
            newest = versions.of(connection, stored.lineage)[-1]
        recipe = TrainingRequest.from_json(newest.recipe)
        more = () if not recording or recording in recipe.recordings else (recording,)
        named = (*recipe.recordings, *more)
        return replace(recipe, recordings=named, follows=newest.id, suggest=recording, measured=True)

    def versions(self, model: str) -> list[dict[str, Any]]:
        """The versions of a model (see :func:`versions.version_json`).

        Raises:
            NotFound: unknown model.
        """
        stored = self._models.get(model)
        with self._database.read() as connection:
            return versions.version_json(versions.of(connection, stored.lineage))

    def _trained(self, model: str) -> Model:
        stored = self._models.get(model)
        if not stored.recipe:
            raise NotFound("This model was not trained here, so it has no recipe.")
        return stored

    def _improvable(self, recording: int, model: str) -> Model | None:
        """The chosen model if it was trained here and the recording has its channels."""
        names = {channel.name for channel in self._recordings.store(recording).info.channels}
        try:
            stored = self._models.get(model) if model else None
        except NotFound:
            return None
        if stored is None or stored.origin != rows.TRAINED or not stored.recipe:
            return None
        return stored if set(stored.info.feature_names) <= names else None

    def _unmeasured(self, chosen: Model) -> str:
        return words.MEASURING if self._training.measuring(chosen.id) else words.UNMEASURED

    def progress_of(self, chosen: Model, outlook: TrainingOutlook) -> dict[str, Any]:
        """State of an improvement with ``outlook``: ``reason``, ``fresh``, ``expected``, ``versions``."""
        with self._database.read() as connection:
            lineage = versions.of(connection, chosen.lineage)
            fresh = _fresh(connection, outlook.recordings, (lineage[-1].recipe or {}).get("seen", ""))
        reason = outlook.reason
        if not reason and not fresh:
            since = lineage[-1].name
            reason = f"There are no new labels or decisions since {since} was trained; review or label first."
        return {
            "reason": reason,
            "fresh": fresh,
            "expected": words.expected(chosen.info.metrics) or self._unmeasured(chosen),
            **({} if fresh else {"once": []}),  # the same labels again
            "versions": versions.version_json(lineage),
        }


def unmeasured(request: TrainingRequest) -> TrainingRequest:
    """The request without evaluation, with the classes that have one segment."""
    return replace(request, measured=False, sparing=False, holdout=(), later=False)


def _name_without(name: str, lacking: Sequence[str]) -> str:
    """Name of a model without some channels, as far as it may be long.

    >>> _name_without("P QRS T", ["II", "V2"])
    'P QRS T without II V2'
    """
    end = f" without {' '.join(lacking)}"[: LONGEST_NAME // 2]
    return f"{name[: LONGEST_NAME - len(end)].rstrip()}{end}"


def _fresh(connection: Connection, recordings: tuple[int, ...], seen: str) -> int:
    """Number of labels changed and suggestions decided after an instant."""
    if not seen:
        return 1
    table = annotation_table.c
    where = (table.status.in_((ACCEPTED, REJECTED)), table.edited_at > datetime.fromisoformat(seen))
    total = 0
    for some in chunks(recordings):
        here = table.recording_id.in_(some)
        total += connection.execute(select(func.count()).where(here, *where)).scalar() or 0
    return total


def _counts_text(outlook: TrainingOutlook) -> str:
    """Counts, such as ``3 P, 3 QRS, 3 T in 2 files``; "" without labels."""
    if not outlook.marked:
        return ""
    files = len(outlook.recordings)
    return f"{segments_text(outlook.marked)} in {'this file' if files == 1 else f'{files:,} files'}"
