"""One-line summaries of how recordings were read, for lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.ingest.read_as import read_as
from services.recordings.repository import RecordingSummary
from services.settings import Settings
from services.storage.lru_cache import LruCache
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
        self._summaries = LruCache(KEPT)

    def of(self, files: Iterable[RecordingSummary]) -> dict[int, ReadAs]:
        """Summaries by recording id; recordings without stored columns are omitted."""
        summaries = {file.id: self._read(file.store_key) for file in files}
        return {identity: reading for identity, reading in summaries.items() if reading}

    def _read(self, key: str) -> ReadAs | None:
        summary: ReadAs | None = self._summaries.find(key)
        if summary is None:
            try:
                text = (self._settings.store_dir / key[:2] / key / META).read_text(encoding="utf-8")
                info = StoreInfo.from_json(text)
            except (OSError, ValueError, KeyError, TypeError):
                return None
            summary = ReadAs(read_as(info), info.reading.doubts)
            self._summaries.put(key, summary)
        return summary
