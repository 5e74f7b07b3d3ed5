"""Keys that are only in the first row of their group, as in merged cells of a spreadsheet: a date above the clock times
of its day, the name of a series above its rows."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from services.ingest.blocks import Block
from services.ingest.cells import cell_class, is_missing, is_missing_word, shorten
from services.ingest.names import sounds_like_time, time_unit, tokens
from services.ingest.plan import DATES, NUMBERS, Column, ColumnKind, ReadingPlan
from services.ingest.spellings import YEAR_FIRST
from services.ingest.timevalues import Cells, values_of
from services.wording import counted

_LEAST = 0.4  # share of empty cells
_FEWEST = 4  # rows
_FIELDS = frozenset(
    [
        "year",
        "yyyy",
        "yr",
        "month",
        "mon",
        "mm",
        "day",
        "dd",
        "hour",
        "hh",
        "hr",
        "minute",
        "min",
        "second",
        "sec",
        "jahr",
        "monat",
        "tag",
        "stunde",
        "hours",
        "minutes",
        "seconds",
        "hrs",
    ]
)


def fill_down(plan: ReadingPlan, cells: Cells) -> None:
    """Complete ``cells`` of keys that are in the first rows of their groups, and note their columns in ``plan.filled``.

    A column is a key if each of its values differs from the one before, and another column counts the rows of each
    group: a clock that rises in each group and starts again with the next, or names that are all different.
    """
    if plan.options.counts_rows:
        return
    for column in reversed(plan.columns):
        texts = cells[column.index]
        starts = _starts(column, texts)
        counting = _counting(plan, column, starts, cells) if starts else None
        if counting is None:
            continue
        cells[column.index][:] = _completed(texts)
        plan.filled.append(column.index)
        if column.kind in DATES:
            column.spelling = column.spelling or YEAR_FIRST  # read as text
        rows = "have the value of the row above them"
        if len(starts) > 1:
            plan.note(f"Empty cells of “{shorten(column.name)}” {rows}.")
            continue
        plan.doubt(
            f"Empty cells of “{shorten(column.name)}” {rows}, “{shorten(texts[0], 20)}”, which is the only one in the "
            f"first {counted(len(texts), 'row')}. If another one is missing, write it in and add the file again."
        )


def _starts(column: Column, texts: list[str]) -> list[int]:
    """Rows with a value, if others are empty and each value differs from the one before."""
    if len(texts) < _FEWEST or not texts[0].strip() or column.kind is ColumnKind.EMPTY:
        return []
    starts = [row for row, text in enumerate(texts) if not is_missing(text.strip())]
    values = [texts[row].strip() for row in starts]
    if len(texts) - len(starts) < _LEAST * len(texts) or any(map(is_missing_word, values)):
        return []
    return starts if all(before != after for before, after in pairwise(values)) else []


def _counting(plan: ReadingPlan, key: Column, starts: list[int], cells: Cells) -> Column | None:
    """The column that counts the rows within the groups of ``key``; None without one."""
    names = key.kind is ColumnKind.SKIPPED and all(cell_class(cells[key.index][row]) == "x" for row in starts)
    dated = key.kind is ColumnKind.INTEGER and bool((_FIELDS | {"date", "datum", "fecha"}) & tokens(key.name))
    if not names and key.kind not in DATES and not dated:
        return None
    groups = list(pairwise([*starts, len(cells[key.index])]))
    for column in plan.columns:
        texts = cells[column.index]
        if column is key or any(is_missing(text.strip()) for text in texts):
            continue
        if column.kind in DATES or (column.kind in NUMBERS and _counts_by_name(column)):
            between = any(other in plan.filled for other in range(key.index, column.index + 1))
            if _restarts(values_of(plan, column, cells), groups, strict=not between) and (
                len(groups) > 1 or _is_clock(column)
            ):
                return column
        elif (
            not names
            and key.kind in DATES
            and column.kind is ColumnKind.SKIPPED
            and _are_different(texts, groups)
        ):
            return column
    return None


def _counts_by_name(column: Column) -> bool:
    """Numbers named like a time or a part of it."""
    named = time_unit(column.name, column.unit) is not None or sounds_like_time(column.name, column.unit)
    return named or bool(_FIELDS & tokens(column.name))


def _is_clock(column: Column) -> bool:
    """A clock time without a date, also as an hour."""
    return (column.kind in DATES and column.spelling is not None and column.spelling.is_clock) or (
        column.kind is ColumnKind.INTEGER and bool({"hour", "hh", "hr", "stunde"} & tokens(column.name))
    )


def _restarts(values: list[float], groups: list[tuple[int, int]], *, strict: bool) -> bool:
    """Whether values rise, or fall, in each group, and go back where the next one begins."""
    if len(values) != groups[-1][1]:
        return False
    steps = [after - before for before, after in pairwise(values)]
    within = [steps[row] for first, stop in groups for row in range(first, stop - 1)]
    across = [steps[first - 1] for first, _ in groups[1:]]
    for sign in (1, -1):
        rising = all(step * sign > 0 or (step == 0 and not strict) for step in within)
        if rising and all(step * sign < 0 for step in across):
            return bool(within)
    return False


def _are_different(texts: list[str], groups: list[tuple[int, int]]) -> bool:
    """Whether names are all different in each of several groups, and most of them come again in the next."""
    sets = [{text.strip() for text in texts[first:stop]} for first, stop in groups]
    sizes = [stop - first for first, stop in groups]
    if len(groups) < 2 or [len(names) for names in sets[:-1]] != sizes[:-1] or max(sizes) < 2:
        return False
    return all(2 * len(before & after) >= min(len(before), len(after)) for before, after in pairwise(sets))


def _completed(texts: list[str]) -> list[str]:
    above, result = "", []
    for text in texts:
        above = above if is_missing(text.strip()) else text
        result.append(above)
    return result


def completed_table(plan: ReadingPlan, block: Block, table: pa.Table) -> pa.Table:
    """``table`` with the columns of ``plan.filled`` completed, also from the block above."""
    if not block.above:
        block.above = dict(plan.above)
    for index in plan.filled:
        name = str(index)
        if name not in table.column_names or not pa.types.is_string(table[name].type) or not table.num_rows:
            continue
        cells = pc.utf8_trim_whitespace(table[name].combine_chunks())
        cells = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
        above = pa.array([block.above.get(index)], pa.string())
        cells = pc.fill_null_forward(pa.concat_arrays([above, cells])).slice(1)
        plan.above[index] = cells[-1].as_py()
        table = table.set_column(table.column_names.index(name), name, pa.chunked_array([cells]))
    return table


def completed_texts(block: Block, index: int, texts: list[str]) -> list[str]:
    """The texts of a column of ``plan.filled``."""
    return _completed([block.above.get(index) or "", *texts])[1:]
