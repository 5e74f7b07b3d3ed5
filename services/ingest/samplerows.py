"""The first rows of a file, split into cells."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from services.ingest.diagnose import LONE_CR
from services.ingest.plan import BLANKS, refusal, split_blanks
from services.timeseries.lines import LineBytes, scan_rows

MAX_COLUMNS = 2_000
SAMPLE_ROWS = 2_000
DELIMITERS = (";", "\t", "|", ",")  # the first of equally good ones: a comma is also a decimal sign
_SEP = re.compile(r'\ufeff?"?sep=(.)"?\r?\n', re.IGNORECASE)
_NEEDS_CSV = re.compile('["\r]')
LONG = "the line is longer than 1 MB; write one row per sample, each on its line."


@dataclass(frozen=True)
class Sample:
    """The beginning of a file, whose rows are split once for each delimiter."""

    file: str
    text: bytes  # UTF-8, line ends ``\n`` or ``\r\n``
    complete: bool  # the sample is the whole file
    begins: int = 1  # line at which the table begins
    _split: dict[str, list[tuple[LineBytes, list[str]]]] = field(default_factory=dict)  # by delimiter

    def rows(self, delimiter: str, count: int) -> list[tuple[LineBytes, list[str]]]:
        """The cells of the first ``count`` rows, at most ``SAMPLE_ROWS`` + 1."""
        lines = self._unquoted
        if lines is None:
            lines = self._lines(b"\t" if delimiter == BLANKS else delimiter.encode(), count)
            return [(row, self._cells(row, text, delimiter)) for row, text in lines]
        split = self._split.setdefault(delimiter, [])
        split += [(row, self._cells(row, text, delimiter)) for row, text in lines[len(split) : count]]
        return split[:count]

    @cached_property
    def _unquoted(self) -> list[tuple[LineBytes, str]] | None:
        """The first rows without quotation marks, which are the same for every delimiter; None if there are any."""
        return None if b'"' in self.text else self._lines(b",", SAMPLE_ROWS + 1)

    def _lines(self, delimiter: bytes, count: int) -> list[tuple[LineBytes, str]]:
        every = scan_rows(self.text, delimiter, self.complete)
        selected = islice((row for row in every if row.line + 1 >= self.begins), count)
        return [(row, self.text[row.start : row.stop].decode("utf-8", "replace")) for row in selected]

    def announced(self) -> str | None:
        """The delimiter in a first line ``sep=;``."""
        match = _SEP.match(self.text[:20].decode("utf-8", "replace"))
        return match[1] if match else None

    def _cells(self, row: LineBytes, text: str, delimiter: str) -> list[str]:
        if delimiter == BLANKS:
            return split_blanks(text)
        if not _NEEDS_CSV.search(text) and len(text) < csv.field_size_limit():
            return text.split(delimiter)
        try:
            return next(csv.reader([text], delimiter=delimiter), [""])
        except csv.Error:
            raise refusal(self.file, LONE_CR, row.line + 1) from None

    def check(self) -> None:
        """Refuse a sample without text or without line ends."""
        if not self.text.strip():
            raise refusal(self.file, "there is only white space in the file; export the recording again.")
        start = len(self.text) - len(self.text.lstrip(b"\n\r"))
        if not self.complete and self.text.find(b"\n", start) < 0:
            if max(self.text.count(delimiter.encode()) for delimiter in DELIMITERS) >= MAX_COLUMNS:
                raise too_wide(self.file, 1)
            raise refusal(self.file, LONG, 1)


def too_wide(name: str, line: int) -> Exception:
    """The refusal of a row with more than ``MAX_COLUMNS`` cells."""
    problem = f"there are more than {MAX_COLUMNS:,} columns; put one row per sample, or split the file."
    return refusal(name, problem, line)
