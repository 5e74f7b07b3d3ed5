"""Preview of a reading: the first rows as text and as parsed values."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from services.ingest.convert import convert
from services.ingest.encoding import CODECS
from services.ingest.plan import ColumnKind, ReadingPlan
from services.ingest.reading_options import ReadingOptions
from services.ingest.sniff import SAMPLE, sniff
from services.timeseries.info import StoreInfo, TimeKind
from services.timeseries.lines import DECODED, decode, scan_rows
from services.timeseries.store import Store

ROWS = 20
_READ = 2_000  # rows that are read to determine the columns
_CELL = 40  # characters


@dataclass(frozen=True)
class PreviewColumn:
    """One column of the file, with its unit there; ``role`` is “time”, “channel” or “left out”, then with a reason."""

    name: str
    unit: str
    role: str
    reason: str


@dataclass(frozen=True)
class ReadingPreview:
    """``cells`` as in the file [rows][columns]; ``times``: the parsed time of each row."""

    columns: list[PreviewColumn]
    cells: list[list[str]]
    times: list[str]
    time: dict[str, Any]  # kind, name, zone, unit
    reading: dict[str, Any]  # encoding, delimiter, decimal, header as decided
    notes: list[str]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def preview(source: Path, name: str, options: ReadingOptions) -> ReadingPreview:
    """Read the first rows of ``source`` (at most 1 MiB) with the code that reads whole files.

    Raises:
        RefusedFile: the file cannot be read with these options.
        WrongOption: an option does not fit the file.
    """
    plan = sniff(source, name, options)
    plans: list[ReadingPlan] = []

    def planned() -> ReadingPlan:
        plans.append(sniff(source, name, options))
        return plans[-1]

    with tempfile.TemporaryDirectory(prefix="tidemark-preview-") as folder:
        head = Path(folder) / "head"
        head.write_bytes(_whole_rows(source, plan))
        columns = Path(folder) / "columns"
        columns.mkdir()
        info = convert(head, planned, columns, lambda _share, _text: None)
        return _described(Store(columns, info), plans[-1], _cells(head, plans[-1]))


def _whole_rows(source: Path, plan: ReadingPlan) -> bytes:
    """The first thousands of rows of ``source``, up to the end of a row."""
    with source.open("rb") as file:
        raw = file.read(SAMPLE)
        ended = not file.read(1)
    text = decode(raw[plan.data_start :], plan.encoding)
    if plan.newline == "\r":
        text = text.replace(b"\r", b"\n")
    stop = 0
    for number, row in enumerate(scan_rows(text, plan.delimiter.encode(), finished=ended)):
        stop = row.stop
        if number == _READ:
            break
    decoded = plan.encoding in DECODED
    used = len(text[:stop].decode().encode(CODECS[plan.encoding])) if decoded else stop
    return raw[: plan.data_start + used]


def _cells(head: Path, plan: ReadingPlan) -> list[list[str]]:
    """The cells of the first rows, as in the file."""
    codec = CODECS[plan.encoding]
    text = head.read_bytes()[plan.data_start :].decode(codec, "replace")
    raw = (text.replace("\r", "\n") if plan.newline == "\r" else text).encode()
    left_out = set(plan.left_out)
    kept = (
        row for row in scan_rows(raw, plan.delimiter.encode()) if plan.data_line + row.line not in left_out
    )
    rows = islice(kept, ROWS)
    lines = [raw[row.start : row.stop].decode() for row in rows]
    return [[cell[:_CELL] for cell in plan.cells(line)] for line in lines]


def _described(store: Store, plan: ReadingPlan, cells: list[list[str]]) -> ReadingPreview:
    info = store.info
    samples = store.row_samples()[:ROWS]
    return ReadingPreview(
        columns=[_column(info, plan, number) for number in range(len(plan.columns))],
        cells=cells,
        times=[store.time_text(int(sample)) for sample in samples],
        time={
            "kind": str(info.time.kind),
            "name": _time_name(info),
            "zone": info.time.zone,
            "unit": info.time.unit,
        },
        reading={
            name: getattr(info.reading, name)
            for name in ("encoding", "delimiter", "decimal", "header", "series")
        },
        notes=[*(f"Please check: {doubt}" for doubt in info.reading.doubts), *info.reading.notes],
    )


def _time_name(info: StoreInfo) -> str:
    return info.time.name or "" if info.time.kind is not TimeKind.ROW else ""


def _column(info: StoreInfo, plan: ReadingPlan, number: int) -> PreviewColumn:
    column = plan.columns[number]
    if column.name == info.time.name:
        return PreviewColumn(column.name, column.unit or "", "time", "")
    channel = any(candidate.name == column.name for candidate in info.channels)
    channel = channel or bool(info.reading.regrouped and column.kind is not ColumnKind.SKIPPED)
    return PreviewColumn(column.name, column.unit or "", "channel" if channel else "left out", column.reason)
