"""Files of a training job in a folder that is removed when the job ends.

:mod:`services.learning.job_files` describes the files.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.learning.evaluation.segment_matching import Labelled
from services.learning.job_files import CURVE, KNOWN, REQUEST
from services.storage.files import storing
from services.training.training_set import TrainingSet

MOST_POINTS = 300  # maximum number of points of a curve


def write(folder: Path, collected: TrainingSet, more: dict[str, Any]) -> dict[str, Any]:
    """Create the folder; returns the arguments for the worker, including ``more``.

    Raises:
        StorageFull: the disk is full.
    """
    content = {**_arguments(collected), **more, "folder": str(folder)}
    arrays: dict[str, NDArray[np.int64]] = {}
    for place, part in enumerate(collected.parts):
        arrays |= {f"labels{place}": _array(part.labels), f"wrong{place}": _array(part.wrong)}
    with storing("The training labels"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        np.savez_compressed(folder / KNOWN, allow_pickle=False, **arrays)
        (folder / REQUEST).write_text(json.dumps(content), encoding="utf-8")
    return content


def arguments(folder: Path) -> dict[str, Any]:
    """The arguments that :func:`write` returned."""
    content: dict[str, Any] = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    return content


def curve(folder: Path) -> list[dict[str, Any]]:
    """Points written by the worker so far, thinned; none if the folder is missing.

    Each has ``done``, the share of the whole training, and values such as ``loss``.
    """
    try:
        lines = (folder / CURVE).read_text(encoding="utf-8").splitlines(keepends=True)
    except OSError:
        return []
    whole = [line for line in lines if line.endswith("\n")]  # the last one may be incomplete
    return [json.loads(line) for line in whole[:: max(1, -(-len(whole) // MOST_POINTS))]]


def remove(folder: Path) -> None:
    """Remove the folder with its content."""
    shutil.rmtree(folder, ignore_errors=True)


def _arguments(collected: TrainingSet) -> dict[str, Any]:
    return {
        "recordings": [
            {
                "path": part.path,
                "sha256": part.sha256,
                "store": part.folder,
                "channels": list(part.places),
                "step": part.step,
            }
            for part in collected.parts
        ],
        "labels": [asdict(label) for label in collected.labels],
        "channels": list(collected.channels),
        "background": None if collected.background is None else collected.labels[collected.background].name,
        "warnings": list(collected.warnings),
        "seen": collected.seen,
        "marked": collected.marked,
        "authors": collected.authors,
        "label_channels": collected.label_channels,
    }


def _array(labelled: Iterable[Labelled]) -> NDArray[np.int64]:
    rows = [(label, start, end) for label, (start, end) in labelled]
    return np.array(rows, np.int64).reshape(-1, 3)
