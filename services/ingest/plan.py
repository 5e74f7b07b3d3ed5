"""What was decided about a file before reading it; the reader may still change the kind of a column."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from services.errors import RefusedFile
from services.ingest.reading_options import AS_FOUND, ReadingOptions


class Kind(Enum):
    """How the cells of a column are read."""

    INTEGER = auto()  # int64
    FLOAT = auto()  # float64
    EMPTY = auto()  # float64, but no value was seen yet: it may still turn out to be text
    DATE = auto()  # dates without zone → int64 ns
    INSTANT = auto()  # dates with zone → int64 ns
    EPOCH = auto()  # Unix time with fractions → int64 ns
    SKIPPED = auto()


NUMBERS = frozenset({Kind.INTEGER, Kind.FLOAT, Kind.EMPTY})
DATES = frozenset({Kind.DATE, Kind.INSTANT})


@dataclass
class Column:
    """One column of the file, in file order."""

    index: int
    name: str
    unit: str | None
    kind: Kind
    clean: bool = False  # dates: bring each cell into the form that pyarrow reads
    scale: int = 9  # epoch: decimals down to the nanosecond
    reason: str = ""  # why it is skipped

    def skip(self, reason: str) -> None:
        """Leave the column out of the plot and say why."""
        self.kind, self.reason = Kind.SKIPPED, reason


@dataclass
class Plan:
    """How to read one file. ``file`` is what sentences call it."""

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
    time: Column | None = None  # None: found once all numbers are known, or the row number
    zones: set[str] = field(default_factory=set)  # offsets seen in the time column
    options: ReadingOptions = AS_FOUND

    def note(self, text: str) -> None:
        """Add a decision to show with the file, once."""
        if text not in self.notes:
            self.notes.append(text)

    def refuse(self, what: str, line: int | None = None, column: Column | None = None) -> RefusedFile:
        """The error to raise: file, line and column, then ``what`` is wrong and what to do."""
        return refusal(self.file, what, line, column.name if column else None)


def refusal(file: str, what: str, line: int | None = None, column: str | None = None) -> RefusedFile:
    """``“a.csv”, line 3, column “price”: “x” is not a number; correct it and add the file again.``"""
    place = f"“{file}”"
    if line is not None:
        place += f", line {line}"
    if column is not None:
        place += f", column “{column}”"
    return RefusedFile(f"{place}: {what}")
