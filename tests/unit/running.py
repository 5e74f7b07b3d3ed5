"""Test helpers for runs: recordings, predictable models, waiting for jobs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import torch

from services.inference import RunOptions, RunRequest
from services.jobs import Job
from services.models import Model
from services.models.fields import ModelTexts
from services.torch_models.checkpoints import load
from services.web.container import Services
from tests.support import eventually
from tests.unit.checkpoint_files import save, state
from tests.unit.ends import ends

LARGEST = 1 << 30
NAMES = ("Quiet", "Loud")
_numbers = count(1)


def threshold(
    features: Sequence[str] = ("v",), steepness: float = 3.0, names: Sequence[str] = NAMES
) -> dict[str, Any]:
    """A checkpoint that predicts class 1 where its first feature is above zero, else class 0; maximum score 0.9975.

    A GRU cell with closed update gate: its output is the hyperbolic tangent of the value.
    """
    weight = torch.zeros(3, len(features))
    weight[2, 0] = 10.0
    state = {
        "gru.weight_ih_l0": weight,
        "gru.weight_hh_l0": torch.zeros(3, 1),
        "gru.bias_ih_l0": torch.tensor([0.0, -20.0, 0.0]),
        "gru.bias_hh_l0": torch.zeros(3),
        "fc.weight": torch.tensor([[-steepness], [steepness]]),
        "fc.bias": torch.zeros(2),
    }
    return {
        "format": "labeler-model",
        "format_version": 1,
        "architecture": "gru",
        "hyperparameters": {},
        "features": list(features),
        "preprocessing": [],
        "labels": [{"index": index, "name": name, "color": None} for index, name in enumerate(names)],
        "sampling": None,
        "model_state_dict": state,
    }


def slow() -> dict[str, Any]:
    """A checkpoint that takes seconds for a hundred thousand rows: a run that can be interfered with."""
    return {
        **threshold(),
        "architecture": "bigru-attention",
        "labels": None,
        "model_state_dict": state(features=1, hidden=96, layers=4, classes=3, both=True),
    }


class Lab:
    """The services, with runs that can be awaited."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services, self.folder = services, folder
        self.end_of = ends(services, "autolabel")

    def model(self, content: Any = None, **options: Any) -> Model:
        """A model in the catalogue that no other test has."""
        return add_model(
            self.services, self.folder, content or threshold(), f"Steps {next(_numbers)}", **options
        )

    def recording(self, values: Sequence[int], names: Sequence[str] = ("v",), path: str = "") -> int:
        """A recording with channels that all have about these values, at seconds 0, 1, 2 …"""
        path = path or f"{uuid4().hex}.csv"
        file = self.folder / "files" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        number = next(_numbers)  # no two files are alike
        rows = [f"{row}{f',{value}.{number:06}' * len(names)}" for row, value in enumerate(values)]
        file.write_text("\n".join([",".join(["t", *names]), *rows, ""]))
        list(self.services.uploads.import_paths([file], root=self.folder / "files"))
        known = self.services.recordings.by_path(path)
        assert known
        return known.id

    def start(self, recording: int, model: Model, **choices: Any) -> str:
        """Queue a run; its id."""
        options = RunOptions(
            **{key: choices.pop(key) for key in ("least", "accept", "replace") if key in choices}
        )
        answer = self.services.runs.start([recording], RunRequest(model.id, options, **choices))
        assert answer["jobs"], answer
        return str(answer["jobs"][0])

    def run(self, recording: int, model: Model, **choices: Any) -> Job:
        """Run a model and wait for its end."""
        return self.end_of(self.start(recording, model, **choices))

    def begun(self, job_id: str) -> None:
        """Wait until a job reports its progress."""
        eventually(lambda: self.services.jobs.get(job_id).progress > 0)

    def labels(self, recording: int) -> list[tuple[int, int, str, str]]:
        """First sample, last sample, class, status."""
        rows = self.services.annotations.apply(recording, [], -1)["upsert"]
        return [(row["start"], row["end"], row["label"], row["status"]) for row in rows]

    def command(self, recording: int, kind: str, **values: Any) -> None:
        """A command, as the browser sends it."""
        command = {"uuid": str(uuid4()), "kind": kind, **values}
        answer = self.services.annotations.apply(recording, [command], -1)
        assert not answer["rejected"], answer["rejected"]

    def label(self, recording: int, x0: float, x1: float, name: str) -> None:
        """A label by hand."""
        self.command(recording, "add", id=str(uuid4()), x0=x0, x1=x1, label=name)


def add_model(services: Services, folder: Path, content: Any, name: str, **options: Any) -> Model:
    """Put a checkpoint into the catalogue of models without an upload."""
    file = save(folder / f"{uuid4().hex}.pth", {**content, "provenance": {"number": next(_numbers)}})
    info, _ = load(file, file.name, LARGEST)
    columns = {"sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "origin": "upload", **options}
    with services.database.write() as connection:
        return services.models.keep(connection, file, ModelTexts(name), info, **columns)
