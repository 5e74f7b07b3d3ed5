"""Inference service: queue runs of models over recordings and store their results."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, func, select

from services.annotations.scope import Scope
from services.errors import Conflict, Invalid, NotFound, TidemarkError
from services.inference.channel_mapping import Columns, CorrectedRecordings, described
from services.inference.label_subtraction import PredictedSegments
from services.inference.options import RunOptions
from services.inference.suggestions import PredictedClass, land
from services.jobs import Job, JobKind, Jobs, JobState
from services.label_classes import sets
from services.label_classes.classes import LabelClasses
from services.models import Model, Models
from services.models import rows as model_rows
from services.recordings import edit_log
from services.recordings.repository import LIVE, Recording, recording_row
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.files import remove_orphans
from services.storage.preferences import Preferences
from services.storage.tables import annotation_table, recordings, runs
from services.timeseries import Store
from services.torch_models.confidence import SEGMENTS, ConfidenceStore
from services.torch_models.fitting import channels_of_classes
from services.torch_models.signal_check import corrections, differences, sentence, without_signal

log = logging.getLogger(__name__)

JOB = "autolabel"
POOL = "torch"  # shared with training: one process imports torch
MOST_FILES = 20_000


@dataclass(frozen=True)
class RunRequest:
    """A requested run: model, options, chosen channels if any, and the time range if not the whole file."""

    model: str
    options: RunOptions
    channels: Sequence[int] | None = None
    span: tuple[float, float] | None = None
    owner: str = ""


class Runs:
    """Starts runs; stores their suggestions and confidences. Thread-safe."""

    def __init__(  # a run needs all of them
        self,
        settings: Settings,
        recordings: Recordings,
        classes: LabelClasses,
        models: Models,
        preferences: Preferences,
        jobs: Jobs,
    ) -> None:
        self._settings = settings
        self._recordings = recordings
        self._classes = classes
        self._models = models
        self._columns = Columns(preferences)
        self._corrected = CorrectedRecordings(preferences)
        self._jobs = jobs
        self._lock = Lock()
        function = "services.torch_models.job:run"
        kind = JobKind(
            function, self._took, self.ended, pool=POOL, shown=True, eager=False, again=self._again
        )
        jobs.register(JOB, kind)

    # -- before -----------------------------------------------------------------------------------------

    def fit(self, model: str, recording: int, chosen: Sequence[int] | None = None) -> dict[str, Any]:
        """The fit of a model to a recording, as a JSON object. Also starts the worker, since a run is likely.

        ``correct``: True if polarity and gain can be corrected, False if they are, None if they need not be;
        ``lacking``, ``left``: names of the channels of the model without and with a signal here, where it was trained
        here and some have none.

        Raises:
            NotFound: unknown model or recording.
        """
        chosen_model, store = self._models.get(model), self._recordings.store(recording)
        self._jobs.warm(JOB)
        mapping = self._columns.fit(chosen_model.id, chosen_model.info, store.info, chosen)
        result = described(chosen_model.info, store.info, mapping)
        if mapping.fits:
            different = differences(chosen_model.info, store, mapping.channels)
            corrected = self._corrected.has(chosen_model.id, store.key)
            result["warnings"] += filter(None, [sentence(different, corrected)])
            result["correct"] = not corrected if corrections(different, mapping.channels) else None
            if chosen_model.origin == model_rows.TRAINED and chosen_model.recipe:
                result |= _lacking(chosen_model, without_signal(different, mapping.channels))
        return result | {"model": chosen_model.id, "model_name": chosen_model.name, "recording": recording}

    def correct(self, model: str, recording: int, on: bool) -> None:
        """Correct polarity and gain of the channels of a recording that differ from the training recordings, or not.

        Raises:
            NotFound: unknown model or recording.
        """
        self._corrected.set(self._models.get(model).id, self._recordings.store(recording).key, on)

    def choose(self, model: str, recording: int, channels: Sequence[int]) -> dict[str, Any]:
        """Store channels for a model, by name, for every file; returns the fit like :meth:`fit`.

        Raises:
            NotFound: unknown model or recording.
            Invalid: the model cannot be used with them.
        """
        chosen_model, store = self._models.get(model), self._recordings.store(recording)
        mapping = self._columns.fit(chosen_model.id, chosen_model.info, store.info, channels)
        if not mapping.fits:
            raise Invalid(mapping.reason)
        self._columns.remember(chosen_model.id, store.info, channels)
        return self.fit(model, recording)

    def forget_channels(self, model: str) -> None:
        """Remove the stored channels, so that those of the model apply."""
        self._columns.forget(self._models.get(model).id)

    def replaceable(self, recording: int) -> int:
        """Number of labels and suggestions of a recording that a run may replace."""
        table = annotation_table.c
        with self._jobs.database.read() as connection:
            query = select(func.count()).where(table.recording_id == recording)
            return int(connection.execute(query).scalar_one())

    def dry_run(self, ids: Sequence[int], request: RunRequest) -> dict[str, Any]:
        """Dry run of :meth:`start`: ``{"fits": number of files, "refused": …}``.

        Raises:
            NotFound, Invalid: as there.
        """
        _, pending, refused = self._pending_runs(ids, request)
        return {"fits": len(pending), "refused": refused}

    def start(self, ids: Sequence[int], request: RunRequest) -> dict[str, Any]:
        """Queue a run over each recording that the model fits.

        Returns:
            ``{"jobs": ids, "refused": [{"recording", "path", "reason"}], "same": number of runs that are active
            already}``

        Raises:
            NotFound: unknown model.
            Invalid: no files, or too many.
        """
        model, pending, refused = self._pending_runs(ids, request)
        started, same = self._submit(pending, request.owner)
        log.info("model %s: %d runs queued, %d refused, %d known", model.id, len(started), len(refused), same)
        return {"jobs": started, "refused": refused, "same": same}

    def _pending_runs(
        self, ids: Sequence[int], request: RunRequest
    ) -> tuple[Model, list[tuple[int, dict[str, Any]]], list[dict[str, Any]]]:
        """The model; recordings that it fits, with arguments of the worker; other recordings with the reason."""
        if not 0 < len(ids) <= MOST_FILES:
            raise Invalid(f"Choose between 1 and {MOST_FILES:,} files.")
        model = self._models.get(request.model)
        file = self._models.file_of(model)
        pending: list[tuple[int, dict[str, Any]]] = []
        refused: list[dict[str, Any]] = []
        for recording in dict.fromkeys(ids):
            try:
                pending.append((recording, self._arguments(recording, model, file, request)))
            except TidemarkError as error:
                refused.append({"recording": recording, "path": self._path(recording), "reason": str(error)})
        return model, pending, refused

    def _submit(self, pending: Sequence[tuple[int, dict[str, Any]]], owner: str) -> tuple[list[str], int]:
        """Queue new runs; returns ids of jobs, and the number of runs that are active already."""
        with self._lock:
            active = {_key(job.recording_id, job.arguments) for job in self._jobs.active() if job.kind == JOB}
            fresh = [pair for pair in pending if _key(*pair) not in active]
            if not fresh:
                return [], len(pending)
            submissions = [(arguments, owner) for _, arguments in fresh]
            started = self._jobs.submit_all(JOB, submissions, [recording for recording, _ in fresh])
        return started, len(pending) - len(fresh)

    def _path(self, recording: int) -> str:
        try:
            return self._recordings.get(recording).path
        except NotFound:
            return f"file {recording}"

    def _arguments(self, recording: int, model: Model, file: Path, request: RunRequest) -> dict[str, Any]:
        """Arguments for the worker.

        Raises:
            NotFound: unknown recording.
            Invalid: the model does not fit it, or the time range has no sample.
        """
        row = self._recordings.get(recording)
        store = self._recordings.open(row)
        mapping = self._columns.fit(model.id, model.info, store.info, request.channels)
        if not mapping.fits:
            raise Invalid(mapping.reason)
        start, stop = store.span(*request.span) if request.span else (0, store.rows)
        if start == stop:
            raise Invalid("There is no sample in the visible range.")
        return {
            "model": model.id,
            "model_name": model.name,
            "model_sha256": model.sha256,
            "file": str(file),
            "largest": self._settings.max_model_bytes,
            "classes": model.info.classes,
            "store": str(store.folder),
            "store_key": row.store_key,
            "channels": list(mapping.channels),
            "warnings": list(mapping.warnings),
            "factors": list(self._factors(model, store, mapping.channels)),
            "start": start,
            "stop": stop,
            "least": request.options.least,
            "skip": self._skipped(recording, model),
            "confidence": str(self._settings.confidence_dir),
            "options": request.options.to_json(),
            "about": {
                "title": f"Auto-label with {model.name}",
                "what": row.path,
                "part": stop - start < store.rows,
            },
        }

    def _factors(self, model: Model, store: Store, channels: Sequence[int]) -> Sequence[float]:
        """Corrections of the channels of a recording, empty unless the user chose them."""
        if not self._corrected.has(model.id, store.key):
            return ()
        return corrections(differences(model.info, store, channels), channels)

    def _again(self, job: Job) -> dict[str, Any]:
        """Arguments for a retry, with the current file and model.

        Raises:
            NotFound: the model or the recording was deleted.
            Invalid: the model does not fit it (any more).
            Conflict: the run was about a part of the file, which was read differently since.
        """
        arguments = job.arguments
        model, recording = self._models.get(arguments["model"]), job.recording_id or 0
        same = self._recordings.get(recording).store_key == arguments["store_key"]
        part = {name: arguments[name] for name in ("start", "stop")} if arguments["about"]["part"] else {}
        if part and not same:
            raise Conflict(
                "The file was read differently since, so the samples of that part are others. Start it from the plot."
            )
        request = RunRequest(
            model.id, RunOptions(**arguments["options"]), arguments["channels"] if same else None
        )
        fresh = self._arguments(recording, model, self._models.file_of(model), request)
        return fresh | part | {"about": fresh["about"] | {"part": bool(part)}}

    def _skipped(self, recording: int, model: Model) -> list[int]:
        with self._jobs.database.read() as connection:
            return [
                meaning.index
                for meaning in self._meanings(connection, recording, model).values()
                if meaning.skip
            ]

    def _meanings(self, connection: Connection, recording: int, model: Model) -> dict[int, Any]:
        active = sets.active_for(connection, recording)
        return self._models.classes_for(connection, model, active.id)

    # -- after ------------------------------------------------------------------------------------------

    def _took(self, connection: Connection, job: Job, _outcome: dict[str, Any]) -> dict[str, Any]:
        return self.land(connection, job)

    def land(self, connection: Connection, job: Job) -> dict[str, Any]:
        """Store the worker's segments as labels.

        Args:
            job: a job with the arguments of a run, also of another kind of job that includes a run.

        Raises:
            NotFound: the recording was deleted meanwhile.
            Conflict: it was read differently meanwhile: its samples are renumbered.
        """
        recording = job.recording_id or 0
        row = recording_row(connection, recording)
        edit_log.lock(connection, recording)
        if row.store_key != job.arguments["store_key"]:
            raise Conflict(
                "The file was read differently while the model ran, so its results refer to other samples. "
                "Start it again."
            )
        store = self._recordings.open(Recording(**row._mapping))
        model = model_rows.by_id(connection, job.arguments["model"])  # it may be added by this transaction
        meanings = self._meanings(connection, recording, model)
        scope = Scope(connection, recording, store, self._classes, job.owner)
        predictions = PredictedSegments.load(self._folder(job) / SEGMENTS)
        channels = channels_of_classes(model.info, store.info, job.arguments["channels"])

        def class_of(index: int) -> PredictedClass:
            chosen = channels.get(index)
            return PredictedClass(
                meanings[index].name, meanings[index].color, scope.kept_channels(chosen) if chosen else None
            )

        landed = land(scope, job, predictions, class_of)
        return {
            "suggestions": landed.suggestions,
            "accepted": landed.accepted,
            "held": landed.held,
            "sentence": landed.sentence,
        }

    def _folder(self, job: Job) -> Path:
        return self._settings.confidence_dir / job.id

    def ended(self, job: Job) -> None:
        """Keep the confidences of a completed run in place of earlier runs; remove those of a failed run."""
        if job.state != JobState.DONE:
            shutil.rmtree(self._folder(job), ignore_errors=True)
            return
        (self._folder(job) / SEGMENTS).unlink(missing_ok=True)
        with self._jobs.database.read() as connection:
            earlier = connection.execute(
                select(runs.c.id).where(runs.c.recording_id == job.recording_id, runs.c.id != job.id)
            ).scalars()
            for earlier_job in earlier:
                shutil.rmtree(self._settings.confidence_dir / earlier_job, ignore_errors=True)

    def sweep(self) -> int:
        """Remove confidence folders without a run, such as after a crash; returns their number."""
        return remove_orphans(self._settings.confidence_dir, self._kept)

    def _kept(self) -> set[str]:
        """Ids of runs with a folder; active ones are read first, so that a run that ends meanwhile is included."""
        active = {job.id for job in self._jobs.active()}
        with self._jobs.database.read() as connection:
            return active | set(connection.execute(select(runs.c.id)).scalars())

    # -- confidence -------------------------------------------------------------------------

    def confidence(self, recording: int) -> tuple[str, Store] | None:
        """The newest run for the current reading of a recording, with its confidence per sample; None without a run.

        Raises:
            NotFound: unknown recording.
        """
        store = self._recordings.store(recording)
        query = (
            select(runs.c.id)
            .join(recordings, recordings.c.id == runs.c.recording_id)
            .where(LIVE, runs.c.recording_id == recording, runs.c.store_key == recordings.c.store_key)
            .order_by(runs.c.created_at.desc())
        )
        with self._jobs.database.read() as connection:
            run = connection.execute(query.limit(1)).scalar()
        if run is None:
            return None
        try:
            return run, ConfidenceStore(store, self._settings.confidence_dir / run)
        except (OSError, ValueError):  # missing, or just replaced by another run
            return None


def _lacking(model: Model, dead: Sequence[int]) -> dict[str, list[str]]:
    names = model.info.feature_names
    left = [name for place, name in enumerate(names) if place not in dead]
    return {"lacking": [names[place] for place in dead], "left": left} if dead else {}


def _key(recording: int | None, arguments: dict[str, Any]) -> str:
    return json.dumps([recording, arguments], sort_keys=True)
