"""State of saved files in outputs/: current, older than the labels, missing or never saved; preview and deletion."""

from __future__ import annotations

import io
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.errors import Conflict, NotFound, TidemarkError
from services.outputs.service import Outputs, SavedOutput, SaveResult
from services.recordings.repository import change, recording_row
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage import output_files
from services.storage.db import Database
from services.storage.paths import quoted
from services.storage.tables import recordings
from services.wording import NO_AUTHOR

log = logging.getLogger(__name__)

PREVIEW_ROWS = 200


class SavedState(StrEnum):
    """State of a saved file relative to the labels of its recording."""

    SAVED = "saved"
    OLDER = "older"  # labels were changed after it was written
    OTHER = "other"  # written settled, and Save writes one file per author now, or the reverse
    GONE = "gone"  # it was saved, and the file is missing
    NEVER = "never"  # has labels, never saved


THERE = (SavedState.SAVED, SavedState.OLDER, SavedState.OTHER)  # the file exists


@dataclass(frozen=True)
class OutputFile:
    """A recording that is saved or has labels.

    ``labels``: current number, ``saved_labels``: number in the file; ``size``: of the CSV in bytes, None without a
    file. ``has_json``: the label JSON was saved with it. ``authors``: of one file per author, else empty.
    """

    id: int
    path: str
    state: SavedState
    labels: int
    saved_labels: int | None = None
    saved_at: datetime | None = None
    size: int | None = None
    has_json: bool = False
    authors: Sequence[str] = ()

    @property
    def exists(self) -> bool:
        """True if the file exists."""
        return self.state in THERE


@dataclass(frozen=True)
class SavedPreview:
    """The first rows of a saved file as a data frame of text, and the number of its rows; of files per author, those
    of all, with a column for the author."""

    path: str
    table: Any
    rows: int


class SavedFiles:
    """Lists and deletes files in outputs/; label CSV and label JSON of a recording count as one file."""

    def __init__(
        self, database: Database, recordings: Recordings, outputs: Outputs, settings: Settings
    ) -> None:
        self._database = database
        self._recordings = recordings
        self._outputs = outputs
        self._folder = settings.outputs_dir

    def files(self) -> list[OutputFile]:
        """All recordings that are saved or have labels, by path."""
        saved = {output.id: output for output in self._outputs.list()}
        other = self._outputs.of_other_form(list(saved.values()))
        listed = []
        for recording in self._recordings.list():
            if output := saved.get(recording.id):
                listed.append(_saved(output, recording.labels, recording.id in other))
            elif recording.labels or recording.saved_at:
                state = SavedState.GONE if recording.saved_at else SavedState.NEVER
                listed.append(
                    OutputFile(
                        recording.id, recording.path, state, recording.labels, None, recording.saved_at
                    )
                )
        return listed

    def preview(self, recording: int) -> SavedPreview:
        """The first 200 rows of a saved file.

        Raises:
            NotFound: it is not saved (any more), or unreadable.
        """
        import pandas as pd  # takes 0.3 s, so imported at the first preview

        output = next((candidate for candidate in self._outputs.list() if candidate.id == recording), None)
        if output is None:
            raise NotFound("This file is not saved (any more). Save it first.")
        tables = [self._table(path) for path in output.csvs]
        for table, author in zip(tables, output.authors, strict=False):
            table.insert(0, "Author", author or NO_AUTHOR)
        table = pd.concat(tables, ignore_index=True)
        return SavedPreview(output.path, table.head(PREVIEW_ROWS), len(table))

    def _table(self, path: str) -> Any:
        import pandas as pd

        try:
            text = (self._folder / path).read_text(encoding="utf-8-sig", errors="replace")
        except OSError as error:
            raise NotFound(f"{quoted(path)} cannot be read: {error.strerror}.") from error
        try:
            return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        except ValueError as error:  # pandas' own errors are ValueErrors
            raise NotFound(f"{quoted(path)} is not a CSV (any more): {error}") from error

    def delete(self, ids: Collection[int]) -> list[SaveResult]:
        """Delete saved files; labels stay, and the recordings count as never saved. A failure does not affect the
        other files."""
        chosen = [output for output in self._outputs.list() if output.id in set(ids)]
        return [self._attempt(output) for output in chosen]

    def _attempt(self, output: SavedOutput) -> SaveResult:
        try:
            self._delete(output)
        except TidemarkError as error:
            return SaveResult(output.path, saved=True, reason=str(error))
        log.info("recording %s: deleted its saved file", output.id)
        return SaveResult(output.path, saved=False, labels=output.labels)

    def _delete(self, output: SavedOutput) -> None:
        with self._database.write() as connection:
            row = recording_row(connection, output.id)
            if row.path != output.path:
                raise Conflict(f"{quoted(output.path)} was renamed meanwhile.")
            if not output_files.is_ours(self._folder, row):
                raise Conflict(
                    f"{quoted(output.path)} was changed by another program, so it was not deleted."
                )
            change(connection, recordings.c.id == output.id, **output_files.NOT_SAVED)
            output_files.remove(self._folder, row)


def _saved(output: SavedOutput, labels: int, is_other: bool) -> OutputFile:
    state = SavedState.OLDER if output.stale else SavedState.OTHER if is_other else SavedState.SAVED
    numbers = (labels, output.labels, output.saved_at, output.size)
    return OutputFile(
        output.id, output.path, state, *numbers, has_json=output.has_json, authors=output.authors
    )
