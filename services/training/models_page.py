"""Training on the Models page: options, results and versions."""

from __future__ import annotations

import glob
import shlex
from collections import defaultdict
from dataclasses import asdict, replace
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Row, func, select

from services.errors import NotFound
from services.models import Model, Models
from services.models.fields import LONGEST_NAME, model_texts
from services.models.registry import check_name
from services.recordings.repository import ACCEPTED, LIVE, Recording
from services.recordings.service import Recordings
from services.storage.db import Database
from services.storage.tables import annotation_table, label_classes, recordings
from services.torch_models.model import ModelInfo
from services.training import label_channels
from services.training.figures import figures
from services.training.form import LabelledFile, TrainingChoices
from services.training.label_page import LabelPageTraining
from services.training.recipe import BETWEEN, TrainingRequest
from services.training.service import Training
from services.training.training_set import UNMARKED

MOST_FILES = 5_000  # maximum number of files in the form
MOST_HELD = 20  # maximum number of recordings named in a command line


class TrainingPage:
    """Reads and starts trainings for the Models page. Thread-safe."""

    def __init__(
        self,
        database: Database,
        recordings: Recordings,
        models: Models,
        training: Training,
        desk: LabelPageTraining,
    ) -> None:
        self._database = database
        self._recordings = recordings
        self._models = models
        self._training = training
        self._desk = desk
        self._lock = Lock()
        self._choices: tuple[tuple[str, Any], TrainingChoices] | None = None

    def choices(self) -> TrainingChoices:
        """Available training data: files with accepted labels, and the classes of these labels.

        Needed at every change of the form, so it is cached until a recording, a label or a class changes.
        """
        with self._lock:
            version = self._version()
            if self._choices is None or self._choices[0] != version:
                self._choices = (version, self._read_choices())
            return self._choices[1]

    def _version(self) -> tuple[str, Any]:
        with self._database.read() as connection:
            classes = [tuple(row) for row in connection.execute(select(label_classes))]
        return self._recordings.version(), classes

    def _read_choices(self) -> TrainingChoices:
        with self._database.read() as connection:
            rows = _counted(connection)
            labelled = _labelled(connection)
        marked: dict[int, dict[str, int]] = defaultdict(dict)
        for row in rows:
            marked[row.recording_id][row.name] = marked[row.recording_id].get(row.name, 0) + row.segments
        files = [
            LabelledFile(recording.id, recording.path, channels, marked[recording.id])
            for recording in labelled
            if (channels := self._channels(recording)) is not None
        ]
        classes: dict[str, str] = {}
        for row in sorted(rows, key=lambda row: (row.label_set_id, row.position)):
            classes.setdefault(row.name, row.color)
        return TrainingChoices(tuple(files), classes, LONGEST_NAME)

    def start(self, request: TrainingRequest, owner: str = "") -> str:
        """Submit a training; returns the id of its job. Held-out recordings are identified by their exact paths.

        Raises:
            WrongFields: the name is invalid or in use.
            Invalid: too few labels.
        """
        if request.name:
            name = model_texts({"name": request.name}).name
            with self._database.read() as connection:
                check_name(connection, name)
        exact = replace(request, holdout=tuple(map(glob.escape, request.holdout)), follows="", suggest=0)
        return self._training.start(exact, owner)

    def model(self, identity: str) -> dict[str, Any]:
        """Metrics and origin of a model, as JSON.

        ``figures``: see :func:`figures.figures`; ``improves``: a next version is possible; ``versions``: see
        ``versions.version_json``; ``points``: learning curve; ``command``: command line that repeats the training,
        ``note``: its limitations; ``authors``: number of training labels of each person;
        ``scope``: sentence on the channels of the suggestions.

        Raises:
            NotFound: unknown model.
        """
        stored = self._models.get(identity)
        text, note = command(stored)
        return {
            "figures": figures(stored.info.metrics),
            "improves": bool(stored.recipe),
            "recipe": _recipe(stored.recipe),
            "sources": _sources(stored.info),
            "authors": _authors(stored.info),
            "scope": _scope(stored.info),
            "versions": self._desk.versions(identity),
            "points": list((stored.recipe or {}).get("curve") or ()),
            "command": text,
            "note": note,
        }

    def improvement(self, identity: str) -> dict[str, Any]:
        """Training labels of the next version of a model, and why it is not possible ("" if it is).

        Raises:
            NotFound: unknown model, or not trained here.
        """
        outlook = self._training.outlook(self._desk.improving(0, identity))
        return {**asdict(outlook), **self._desk.progress_of(self._models.get(identity), outlook)}

    def improve(self, identity: str, owner: str = "") -> str:
        """Submit the training of the next version; returns the id of its job.

        Raises:
            NotFound: unknown model, or not trained here.
            Invalid: too few labels.
        """
        return self._training.start(self._desk.improving(0, identity), owner)

    def _channels(self, recording: Recording) -> tuple[str, ...] | None:
        """Names of the channels of a recording; None if its samples are missing."""
        try:
            return tuple(channel.name for channel in self._recordings.open(recording).info.channels)
        except NotFound:
            return None


def command(model: Model) -> tuple[str, str]:
    """The command line that repeats a training ("" without a recipe), and its limitations ("" if none).

    For a training in the browser, the folders must be filled in.
    """
    provenance = model.info.provenance or {}
    if isinstance(stored := provenance.get("command"), str) and stored:
        return stored, ""
    recipe = model.recipe
    if not recipe:
        return "", ""
    words = [
        "python",
        "app.py",
        "train",
        "--data",
        "recordings/",
        "--labels",
        "outputs/",
        "--out",
        model.file,
    ]
    held = provenance.get("held_out") or {}
    paths = held.get("files") if held.get("kind") == "files" else None
    if isinstance(paths, list) and len(paths) <= MOST_HELD:
        words += [word for path in paths for word in ("--holdout", glob.escape(str(path)))]
    words += ["--later"] if recipe.get("later") else []
    words += [] if recipe.get("measured", True) else ["--no-holdout"]
    unmarked = recipe.get("unmarked") or ""
    words += ["--background", UNMARKED.name if unmarked == BETWEEN else unmarked] if unmarked else []
    words += ["--gaps-only"] if unmarked == BETWEEN else []
    words += ["--seconds", f"{recipe['seconds']:g}", "--seed", str(recipe["seed"])]
    return shlex.join(words), _left_out(recipe)


def _left_out(recipe: dict[str, Any]) -> str:
    sentences = ["Put the recordings into one folder and their saved labels into another."]
    chosen = [name for name in ("classes", "channels") if recipe.get(name)]
    if chosen:
        sentences.append(f"It uses all {' and '.join(chosen)}: remove the others from the files.")
    return " ".join(sentences)


def _recipe(recipe: dict[str, Any] | None) -> dict[str, Any] | None:
    """The recipe for the page."""
    if not recipe:
        return None
    names = (
        "labels",
        "files",
        "marked",
        "seconds",
        "seed",
        "classes",
        "channels",
        "unmarked",
        "folder",
        "everywhere",
    )
    return {name: recipe.get(name) for name in names}


def _authors(info: ModelInfo) -> dict[str, int]:
    """Number of training labels of each person, from the metadata of the checkpoint, which is untrusted."""
    authors = (info.provenance or {}).get("authors")
    if not isinstance(authors, dict):
        return {}
    return {str(name): count for name, count in authors.items() if isinstance(count, int)}


def _scope(info: ModelInfo) -> str:
    """Sentence on the channels of the suggestions, from the metadata of the checkpoint, which is untrusted."""
    known = (info.provenance or {}).get("label_channels")
    classes = [label.name for label in info.labels]
    channels = {
        name: [str(channel) for channel in names]
        for name, names in (known if isinstance(known, dict) else {}).items()
        if isinstance(names, list) and names
    }
    return label_channels.sentence(channels, classes)


def _sources(info: ModelInfo) -> list[dict[str, Any]]:
    """The training recordings in the metadata of the checkpoint, which is untrusted."""
    files = (info.provenance or {}).get("files")
    sources = [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return [
        {"path": str(source.get("path", "")), "sha256": str(source.get("sha256", ""))}
        for source in sources[:200]
    ]


def _labelled(connection: Connection) -> list[Recording]:
    """Recordings with accepted labels, by path."""
    ids = select(annotation_table.c.recording_id).where(annotation_table.c.status == ACCEPTED)
    query = select(recordings).where(LIVE, recordings.c.id.in_(ids)).order_by(recordings.c.path)
    return [Recording(**row._mapping) for row in connection.execute(query.limit(MOST_FILES))]


def _counted(connection: Connection) -> list[Row[Any]]:
    """Number of accepted labels of each class in each recording, by path."""
    table, names = annotation_table.c, label_classes.c
    query = (
        select(
            table.recording_id,
            names.name,
            names.color,
            names.label_set_id,
            names.position,
            func.count().label("segments"),
        )
        .join(label_classes, names.id == table.label_class_id)
        .join(recordings, recordings.c.id == table.recording_id)
        .where(LIVE, table.status == ACCEPTED)
        .group_by(table.recording_id, recordings.c.path, names.id)
        .order_by(recordings.c.path, names.label_set_id, names.position)
    )
    return list(connection.execute(query))
