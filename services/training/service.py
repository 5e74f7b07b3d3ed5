"""Training service: check the labels, queue the job, store the model and its suggestions."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from sqlalchemy import Connection

from services.errors import Invalid, NotFound
from services.jobs import Job, JobKind, Jobs, JobState
from services.jobs import rows as job_rows
from services.learning.evaluation.holdout import FEWEST
from services.learning.job_files import MODEL
from services.models import Models
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.db import Database
from services.storage.files import remove_orphans
from services.training import folder, label_channels
from services.training.counting import count
from services.training.recipe import TrainingRequest
from services.training.requirements import missing
from services.training.results import TrainingResults
from services.training.training_set import TrainingSet, collect

log = logging.getLogger(__name__)

JOB = "train"
MEASUREMENT = "measure"  # kind of job: metrics of a model, after its suggestions
POOL = "torch"
PAUSE = 3.0  # seconds without an edit, after which the worker is started
MOST_VALUES = 200_000_000  # samples of all channels, 4 bytes each


@dataclass(frozen=True)
class TrainingOutlook:
    """Training labels of a request; ``reason``: why it cannot start, with the remedy, or "".

    ``marked``: segments by class name, ``recordings``: ids of the recordings used, ``scope``: sentence on the channels
    of the suggestions, "" if they are for all or there are too many labels to read.
    """

    reason: str
    marked: dict[str, int]
    recordings: tuple[int, ...]
    channels: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    scope: str = ""


class Training:
    """Starts trainings and stores their results. Thread-safe.

    :meth:`outlook` checks whether one can start, :meth:`start` submits it (kind of job ``train``), :meth:`curve` is its
    learning curve; the job's result has ``model`` (id of the new model, with metrics in ``info.metrics`` and its
    ``recipe``), ``warnings``, ``expected`` and ``suggested``. Where a recording is labelled, its suggestions are waited
    for, so the metrics are measured by another job (kind ``measure``), which starts after it (:meth:`measuring`), and
    after further trainings of the same user that are waited for.
    :class:`services.training.label_page.LabelPageTraining` makes the default request.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        recordings: Recordings,
        models: Models,
        jobs: Jobs,
        landing: TrainingResults,
    ) -> None:
        self._database = database
        self._settings = settings
        self._recordings = recordings
        self._models = models
        self._jobs = jobs
        self._landing = landing
        self._lock = Lock()
        self._warming = Timer(PAUSE, self._warm)
        function = "services.learning.job:train"
        kind = JobKind(
            function,
            self._land,
            self._ended,
            pool=POOL,
            shown=True,
            eager=False,
            prepare=self._prepare,
            warm="services.learning.parallel:warm",
        )
        jobs.register(JOB, kind)
        later = JobKind(
            "services.learning.job:measure",
            self._land_metrics,
            self._ended_metrics,
            pool=POOL,
            shown=True,
            eager=False,
            prepare=self._prepare_metrics,
            gives_way=True,
        )
        jobs.register(MEASUREMENT, later)

    # -- before -----------------------------------------------------------------------------------------

    def outlook(self, request: TrainingRequest) -> TrainingOutlook:
        """Check the current labels; thousands of labels are only counted.

        Raises:
            NotFound: the model to improve was deleted.
        """
        with self._database.read() as connection:
            counted = count(connection, self._recordings, request)
        if counted:
            reason = _reason(request, counted.marked, counted.rows * len(counted.channels))
            return TrainingOutlook(reason, counted.marked, counted.recordings, counted.channels)
        try:
            collected = self._collected(request)
        except Invalid as error:
            return TrainingOutlook(str(error), {}, (), ())
        ids = tuple(part.id for part in collected.parts)
        return TrainingOutlook(
            _reason(request, collected.marked, collected.values),
            collected.marked,
            ids,
            collected.channels,
            collected.warnings,
            label_channels.sentence(collected.label_channels, [*collected.marked]),
        )

    def start(self, request: TrainingRequest, owner: str = "") -> str:
        """Submit a training; returns the id of its job, or of the same one that is active already.

        Raises:
            Invalid: too few labels; the message has the missing numbers per class.
            NotFound: the model to improve, or the recording to label, was deleted.
        """
        outlook = self.outlook(request)
        if outlook.reason:
            raise Invalid(outlook.reason)
        arguments: dict[str, Any] = {"wanted": request.to_json(), "about": self._about(request, outlook)}
        if request.follows:
            arguments["model"] = request.follows  # prevents its deletion meanwhile
        with self._lock:
            for job in self._jobs.active():
                if job.kind == JOB and job.arguments["wanted"] == arguments["wanted"]:
                    return job.id
            return self._jobs.submit(JOB, arguments, owner, request.suggest or None)

    def warm(self) -> None:
        """Start and prepare the worker in the next pause of labelling, because a training is likely.

        Not at once: imports take both cores for seconds, in which an edit would wait.
        """
        with self._lock:
            self._warming.cancel()
            self._warming = Timer(PAUSE, self._warm)
            self._warming.daemon = True
            self._warming.start()

    def _warm(self) -> None:
        self._jobs.warm(JOB)

    def running(self, recording: int) -> Job | None:
        """The active training whose model will label a recording."""
        active = [job for job in self._jobs.active() if job.kind == JOB]
        return next((job for job in active if job.recording_id == recording), None)

    def measuring(self, model: str) -> bool:
        """Whether the metrics of a model are being measured."""
        return any(job.kind == MEASUREMENT and job.arguments["model"] == model for job in self._jobs.active())

    def curve(self, job_id: str) -> list[dict[str, Any]]:
        """Learning curve of a training: points from :mod:`services.learning.job`.

        Raises:
            NotFound: unknown training, or its model was deleted.
        """
        job = self._jobs.get(job_id)
        if job.kind != JOB:
            raise NotFound("There is no such training (any more).")
        if job.state != JobState.DONE:
            return folder.curve(self._folder(job_id))
        return list((self._models.get((job.result or {}).get("model")).recipe or {}).get("curve") or ())

    def sweep(self) -> int:
        """Remove files of trainings that ended with a crash; returns their number."""
        return remove_orphans(self._root, self._used)

    def _used(self) -> set[str]:
        return {job.arguments.get("training", job.id) for job in self._jobs.active()}

    # -- the job ----------------------------------------------------------------------------------------

    def _prepare(self, job: Job) -> dict[str, Any]:
        """Arguments for the worker, with the labels at the start of the job.

        Raises:
            Invalid: too few labels by now.
        """
        request = TrainingRequest.from_json(job.arguments["wanted"])
        collected = self._collected(request)
        if reason := _reason(request, collected.marked, collected.values):
            raise Invalid(reason)
        more: dict[str, Any] = {
            "wanted": request.to_json(),
            "largest": self._settings.max_model_bytes,
            "earlier": self._earlier(request),
        }
        if request.suggest:
            more["run"] = self._landing.run(request, collected)
        return folder.write(self._folder(job.id), collected, more)

    def _land(self, connection: Connection, job: Job, outcome: dict[str, Any]) -> dict[str, Any]:
        place = self._folder(job.id)
        arguments = folder.arguments(place) | {"curve": folder.curve(place)}
        return self._landing.land(connection, job, arguments, outcome, place / MODEL)

    def _ended(self, job: Job) -> None:
        self._landing.ended(job)
        wanted, model = job.arguments["wanted"], (job.result or {}).get("model")
        if job.state == JobState.DONE:
            log.info("training %s: model %s", job.id, model)
            if wanted.get("suggest") and wanted.get("measured", True):
                self._measure(job, model)
                return
        folder.remove(self._folder(job.id))

    def _measure(self, job: Job, model: Any) -> None:
        about = {"title": "Measure the accuracy", "what": (job.result or {}).get("name")}
        arguments = {"training": job.id, "model": model, "about": about}  # prevents its deletion meanwhile
        try:
            self._jobs.submit(MEASUREMENT, arguments, job.owner, job.recording_id)
        except BaseException:
            folder.remove(self._folder(job.id))
            raise

    def _prepare_metrics(self, job: Job) -> dict[str, Any]:
        """Arguments for the worker: those of the training, with the labels at its start.

        Raises:
            Invalid: they do not exist any more.
        """
        try:
            return folder.arguments(self._folder(job.arguments["training"]))
        except FileNotFoundError:
            raise Invalid("The labels of this training are not stored any more; train again.") from None

    def _land_metrics(self, connection: Connection, job: Job, outcome: dict[str, Any]) -> dict[str, Any]:
        return self._landing.measured(connection, job.arguments["model"], outcome)

    def _ended_metrics(self, job: Job) -> None:
        """Remove the folder of a measurement; one that gave way is removed from the jobs instead."""
        if job.arguments["training"] not in self._used():
            folder.remove(self._folder(job.arguments["training"]))
        elif job.state == JobState.CANCELLED:
            with self._database.write() as connection:
                job_rows.forget(connection, [MEASUREMENT], [job.id], lambda _owner: True)

    # -- parts ------------------------------------------------------------------------------------------

    def _collected(self, request: TrainingRequest) -> TrainingSet:
        if request.follows:
            self._models.get(request.follows)
        with self._database.read() as connection:
            return collect(connection, self._recordings, request)

    def _earlier(self, request: TrainingRequest) -> dict[str, Any] | None:
        if not request.follows:
            return None
        model = self._models.get(request.follows)
        return {"info": model.info.to_json(), "sha256": model.sha256}

    def _about(self, request: TrainingRequest, outlook: TrainingOutlook) -> dict[str, Any]:
        name = self._models.get(request.follows).name if request.follows else ""
        alone = f"Train {request.name}" if request.name else "Train a model"
        title = f"Improve {name}" if name else "Train and suggest" if request.suggest else alone
        if request.suggest:
            subject = self._recordings.get(request.suggest).path
        else:
            subject = ", ".join(f"{count:,} {label}" for label, count in outlook.marked.items())
        return {"title": title, "what": subject}

    @property
    def _root(self) -> Path:
        return self._settings.training_dir

    def _folder(self, job_id: str) -> Path:
        return self._root / job_id


def _reason(request: TrainingRequest, marked: dict[str, int], values: int) -> str:
    """Why the training is not possible; "" if it is."""
    if reason := missing(marked, FEWEST if request.measured else 1):
        return reason
    if values > MOST_VALUES:
        return (
            f"The recordings have {values:,} values in these channels; a training takes at most "
            f"{MOST_VALUES:,}. Choose fewer recordings or channels."
        )
    return ""
