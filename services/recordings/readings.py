"""One-line summaries of how recordings were read, for lists."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from services.ingest.read_as import read_as
from services.recordings.repository import RecordingSummary
from services.settings import Settings
from services.timeseries import StoreInfo
from services.timeseries.store import META

KEPT = 50_000


@dataclass(frozen=True)
class ReadAs:
    """Summary of a reading (``ingest.read_as``), and its doubts."""

    words: str
    doubts: tuple[str, ...] = ()


class Readings:
    """Cache of summaries; the columns of a store key never change. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._known: OrderedDict[str, ReadAs] = OrderedDict()

    def of(self, files: Iterable[RecordingSummary]) -> dict[int, ReadAs]:
        """Summaries by recording id; recordings without stored columns are omitted."""
        with self._lock:
            summaries = {file.id: self._read(file.store_key) for file in files}
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return {identity: reading for identity, reading in summaries.items() if reading}

    def _read(self, key: str) -> ReadAs | None:
        if key not in self._known:
            try:
                text = (self._settings.store_dir / key[:2] / key / META).read_text(encoding="utf-8")
                info = StoreInfo.from_json(text)
            except (OSError, ValueError, KeyError, TypeError):
                return None
            self._known[key] = ReadAs(read_as(info), info.reading.doubts)
        return self._known[key]
