"""Test helpers for trainings with a predictable learner in a worker process.

Its model predicts class 1 of two where the first channel is above zero.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.jobs import FinishedJobs, Job, PoolRunner
from services.jobs.perform import import_pool
from services.learning.data.examples import Corpus, Example
from services.learning.parallel import Progress
from services.learning.pipeline import Core, Predictor
from services.learning.provenance import Plan
from services.settings import Settings
from services.training import TrainingRequest
from services.web.container import Services, build_services
from tests.unit.ends import PATIENCE, ends


class Above:
    """Class 1 above zero; ignores its training data."""

    def labels(
        self, signals: NDArray[np.float32], start: int = 0, stop: int | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Class and score of each of these rows."""
        found = (signals[start:stop, 0] > 0).astype(np.int64)
        return found, np.full(len(found), 0.99)


def train(arguments: dict[str, Any], report: Callable[[float, str], None]) -> dict[str, Any]:
    """In the worker: as ``services.learning.job`` does it, but with that learner."""
    from services.learning import job  # it imports torch

    return job.train(arguments, report, Core(_learn, _keep))


def measure(arguments: dict[str, Any], report: Callable[[float, str], None]) -> dict[str, Any]:
    """In the worker: the evaluation of that learner, which never ends if “linger” was chosen."""
    from services.learning import job

    if _learner(arguments) == "linger":
        return dawdle(arguments, report)

    return job.measure(arguments, report, Core(_learn, _keep))


def performer(settings: Settings, pool: str) -> Callable[[str], FinishedJobs]:
    """In a worker: the function that does a job, trainings with what :meth:`School.use` chose."""
    jobs = build_services(settings).jobs
    kind = jobs.kinds()["train"]
    jobs.register("train", replace(kind, function="tests.unit.training_jobs:chosen"))
    jobs.register("measure", replace(jobs.kinds()["measure"], function="tests.unit.training_jobs:measure"))
    import_pool(jobs.kinds(), pool)
    return jobs.perform


def school_services(settings: Settings) -> Services:
    """Services whose trainings are done by functions of this module."""
    return build_services(settings, PoolRunner(partial(performer, settings)))


def chosen(arguments: dict[str, Any], report: Callable[[float, str], None]) -> dict[str, Any]:
    """In the worker: the function that was chosen."""
    return {"train": train, "dawdle": dawdle, "linger": train}[_learner(arguments)](arguments, report)


def _learner(arguments: dict[str, Any]) -> str:
    return (Path(arguments["folder"]).parents[1] / "learner").read_text()


def dawdle(arguments: dict[str, Any], report: Callable[[float, str], None]) -> dict[str, Any]:
    """In the worker: begins, and never ends."""
    report(0.1, "Dawdling")
    (Path(arguments["folder"]) / "begun").touch()
    while True:
        threading.Event().wait(0.01)
        report(0.1, "Dawdling")


def _learn(
    _examples: Sequence[Example], _corpus: Corpus, _plan: Plan, progress: Progress, _alone: bool
) -> Predictor:
    progress(1.0, "Learnt", {"loss": 0.5})
    return Above()


def _keep(
    _model: Predictor, file: Path, corpus: Corpus, metrics: dict[str, Any], provenance: dict[str, Any]
) -> None:
    from tests.unit.checkpoint_files import save
    from tests.unit.running import threshold

    content = threshold(corpus.channels, names=corpus.classes)
    save(file, {**content, "metrics": metrics, "provenance": provenance})


class School:
    """The services, with trainings that can be awaited."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.end_of = ends(services, "train")
        self._end_of_measurement = ends(services, "measure")
        self.use("train")

    def use(self, function: str) -> None:
        """Have trainings done by that function of this module."""
        (self.services.settings.data_dir / "learner").write_text(function)

    def begun(self, job_id: str) -> None:
        """Wait until a training that dawdles is at work."""
        deadline = time.monotonic() + PATIENCE
        while not (self.services.settings.data_dir / "training" / job_id / "begun").exists():
            assert time.monotonic() < deadline
            threading.Event().wait(0.01)

    def measured(self, trained: Job) -> Job:
        """Wait until the metrics of the model of a training are measured."""
        job = self.services.jobs.newest("measure", "training", trained.id)
        assert job
        return self._end_of_measurement(job.id)

    def train(self, expected: TrainingRequest) -> Job:
        """Train and wait for the end."""
        return self.end_of(self.services.training.start(expected))
