"""Label services on a temporary data folder, for tests of their interaction."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from services.annotations.history import History
from services.annotations.service import Annotations, Changes
from services.label_classes.classes import LabelClasses
from services.outputs.saved_files import SavedFiles
from services.outputs.service import Outputs
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.db import open_database
from services.storage.tables import annotation_table
from services.timeseries import Store, TimeKind
from tests.support import with_tables
from tests.unit.recordings import store_of

ROWS = 1000


class Desk:
    """A fresh program on ``folder``; another one on the same folder is the program started again.

    ``url``: of a database elsewhere.
    """

    def __init__(self, folder: Path, url: str = "") -> None:
        self.settings = Settings(data_dir=folder / "data", outputs_dir=folder / "outputs")
        self.database = open_database(url or with_tables(self.settings).database_url)
        self.recordings = Recordings(self.database, self.settings)
        self.classes = LabelClasses(self.database)
        self.annotations = Annotations(self.database, self.recordings, self.classes)
        self.history = History(self.database, self.recordings)
        self.outputs = Outputs(self.database, self.recordings, self.settings)
        self.saved_files = SavedFiles(self.database, self.recordings, self.outputs, self.settings)

    def record(
        self,
        path: str = "a.csv",
        times: NDArray[Any] | None = None,
        kind: TimeKind = TimeKind.NUMERIC,
        rows: int = ROWS,
    ) -> int:
        """Make a recording at ``path`` and return its id; without ``times`` the row number is the time."""
        key = sha256(path.encode()).hexdigest()
        rows = rows if times is None else len(times)
        store = store_of(self.settings.store_dir / key[:2] / key, [np.arange(rows) / 8], times, kind)
        return self.recordings.add(path, replace(store.info, sha256=key)).id

    def store(self, recording: int) -> Store:
        """The samples of a recording."""
        return self.recordings.store(recording)

    def send(self, recording: int, kind: str, **values: Any) -> Changes:
        """Apply one command; returns all labels."""
        return self.annotations.apply(recording, [command(kind, **values)], since=-1)

    def add(self, recording: int, first: float, last: float, label: str = "QRS", **values: Any) -> str:
        """Add a label and return its id; it must be accepted."""
        identity = str(uuid4())
        answer = self.send(recording, "add", id=identity, x0=first, x1=last, label=label, **values)
        assert not answer["rejected"]
        return identity

    def rows(self, recording: int) -> list[dict[str, Any]]:
        """Every column of every annotation of a recording, by id."""
        query = select(annotation_table).where(annotation_table.c.recording_id == recording)
        with self.database.read() as connection:
            found = connection.execute(query.order_by(annotation_table.c.id))
            return [dict(row._mapping) for row in found]

    def segments(self, recording: int) -> list[tuple[int, int, str]]:
        """First sample, last sample and class of each label of a recording, in start order."""
        rows = self.annotations.apply(recording, [], since=-1)["upsert"]
        return [(row["start"], row["end"], row["label"]) for row in rows]

    def state(self, recording: int) -> str:
        """State of a file in the tree."""
        return self.recordings.summary(recording).state

    def saved(self, path: str = "a.csv") -> str:
        """The content of a file in outputs/."""
        return (self.settings.outputs_dir / path).read_text(encoding="utf-8")

    def files(self) -> list[str]:
        """Paths of all files in outputs/."""
        folder = self.settings.outputs_dir
        return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def command(kind: str, **values: Any) -> dict[str, Any]:
    """A command with a new uuid."""
    return {"uuid": str(uuid4()), "kind": kind, **values}
