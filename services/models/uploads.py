"""Add checkpoints: uploaded with the form, or imported from the predecessor's list.

A job inspects each; its row has the state and the reason of a refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection

from services.errors import RefusedFile
from services.jobs import Job, JobKind, Jobs, JobState
from services.models import rows
from services.models.fields import ModelTexts, WrongFields, model_texts
from services.models.legacy_import import LegacyNote, ListedCheckpoint, read_folder
from services.models.registry import Models, check_name, free_name
from services.settings import MEBIBYTE, Settings
from services.storage.files import make_folder, sync_path
from services.storage.paths import quoted
from services.torch_models.model import ModelInfo
from services.uploads.pieces import PartialUploads

log = logging.getLogger(__name__)

JOB = "model"
WORKING, ADDED, REFUSED, CANCELLED = "working", "added", "refused", "cancelled"


class TooLarge(RefusedFile):
    """A checkpoint above the maximum size."""


@dataclass(frozen=True)
class Arrival:
    """State of a new checkpoint: ``working``, ``added`` (``model`` is its id), ``refused`` or ``cancelled``.

    ``fields``: message by form field.
    """

    state: str
    job: str = ""
    model: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


class ModelArrivals:
    """Adds checkpoints. Thread-safe.

    From the browser: :meth:`check`, :meth:`inspect` after the upload, then :meth:`result` after the job.
    """

    def __init__(self, settings: Settings, models: Models, jobs: Jobs) -> None:
        self._settings = settings
        self._models = models
        self._jobs = jobs
        self._pieces = PartialUploads(settings.models_dir / ".partial", settings.max_model_bytes)
        jobs.register(
            JOB,
            JobKind(
                "services.models.inspect_job:inspect_checkpoint",
                self._land,
                self._ended,
                pool="models",
                eager=False,
            ),
        )

    # -- from the browser -------------------------------------------------------------------------------

    def check(self, values: Mapping[str, Any], file: str, size: int) -> ModelTexts:
        """Check the form before the upload.

        Raises:
            WrongFields: a field exceeds its limits, or a model has the name.
            TooLarge: the file is too large.
        """
        texts = model_texts(values, file)
        self._check_size(file, size)
        with self._jobs.database.read() as connection:
            check_name(connection, texts.name)
        return texts

    def inspect(
        self, values: Mapping[str, Any], file: str, size: int, take: Callable[[Path], None], owner: str = ""
    ) -> str:
        """Submit the inspection of an uploaded checkpoint; returns the id of the job.

        Args:
            take: moves the bytes to a path.

        Raises:
            WrongFields, TooLarge: as for :meth:`check`.
            NotFound: the bytes are missing.
            StorageFull: the disk is full.
        """
        texts = self.check(values, file, size)
        key = token_hex(32)
        full = self._pieces.full(key)
        make_folder(full.parent)
        take(full)
        sync_path(full)
        return self._submit(ListedCheckpoint(file, texts), full, rows.UPLOAD, key, owner)

    def result(self, job_id: str) -> Arrival:
        """The state of a new checkpoint.

        Raises:
            NotFound: unknown job.
        """
        job = self._jobs.get(job_id)
        if job.active:
            return Arrival(WORKING, job_id)
        if job.state == JobState.CANCELLED:
            return Arrival(CANCELLED, job_id)
        outcome = job.result or {}
        if "model" in outcome:
            return Arrival(ADDED, job_id, outcome["model"])
        return Arrival(
            REFUSED, job_id, fields=outcome.get("fields") or {"file": job.error or "It was refused."}
        )

    def cancel(self, job_id: str) -> Arrival:
        """Cancel the inspection of a checkpoint; a model that was already added is kept and returned.

        Raises:
            NotFound: unknown job.
        """
        self._jobs.cancel(job_id)
        return self.result(job_id)

    def looking(self) -> list[str]:
        """The names of the checkpoints being inspected."""
        return [job.arguments["name"] for job in self._jobs.active() if job.kind == JOB]

    # -- from the folder of models ----------------------------------------------------------------------

    def pick_up(self) -> int:
        """Start inspections of new checkpoints in the predecessor's list; returns their number."""
        self._pieces.sweep()
        listed, _ = self._folder()
        fresh = [entry for entry in listed if self._is_new(entry)]
        for entry in fresh:
            self._submit(entry, self._settings.models_dir / entry.file, rows.LISTED, entry.source)
        if fresh:
            log.info("Models: inspecting %d of the list", len(fresh))
        return len(fresh)

    def notes(self) -> list[LegacyNote]:
        """Notes about checkpoints of the list that could not be imported."""
        listed, notes = self._folder()
        return [*notes, *(note for entry in listed if (note := self._refusal(entry)))]

    def _folder(self) -> tuple[list[ListedCheckpoint], list[LegacyNote]]:
        """Checkpoints of the lists that are not models and never were: deleted models are not imported again."""
        with self._jobs.database.read() as connection:
            files = {model.file for model in rows.select_models(connection)}
        listed, notes = read_folder(self._settings.models_dir)
        return [entry for entry in listed if entry.file not in files], [
            note for note in notes if note.file not in files
        ]

    def _is_new(self, entry: ListedCheckpoint) -> bool:
        """False if the same file was refused before, or is being inspected."""
        earlier = self._jobs.newest(JOB, "key", entry.source)
        return earlier is None or not (earlier.active or earlier.state == JobState.DONE)

    def _refusal(self, entry: ListedCheckpoint) -> LegacyNote | None:
        job = self._jobs.newest(JOB, "key", entry.source)
        if job is None or job.active:
            return None
        return LegacyNote(job.id, entry.file, " ".join(self.result(job.id).fields.values()))

    # -- jobs -------------------------------------------------------------------------------------------

    def _submit(self, entry: ListedCheckpoint, full: Path, origin: str, key: str, owner: str = "") -> str:
        arguments = {
            **asdict(entry.texts),
            "key": key,
            "file": entry.file,
            "full": str(full),
            "origin": origin,
            "largest": self._settings.max_model_bytes,
            "cache": self._settings.cache_place,
        }
        return self._jobs.submit(JOB, arguments, owner)

    def _land(self, connection: Connection, job: Job, outcome: dict[str, Any]) -> dict[str, Any]:
        if "refused" in outcome:
            return {"fields": {"file": outcome["refused"]}}
        arguments, origin = job.arguments, job.arguments["origin"]
        texts = ModelTexts(arguments["name"], arguments["short_description"], arguments["remarks"])
        if origin == rows.LISTED:
            texts = ModelTexts(free_name(connection, texts.name), texts.short_description, texts.remarks)
        values = {"sha256": outcome["sha256"], "origin": origin, "author": job.owner}
        info = ModelInfo.from_json(outcome["info"])
        try:
            model = self._models.keep(connection, Path(arguments["full"]), texts, info, **values)
        except WrongFields as wrong:
            return {"fields": wrong.fields}
        return {"model": model.id}

    def _ended(self, job: Job) -> None:
        """Remove the bytes of an upload that ended."""
        if job.arguments["origin"] == rows.UPLOAD:
            self._pieces.remove(job.arguments["key"])

    def _check_size(self, file: str, size: int) -> None:
        largest = self._settings.max_model_bytes
        if size > largest:
            name = quoted(file) if file != "The file" else file
            raise TooLarge(
                f"{name} has {size / MEBIBYTE:,.0f} MB; at most {largest / MEBIBYTE:,.4g} MB are allowed. "
                "Set TIDEMARK_MAX_MODEL_MB to take more."
            )
