"""Long tables: one row per time and series. Find the column with the names of series, and make each a channel.

A table is split automatically if that is certain: the times of each name increase, and nearly all names have a value at
each time. If only the first holds, rows are counted and a doubt offers the split. The user can choose the column, or
keep the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from services.errors import RefusedFile
from services.ingest import npyfile
from services.ingest.cells import is_integer, is_missing, shorten
from services.ingest.columns import EXACT, FLOAT, INTEGER, ColumnFile
from services.ingest.names import tokens
from services.ingest.plan import Column, ColumnKind, ReadingPlan
from services.ingest.reading_options import KEEP_ROWS, WrongOption
from services.ingest.timeaxis import sort_order
from services.ingest.timevalues import Cells
from services.wording import counted

MOST_SERIES = 200  # automatically
_MOST_TOLD = 2_000
_MANY = 0.3  # share of rows without increasing time in a table of several series
_FULL = 0.9  # minimum share of cells with a value in the split table, for splitting automatically
_SPARSE = 0.25  # the same, if the column's name means that it names series
_MOST_IN_TURN = 10  # series with alternating rows and no common times
_CHUNK = 1 << 17
_CELLS = 1 << 22  # bytes of the split table in memory
_NAMES = frozenset(
    ("id", "name", "series", "sensor", "device", "channel", "tag", "node", "station", "entity", "variable")
) | frozenset(("parameter", "signal", "metric", "probe", "site", "location", "point", "field", "item"))
_NUMBERS = frozenset(("index", "number", "no", "nr"))
_QUALITY = frozenset(("quality", "status", "qc", "flag", "flags", "qualifier"))


class NotSplitError(Exception):
    """A table cannot be split automatically: it is read again with its rows kept."""

    def apply(self, plan: ReadingPlan) -> None:
        """Change ``plan`` for the second reading."""
        if plan.series is not None and plan.time is not None and not plan.split_tried:
            _keep_rows(plan, plan.series, plan.time, str(self))
        elif plan.series is not None:
            plan.series.reason = "text, not numbers"
        plan.series = None


class SplitAgainError(Exception):
    """The times restart within the file: it is read again as a table of series, one below the other."""

    def apply(self, plan: ReadingPlan) -> None:
        """Change ``plan`` for the second reading."""
        plan.series, plan.split_tried = plan.may_name, True
        if plan.series is not None:
            plan.series.skip("it names the channels")


# ---- which column names the series --------------------------------------------------------------------------


def choose_series(plan: ReadingPlan, values: list[float], cells: Cells) -> None:
    """Set ``plan.series``, or count rows where several series alternate and may not be split.

    Args:
        values: times of the first rows.
        cells: the first rows, by column.

    Raises:
        WrongOption: the user's choice does not fit this file.
    """
    chosen = plan.options.series
    if chosen not in (None, KEEP_ROWS):
        plan.series = _chosen_column(plan, str(chosen))
        return
    if plan.time is None or plan.options.time is not None:
        return
    if chosen is None:
        plan.may_name = next(
            (column for column in plan.columns if _has_few_words(column, cells[column.index])), None
        )
    for column in plan.columns:
        share = _share_filled(plan, column, values, cells[column.index])
        if not share:
            continue
        in_turn = all(before < after for before, after in pairwise(values))  # each time has one row
        if chosen == KEEP_ROWS and in_turn:
            plan.note(f"“{column.name}” names several series whose rows are kept as they are.")
        elif chosen == KEEP_ROWS:
            _count_rows(plan, plan.time)
            plan.note(f"“{column.name}” names several series whose rows are kept as they are.")
        elif share >= _least(column) and (column.kind is ColumnKind.SKIPPED or _names_series(column)):
            plan.series = column
            column.skip("it names the channels")
        elif in_turn:
            plan.doubt(
                f"“{shorten(column.name)}” names {len(set(cells[column.index]))} series in turn, so channels may mix "
                "them; choose it under “Channels named by” with “Read it differently”, which makes a channel of each.",
                {f"Channels named by “{shorten(column.name, 20)}”": {"series": column.name}},
            )
        else:
            number = len(set(cells[column.index]))
            _keep_rows(plan, column, plan.time, f"names {number} series whose rows alternate")
        return


def _names_series(column: Column) -> bool:
    """Whether the name of the column means that it names series: ``sensor``, ``entity_id``; not ``Sensor Glucose``."""
    words = tokens(column.name)
    if column.kind is ColumnKind.SKIPPED:
        return bool(_NAMES & words)
    counted = bool(_NUMBERS & words) and bool(_NAMES & words)
    numbered = any(word.endswith("id") and word[:-2] in _NAMES for word in words)  # itemid
    return counted or numbered or "id" in words or column.name.strip().lower() in _NAMES


def _least(column: Column) -> float:
    """Minimum share of cells with a value for a table to be split automatically."""
    return _SPARSE if _names_series(column) else _FULL


def _has_few_words(column: Column, names: list[str]) -> bool:
    return (
        column.kind is ColumnKind.SKIPPED
        and not column.reason.startswith("joined with")
        and len(set(names)) <= min(MOST_SERIES, len(names) // 3)
        and not any(map(is_missing, names))
    )


def _chosen_column(plan: ReadingPlan, name: str) -> Column:
    column = next((candidate for candidate in plan.columns if candidate.name == name), None)
    if column is None:
        raise WrongOption("series", f"There is no column “{shorten(name)}” when the file is read like this.")
    if plan.time is None:
        raise WrongOption("series", "Rows are split by time and name; choose a time column too.")
    if column is plan.time or column.index in plan.time.parts:
        raise WrongOption("series", f"“{shorten(name)}” is the time; choose the column with the names.")
    column.skip("it names the channels")
    return column


def _share_filled(plan: ReadingPlan, column: Column, values: list[float], names: list[str]) -> float:
    """Share of cells with a value in the split table; 0 if ``column`` does not name series."""
    standing = sum(before >= after for before, after in pairwise(values))
    different = set(names)
    in_turn = not standing and _come_in_turn(names, len(different), _names_series(column))
    numbered = standing > _MANY * len(values)  # then a column of a few whole numbers may also name series
    numbered = numbered or (in_turn and _names_series(column))
    may_name = column.kind is ColumnKind.SKIPPED or (numbered and column.kind is ColumnKind.INTEGER)
    if not (standing or in_turn) or not may_name or column is plan.time or len(names) != len(values):
        return 0.0
    if column.reason.startswith("joined with"):
        return 0.0
    if (
        not 2 <= len(different) <= MOST_SERIES
        or len(different) * 3 > len(names)
        or any(map(is_missing, names))
    ):
        return 0.0
    last: dict[str, float] = {}
    for name, value in zip(names, values, strict=True):
        if name in last and last[name] >= value:
            return 0.0
        last[name] = value
    return len(names) / (len(set(values)) * len(different))


def _come_in_turn(names: list[str], number: int, named: bool) -> bool:
    """Whether names alternate: often if the column's name means that it names series, otherwise regularly."""
    if named:
        return number <= _MOST_IN_TURN and sum(
            before != after for before, after in pairwise(names)
        ) > _MANY * len(names)
    if number > _MOST_IN_TURN or sum(before != after for before, after in pairwise(names)) < _FULL * len(
        names
    ):
        return False
    again = sum(before == after for before, after in zip(names, names[number:], strict=False))
    worded = all(name.strip()[:1].isalpha() for name in names)
    return worded and number > 1 and again > _FULL * (len(names) - number)


def _count_rows(plan: ReadingPlan, time: Column) -> None:
    plan.time = None
    time.reason = "the rows of several series alternate"


def _keep_rows(plan: ReadingPlan, column: Column, time: Column, problem: str) -> None:
    """Count rows and offer the split."""
    _count_rows(plan, time)
    plan.doubt(
        f"“{shorten(column.name)}” {problem}, so channels mix them and rows are counted; choose it under “Channels "
        "named by” with “Read it differently”, which makes a channel of each series.",
        {f"Channels named by “{shorten(column.name, 20)}”": {"series": column.name}},
    )


# ---- reading ------------------------------------------------------------------------------------------------


class SeriesCodes:
    """Numbers series by first occurrence, and stores the series number of each row."""

    def __init__(self, plan: ReadingPlan, folder: Path) -> None:
        self._plan = plan
        self.names: list[str] = []
        self.file = ColumnFile(folder, "series", INTEGER)

    def add(self, cells: pa.ChunkedArray, line: int) -> None:
        """Add the cells of a block that begins at ``line``.

        Raises:
            NotSplitError: a name is missing, or there are too many.
            WrongOption: the same, for a column chosen by the user.
        """
        text = pc.utf8_trim_whitespace(cells.cast(pa.string())).combine_chunks()
        if text.null_count:
            row = pc.index(text.is_null(), True).as_py()
            raise refusal(self._plan, "has a row without a name", line + row)
        self.names += [name for name in text.unique().to_pylist() if name not in self.names]
        if len(self.names) > (_MOST_TOLD if self._plan.options.series else MOST_SERIES):
            raise refusal(self._plan, f"has {len(self.names):,} different names", line)
        self.file.append(pa.chunked_array([pc.index_in(text, pa.array(self.names)).cast(pa.int64())]))


def refusal(plan: ReadingPlan, problem: str, line: int | None = None) -> Exception:
    """The error for a table that cannot be split: refuse the user's choice, or keep the rows if it was automatic."""
    if plan.options.series is None:
        return NotSplitError(f"names several series, but {problem}{f' (line {line:,})' if line else ''}")
    assert plan.series is not None
    error: RefusedFile = plan.refuse(
        f"the column {problem}; choose another column, or none.", line, plan.series
    )
    return WrongOption("series", str(error))


@dataclass(frozen=True)
class SplitChannel:
    """The values of one series."""

    name: str
    unit: str | None
    file: ColumnFile


@dataclass(frozen=True)
class SplitTable:
    """The columns of a split table: its time and its channels."""

    clock: ColumnFile
    channels: list[SplitChannel]

    @property
    def described(self) -> list[tuple[str, str | None, int | None]]:
        """Name and unit of each channel; its source column is None, because a sample has several source rows."""
        return [(channel.name, channel.unit, None) for channel in self.channels]


def split(
    plan: ReadingPlan,
    folder: Path,
    clock: ColumnFile,
    values: list[tuple[Column, ColumnFile]],
    codes: SeriesCodes,
) -> SplitTable:
    """Merge all rows of a time into one sample, with a channel for each series and each of ``values``.

    Writes ``order.npy`` (first source row of each sample) and ``samples.npy`` (sample of each source row).

    Raises:
        NotSplitError: a series has two values at one time, or whole numbers would change.
        WrongOption: the same, if the user chose to split.
    """
    values = _measured(values, codes)
    rows = clock.rows
    clock.finish_plain("unsorted")
    codes.file.finish_plain("series")
    for number, (_, file) in enumerate(values):
        file.finish_plain(f"unsorted{number}")
    times = clock.so_far()
    order: Any = _Rows(rows)
    if not clock.ordered:
        sort_order(times, folder / "sorted.npy")
        order = npyfile.SlicedArray(folder / "sorted.npy")
    width = len(codes.names)
    samples = _count_samples(times, order)
    full = samples * width == rows
    if plan.options.series is None:
        _check_share(plan, rows, samples, width)
    made = SplitTable(
        ColumnFile(folder, "times", clock.dtype), _channels(plan, folder, values, codes.names, full)
    )
    npyfile.create(folder / "order.npy", np.dtype("<i8"))
    placed = np.lib.format.open_memmap(folder / "samples.npy", "w+", np.dtype("<i8"), (rows,))
    sources = [file.so_far() for _, file in values]
    done = 0
    for part in _groups(plan, times, order, width):
        stamps, names = times.take(part), codes.file.so_far().take(part)
        starts = np.flatnonzero(np.concatenate([[True], stamps[1:] != stamps[:-1]]))
        place = np.repeat(np.arange(len(starts)), np.diff([*starts, len(part)]))
        _check_single(plan, part, place * width + names)
        placed[part] = done + place
        done += len(starts)
        npyfile.append(folder / "order.npy", part[starts])
        made.clock.extend([stamps[starts]], 0)
        for number, source in enumerate(sources):
            table = np.full((len(starts), width), 0 if full else np.nan, source.dtype if full else FLOAT)
            table[place, names] = source.take(part)
            _append_columns(table, made.channels[number :: len(sources)])
    npyfile.finish(folder / "order.npy", np.dtype("<i8"), samples)
    placed.flush()
    for old in [clock, codes.file, *(file for _, file in values)]:
        old.remove()
    (folder / "sorted.npy").unlink(missing_ok=True)
    _note_split(plan, width, samples, full)
    return SplitTable(made.clock, _with_values(plan, made.channels))


def _check_share(plan: ReadingPlan, rows: int, samples: int, width: int) -> None:
    """Refuse to split, or add a doubt, if series rarely have values at the same times."""
    assert plan.series is not None
    if width < 2 or rows < _least(plan.series) * samples * width:
        raise refusal(plan, "they have values at different times")
    if rows < _FULL * samples * width:
        plan.doubt(
            f"“{shorten(plan.series.name)}” names {width} series with times of their own; each is a channel, whose "
            "samples are missing at the times of the others. Choose “Channels named by: rows are kept” with “Read it "
            "differently” if they belong together.",
            {"Rows are kept": {"series": KEEP_ROWS}},
        )


def _append_columns(table: NDArray[Any], channels: Sequence[SplitChannel]) -> None:
    """Append each column of ``table`` [samples, series] to its channel; NaN is missing."""
    for column, channel in enumerate(channels):
        cells = np.ascontiguousarray(table[:, column])
        missing = int(np.isnan(cells).sum()) if cells.dtype == FLOAT else 0
        channel.file.extend([cells], missing)


def _with_values(plan: ReadingPlan, channels: list[SplitChannel]) -> list[SplitChannel]:
    """Leave out series without any value."""
    empty = [channel for channel in channels if channel.file.missing == channel.file.rows]
    for channel in empty:
        channel.file.remove()
        plan.note(f"“{channel.name}” has no value and is left out.")
    return [channel for channel in channels if channel not in empty]


class _Rows:
    """Row numbers in the original order, with the interface of :class:`npyfile.SlicedArray`."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, key: slice) -> NDArray[np.int64]:
        return np.arange(*key.indices(self._count), dtype=np.int64)


def _measured(values: list[tuple[Column, ColumnFile]], codes: SeriesCodes) -> list[tuple[Column, ColumnFile]]:
    """Leave out columns constant in each series and quality codes, if any other column remains."""
    reasons = {column.index: _skip_reason(column, file, codes) for column, file in values}
    if all(reasons.values()):
        return values
    for column, file in values:
        if reasons[column.index]:
            column.skip(reasons[column.index])
            file.remove()
    return [value for value in values if not reasons[value[0].index]]


def _skip_reason(column: Column, file: ColumnFile, codes: SeriesCodes) -> str:
    if file.low == file.high:
        return "the same in every row"
    if file.dtype == INTEGER and _numbers_series(file, codes):
        return "the same in all rows of a series"
    return "a code of quality" if file.dtype == INTEGER and _QUALITY & tokens(column.name) else ""


def _numbers_series(file: ColumnFile, codes: SeriesCodes) -> bool:
    """Whether whole numbers are the same in all rows of each series, and differ between series."""
    first: dict[int, int] = {}
    numbers, names = file.so_far(), codes.file.so_far()
    for start in range(0, len(numbers), _CHUNK):
        part, series = numbers[start : start + _CHUNK], names[start : start + _CHUNK]
        codes_here, places = np.unique(series, return_index=True)
        for code, place in zip(codes_here.tolist(), places.tolist(), strict=True):
            first.setdefault(code, int(part[place]))
        expected = np.array([first.get(code, 0) for code in range(len(codes.names))], np.int64)
        if (part != expected[series]).any():
            return False
    return len(set(first.values())) == len(first)


def _channels(
    plan: ReadingPlan, folder: Path, values: list[tuple[Column, ColumnFile]], names: list[str], full: bool
) -> list[SplitChannel]:
    """Empty channels: one per series and column."""
    used: set[str] = set()
    channels = []
    assert plan.series is not None
    for place, name in enumerate(names):
        named = f"{plan.series.name} {name}" if is_integer(name) else name
        for column, file in values:
            if not full and file.dtype == INTEGER and not -EXACT < file.low <= file.high < EXACT:
                raise refusal(plan, f"“{shorten(column.name)}” has numbers that missing cells would change")
            requested = shown = named if len(values) == 1 else f"{named} {column.name}"
            number = 2
            while shown in used:
                shown, number = f"{requested} ({number})", number + 1
            used.add(shown)
            stem = f"split{place}-{column.index}"
            fresh = ColumnFile(folder, stem, file.dtype if full else FLOAT)
            channels.append(SplitChannel(shown, column.unit, fresh))
    return channels


def _count_samples(times: npyfile.Slices, order: Any) -> int:
    count, last = 0, None
    for first in range(0, len(order), _CHUNK):
        part = times.take(order[first : first + _CHUNK])
        count += int(np.count_nonzero(part[1:] != part[:-1])) + int(last is None or bool(part[0] != last))
        last = part[-1]
    return count


def _groups(plan: ReadingPlan, times: npyfile.Slices, order: Any, width: int) -> Any:
    """Rows in order of time, in pieces that contain all rows of their times."""
    rest = np.empty(0, np.int64)
    step = max(width, min(_CHUNK, _CELLS // width))
    for first in range(0, len(order), step):
        rows = np.concatenate([rest, order[first : first + step]])
        stamps = times.take(rows)
        stop = len(rows) if first + step >= len(order) else int(np.searchsorted(stamps, stamps[-1]))
        rest = rows[stop:]
        if len(rest) > width:
            raise _two_values(plan, int(rest[-1]))
        if stop:
            yield rows[:stop]


def _check_single(plan: ReadingPlan, rows: NDArray[np.int64], cells: NDArray[np.int64]) -> None:
    """Check that no series has two values at one time."""
    order = np.argsort(cells, kind="stable")
    again = np.flatnonzero(cells[order][1:] == cells[order][:-1])
    if len(again):
        raise _two_values(plan, int(rows[order[again[0] + 1]]))


def _two_values(plan: ReadingPlan, row: int) -> Exception:
    return refusal(plan, "has one name twice at the same time", plan.data_line + row)


def _note_split(plan: ReadingPlan, width: int, samples: int, full: bool) -> None:
    assert plan.series is not None
    missing = "" if full else "; values are missing where a series has no row"
    plan.note(
        f"“{plan.series.name}” names {counted(width, 'series', 'series')}, each of which is a channel of "
        f"{counted(samples, 'sample')}{missing}."
    )
