"""Training job in the worker: train, evaluate, save; or label a recording, and evaluate in a later job.

No database access: labels are read from a folder of the job (:mod:`services.learning.job_files`), which also receives
the model.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.learning import provenance
from services.learning.core import built_in
from services.learning.data.examples import Corpus, Example, RecordingSource, rows_of
from services.learning.evaluation.segment_matching import Labelled
from services.learning.job_files import CURVE, KNOWN, MODEL
from services.learning.pipeline import Core, evaluate, run
from services.learning.provenance import Plan
from services.storage.files import sha256_of, storing
from services.timeseries import Store
from services.torch_models import checkpoints, job
from services.torch_models.model import ModelInfo, ModelLabel

LEARNING = 0.85  # of the progress, where a recording is labelled after it

Report = Callable[[float, str], None]
Arrays = dict[str, NDArray[np.int64]]


def train(arguments: dict[str, Any], report: Report, core: Core[Any] | None = None) -> dict[str, Any]:
    """Train on the contents of ``folder``.

    ``arguments``: ``folder``, ``recordings``, ``labels``, ``channels``, ``background``, ``warnings`` (see
    ``services.learning.job_files``), ``wanted`` (the recipe of the training), ``earlier`` (``info`` and ``sha256`` of
    the version before, or None), ``largest`` (bytes a checkpoint may have), ``run`` (the arguments of
    ``autolabel.run_job`` without the model), ``job``. With ``run``, suggestions are waited for, so the metrics are
    measured by :func:`measure` later.

    Returns:
        ``{"sha256", "info", "report", "background": index of the background class, or None}``.

    Raises:
        Invalid: there are too few labels for an evaluation.
        StorageFull: the disk is full.
    """
    report(0.0, "Reading the samples")
    recipe, place = arguments["wanted"], Path(arguments["folder"])
    share = LEARNING if arguments.get("run") else 1.0
    core = core or built_in(arguments["background"] or "")
    trained = run(
        _corpus(arguments, place),
        _plan(recipe),
        core,
        _ProgressReport(report, share, place / CURVE),
        _earlier(arguments["earlier"]),
        measure=not arguments.get("run"),
    )
    file, report_of = place / MODEL, trained.report
    with storing("The model"):
        core.keep(trained.model, file, trained.corpus, report_of.figures(), report_of.provenance)
    sha256 = sha256_of(file)
    info, _ = checkpoints.load(file, "The model", arguments["largest"])
    background = _place(trained.corpus.labels, arguments["background"])
    if arguments.get("run"):
        origin = {"model_sha256": sha256, "file": str(file), "job": arguments["job"]}
        skip = [] if background is None else [background]
        job.run(
            {**arguments["run"], **origin, "skip": skip},
            lambda done, message: report(share + done * (1 - share), message),
        )
    return {
        "sha256": sha256,
        "info": info.to_json(),
        "report": report_of.to_json(),
        "background": background,
    }


def measure(arguments: dict[str, Any], report: Report, core: Core[Any] | None = None) -> dict[str, Any]:
    """Evaluate a model of :func:`train` on its held-out segments; ``arguments`` are the same.

    Returns:
        ``{"metrics", "warnings"}``.
    """
    report(0.0, "Reading the samples")
    core = core or built_in(arguments["background"] or "")
    evaluation = evaluate(
        _corpus(arguments, Path(arguments["folder"])),
        _plan(arguments["wanted"]),
        core,
        lambda done, message, _figures: report(done, message),
        _earlier(arguments["earlier"]),
    )
    return {"metrics": evaluation.figures, "warnings": evaluation.warnings}


def _plan(recipe: dict[str, Any]) -> Plan:
    held, measured = tuple(recipe["holdout"]), recipe.get("measured", True)
    return Plan(recipe["seconds"], recipe["seed"], "", held, measured, later=recipe["later"])


class _ProgressReport:
    """Reports the progress of a training and appends its metrics to the learning curve."""

    def __init__(self, report: Report, share: float, curve: Path) -> None:
        self._report, self._share, self._curve = report, share, curve

    def __call__(self, done: float, message: str, figures: dict[str, Any] | None = None) -> None:
        self._report(done * self._share, message)
        numbers = {name: value for name, value in (figures or {}).items() if isinstance(value, int | float)}
        if numbers:
            with storing("How it learns"), self._curve.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"done": round(done, 4), **numbers}) + "\n")


def _earlier(content: dict[str, Any] | None) -> provenance.Earlier | None:
    return provenance.earlier(ModelInfo.from_json(content["info"]), content["sha256"]) if content else None


def _corpus(arguments: dict[str, Any], place: Path) -> Corpus:
    """The recordings with their labels, and their samples in memory."""
    labels = tuple(ModelLabel(**label) for label in arguments["labels"])
    with np.load(place / KNOWN) as arrays:
        by_name = {name: arrays[name] for name in arrays.files}
    recordings = arguments["recordings"]
    return Corpus(
        tuple(
            _example(
                recording, _listed(by_name, "labels", number), _listed(by_name, "wrong", number), len(labels)
            )
            for number, recording in enumerate(recordings)
        ),
        labels,
        tuple(arguments["channels"]),
        tuple(
            RecordingSource(
                recording["path"], recording["sha256"], _counted(_listed(by_name, "labels", number), labels)
            )
            for number, recording in enumerate(recordings)
        ),
        tuple(arguments["warnings"]),
        arguments.get("authors") or {},  # missing in jobs of an earlier version
        arguments.get("label_channels") or {},
    )


def _listed(arrays: Arrays, kind: str, number: int) -> list[Labelled]:
    return [(label, (start, end)) for label, start, end in arrays[f"{kind}{number}"].tolist()]


def _counted(labelled: Iterable[Labelled], labels: Sequence[ModelLabel]) -> dict[str, int]:
    return dict(sorted(Counter(labels[label].name for label, _ in labelled).items()))


def _example(
    recording: dict[str, Any], labelled: list[Labelled], wrong: list[Labelled], classes: int
) -> Example:
    store = Store.open(Path(recording["store"]))
    signals = np.stack(
        [np.asarray(store.channel(place), np.float32) for place in recording["channels"]], axis=1
    )
    labels = rows_of(labelled, store.rows)
    return Example(recording["path"], signals, labels, _ruled_out(wrong, labels, classes), recording["step"])


def _ruled_out(
    wrong: Sequence[Labelled], labels: NDArray[np.int16], classes: int
) -> NDArray[np.bool_] | None:
    """Ruled-out classes of rows, bool [rows, classes]; a contradicting label is newer, and counts."""
    if not wrong:
        return None
    result = np.zeros((len(labels), classes), bool)
    for label, (start, end) in wrong:
        result[start : end + 1, label] = labels[start : end + 1] != label
    return result


def _place(labels: Sequence[ModelLabel], name: str | None) -> int | None:
    return next((label.index for label in labels if label.name == name), None)
