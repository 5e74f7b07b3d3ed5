"""Inference job in the worker; does not access the database.

Results are written into the folder of the run, because they are too large for the job row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from services.errors import Invalid, NotFound, RefusedFile
from services.storage.files import sha256_of, storing
from services.storage.paths import quoted
from services.timeseries import Store
from services.torch_models import checkpoints, confidence, run_lengths
from services.torch_models.limits import check_memory, enough_memory
from services.torch_models.model import ModelInfo
from services.torch_models.predict import predict
from services.torch_models.run_lengths import NONE, Piece, RunLengths
from services.torch_models.signal_check import differences, sentence
from services.wording import counted

MOST_SEGMENTS = 50_000  # more cannot be reviewed; storing them takes seconds
MOST_CHANGES = 5_000_000  # segments before merging; about a gigabyte of memory
PREDICTING = 0.97  # share of the progress; the rest is merging and writing

Report = Callable[[float, str], None]


def run(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Predict the rows ``start`` to ``stop - 1`` and write their segments to ``<confidence>/<job>/``.

    ``arguments``: ``model_name``, ``model_sha256``, ``file`` (the checkpoint), ``largest`` (maximum size in bytes),
    ``classes`` (number when it was added), ``store`` (folder of the recording's columns), ``channels`` (their
    indices in the order of the model's features), ``start``, ``stop``, ``least`` (shorter segments are merged),
    ``skip`` (classes without labels), ``confidence`` (folder of all runs), ``job``, ``factors`` (of each channel, to
    correct it; empty: none).

    Returns:
        ``{"segments": number}``.

    Raises:
        NotFound: the checkpoint or the columns are missing.
        RefusedFile: the checkpoint was changed.
        Invalid: the model cannot process the samples, or finds too many segments.
        StorageFull: the disk is full.
    """
    name, file = arguments["model_name"], Path(arguments["file"])
    _check_bytes(file, name, arguments["model_sha256"])
    info, tensors = checkpoints.load(file, name, arguments["largest"])
    _check_classes(info, name, arguments.get("classes", info.classes))
    check_memory(info, name)
    store = Store.open(Path(arguments["store"]))
    start, stop = arguments["start"], arguments["stop"]
    folder = Path(arguments["confidence"]) / arguments["job"]
    progress = _rate(report, stop - start)
    with storing("The results of the model"), enough_memory(name):
        writer = confidence.Writer(folder, store.rows, start)
        factors = arguments.get("factors", ())
        pieces = predict(info, tensors, store, arguments["channels"], start, stop, progress, factors)
        segments = run_lengths.runs(_written(pieces, writer))
        report(PREDICTING, "Finding segments")
        unlike = _unlike(segments) if info.portfolio is not None else 0.0
        segments = run_lengths.merge_short(segments, arguments["least"])
        segments = segments.only((segments.label != NONE) & ~np.isin(segments.label, arguments["skip"]))
        _check_count(segments, arguments["least"])
        writer.finish()
        np.savez(
            folder / confidence.SEGMENTS,
            start=segments.start + start,
            end=segments.end + start,
            label=segments.label,
            score=segments.score,
            unlike=unlike,
            differences=sentence(differences(info, store, arguments["channels"]), bool(factors)),
        )
    return {"segments": len(segments)}


def _check_bytes(file: Path, name: str, sha256: str) -> None:
    """Check that the checkpoint has the inspected bytes."""
    try:
        actual = sha256_of(file)
    except OSError as error:
        raise NotFound(f"The file of the model {quoted(name)} no longer exists; upload it again.") from error
    if actual != sha256:
        raise RefusedFile(
            f"The file of the model {quoted(name)} was changed since the upload; upload it again."
        )


def _check_classes(info: ModelInfo, name: str, classes: int) -> None:
    """Check that this version of the program reads the same number of classes as when the model was added."""
    if info.classes != classes:
        raise RefusedFile(
            f"The model {quoted(name)} was added as one of {counted(classes, 'class', 'classes')}, and is read as one "
            f"of {info.classes} now. Delete it and upload it again."
        )


def _rate(report: Report, rows: int) -> Report:
    """Progress of the prediction, with rows per second."""
    begun = perf_counter()

    def progress(share: float, _message: str) -> None:
        seconds = max(perf_counter() - begun, 1e-6)
        report(share * PREDICTING, f"Predicting, {_short(share * rows / seconds)} rows/s")

    return progress


def _short(number: float) -> str:
    """``1.2 M``, ``350 k``, ``80``."""
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if number >= size:
            return f"{number / size:.3g}{letter}" if number < 100 * size else f"{number / size:,.0f}{letter}"
    return f"{number:.0f}"


def _written(pieces: Iterator[Piece], writer: confidence.Writer) -> Iterator[Piece]:
    """Pass the pieces on, and write their confidences."""
    changes = 0
    for labels, scores in pieces:
        changes += int(np.count_nonzero(labels[1:] != labels[:-1]))
        if changes > MOST_CHANGES:
            raise Invalid(
                f"The class changes more than {MOST_CHANGES:,} times in this file, so the model does not suit it. "
                "Try it on the visible range only."
            )
        writer.add(confidence.encode(scores, labels != NONE))
        yield labels, scores


def _unlike(segments: RunLengths) -> float:
    """Share of rows with samples for which an ensemble predicts no class."""
    rows = segments.length[(segments.label == NONE) & (segments.total > 0)].sum()
    return float(rows / max(1, segments.length.sum()))


def _check_count(segments: RunLengths, least: int) -> None:
    if len(segments) > MOST_SEGMENTS:
        raise Invalid(
            f"The model finds {len(segments):,} segments, more than the {MOST_SEGMENTS:,} that can be reviewed. "
            f"Set a minimum length above {max(least, 1):,} {'sample' if least <= 1 else 'samples'} in the options, "
            "so that short ones are merged."
        )
