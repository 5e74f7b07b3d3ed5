"""Save All as a job: a worker process writes every unsaved recording to outputs/, with progress; cancelling is safe.

Each file is complete and recorded in the database before the next one begins, so a job that is cancelled or killed
leaves some files saved and the others unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.jobs import Job, JobKind, Jobs
from services.outputs.service import Outputs
from services.settings import Settings
from services.wording import counted

JOB = "save_all"
FOLDERS = ("data_dir", "models_dir", "outputs_dir")


@dataclass(frozen=True)
class SaveAllState:
    """State of a Save All job: running or not, progress, result per file, reason of an early end."""

    id: str
    active: bool
    progress: float
    message: str
    files: list[dict[str, Any]]
    error: str


class SaveAll:
    """Starts Save All jobs and reports their state."""

    def __init__(self, settings: Settings, outputs: Outputs, jobs: Jobs) -> None:
        self._settings = settings
        self._outputs = outputs
        self._jobs = jobs
        kind = JobKind(
            "services.outputs.save_all:run",
            pool="main",
            shown=True,
            eager=False,
            prepare=lambda _job: self._places(),
        )
        jobs.register(JOB, kind)

    def start(self, ids: Sequence[int] | None = None) -> str | None:
        """Submit the job that saves all, or return the running one; None if every file is saved.

        Args:
            ids: only these recordings.
        """
        running = [job.id for job in self._jobs.active() if job.kind == JOB]
        if running:
            return running[0]
        unsaved = [recording for recording in self._outputs.unsaved() if ids is None or recording.id in ids]
        if not unsaved:
            return None
        title = f"{counted(len(unsaved), 'file')} with unsaved changes"
        about = {"title": "Save All" if ids is None else "Save", "what": title, "href": "/outputs"}
        return self._jobs.submit(JOB, {"about": about, "ids": None if ids is None else list(ids)})

    def state(self, job_id: str) -> SaveAllState:
        """The state of a job.

        Raises:
            NotFound: unknown job.
        """
        job: Job = self._jobs.get(job_id)
        files = (job.result or {}).get("files", [])
        return SaveAllState(job.id, job.active, job.progress, job.message, files, job.error or "")

    def cancel(self, job_id: str) -> None:
        """Cancel a job; files saved so far stay saved.

        Raises:
            NotFound: unknown job.
        """
        self._jobs.cancel(job_id)

    def _places(self) -> dict[str, Any]:
        folders = {name: str(getattr(self._settings, name)) for name in FOLDERS}
        return {"settings": {**folders, "database_url": self._settings.database_url}}


def run(arguments: dict[str, Any], report: Any) -> dict[str, Any]:
    """Job function: save all unsaved recordings.

    ``arguments``: ``settings``, the three folders and the URL of the database; ``ids``: only these recordings.
    """
    from services.recordings.service import Recordings
    from services.storage.db import open_database

    values = arguments["settings"]
    data, models, outputs = (Path(values[name]) for name in FOLDERS)
    settings = Settings(
        data_dir=data, models_dir=models, outputs_dir=outputs, database_url=values["database_url"]
    )
    database = open_database(settings.database_url)
    try:
        results = Outputs(database, Recordings(database, settings), settings).save_all(
            report, arguments.get("ids")
        )
    finally:
        database.close()
    return {"files": [{**asdict(result), "sentence": result.sentence} for result in results]}
