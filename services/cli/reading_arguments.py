"""Command-line options for reading CSV files: time column, dates, delimiter, header, encoding."""

from __future__ import annotations

import argparse
from typing import Any

from services.errors import Invalid
from services.ingest.reading_options import (
    DATES,
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    JOINED,
    KEEP_ROWS,
    NO_TIME,
    STARTS,
    TABLES,
    UNITS,
    ReadingOptions,
)

COUNTED = "none"  # as the time: rows are counted; as the series: rows are kept
_ORDERS = {words.replace(" ", "-"): order for order, words in DATES.items()}
_UNITS = {unit.replace(" ", "-"): unit for unit in UNITS}
_DELIMITERS = {**{words: sign for sign, words in DELIMITERS.items()}, **{sign: sign for sign in ",;|"}}
_DECIMALS = {**{words: sign for sign, words in DECIMALS.items()}, **{sign: sign for sign in DECIMALS}}
_NAMES = (
    *("time", "dates", "zone", "unit", "rate", "start", "header", "skip"),
    *("units_row", "series", "tables", "delimiter", "decimal", "encoding", "missing"),
)
_ENCODINGS = {name.casefold(): name for name in ENCODINGS}


def add(command: argparse.ArgumentParser) -> None:
    """Add the options to a command."""
    group = command.add_argument_group(
        "how the files are read", "Options that are not given are detected (docs/recordings.md)."
    )
    add_to = group.add_argument
    add_to(
        "--time",
        metavar="COL[,COL...]",
        help="the time column, or columns that form the time together; none: count rows",
    )
    add_to("--dates", choices=_ORDERS, help="order of day, month and year in dates such as 01/02/2023")
    add_to("--zone", metavar="ZONE", help="time zone of dates without a zone: Europe/Berlin, +01:00, UTC")
    add_to("--unit", choices=_UNITS, help="unit of a numeric time column")
    add_to("--rate", type=float, metavar="HZ", help="sampling rate, without a time column")
    add_to(
        "--start",
        choices=STARTS,
        help="times count from the start in the head of the file, or are as written",
    )
    add_to("--header", type=int, metavar="N", help="line with the names of the columns; 0: no header")
    add_to("--skip", type=int, metavar="N", help="number of lines to skip above the table")
    add_to("--series", metavar="COL", help="column whose names become channels; none: rows are kept")
    add_to("--tables", choices=TABLES, help="tables next to each other: each at its own times, or one table")
    add_to("--units-row", type=int, metavar="N", help="line with the units of the columns")
    add_to(
        "--delimiter", metavar="SIGN", help=f"between columns: {', '.join(DELIMITERS.values())}, or the sign"
    )
    add_to("--decimal", metavar="SIGN", help="decimal sign: point or comma")
    add_to("--encoding", metavar="NAME", help=f"of the text: {', '.join(ENCODINGS)}")
    add_to(
        "--missing",
        nargs="+",
        action="extend",
        metavar="WORD",
        help="words or numbers that mean a missing value",
    )


def options_of(chosen: argparse.Namespace) -> ReadingOptions:
    """Reading options from the arguments.

    Raises:
        Invalid: an option has an invalid value, or two contradict each other.
    """
    chosen_values: dict[str, Any] = {
        "dates": _ORDERS.get(chosen.dates),
        "zone": chosen.zone,
        "unit": _UNITS.get(chosen.unit),
        "rate": chosen.rate,
        "start": chosen.start,
        "tables": chosen.tables,
        "units_row": chosen.units_row,
        "delimiter": _named("--delimiter", _DELIMITERS, chosen.delimiter),
        "decimal": _named("--decimal", _DECIMALS, chosen.decimal),
        "encoding": _named("--encoding", _ENCODINGS, chosen.encoding),
        "missing": chosen.missing or [],
    }
    if chosen.time is not None:
        names = [name.strip() for name in chosen.time.split(",")]
        chosen_values["time"] = NO_TIME if names == [COUNTED] else JOINED.join(names)
    if chosen.series is not None:
        chosen_values["series"] = KEEP_ROWS if chosen.series == COUNTED else chosen.series
    if chosen.header and chosen.skip is not None:
        raise Invalid("--header N gives the beginning of the table; do not use --skip with it.")
    if chosen.header is not None:
        chosen_values["header"] = chosen.header > 0
        chosen_values["begins"] = chosen.header or None
    if chosen.skip is not None:
        chosen_values["begins"] = chosen.skip + 1
    return ReadingOptions.from_json(chosen_values)


def words_of(chosen: argparse.Namespace) -> list[str]:
    """The given options, as written on the command line."""
    words: list[str] = []
    for name in _NAMES:
        value = getattr(chosen, name)
        if value is not None:
            values = value if isinstance(value, list) else [value]
            words += [f"--{name.replace('_', '-')}", *map(str, values)]
    return words


def _named(option: str, values: dict[str, str], given: str | None) -> str | None:
    if given is None:
        return None
    value = "\t" if given in {"\t", "\\t"} and option == "--delimiter" else values.get(given.casefold())
    if value is None:
        raise Invalid(f"{option} is one of: {', '.join(values)}.")
    return value
