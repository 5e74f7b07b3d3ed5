"""A block of text to columns, by pyarrow; what it refuses is worded in :mod:`services.ingest.diagnose`."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from services.ingest.blocks import Block
from services.ingest.cells import MISSING
from services.ingest.dates import cleaned
from services.ingest.diagnose import explain, refuse_cell
from services.ingest.kinds import MOSTLY
from services.ingest.plan import DATES, Column, Kind, Plan

_PART = 1 << 20  # parsed by one thread
_COLUMN = re.compile(r"In CSV column #(\d+)")
_DECIMALS = 38
_TYPES = {
    Kind.INTEGER: pa.int64(),
    Kind.FLOAT: pa.float64(),
    Kind.EMPTY: pa.float64(),
    Kind.DATE: pa.timestamp("ns"),
    Kind.INSTANT: pa.timestamp("ns", "UTC"),
}


def parse(plan: Plan, block: Block) -> pa.Table:
    """The columns of ``block`` that are not skipped, named by their index; may change kinds in ``plan``.

    Raises:
        RefusedFile: a row or a cell that cannot be read.
    """
    while True:
        try:
            table = _read(
                plan, block, {column.index: _type(column) for column in plan.columns if _kept(column)}
            )
            _note_numbers(plan, table)
            return table
        except pa.ArrowInvalid as error:
            match = _COLUMN.search(str(error))
            if match is None:
                raise explain(plan, block, str(error)) from None
            _reconsider(plan, block, plan.columns[int(match[1])])


def texts(plan: Plan, block: Block, column: Column) -> list[str]:
    """The cells of one column as they are."""
    table = _read(plan, block, {column.index: pa.binary()}, missing=())
    return [cell.decode("utf-8", "replace") for cell in table[0].to_pylist()]


def nanoseconds(plan: Plan, block: Block, column: Column, cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates of any form, or Unix times, as int64 nanoseconds."""
    if column.kind is Kind.EPOCH:
        return pa.chunked_array([_unscaled(plan, column, chunk) for chunk in cells.chunks], pa.int64())
    if pa.types.is_binary(cells.type):
        try:
            cells = cleaned(cells, plan.options.dates).cast(_TYPES[column.kind])
        except pa.ArrowInvalid:
            raise refuse_cell(plan, block, column, texts(plan, block, column)) from None
    return cells.cast(pa.int64())


def _read(
    plan: Plan, block: Block, types: dict[int, pa.DataType], missing: tuple[str, ...] = MISSING
) -> pa.Table:
    names = [str(column.index) for column in plan.columns]
    return csv.read_csv(
        pa.BufferReader(pa.py_buffer(block.text).slice(0, block.size)),
        csv.ReadOptions(column_names=names, block_size=_PART),
        csv.ParseOptions(delimiter=plan.delimiter, newlines_in_values=block.folded),
        csv.ConvertOptions(
            column_types={str(index): kind for index, kind in types.items()},
            include_columns=[str(index) for index in types],
            decimal_point=plan.decimal,
            null_values=list(missing),
            strings_can_be_null=bool(missing),
            check_utf8=False,
        ),
        pa.system_memory_pool(),  # gives memory back, the default pool keeps it
    )


def _kept(column: Column) -> bool:
    return column.kind is not Kind.SKIPPED


def _type(column: Column) -> pa.DataType:
    if column.clean and column.kind in DATES:
        return pa.binary()
    return pa.decimal128(_DECIMALS, column.scale) if column.kind is Kind.EPOCH else _TYPES[column.kind]


def _note_numbers(plan: Plan, table: pa.Table) -> None:
    """A column that was empty so far and now has numbers is one of numbers from here on."""
    for column in plan.columns:
        if column.kind is Kind.EMPTY and table[str(column.index)].null_count < table.num_rows:
            column.kind = Kind.FLOAT


def _reconsider(plan: Plan, block: Block, column: Column) -> None:
    """Give a column that could not be read a wider kind, or refuse the file."""
    if column.kind is Kind.INTEGER:
        column.kind = Kind.FLOAT
        return
    cells = texts(plan, block, column)
    if column.kind in DATES and not column.clean:
        column.clean = True
        return
    if column.kind is Kind.EMPTY:
        present = [cell for cell in cells if cell not in MISSING]
        if sum(_is_float(cell) for cell in present) < MOSTLY * len(present):
            column.skip(f"text, not numbers (“{present[0][:40]}”)")
            return
    raise refuse_cell(plan, block, column, cells)


def _is_float(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def _unscaled(plan: Plan, column: Column, chunk: pa.Array) -> pa.Array:
    """The decimal's own integer: with ``scale`` decimals of the unit that is nanoseconds."""
    words: NDArray[np.int64] = np.frombuffer(chunk.buffers()[1], np.int64)[2 * chunk.offset :][
        : 2 * len(chunk)
    ]
    low, high = words[0::2], words[1::2]
    valid = (
        np.ones(len(chunk), bool) if not chunk.null_count else chunk.is_valid().to_numpy(zero_copy_only=False)
    )
    if (high[valid] != low[valid] >> 63).any():
        raise plan.refuse(
            "a time is outside the years 1678 to 2261; correct it and add the file again.", None, column
        )
    return pa.array(low, mask=~valid)
