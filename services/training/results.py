"""Store the result of a training: a model with version and recipe, and its suggestions if requested."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from services.errors import Invalid
from services.inference import Runs
from services.jobs import Job
from services.models import Model, Models, rows
from services.models.fields import LONGEST_NAME, ModelTexts, truncated_texts
from services.models.registry import free_name
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.files import atomic_write, make_folder, storing
from services.storage.paths import quoted
from services.torch_models.fitting import MISSING, matched
from services.torch_models.model import ModelInfo
from services.training import versions, words
from services.training.recipe import TrainingRequest
from services.training.training_set import TrainingSet

VERSION = re.compile(r" v\d+$")


class TrainingResults:
    """Adds a trained model to the registry, and its suggestions to the recording."""

    def __init__(self, settings: Settings, recordings: Recordings, models: Models, runs: Runs) -> None:
        self._settings = settings
        self._recordings = recordings
        self._models = models
        self._runs = runs

    def run(self, request: TrainingRequest, collected: TrainingSet) -> dict[str, Any]:
        """Arguments of the worker for labelling the requested recording, see ``autolabel.run_job``.

        Raises:
            NotFound: the recording was deleted.
            Invalid: it has not all channels of the training.
        """
        recording, store = self._recordings.get(request.suggest), self._recordings.store(request.suggest)
        part = next((part for part in collected.parts if part.id == request.suggest), None)
        channels = part.places if part else matched(collected.channels, store.info)
        if MISSING in channels:
            lacking = quoted(collected.channels[channels.index(MISSING)])
            raise Invalid(f"The recording to label has no channel {lacking}, which the model learns from.")
        return {
            "model_name": "The model",
            "largest": self._settings.max_model_bytes,
            "store": str(store.folder),
            "store_key": recording.store_key,
            "channels": list(channels),
            "start": 0,
            "stop": store.rows,
            "least": 1,
            "confidence": str(self._settings.confidence_dir),
            "options": {"least": 1, "accept": None, "replace": "suggestions"},
            "around": True,
        }

    def land(
        self, connection: Connection, job: Job, arguments: dict[str, Any], outcome: dict[str, Any], file: Path
    ) -> dict[str, Any]:
        """Add a model from ``file``, and labels from its results.

        Raises:
            TidemarkError: it cannot be stored, or the recording changed meanwhile; no file is left behind.
        """
        request = TrainingRequest.from_json(job.arguments["wanted"])
        arrived = self._settings.models_dir / ".partial" / f"trained-{job.id}.pth"  # moved from there by name
        kept: Path | None = None
        try:
            with storing("The model"):
                make_folder(arrived.parent)
            atomic_write(arrived, file.read_bytes())
            model = self._keep(connection, job, request, arguments, outcome, arrived)
            kept = self._models.file_of(model)
            landed = self._suggest(connection, job, arguments, model) if request.suggest else {}
        except BaseException:
            arrived.unlink(missing_ok=True)
            if kept:
                kept.unlink(missing_ok=True)
            raise
        expected = words.expected(outcome["report"]["metrics"])
        sentence = " ".join(filter(None, (landed.get("sentence", ""), expected)))
        return {
            "model": model.id,
            "name": model.name,
            "version": model.version,
            "warnings": outcome["report"]["warnings"],
            "suggested": landed,
            "expected": expected,
            "sentence": sentence,
        }

    @staticmethod
    def measured(connection: Connection, identity: str, outcome: dict[str, Any]) -> dict[str, Any]:
        """Store the metrics of a model, which were measured after its training; texts that were edited are kept.

        Raises:
            NotFound: the model was deleted.
        """
        model, metrics = rows.by_id(connection, identity), outcome["metrics"]
        recipe = {**(model.recipe or {}), "measured_later": True}
        marked, files = recipe["marked"], recipe["files"]
        values: dict[str, Any] = {"recipe": recipe}
        if model.short_description == words.short(None, recipe["labels"]):
            values["short_description"] = words.short(metrics, recipe["labels"])
        if model.remarks == words.remarks(None, marked, files):
            values["remarks"] = words.remarks(metrics, marked, files)
        info = replace(model.info, metrics=metrics)
        rows.set_values(connection, identity, {**values, "info": info.to_json()})
        expected = words.expected(metrics)
        return {
            "model": identity,
            "expected": expected,
            "warnings": outcome["warnings"],
            "sentence": " ".join([expected, *outcome["warnings"]]),
        }

    def ended(self, job: Job) -> None:
        """Keep the confidences of the suggestions, or remove those of a failed run."""
        if job.recording_id:
            self._runs.ended(job)

    def _keep(
        self,
        connection: Connection,
        job: Job,
        request: TrainingRequest,
        arguments: dict[str, Any],
        outcome: dict[str, Any],
        file: Path,
    ) -> Model:
        earlier = rows.by_id(connection, request.follows) if request.follows else None
        last = versions.ever(connection, earlier.lineage)[-1] if earlier else None
        metrics, background = outcome["report"]["metrics"], outcome["background"]
        count = sum(arguments["marked"].values())
        texts = ModelTexts(
            _name(connection, request, arguments, last),
            words.short(metrics, count),
            words.remarks(metrics, arguments["marked"], len(arguments["recordings"])),
        )
        values = {
            "sha256": outcome["sha256"],
            "origin": rows.TRAINED,
            "author": job.owner,
            "recipe": request.recipe()
            | {
                "labels": count,
                "marked": arguments["marked"],
                "files": len(arguments["recordings"]),
                "seen": arguments["seen"],
                "curve": arguments["curve"],
            },
        }
        if background is not None:
            values["classes"] = [{"index": background, "skip": True}]
        if last:
            values |= {"lineage": last.lineage, "version": last.version + 1}
        return self._models.keep(connection, file, texts, ModelInfo.from_json(outcome["info"]), **values)

    def _suggest(
        self, connection: Connection, job: Job, training: dict[str, Any], model: Model
    ) -> dict[str, Any]:
        """Store suggestions outside existing labels, replacing open suggestions of earlier versions."""
        arguments = training["run"] | {
            "model": model.id,
            "model_name": model.name,
            "model_sha256": model.sha256,
            "replaces": [version.id for version in versions.ever(connection, model.lineage)],
        }
        return self._runs.land(connection, replace(job, arguments=arguments))


def _name(
    connection: Connection, request: TrainingRequest, arguments: dict[str, Any], last: Model | None
) -> str:
    """The given name, or the names of the classes; for a later version, the earlier name and its number."""
    named = request.name or " ".join(arguments["marked"])
    name = truncated_texts({"name": VERSION.sub("", last.name) if last else named}, "Trained model").name
    if last:
        end = f" v{last.version + 1}"
        name = f"{name[: LONGEST_NAME - len(end)].rstrip()}{end}"
    return free_name(connection, name)
