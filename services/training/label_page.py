"""Training on the label page: the button **Train and suggest**, its state and its action."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from services.errors import NotFound
from services.models import Model, Models, rows
from services.recordings.edit_log import CHUNK
from services.recordings.repository import ACCEPTED, REJECTED
from services.recordings.service import Recordings
from services.storage.db import Database
from services.storage.tables import annotation_table
from services.training import versions, words
from services.training.recipe import BETWEEN, QUICK_SECONDS, TrainingRequest
from services.training.requirements import once
from services.training.service import Outlook, Training
from services.training.training_set import folder_of

TRAIN, IMPROVE = "train", "improve"


class TrainingDesk:
    """Default training of the label page: *train* a new model or *improve* the chosen one, and label the open file."""

    def __init__(self, database: Database, known: Recordings, models: Models, training: Training) -> None:
        self._database = database
        self._recordings = known
        self._models = models
        self._training = training

    def state(self, recording: int, model: str = "") -> dict[str, Any]:
        """What the button on the page of a recording does while ``model`` (an id, or "") is chosen, in plain values.

        ``action`` is ``train`` or ``improve``; ``reason`` why it cannot, "" when it can; ``words`` what it would learn
        from; ``expected`` how good the chosen model should be; ``versions`` see :func:`versions.told`; ``job`` the id
        of the training at work, "" without one; ``once`` classes with one segment, with which it can be done without
        held-out figures, none where that is no help.

        Raises:
            NotFound: there is no such recording.
        """
        chosen = self._improvable(recording, model)
        wanted = self.improving(recording, chosen.id) if chosen else self.quick(recording)
        found = self._training.outlook(wanted)
        running = self._training.running(recording)
        state = {
            "recording": recording,
            "action": IMPROVE if chosen else TRAIN,
            "reason": found.reason,
            "words": _words(found),
            "marked": found.marked,
            "warnings": list(found.warnings),
            "once": self._once(wanted, found),
            "expected": "",
            "fresh": 0,
            "versions": [],
            "job": running.id if running else "",
        }
        return state | (self.progress_of(chosen, found) if chosen else {})

    def _once(self, wanted: TrainingRequest, found: Outlook) -> list[str]:
        if not found.reason and not found.warnings:
            return []
        plain = self._training.outlook(unmeasured(wanted))
        return [] if plain.reason else once(plain.marked)

    def start(self, recording: int, model: str = "", owner: str = "", measured: bool = True) -> str:
        """Do what the button says; returns the id of the job.

        Args:
            measured: False: learn from everything, also classes with one segment, without held-out figures.

        Raises:
            NotFound: there is no such recording.
            Invalid: there are too few labels.
        """
        chosen = self._improvable(recording, model)
        wanted = self.improving(recording, chosen.id) if chosen else self.quick(recording)
        return self._training.start(wanted if measured else unmeasured(wanted), owner)

    def quick(self, recording: int) -> TrainingRequest:
        """All labels of a recording and of those in its folder with the same channels; the fast answer.

        Raises:
            NotFound: there is no such recording.
        """
        folder = folder_of(self._recordings.get(recording).path)
        return TrainingRequest(
            (recording,), folder, unmarked=BETWEEN, seconds=QUICK_SECONDS, suggest=recording, sparing=True
        )

    def improving(self, recording: int, model: str) -> TrainingRequest:
        """The recipe of a trained model again, with the labels there are now; also those of ``recording`` (0: none).

        Raises:
            NotFound: there is no such model, or it was not trained here.
        """
        known = self._models.get(model)
        if not known.recipe:
            raise NotFound("This model was not trained here, so there is no recipe to train it again by.")
        with self._database.read() as connection:
            newest = versions.of(connection, known.lineage)[-1]
        recipe = TrainingRequest.from_json(newest.recipe)
        more = () if not recording or recording in recipe.recordings else (recording,)
        named = (*recipe.recordings, *more)
        return replace(recipe, recordings=named, follows=newest.id, suggest=recording, measured=True)

    def versions(self, model: str) -> list[dict[str, Any]]:
        """The versions of a model (see :func:`versions.told`).

        Raises:
            NotFound: there is no such model.
        """
        known = self._models.get(model)
        with self._database.read() as connection:
            return versions.told(versions.of(connection, known.lineage))

    def _improvable(self, recording: int, model: str) -> Model | None:
        """The chosen model if it was trained here and takes channels that the recording has."""
        names = {channel.name for channel in self._recordings.store(recording).info.channels}
        try:
            known = self._models.get(model) if model else None
        except NotFound:
            return None
        if known is None or known.origin != rows.TRAINED or not known.recipe:
            return None
        return known if set(known.info.feature_names) <= names else None

    def progress_of(self, chosen: Model, found: Outlook) -> dict[str, Any]:
        """What there is to say of improving a model by ``found``: ``reason``, ``fresh``, ``expected``, ``versions``."""
        with self._database.read() as connection:
            known = versions.of(connection, chosen.lineage)
            fresh = _fresh(connection, found.recordings, (known[-1].recipe or {}).get("seen", ""))
        reason = found.reason
        if not reason and not fresh:
            reason = (
                f"Nothing was labelled or decided since {known[-1].name} was trained; review or label first."
            )
        return {
            "reason": reason,
            "fresh": fresh,
            "expected": words.expected(chosen.info.metrics),
            "versions": versions.told(known),
        }


def unmeasured(wanted: TrainingRequest) -> TrainingRequest:
    """The same training without held-out figures, with the classes that have one segment."""
    return replace(wanted, measured=False, sparing=False, holdout=(), later=False)


def _fresh(connection: Connection, recordings: tuple[int, ...], seen: str) -> int:
    """How many labels were made or changed, and suggestions decided, after an instant."""
    if not seen:
        return 1
    table = annotation_table.c
    known = (table.status.in_((ACCEPTED, REJECTED)), table.edited_at > datetime.fromisoformat(seen))
    total = 0
    for first in range(0, len(recordings), CHUNK):
        here = table.recording_id.in_(recordings[first : first + CHUNK])
        total += connection.execute(select(func.count()).where(here, *known)).scalar() or 0
    return total


def _words(found: Outlook) -> str:
    """Such as ``3 P, 3 QRS, 3 T in 2 files``; "" without a label."""
    if not found.marked:
        return ""
    counts = ", ".join(f"{count:,} {name}" for name, count in found.marked.items())
    files = len(found.recordings)
    return f"{counts} in {'this file' if files == 1 else f'{files:,} files'}"
