"""A trained model with versions and files, for tests of the user interface."""

from __future__ import annotations

from typing import Any

from services.training.figures import figures
from services.training.form import LabelledFile, TrainingChoices
from tests.unit.training_figures import measured

POINTS = [
    {"done": 0.1, "loss": 1.2, "held_loss": 1.3, "network": "0", "judged": 1},
    {"done": 0.4, "loss": 0.6, "held_loss": 0.8, "network": "0", "judged": 1},
    {"done": 0.5, "macro_f1": 0.91},
    {"done": 0.6, "loss": 1.1, "network": "1", "judged": 0},
    {"done": 0.9, "loss": 0.4, "network": "1", "judged": 0},
]
UNTRAINED: dict[str, Any] = {
    "figures": None,
    "improves": False,
    "recipe": None,
    "sources": [],
    "authors": {},
    "scope": "",
    "versions": [],
    "points": [],
    "command": "",
    "note": "",
}


def version(number: int, f1: float | None = 0.9, labels: int = 10, **more: Any) -> dict[str, Any]:
    """A version in the format of ``services.training.versions.version_json``."""
    return {
        "id": f"v{number}",
        "name": f"Waves v{number}",
        "version": number,
        "labels": labels,
        "files": 1,
        "f1": f1,
        "segment_f1": f1,
        "low": None,
        "high": None,
        "segments": 4,
        "same": True,
        "created_at": "2026-11-29T08:00:00+00:00",
        **more,
    }


def trained(**more: Any) -> dict[str, Any]:
    """Facts of a model with two versions, as ``TrainingPage.model`` has them."""
    return {
        "figures": figures(measured()),
        "improves": True,
        "recipe": {"marked": {"Quiet": 4, "Loud": 4}, "unmarked": "", "seconds": 60.0, "seed": 0},
        "sources": [{"path": f"a/{number}.csv", "sha256": "ab" * 32} for number in range(7)],
        "authors": {"": 2, "Ann": 1200},
        "scope": "",
        "versions": [version(1), version(2, 0.95, 12, low=0.9, high=0.98)],
        "points": POINTS,
        "command": "python app.py train --data recordings/",
        "note": "Put the recordings into one folder.",
        **more,
    }


def choices(*files: LabelledFile) -> TrainingChoices:
    """Files to learn from: two with the same channels in a folder, one with others at the top."""
    known = files or (
        LabelledFile(1, "ecg/one.csv", ("II", "V1"), {"P": 3, "QRS": 4}),
        LabelledFile(2, "ecg/two.csv", ("V1", "II"), {"P": 1, "T": 2}),
        LabelledFile(3, "other.csv", ("v",), {"P": 2, "QRS": 2}),
    )
    return TrainingChoices(known, {"P": "#0072b2", "QRS": "#d55e00", "T": "#009e73"}, 30)


def job(state: str = "running", **more: Any) -> dict[str, Any]:
    """A training as ``JobBoard.listed`` has it."""
    return {
        "id": "j1",
        "kind": "train",
        "recording": None,
        "state": state,
        "progress": 0.4567,
        "message": "Learning",
        "error": None,
        "result": None,
        "about": {"title": "Train Waves", "what": "3 P, 4 QRS"},
        "before": 0,
        **more,
    }
