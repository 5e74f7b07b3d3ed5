"""Label CSVs as saved again by spreadsheets and scripts: the same labels in other bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

Rows = list[list[str]]


def written(rows: Rows, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, quote: str = '"') -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, quotechar=quote, lineterminator="\r\n").writerows(
        rows
    )
    return text.getvalue()


def _trailing(rows: Rows) -> bytes:
    return written([[*row, "", "", ""] for row in rows]).encode()


def _one_cell(rows: Rows) -> bytes:
    """Every line in the first column, as where the list separator is another: with quotes where a cell had some."""
    return written([[written([row]).removesuffix("\r\n")] for row in rows], ";").encode()


def _delimited(delimiter: str) -> Callable[[Rows], bytes]:
    return lambda rows: written(rows, delimiter).encode()


def _encoded(codec: str, delimiter: str = ",") -> Callable[[Rows], bytes]:
    return lambda rows: written(rows, delimiter).encode(codec)


SAVED_AGAIN: dict[str, Callable[[Rows], bytes]] = {
    "CR LF": lambda rows: written(rows).encode(),
    "CR": lambda rows: written(rows).replace("\r\n", "\r").encode(),
    "byte order mark": _encoded("utf-8-sig"),
    "trailing commas": _trailing,
    "hundreds of trailing commas": lambda rows: written([[*row, *[""] * 900] for row in rows]).encode(),
    "trailing semicolons": lambda rows: written([[*row, "", ""] for row in rows], ";").encode("utf-8-sig"),
    "semicolons": _delimited(";"),
    "tabs": _delimited("\t"),
    "bars": _delimited("|"),
    "colons": _delimited(":"),
    "blanks": _delimited(" "),
    "all quoted": lambda rows: written(rows, quoting=csv.QUOTE_ALL).encode(),
    "all quoted with apostrophes": lambda rows: written(rows, quoting=csv.QUOTE_ALL, quote="'").encode(),
    "each line in one cell": _one_cell,
    "Unicode text": _encoded("utf-16", "\t"),
    "Unicode text without mark": _encoded("utf-16-le", "\t"),
    "Unicode text, big end first": _encoded("utf-16-be", "\t"),
    "Windows-1252": _encoded("cp1252"),
    "sep=": lambda rows: ("sep=;\r\n" + written(rows, ";")).encode(),
    "name of the table above": lambda rows: ("Table 1\r\n" + written(rows)).encode(),
    "title and empty lines above": lambda rows: ("My labels;;;;\r\n;;;;\r\n" + written(rows, ";")).encode(),
    "empty lines above": lambda rows: ("\r\n,,,,\r\n" + written(rows)).encode(),
    "empty lines between": lambda rows: written([line for row in rows for line in (row, [""] * 5)]).encode(),
    "another column": lambda rows: written(
        [[*row, "seen by" if place == 0 else "Ada"] for place, row in enumerate(rows)]
    ).encode(),
    "another column in front": lambda rows: written(
        [["seen by" if place == 0 else "Ada", *row] for place, row in enumerate(rows)]
    ).encode(),
    "columns in another order": lambda rows: written([row[::-1] for row in rows]).encode(),
}
