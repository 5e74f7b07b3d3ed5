"""Reading plan of a file; the reader may still change the kind of a column."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from services.errors import RefusedFile
from services.ingest.reading_options import AS_FOUND, ReadingOptions
from services.ingest.spellings import Spelling

if TYPE_CHECKING:
    from services.ingest.headstart import HeadStart


class ColumnKind(Enum):
    """How the cells of a column are read."""

    INTEGER = auto()  # int64
    FLOAT = auto()  # float64
    EMPTY = auto()  # float64 without any value so far: it may still be text
    DATE = auto()  # dates without zone → int64 ns
    INSTANT = auto()  # dates with zone → int64 ns
    EPOCH = auto()  # Unix time with fractions → int64 ns
    SKIPPED = auto()


NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.FLOAT, ColumnKind.EMPTY})
DATES = frozenset({ColumnKind.DATE, ColumnKind.INSTANT})


@dataclass
class Column:
    """One column of the file, in file order."""

    index: int
    name: str
    unit: str | None
    kind: ColumnKind
    spelling: Spelling | None = None  # of dates that pyarrow cannot parse
    order: str | None = None  # “dmy” or “mdy”: the order of an ambiguous spelling
    parts: tuple[int, ...] = ()  # columns that are joined to this time, beginning with this one
    pads: tuple[int, ...] = ()  # digits to which each part is padded with zeros; 0: not padded
    # how text is converted: decimal “,” or “.”, “quantity”, “switch”, “labelled”, “spelt”, “grouped”, “hexadecimal”
    via: str = ""
    suffix: str = ""  # the unit in each cell of a quantity
    decimal: str = ""  # decimal sign of quantities, if it differs from that of the file
    groups: str = ""  # regular expression of the thousands separator
    scale: int = 9  # epoch: decimals down to the nanosecond
    fractions: bool = False  # epoch: not all cells seen so far are whole numbers within int64
    reason: str = ""  # reason for skipping it
    identifies: bool = False  # its words are all different, as the names in a list

    @property
    def as_text(self) -> bool:
        """Whether cells are read as text and converted here, not by pyarrow."""
        return self.spelling is not None or bool(self.parts) or bool(self.via)

    @property
    def needs_order(self) -> bool:
        """Whether it has dates with an unknown order of day and month."""
        return self.spelling is not None and self.spelling.needs_order and self.order is None

    def skip(self, reason: str) -> None:
        """Leave the column out, with the reason."""
        self.kind, self.reason = ColumnKind.SKIPPED, reason


@dataclass
class ReadingPlan:
    """How to read one file. ``file``: its name in messages."""

    file: str
    encoding: str
    newline: str
    delimiter: str
    decimal: str
    header: bool
    data_start: int  # byte of the source at which the first data row begins
    data_line: int  # its line, from 1
    columns: list[Column]
    notes: list[str] = field(default_factory=list)
    time: Column | None = None  # None: determined from all numbers, or the row number
    zones: set[str] = field(default_factory=set)  # offsets in the time column
    options: ReadingOptions = AS_FOUND
    doubts: list[str] = field(default_factory=list)  # decisions that may be wrong, each with its remedy
    remedies: dict[str, dict[str, Any]] = field(default_factory=dict)  # reading options by their description
    missing: list[str] = field(default_factory=list)  # words that mean missing in this file
    blanks: bool = False  # cells are separated by runs of blanks, which are replaced by ``delimiter``
    rate: float | None = None  # samples per second, from the head of the file
    unclear: tuple[str, float, str] | None = None  # a rate in the head in an unknown unit
    head_start: HeadStart | None = None  # date in the head of the file, as written
    start: int | None = None  # nanoseconds since 1970 of the first sample, from the head of the file
    start_has_zone: bool = True
    header_cells: list[str] = field(default_factory=list)
    head_keys: frozenset[str] = frozenset()  # names of the settings in comments above the table
    left_out: list[int] = field(default_factory=list)  # lines below the head that are not data
    short_rows: int = 0  # rows without their last cells, which are taken as missing
    first_short: tuple[int, int] = (0, 0)  # line and number of cells of the first of them
    series: Column | None = None  # its names become channels, with one sample per time
    blocks: list[list[Column]] = field(
        default_factory=list
    )  # tables that are joined, each with its time first
    may_name: Column | None = None  # a column of a few words, which could name series
    coded: bool = False  # some cells have a number and a code: +0123,1
    commas: bool = False  # some column certainly has decimal commas
    filled: list[int] = field(default_factory=list)  # columns whose empty cells have the value above
    above: dict[int, str | None] = field(default_factory=dict)  # their last values in the blocks read so far
    split_tried: bool = False  # ``series`` is ``may_name``, because the times restart

    def cells(self, text: str) -> list[str]:
        """The cells of one row."""
        return split_blanks(text) if self.blanks else next(csv.reader([text], delimiter=self.delimiter), [])

    def doubt(self, text: str, remedies: Mapping[str, dict[str, Any]] | None = None) -> None:
        """Add a decision that may be wrong, once; it is shown with a mark next to the file.

        Args:
            remedies: other readings that are offered as buttons: reading options by description.
        """
        if text not in self.doubts:
            self.doubts.append(text)
            self.remedies.update(remedies or {})

    def note(self, text: str) -> None:
        """Add a decision to show with the file, once."""
        if text not in self.notes:
            self.notes.append(text)

    def refuse(self, problem: str, line: int | None = None, column: Column | None = None) -> RefusedFile:
        """The error to raise: file, line and column, then ``problem``: the fault and its remedy."""
        return refusal(self.file, problem, line, column.name if column else None)


BLANKS = " "  # as a delimiter: runs of blanks and tabs
_WORD = re.compile(r'"((?:[^"]|"")*)"(?=\s|$)|(\S+)')


def split_blanks(text: str) -> list[str]:
    """Split at runs of blanks; ``"2024-01-01 10:00"`` in quotation marks is one cell."""
    if '"' not in text:
        return text.split()
    return [match[2] or match[1].replace('""', '"') for match in _WORD.finditer(text)]


def refusal(file: str, problem: str, line: int | None = None, column: str | None = None) -> RefusedFile:
    """``“a.csv”, line 3, column “price”: “x” is not a number; correct it and add the file again.``"""
    place = f"“{file}”"
    if line is not None:
        place += f", line {line}"
    if column is not None:
        place += f", column “{column}”"
    return RefusedFile(f"{place}: {problem}")
