"""Metadata of a stored recording: the content of ``meta.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

FORMAT = 1  # of the store folder; folders of another format are rebuilt


class TimeKind(StrEnum):
    """Kind of time axis."""

    DATETIME = "datetime"  # dates with a zone
    NAIVE = "naive"  # dates without a zone, stored as UTC
    NUMERIC = "numeric"
    ROW = "row"  # no time column: the sample index is the time


@dataclass(frozen=True)
class TimeInfo:
    """Time axis; numbers are in axis units: milliseconds since 1970 for dates."""

    kind: TimeKind
    name: str | None
    zone: str | None
    unit: str | None
    first: float
    last: float
    step: float  # median of the positive steps; 0 if there are none
    uniform: bool  # all steps are equal to the median
    gaps: int  # steps over three times the median
    column: int | None = None  # index in the rows of the source


@dataclass(frozen=True)
class ChannelInfo:
    """A numeric column; ``minimum`` and ``maximum`` ignore missing samples."""

    name: str
    unit: str | None
    dtype: str  # "int64" or "float64"
    missing: int
    minimum: float
    maximum: float
    column: int | None = None  # index in the rows of the source


@dataclass(frozen=True)
class Reading:
    """How the source was read: detected format and doubts, shown with the file."""

    encoding: str
    delimiter: str
    decimal: str
    header: bool
    newline: str
    sorted: bool  # True: the rows were out of time order and were sorted
    skipped: tuple[tuple[str, str], ...]  # (column, why it is not a channel)
    notes: tuple[str, ...]
    doubts: tuple[str, ...] = ()  # decisions that may be wrong, each with its remedy
    remedies: tuple[tuple[str, dict[str, Any]], ...] = ()  # description and reading options, for the doubts
    words: tuple[str, ...] = ()  # read as missing values, in addition to empty cells and NaN
    lines_left_out: int = 0  # below the header: totals, repeated headers
    series: str = (
        ""  # column whose names became channels (long table: a sample is several rows of the source)
    )
    tables: int = (
        0  # number of tables next to each other that were joined; a row of the source is several samples
    )

    @property
    def regrouped(self) -> bool:
        """Whether samples are not single rows of the source."""
        return bool(self.series or self.tables)


@dataclass(frozen=True)
class StoreInfo:
    """Metadata of a stored recording."""

    sha256: str
    size_bytes: int
    rows: int
    time: TimeInfo
    channels: tuple[ChannelInfo, ...]
    reading: Reading

    def with_units(self, units: Mapping[str, str]) -> StoreInfo:
        """A copy with other units of channels, by name; "" is no unit."""
        if not units:
            return self
        channels = (
            replace(channel, unit=units.get(channel.name, channel.unit) or None) for channel in self.channels
        )
        return replace(self, channels=tuple(channels))

    def read_as(self, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """How the source was read, for the label JSON; ``options``: the user's choices."""
        reading = self.reading
        return {
            "options": dict(options or {}),
            "encoding": reading.encoding,
            "delimiter": reading.delimiter,
            "decimal": reading.decimal,
            "header": reading.header,
            "sorted": reading.sorted,
            **({"series": reading.series} if reading.series else {}),
            **({"tables": reading.tables} if reading.tables else {}),
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
            ValueError: another format, or not written by :meth:`to_json`.
        """
        fields: dict[str, Any] = json.loads(text)
        if fields.pop("format", None) != FORMAT:
            raise ValueError("store folder of another format")
        time = fields.pop("time")
        reading = fields.pop("reading")
        lists: dict[str, tuple[Any, ...]] = {
            name: tuple(reading.get(name, ())) for name in ("doubts", "words")
        }
        lists["remedies"] = tuple((words, options) for words, options in reading.get("remedies", ()))
        skipped = tuple((name, reason) for name, reason in reading.pop("skipped"))
        return cls(
            time=TimeInfo(**{**time, "kind": TimeKind(time["kind"])}),
            channels=tuple(ChannelInfo(**channel) for channel in fields.pop("channels")),
            reading=Reading(**reading | {"skipped": skipped, "notes": tuple(reading["notes"])} | lists),
            **fields,
        )
