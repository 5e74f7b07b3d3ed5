"""Stored reading options for later files of the same shape (``services.ingest.shape``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from services.ingest.reading_options import ReadingOptions
from services.storage.db import Database
from services.storage.preferences import Preferences

NAME = "readings"
MOST = 50
_LONGEST = 1_000  # characters: larger options (units of many channels) are not stored

Entry = dict[str, Any]


class RememberedReadings:
    """Stored options by shape, newest first. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._preferences = Preferences(database)

    def all(self) -> list[Entry]:
        """Entries: ``mark`` and ``digest`` of the shape, ``options``, and ``like``: the file they were given for."""
        return list(self._preferences.get(NAME) or [])

    def entry(self, source: Path, path: str, options: ReadingOptions) -> Entry:
        """The entry to store for a file.

        Raises:
            RefusedFile, WrongOption: the file cannot be read with these options.
        """
        from services.ingest.shape import shape_of  # heavy (pyarrow)

        shape = shape_of(source, path, options)
        return {"mark": shape.mark, "digest": shape.digest, "options": options.to_json(), "like": path}

    def remember(self, entry: Entry) -> None:
        """Store an entry in place of an earlier one of the same shape; an entry without options deletes it."""
        if len(json.dumps(entry)) > _LONGEST:
            return
        fresh = [entry] if entry["options"] else []
        self._preferences.change(
            NAME,
            lambda kept: (
                [*fresh, *(candidate for candidate in kept or [] if not _is_same_shape(candidate, entry))][
                    :MOST
                ]
                or None
            ),
        )


def _is_same_shape(entry: Entry, other: Entry) -> bool:
    return bool(
        (entry["mark"], entry["digest"]) == (other["mark"], other["digest"]) or entry["like"] == other["like"]
    )
