"""Form for reading a file differently: conversion between controls and options, preview as a table.

The values of the controls are in the order of :data:`FIELDS`. "found": automatic detection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components.ids import ReadingForm
from components.parts import list_text, name_of, name_option, name_value, text_of_list
from services.ingest.reading_options import DECIMALS, DELIMITERS, ENCODINGS, JOINED

AS_FOUND = "found"
COUNTED = "rows"  # value for “no time column”; columns are "=name"
KEPT = "kept"  # value for “no series column”
FIELDS = (
    *(
        "TIME",
        "CLOCK",
        "DATES",
        "ZONE",
        "UNIT",
        "RATE",
        "DELIMITER",
        "DECIMAL",
        "HEADER",
        "ENCODING",
        "BEGINS",
    ),
    *("MISSING", "SERIES", "UNITS_ROW", "START", "TABLES"),
)
NAMES = tuple(field.lower() for field in FIELDS)
TYPED = {"zone", "rate", "begins", "missing", "units_row"}  # typed fields; the others are selections
_LINES = {"begins", "units_row"}
FOUND: dict[str, Mapping[str, str]] = {  # selections whose “As found” shows the detected value
    "delimiter": DELIMITERS,
    "decimal": DECIMALS,
    "header": {"yes": "names of columns", "no": "data"},
    "encoding": {name: name for name in ENCODINGS},
}


def controls(ids: ReadingForm) -> list[str]:
    """Ids of the controls of a form."""
    return [str(ids[field]) for field in FIELDS]


def values_of(options: Mapping[str, Any]) -> list[Any]:
    """Values of the controls for given options."""
    shown = dict(options)
    if "header" in shown:
        shown["header"] = "yes" if shown["header"] else "no"
    if "time" in shown:
        first, _, rest = shown["time"].partition(JOINED)
        shown["time"] = name_value(first) if first else COUNTED
        shown["clock"] = [list_text(name) for name in rest.split(JOINED)] if rest else []
    if "series" in shown:
        shown["series"] = name_value(shown["series"]) if shown["series"] else KEPT
    if "missing" in shown:
        shown["missing"] = " ".join(shown["missing"])
    if "rate" in shown:
        shown["rate"] = f"{shown['rate']:g}"
    clock = shown.pop("clock", [])
    return [
        clock if name == "clock" else str(shown.get(name, "" if name in TYPED else AS_FOUND))
        for name in NAMES
    ]


def options_of(values: Sequence[Any]) -> dict[str, Any]:
    """Options of the controls, without units; a malformed rate stays text, and is refused later."""
    options: dict[str, Any] = {}
    for name, value in zip(NAMES, values, strict=True):
        if name == "clock":
            continue
        text = value if name == "delimiter" else str(value or "").strip()
        if text and text != AS_FOUND:
            options[name] = text
    if "time" in options:
        options["time"] = "" if options["time"] == COUNTED else name_of(options["time"])
    clock = [text_of_list(name) for name in values[NAMES.index("clock")] or []]
    if options.get("time"):
        options["time"] = JOINED.join([options["time"], *clock])
    if "series" in options:
        options["series"] = "" if options["series"] == KEPT else name_of(options["series"])
    if "missing" in options:
        options["missing"] = options["missing"].split()
    for name in _LINES & options.keys():
        options[name] = int(options[name]) if options[name].isdigit() else options[name]
    if "header" in options:
        options["header"] = options["header"] == "yes"
    if "rate" in options:
        options["rate"] = _number(options["rate"])
    return options


def with_units(
    options: Mapping[str, Any], units: Mapping[str, str], units_in_file: Mapping[str, str]
) -> dict[str, Any]:
    """The options with units that differ from those in the file."""
    changed = {
        name: unit for name, unit in units.items() if name in units_in_file and unit != units_in_file[name]
    }
    return {**options, "units": changed} if changed else dict(options)


def time_choices(answer: Mapping[str, Any] | None, options: Mapping[str, Any]) -> list[dict[str, str]]:
    """Columns that can be the time; a chosen column that is missing stays an option."""
    columns = column_names(answer)
    first = (options.get("time") or "").partition(JOINED)[0]
    if first and first not in columns:
        columns.append(first)
    detected = ""
    if answer and "time" not in options and "rate" not in options:
        name = answer["time"].get("name")
        detected = f": “{name}”" if name else ": none"
    return [
        {"value": AS_FOUND, "label": f"As found{detected}"},
        *(name_option(name, f"“{name}”") for name in columns),
        {"value": COUNTED, "label": "none: rows are counted"},
    ]


def column_names(answer: Mapping[str, Any] | None) -> list[str]:
    """Names of the columns of the file; a joined time is named by its first column."""
    names = [column["name"] for column in answer["columns"]] if answer else []
    parts = {name: name.split(JOINED) for name in names}
    return [parts[name][0] if set(parts[name][1:]) <= set(names) else name for name in names]


def clock_choices(answer: Mapping[str, Any] | None, options: Mapping[str, Any]) -> list[dict[str, str]]:
    """Columns that can be joined with the time column, in the order of choice."""
    columns = column_names(answer)
    rest = (options.get("time") or "").partition(JOINED)[2]
    columns += [name for name in rest.split(JOINED) if rest and name not in columns]
    return [{"value": list_text(name), "label": list_text(name)} for name in columns]


def series_choices(answer: Mapping[str, Any] | None, options: Mapping[str, Any]) -> list[dict[str, str]]:
    """Columns whose names can become channels."""
    columns = column_names(answer)
    name, detected = options.get("series"), ""
    if name and name not in columns:
        columns.append(name)
    if answer and name is None:
        detected = f": “{answer['reading']['series']}”" if answer["reading"]["series"] else ": columns"
    return [
        {"value": AS_FOUND, "label": f"As found{detected}"},
        *(name_option(name, f"“{name}”") for name in columns),
        {"value": KEPT, "label": "columns: rows are kept"},
    ]


def choices(
    name: str, answer: Mapping[str, Any] | None = None, content: Mapping[str, Any] | None = None
) -> list[dict[str, str]]:
    """Options of a control of :data:`FOUND`; “As found” shows the detected value."""
    values, detected = FOUND[name], ""
    if answer and name not in (content or {}):
        reading = answer["reading"][name]
        key = ("yes" if reading else "no") if name == "header" else reading
        detected = f": {values[key]}" if key in values else ""
    options = [{"value": AS_FOUND, "label": f"As found{detected}"}]
    return options + [{"value": value, "label": label} for value, label in values.items()]


def found_units(answer: Mapping[str, Any]) -> dict[str, str]:
    """Units of channels in the file."""
    return {column["name"]: column["unit"] for column in answer["columns"] if column["role"] == "channel"}


def preview_columns(answer: Mapping[str, Any], units: Mapping[str, str]) -> list[dict[str, Any]]:
    """Columns of the preview: parsed time, then the columns of the file with their roles."""
    read = {"field": "read", "headerName": f"Read as\n{_time_words(answer['time'])}", "pinned": "left"}
    columns = [_column(place, column, units) for place, column in enumerate(answer["columns"])]
    return [read | {"cellClass": "tm-role-read", "minWidth": 150}, *columns]


def preview_rows(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    """Rows of the preview."""
    rows = []
    for place, cells in enumerate(answer["cells"]):
        times = answer["times"]
        row = {f"c{number}": cell for number, cell in enumerate(cells)}
        rows.append({"read": times[place] if place < len(times) else "", **row})
    return rows


def _column(place: int, column: Mapping[str, Any], units: Mapping[str, str]) -> dict[str, Any]:
    role, reason = column["role"], column["reason"]
    unit = units.get(column["name"], column["unit"]) if role == "channel" else column["unit"]
    name = f"{column['name']} [{unit}]" if unit else column["name"]
    return {
        "field": f"c{place}",
        "headerName": f"{name}\n{role}: {reason}" if reason else f"{name}\n{role}",
        "headerTooltip": reason,
        "cellClass": f"tm-role-{role.replace(' ', '-')}",
    }


def _time_words(time: Mapping[str, Any]) -> str:
    if time["kind"] == "row":
        return "row number"
    if time["kind"] == "datetime":
        return f"in {time['zone']}"
    return "no zone" if time["kind"] == "naive" else time["unit"] or "number"


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text
