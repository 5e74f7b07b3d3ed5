"""Generated layouts of CSV files from a known table, for comparing the parsed with the true values.

A layout is a number of choices (head, names, delimiter, spelling of dates, order of rows, …). ``make`` takes them from
any function that chooses, so that a property test and a long run over random layouts use the same ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from services.timeseries import Store

Choose = Callable[[str, Sequence[Any]], Any]

START = datetime(2024, 2, 20, 23, 50, 0, tzinfo=UTC)  # has a day above 12, passes midnight
AMBIGUOUS = datetime(2024, 2, 3, 4, 50, 0, tzinfo=UTC)  # day and month both fit

DATES = {
    "iso": "%Y-%m-%d %H:%M:%S",
    "iso T": "%Y-%m-%dT%H:%M:%S",
    "iso Z": "%Y-%m-%dT%H:%M:%SZ",
    "iso offset": "%Y-%m-%d %H:%M:%S+00:00",
    "iso ms": "%Y-%m-%d %H:%M:%S.%f",
    "points": "%Y.%m.%d %H:%M:%S",
    "year slashes": "%Y/%m/%d %H:%M:%S",
    "german": "%d.%m.%Y %H:%M:%S",
    "slashes": "%d/%m/%Y %H:%M:%S",
    "short year": "%d/%m/%y %H:%M:%S",
    "american": "%m/%d/%Y %I:%M:%S %p",
    "american minutes": "%m/%d/%Y %H:%M",
    "minutes": "%Y-%m-%d %H:%M",
    "month": "%d-%b-%Y %H:%M:%S",
    "month first": "%b %d, %Y %H:%M:%S",
    "rfc": "%a, %d %b %Y %H:%M:%S GMT",
    "compact": "%Y%m%d%H%M%S",
    "compact T": "%Y%m%dT%H%M%S",
    "compact apart": "%Y%m%d %H%M%S",
    "compact colons": "%Y%m%d %H:%M:%S",
    "ctime": "%a %b %d %H:%M:%S %Y",
}
NUMBERS = (
    "unix s",
    "unix ms",
    "unix us",
    "unix ns",
    "unix float",
    "seconds",
    "ms",
    "elapsed",
    "clock",
    "days",
    "year fields",
)
TIME_NAMES = (
    "Time",
    "timestamp",
    "Date/Time",
    "Datum",
    "_time",
    "recorded_at",
    "time_s",
    "x",
    "Date",
    "measured",
)
HEADS: dict[str, list[str]] = {
    "none": [],
    "comments": ["# device X", "# rate 500"],
    "percent": ["%OpenBCI", "%Number of channels = 8"],
    "semicolon": ["; comment", "; another"],
    "settings": ["Device,X", "Serial number,12", ""],
    "wide settings": ["Device,X,Serial,12", "Start,1,Stop,9", ""],
    "numbers": ["Samples,24", "Channels,2", "Version,1.5"],
    "title": ["A title of the recording"],
    "titles": ["Exported by Logger 3.1", "2024-02-20", ""],
    "colons": ["Device: X", "Operator: Y, Z", "Count: 24"],
    "blank": ["", ""],
    "two tables": ["Channel,Gain,Offset,Zero", "a,1.5,0,0", "b,2.5,0,1", ""],
}
MISSING = (
    "",
    "NaN",
    "-",
    "Bad",
    "#DIV/0!",
    "n.a.",
    "null",
    ".",
    " ",
    "NA",
    "--",
    "-9999",
    "9.9E+37",
    "keine",
)
TAILS = ("none", "total", "header", "comment", "blank", "cut", "average")
EXTRAS = (
    "none",
    "text",
    "constant date",
    "counter",
    "switch",
    "row id",
    "second time",
    "empty",
    "rising",
    "unit cells",
)
ORDERS = ("up", "down", "swapped", "twice", "equal", "blocks")
VALUES = (
    "small",
    "whole",
    "wide",
    "exponent",
    "small",
    "whole",
    "wide",
    "small",
    "wide",
    "whole",
    "exponent",
    "grouped",
    "three",
    "binary",
    "unix like",
    "year like",
    "clock like",
)
NEWLINES = ("\n", "\r\n", "\r")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "utf-16-le")


@dataclass
class Layout:
    """Bytes of a file and its true values; ``choices``: how it was generated."""

    data: bytes
    times: (
        list[str] | None
    )  # as ``time_text`` writes them, in the order of the file; None: there is none in the file
    channels: dict[str, list[float]]  # values in the order of the file, NaN for missing
    choices: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] | None = None  # of the channels in the file; None where the file has no header


def make(choose: Choose) -> Layout:
    """One layout by the choices that ``choose`` makes."""
    choices: dict[str, Any] = {}

    def take(name: str, options: Sequence[Any]) -> Any:
        choices[name] = choose(name, options)
        return choices[name]

    rows = take("rows", (24, 24, 24, 120))
    stamps, kind = _stamps(take, rows)
    columns, truth, times = _columns(take, stamps, kind)
    delimiter = take("delimiter", (",", ",", ";", "\t", "|", "blanks"))
    decimal = take("decimal", (".", ".", ","))
    if decimal == "," and delimiter == "," and not take("quote all", (True, False)):
        decimal = choices["decimal"] = "."
    lines = _written(take, columns, delimiter, decimal)
    text = take("newline", NEWLINES).join(lines)
    names = {"numbers": {"a": "1", "b": "2"}, "utf8": {"a": "a µ", "b": "b µ"}, "none": None}.get(
        choices["names"], {}
    )
    return Layout(_encoded(take, text), times, truth, choices, names)


def _stamps(take: Callable[..., Any], rows: int) -> tuple[list[datetime], str]:
    start = take("start", (START, START, AMBIGUOUS))
    step = take("step", (37, 37, 1, 60, 3600, 86400))
    kind = take("time", (*DATES, *NUMBERS, "none"))
    step = min(step, 60) if kind == "clock" else max(step, 60) if "minutes" in kind else step
    stamps = [start + timedelta(seconds=step * row) for row in range(rows)]
    order = take("order", ("up", "up", "up", *ORDERS))
    if kind == "elapsed" and order == "blocks":
        order = "up"  # is as well a clock that passes midnight
    half = rows // 2
    if order == "down":
        stamps.reverse()
    elif order == "swapped":
        stamps[5], stamps[6] = stamps[6], stamps[5]
    elif order == "twice":
        stamps = stamps[:half] * 2
    elif order == "equal":
        stamps[7] = stamps[6]
    elif order == "blocks":
        stamps = stamps[half:] + stamps[:half]
    return stamps, kind


def _columns(
    take: Callable[..., Any], stamps: list[datetime], kind: str
) -> tuple[list[tuple[str, list[str]]], dict[str, list[float]], list[str] | None]:
    """Columns of cells with their names, the true channels, and the true times."""
    name = take("time name", TIME_NAMES)
    extra = take("extra", ("none", "none", *EXTRAS))
    if kind == "days" and name == "time_s":
        name = "Time"
    if extra == "second time" and (
        kind in {"none", "seconds", "ms", "days", "clock", "elapsed"} or name in {"x", "measured"}
    ):
        extra, name = "text", "Time"  # else either column is right
    times, time_columns = _time(take, kind, name, stamps)
    truth: dict[str, list[float]] = {}
    columns = []
    for channel in ("a", "b"):
        cells, values = _values(take, channel, len(stamps))
        columns.append((channel, cells))
        truth[channel] = values
    columns += _extra(extra, stamps, truth)
    place = take("place", ("first", "first", "last", "middle"))
    cut = {"first": 0, "last": len(columns), "middle": 1}[place]
    return columns[:cut] + time_columns + columns[cut:], truth, times


def _time(
    take: Callable[..., Any], kind: str, name: str, stamps: list[datetime]
) -> tuple[list[str] | None, list[tuple[str, list[str]]]]:
    if kind == "none":
        return None, []
    if kind in DATES:
        cells = [stamp.strftime(DATES[kind]) for stamp in stamps]
        shown = [datetime.strptime(cell, DATES[kind]).replace(tzinfo=UTC) for cell in cells]
        zoned = kind in {"iso Z", "iso offset", "rfc"}
        times = [f"{label:%Y-%m-%d %H:%M:%S}{'+00:00' if zoned else ''}" for label in shown]
        if (
            " " in DATES[kind]
            and kind not in {"rfc", "ctime", "month first"}
            and take("apart", (True, False))
        ):
            parts = [cell.split(" ", 1) for cell in cells]
            first, second = take(
                "part names", (("Date", "Time"), ("Datum", "Uhrzeit"), ("day", "clock"), ("<DATE>", "<TIME>"))
            )
            return times, [(first, [part[0] for part in parts]), (second, [part[1] for part in parts])]
        return times, [(name, cells)]
    return _numbers(kind, name, stamps)


def _numbers(kind: str, name: str, stamps: list[datetime]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """A time in numbers, or as a clock."""
    first = stamps[0]
    seconds = [int((stamp - first).total_seconds()) for stamp in stamps]
    unix = [int(stamp.timestamp()) for stamp in stamps]
    plain = [f"{stamp:%Y-%m-%d %H:%M:%S}" for stamp in stamps]
    zoned_times = [text + "+00:00" for text in plain]
    if kind.startswith("unix"):
        factor = {"unix s": 1, "unix ms": 10**3, "unix us": 10**6, "unix ns": 10**9}.get(kind)
        cells = [f"{value}.0" if factor is None else str(value * factor) for value in unix]
        return zoned_times, [(name, cells)]
    if kind == "year fields":
        names = ("Year", "Month", "Day", "Hour", "Minute", "Second")
        fields = [tuple(map(str, stamp.timetuple()[:6])) for stamp in stamps]
        return plain, [(names[i], [field[i] for field in fields]) for i in range(6)]
    if kind == "elapsed":
        low = min(seconds)
        cells = [
            f"{(s - low) // 3600:d}:{(s - low) // 60 % 60:02d}:{(s - low) % 60:02d}.000" for s in seconds
        ]
        return [str(s - low) for s in seconds], [(name, cells)]
    if kind == "clock":
        cells = [f"{stamp:%H:%M:%S}" for stamp in stamps]
        base = min(stamps).replace(hour=0, minute=0, second=0)
        return [str(int((stamp - base).total_seconds())) for stamp in stamps], [(name, cells)]
    if kind == "days":
        origin = datetime(1899, 12, 30, tzinfo=UTC)
        cells = [f"{(stamp - origin).total_seconds() / 86400:.8f}" for stamp in stamps]
        return plain, [(name, cells)]
    factor = 1000 if kind == "ms" else 1
    low = min(seconds)
    cells = [str((s - low) * factor) for s in seconds]
    return cells, [(name, cells)]


def _values(take: Callable[..., Any], channel: str, rows: int) -> tuple[list[str], list[float]]:
    kind = take(f"values {channel}", ("small", "small", "small", *VALUES))
    cells = []
    for row in range(rows):
        wave = math.sin(row / 3 + len(channel) + ord(channel))
        cells.append(
            {
                "small": f"{wave * 10:.2f}",
                "three": f"{wave * 10:.3f}",
                "whole": str(round(wave * 100)),
                "wide": f"{wave * 1e5:.1f}",
                "exponent": f"{wave:.4e}",
                "grouped": f"{abs(wave) * 1e6 + 1000:,.2f}",
                "binary": str(int(wave > 0)),
                "unix like": str(1_700_000_000 + row * 13 % 1000),
                "year like": str(2000 + round(wave * 10)),
                "clock like": f"{12 + wave:.2f}",
            }[kind]
        )
    values = [float(cell.replace(",", "")) for cell in cells]
    missing = take(f"missing {channel}", (None, None, *MISSING))
    if missing is not None:
        for row in take(f"missing rows {channel}", ((5,), (3, 4, 20), (0,), (23,))):
            cells[row] = missing
            values[row] = math.nan
    return cells, values


def _extra(extra: str, stamps: list[datetime], truth: dict[str, list[float]]) -> list[tuple[str, list[str]]]:
    rows = len(stamps)
    if extra == "none":
        return []
    if extra in {"counter", "rising", "row id"}:
        cells = [str(row * (3 if extra == "counter" else 1) + 1000) for row in range(rows)]
        name = {"counter": "total", "rising": "energy kWh", "row id": "No"}[extra]
        truth[name.removesuffix(" kWh")] = [float(cell) for cell in cells]
        if extra == "rising":
            truth["energy kWh"] = truth.pop("energy")
        return [(name, cells)]
    if extra == "switch":
        truth["running"] = [float(row % 3 == 0) for row in range(rows)]
        return [("running", ["TRUE" if row % 3 == 0 else "FALSE" for row in range(rows)])]
    if extra == "unit cells":
        truth["temp"] = [20 + row / 2 for row in range(rows)]
        return [("temp", [f"{20 + row / 2:.1f} °C" for row in range(rows)])]
    return [
        {
            "text": ("Quality", ["Good" if row % 4 else "Uncertain" for row in range(rows)]),
            "constant date": ("exported_at", ["2024-05-06 07:08:09"] * rows),
            "second time": (
                "received",
                [f"{stamp + timedelta(days=2):%Y-%m-%d %H:%M:%S}" for stamp in stamps],
            ),
            "empty": ("spare", [""] * rows),
        }[extra]
    ]


def _written(
    take: Callable[..., Any], columns: list[tuple[str, list[str]]], delimiter: str, decimal: str
) -> list[str]:
    """The lines of the file."""
    sign = " " if delimiter == "blanks" else delimiter
    if sign == " ":
        columns = [(name, [cell.strip() or "NaN" for cell in cells]) for name, cells in columns]
    quote = "needed" if sign == " " else take("quotes", ("needed", "needed", "all", "text"))

    def line(cells: Sequence[str]) -> str:
        return sign.join(_quoted(cell, sign, quote) for cell in cells) + trailing

    style = take(
        "names",
        (
            "plain",
            "plain",
            "units",
            "round",
            "hash",
            "none",
            "units row",
            "group row",
            "numbers",
            "quoted",
            "utf8",
        ),
    )
    trailing = sign if sign != " " and take("trailing", (False, False, False, True)) else ""
    names = [name for name, _ in columns]
    measured = {"a": "mV", "b": "°C"}
    above: list[list[str]] = []
    if style == "units":
        names = [f"{name} [{measured[name]}]" if name in measured else name for name in names]
    elif style == "round":
        names = [f"{name} ({measured[name]})" if name in measured else name for name in names]
    elif style == "hash":
        names = [f"#{names[0]}" if not sign.isspace() else f"# {names[0]}", *names[1:]]
    elif style == "units row":
        above = [names, [measured.get(name, "-" if sign == " " else "") for name in names]]
    elif style == "group row":
        above = [["" if name not in measured else "Sensors" for name in names], names]
    elif style == "numbers":
        names = [str("ab".index(name) + 1) if name in measured else name for name in names]
    elif style == "utf8":
        names = [f"{name} µ" if name in measured else name for name in names]
    above = [] if style == "none" else above or [names]
    head = HEADS[take("head", ("none", "none", "none", *HEADS))]
    lines = [text.replace(",", sign) for text in head]
    if take("sep line", (False, False, False, False, False, True)) and sign != " ":
        lines.insert(0, f"sep={sign}")
    lines += [line(row) for row in above]
    body = [
        line(_decimals(cells, columns, decimal))
        for cells in zip(*(cells for _, cells in columns), strict=True)
    ]
    lines += body
    return lines + _tail(take, line, names, body, decimal, bool(above))


def _decimals(cells: Sequence[str], columns: list[tuple[str, list[str]]], decimal: str) -> list[str]:
    if decimal == ".":
        return list(cells)
    turned = str.maketrans({".": ",", ",": "."})
    numeric = [all(ch in "0123456789+-.,eE" for ch in cell) and "." in cell for cell in cells]
    plain = [cell.count(".") <= 1 or "," in cell for cell in cells]
    return [
        cell.translate(turned) if n and p else cell for cell, n, p in zip(cells, numeric, plain, strict=True)
    ]


def _tail(
    take: Callable[..., Any],
    line: Callable[[Sequence[str]], str],
    names: list[str],
    body: list[str],
    decimal: str,
    headed: bool,
) -> list[str]:
    tail = take("tail", ("none", "none", "none", *TAILS))
    count = len(names)
    if tail in {"total", "average"}:
        return [line([tail.capitalize(), *[""] * (count - 2), f"5{decimal}5"]), ""]
    if tail == "header" and headed:
        return [line(names), ""]
    return {
        "comment": ["# end of file", ""],
        "blank": ["", "", ""],
        "cut": [body[3][: len(body[3]) // 3]],
    }.get(tail, [""] if take("last newline", (True, True, False)) else [])


def _quoted(cell: str, sign: str, quote: str) -> str:
    text = not cell.replace(".", "").replace("-", "").replace(",", "").isdigit()
    if quote == "all" or sign in cell or (quote == "text" and text and cell):
        return f'"{cell}"'
    return cell


def _encoded(take: Callable[..., Any], text: str) -> bytes:
    encoding = take("encoding", ("utf-8", "utf-8", "utf-8", *ENCODINGS))
    return text.encode(encoding)


def difference(layout: Layout, store: Store) -> str:
    """Differences between parsed and true values; "" if there are none. Doubts are not compared."""
    choices = layout.choices
    like_times = (
        "unix like" in (choices["values a"], choices["values b"]) or choices["extra"] == "second time"
    )
    if choices["names"] == "none" and like_times:
        return ""  # without names, one column of times is as good as the other
    first = [values[0] for values in layout.channels.values()]
    if choices["time"] == "none" and all(map(math.isnan, first)):
        return ""  # words above numbers belong to the names, although these stand for missing values
    rows = len(next(iter(layout.channels.values())))
    if choices["tail"] == "cut" and store.rows == rows + 1:
        return ""  # cut inside the last number: no reader can know
    if store.rows != rows:
        return f"{store.rows} rows instead of {rows}"
    order = np.load(store.folder / "order.npy") if store.info.reading.sorted else np.arange(rows)
    return _other_values(layout, store, order) or _other_times(layout, store, order)


def _other_values(layout: Layout, store: Store, order: Any) -> str:
    skipped = dict(store.info.reading.skipped)
    found = {
        channel.name: np.asarray(store.channel(place), float)
        for place, channel in enumerate(store.info.channels)
    }
    for place, (name, values) in enumerate(layout.channels.items()):
        expected = np.array(values)[order]
        shown = layout.names.get(name, name) if layout.names is not None else ""
        if shown and shown not in {*found, *skipped}:
            return f"no channel {shown} in {[*found]}"
        same = [one for one, read in found.items() if np.array_equal(read, expected, equal_nan=True)]
        if shown in found and shown not in same:
            return f"channel {shown} is {found[shown][:6]} instead of {expected[:6]}"
        if not same and (name not in skipped or place < 2):
            return f"channel {name} is not in {[*found]}: {skipped.get(name)}"
    return ""


def _other_times(layout: Layout, store: Store, order: Any) -> str:
    read = [store.time_text(row) for row in range(store.rows)]
    counted = str(store.info.time.kind) == "row"
    plain = layout.choices["time"] in {"seconds", "ms", "days"}
    unnamed = layout.choices["names"] == "none" or layout.choices["time name"] in {"x", "measured"}
    if counted and plain and unnamed:
        return ""  # numbers without a name of time are a signal
    if layout.times is None:
        return "" if counted else f"a time {store.info.time.name}: {read[:3]}"
    expected = [layout.times[place] for place in order]
    return "" if read == expected else f"times {store.info.time.name} {read[:3]} instead of {expected[:3]}"


def path_of(layout: Layout, folder: Path) -> Path:
    """The layout as a file in ``folder``."""
    file = folder / "a.csv"
    file.write_bytes(layout.data)
    return file
