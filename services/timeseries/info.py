"""Metadata of a stored recording: the content of ``meta.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

FORMAT = 1  # of the store folder; a folder written in another format is written again


class TimeKind(StrEnum):
    """What the time axis of a recording is."""

    DATETIME = "datetime"  # instants, the source says the zone
    NAIVE = "naive"  # dates without a zone, kept as if UTC
    NUMERIC = "numeric"
    ROW = "row"  # no time column: the sample index is the time


@dataclass(frozen=True)
class TimeInfo:
    """The time axis, its figures in axis units: milliseconds since 1970 for dates."""

    kind: TimeKind
    name: str | None
    zone: str | None
    unit: str | None
    first: float
    last: float
    step: float  # median of the positive steps; 0 when there is none
    uniform: bool  # every step is the usual one
    gaps: int  # steps over three times the usual one
    column: int | None = None  # its place in the rows of the source


@dataclass(frozen=True)
class ChannelInfo:
    """One numeric column; ``minimum`` and ``maximum`` leave missing samples out."""

    name: str
    unit: str | None
    dtype: str  # "int64" or "float64"
    missing: int
    minimum: float
    maximum: float
    column: int | None = None  # its place in the rows of the source


@dataclass(frozen=True)
class Reading:
    """What was decided when the source was read; shown with the file."""

    encoding: str
    delimiter: str
    decimal: str
    header: bool
    newline: str
    sorted: bool  # True: the rows were out of time order and had to be sorted
    skipped: tuple[tuple[str, str], ...]  # (column, why it is no channel)
    notes: tuple[str, ...]
    doubts: tuple[str, ...] = ()  # decisions that may be wrong, each with its remedy
    words: tuple[str, ...] = ()  # that were taken as missing, besides empty cells and NaN
    lines_left_out: int = 0  # below the head: totals, the header again
    series: str = ""  # column whose names became channels, so that a sample is several rows of the source


@dataclass(frozen=True)
class StoreInfo:
    """Everything about a stored recording but its samples."""

    sha256: str
    size_bytes: int
    rows: int
    time: TimeInfo
    channels: tuple[ChannelInfo, ...]
    reading: Reading

    def with_units(self, units: Mapping[str, str]) -> StoreInfo:
        """The same with other units of channels, by name; "" is none."""
        if not units:
            return self
        channels = (replace(one, unit=units.get(one.name, one.unit) or None) for one in self.channels)
        return replace(self, channels=tuple(channels))

    def read_as(self, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """How the source was read, as the label JSON has it; ``options``: what the user chose about it."""
        found = self.reading
        return {
            "options": dict(options or {}),
            "encoding": found.encoding,
            "delimiter": found.delimiter,
            "decimal": found.decimal,
            "header": found.header,
            "sorted": found.sorted,
            **({"series": found.series} if found.series else {}),
            "time": {"kind": str(self.time.kind), "column": self.time.name, "zone": self.time.zone},
            "channels": [channel.name for channel in self.channels],
        }

    def to_json(self) -> str:
        """The content of ``meta.json``."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> StoreInfo:
        """Inverse of :meth:`to_json`.

        Raises:
            ValueError: written in another format, or not by :meth:`to_json`.
        """
        fields: dict[str, Any] = json.loads(text)
        if fields.pop("format", None) != FORMAT:
            raise ValueError("store folder of another format")
        time = fields.pop("time")
        reading = fields.pop("reading")
        lists = {name: tuple(reading.get(name, ())) for name in ("doubts", "words")}
        skipped = tuple((name, reason) for name, reason in reading.pop("skipped"))
        return cls(
            time=TimeInfo(**{**time, "kind": TimeKind(time["kind"])}),
            channels=tuple(ChannelInfo(**channel) for channel in fields.pop("channels")),
            reading=Reading(**reading | {"skipped": skipped, "notes": tuple(reading["notes"])} | lists),
            **fields,
        )
