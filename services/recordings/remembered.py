"""Reading options that a user gave for one file, kept for later files of the same shape (``services.ingest.shape``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from services.ingest.reading_options import ReadingOptions
from services.storage.preferences import Preferences

NAME = "readings"
MOST = 50
_LONGEST = 1_000  # characters: options with the units of many channels are not kept

Entry = dict[str, Any]


class RememberedReadings:
    """The readings by shape, the newest first. Thread-safe."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def all(self) -> list[Entry]:
        """``mark`` and ``digest`` of the shape, ``options``, and ``like``: the file for which they were given."""
        return list(self._preferences.get(NAME) or [])

    def entry(self, source: Path, path: str, options: ReadingOptions) -> Entry:
        """What would be kept.

        Raises:
            RefusedFile, WrongOption: the file cannot be read so.
        """
        from services.ingest.shape import shape_of  # heavy (pyarrow)

        shape = shape_of(source, path, options)
        return {"mark": shape.mark, "digest": shape.digest, "options": options.to_json(), "like": path}

    def remember(self, entry: Entry) -> None:
        """Keep a reading in place of an earlier one of the same shape; one without options forgets that."""
        if len(json.dumps(entry)) > _LONGEST:
            return
        fresh = [entry] if entry["options"] else []
        self._preferences.change(
            NAME,
            lambda kept: [*fresh, *(one for one in kept or [] if not _same(one, entry))][:MOST] or None,
        )


def _same(one: Entry, other: Entry) -> bool:
    return bool(
        (one["mark"], one["digest"]) == (other["mark"], other["digest"]) or one["like"] == other["like"]
    )
