"""Join columns of dates, clocks, their fields or parts of a second to one time."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pyarrow as pa

from services.ingest.cells import is_integer, is_missing, shorten
from services.ingest.kinds import UNIT_DIGITS, epoch_unit
from services.ingest.names import sounds_like_time, time_unit, tokens
from services.ingest.plan import DATES, Column, ColumnKind, ReadingPlan
from services.ingest.reading_options import JOINED, WrongOption
from services.ingest.spellings import (
    CLOCK,
    CLOCK_HALF,
    CLOCK_INTERVAL,
    CLOCK_MINUTES,
    CLOCK_POINTS,
    CLOCK_ZONED,
    COMPACT,
    COMPACT_CLOCK,
    DATED,
    EITHER_ORDER,
    FIELDS,
    NAMED_MONTH,
    SIX_DIGITS,
    YEAR_DAY,
    YEAR_FIRST,
    ImpossibleTimeError,
    Spelling,
    has_clock,
    has_zone,
    nanoseconds_of,
    order_shown,
    pointed,
    with_digits,
    with_end,
    with_hours,
)
from services.ingest.timevalues import Cells, joined

FIELD_NAMES = (  # of several columns, that with the name listed first is taken
    (
        ("year", "yyyy", "yyy", "yr", "yy", "jahr", "année", "annee", "año", "anno", "ano", "jaar"),
        ("month", "mon", "mm", "mo", "mn", "monat", "mois", "mes", "mese", "mês", "maand"),
        ("day", "dd", "dy", "dom", "mday", "tag", "jour", "día", "dia", "giorno", "dag"),
    ),
    (
        ("hour", "hours", "hh", "hr", "stunde", "heure", "hora", "ora", "uur"),
        ("minute", "minutes", "min", "mi", "minuto", "minuut", "mn"),
        ("second", "seconds", "sec", "ss", "sekunde", "seconde", "segundo", "secondo"),
    ),
)
_MONTH_NAMES = frozenset(("month", "monat", "mois", "mes", "mese", "mês", "maand", "månad"))
_DATE_NAMES = frozenset(
    [
        "date",
        "datum",
        "fecha",
        "data",
        "day",
        "dt",
        "dtyyyymmdd",
        "yyyymmdd",
        "datadate",
        "datetime",
        "timestamp",
        "time",
    ]
)
_DAYS_OF_YEAR = ("doy", "jday", "yday", "dayofyear", "julian", "day_of_year", "julian_day", "day of year")
_OTHER_DAYS = frozenset({"doy", "jday", "julian", "yday", "dayofyear", "week", "quarter"})
_HOURS = frozenset({"hh", "he", "hour", "hr", "hours", "uur", "stunde", "heure", "hora"})
_MILLIS = frozenset(
    {"millitm", "ms", "msec", "msecs", "millis", "millisecond", "milliseconds", "millisekunden"}
)
_SECONDS = frozenset({"s", "sec", "secs", "second", "seconds"})
_PARTS = (  # digits by name of the part of a second
    dict.fromkeys(("ms", "msec", "msecs", "millis", "millisec", "millisecond", "milliseconds"), 3)
    | dict.fromkeys(("us", "µs", "usec", "usecs", "micros", "microsec", "microsecond", "microseconds"), 6)
    | dict.fromkeys(("ns", "nsec", "nsecs", "nanos", "nanosec", "nanosecs", "nanosecond", "nanoseconds"), 9)
)
_HOUR_RANGE = re.compile(r"([01]\d|2[0-3])\s?[-–]\s?([01]\d|2[0-4])", re.ASCII)
_POINTED_MINUTES = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d", re.ASCII)
_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_HALVES = re.compile(r"\s*[AaPp]\.?\s?[Mm]\.?\s*")
_AFTER_POINT = -3  # milliseconds, padded to three digits behind a point
_HOURS_OF_DAY, _SIXTY = 24, 60
TELLS = 10  # rows


def join_chosen(plan: ReadingPlan, cells: Cells, names: list[str]) -> Column:
    """The columns of ``names``, in this order, as one time."""
    named = {column.name: column for column in reversed(plan.columns)}
    for name in names:
        if name not in named:
            raise WrongOption(
                "time", f"There is no column “{shorten(name)}” when the file is read like this."
            )
    parts = [named[name] for name in names]
    digits = max((len(cell.strip()) for cell in cells[parts[-1].index]), default=0)
    ways: list[tuple[Spelling, tuple[int, ...]]] = [
        (spelling, (0,) * len(parts))
        for spelling in (
            *DATED,
            FIELDS,
            YEAR_DAY,
            NAMED_MONTH,
            CLOCK,
            CLOCK_MINUTES,
            pointed(YEAR_FIRST),
            pointed(EITHER_ORDER),
        )
    ]
    if parts[-1].name.lower() in _MILLIS:
        ways = [(spelling, (*pads[:-1], _AFTER_POINT)) for spelling, pads in ways]
    if len(parts) == 2:
        clock = _clock_digits(digits)
        ways += [(COMPACT_CLOCK, (8, 0)), (COMPACT, (8, clock)), (SIX_DIGITS, (6, clock))]
    if len(parts) == 2 and _join_parts(plan, cells, parts[0], parts[1]):
        return parts[0]
    if not any(_join_if_possible(plan, cells, parts, spelling, pads) for spelling, pads in ways):
        raise WrongOption(
            "time", f"{' and '.join(f'“{shorten(name)}”' for name in names)} make no date and time."
        )
    return parts[0]


def join_columns(plan: ReadingPlan, cells: Cells) -> None:
    """Join a date and a clock time, or year, month, day … in separate columns, to one time."""
    if plan.options.time is not None or plan.options.counts_rows:
        return
    (
        _join_fields(plan, cells)
        or _join_date_and_clock(plan, cells)
        or _compact(plan, cells)
        or _join_seconds(plan, cells)
    )
    _join_rest(plan, cells)


def _join_rest(plan: ReadingPlan, cells: Cells) -> None:
    """Join the column right of a clock time, if it has AM or PM or milliseconds."""
    for column in [
        candidate
        for candidate in plan.columns
        if candidate.kind in DATES and candidate.spelling is not FIELDS
    ]:
        parts = column.parts or (column.index,)
        if parts[-1] + 1 >= len(plan.columns) or not (column.parts or says_clock(column, cells)):
            continue
        next_column = plan.columns[parts[-1] + 1]
        texts = [cell for cell in cells[next_column.index] if not is_missing(cell)]
        if texts and all(map(_HALVES.fullmatch, texts)):
            pad = 0
        elif next_column.name.lower() in _MILLIS and next_column.kind is ColumnKind.INTEGER:
            if not all(len(text.strip()) <= -_AFTER_POINT and text.strip().isdigit() for text in texts):
                continue
            pad = _AFTER_POINT
        else:
            continue
        plan.notes = [note for note in plan.notes if not note.startswith("The time is joined")]
        column.name = column.name.split(JOINED)[0]
        every = [*(plan.columns[part] for part in parts), next_column]
        pads = (*(column.pads or (0,) * len(parts)), pad)
        _join_if_possible(plan, cells, every, column.spelling or YEAR_FIRST, pads)
        return


def _join_seconds(plan: ReadingPlan, cells: Cells) -> bool:
    """Join whole seconds and the parts of a second right of them: ``sec,nsec``, ``tv_sec,tv_usec``."""
    for seconds, rest in pairwise(plan.columns):
        named = bool(_SECONDS & tokens(seconds.name)) or time_unit(seconds.name, seconds.unit) in {"", "s"}
        whole = seconds.kind is rest.kind is ColumnKind.INTEGER
        if named and whole and _join_parts(plan, cells, seconds, rest):
            return True
    return False


def _join_parts(plan: ReadingPlan, cells: Cells, seconds: Column, rest: Column) -> bool:
    """Join two columns as seconds and parts of a second, if they rise together and the parts start again."""
    digits = next((_PARTS[word] for word in tokens(rest.name) | {rest.unit or ""} if word in _PARTS), 0)
    texts = [cells[seconds.index], cells[rest.index]]
    if not digits or not all(is_integer(cell) and int(cell) >= 0 for column in texts for cell in column):
        return False
    wholes, parts = ([int(cell) for cell in column] for column in texts)
    if not parts or max(parts) >= 10**digits:
        return False
    every = list(zip(wholes, parts, strict=True))
    if not all(before <= after for before, after in pairwise(every)):
        return False
    if not any(before > after for before, after in pairwise(parts)):
        return False
    unit = epoch_unit(min(wholes), max(wholes), "s")
    seconds.kind, seconds.scale = (ColumnKind.EPOCH, UNIT_DIGITS["s"]) if unit else (ColumnKind.FLOAT, 0)
    seconds.via, seconds.unit = ".", "s"
    seconds.parts, seconds.pads = (seconds.index, rest.index), (0, -digits)
    rest.skip(f"joined with “{seconds.name}” to the time")
    plan.note(f"The time is joined from “{seconds.name}” and “{rest.name}”.")
    seconds.name = JOINED.join((seconds.name, rest.name))
    return True


def _join_fields(plan: ReadingPlan, cells: Cells) -> bool:
    if not plan.header:
        return _join_fields_without_names(plan, cells)
    names = {
        column.name.strip("<> ").lower(): column
        for column in reversed(plan.columns)
        if column.kind is ColumnKind.INTEGER
    }
    names |= {
        name: column
        for column in plan.columns
        if column.kind is ColumnKind.FLOAT
        and not column.via
        and (name := column.name.strip("<> ").lower().split(".")[0]) in FIELD_NAMES[1][2]
    }  # seconds with a fraction: second, ss.s
    exact = {column.name: column for column in plan.columns if column.kind is ColumnKind.INTEGER}
    if "MM" in exact and "mm" in exact:  # months and minutes
        names |= {"mo": exact["MM"], "mi": exact["mm"]}
        del names["mm"]
    day, clock = (
        [next((names.pop(kind) for kind in kinds if kind in names), None) for kinds in group]
        for group in FIELD_NAMES
    )
    if (
        day[2] is None
        and day[0]
        and day[1]
        and not _OTHER_DAYS & {column.name.lower() for column in plan.columns}
    ):
        return _join_if_possible(plan, cells, [day[0], day[1]], FIELDS, (0, 0))
    if day[0] and day[1] is None and day[2] is None:
        numbered = next((names[name] for name in _DAYS_OF_YEAR if name in names), None)
        spelling, day = YEAR_DAY, [day[0], numbered]
    else:
        spelling = FIELDS
    if any(part is None for part in day):
        return day[0] is not None and _join_named_month(plan, cells, day[0])
    parts = [part for part in day if part]
    for part in clock:
        if part is None:
            break
        parts.append(part)
    return _join_if_possible(plan, cells, parts, spelling, (0,) * len(parts))


def _join_named_month(plan: ReadingPlan, cells: Cells, year: Column) -> bool:
    """Join a year and the column of names of months next to it."""
    for place in (year.index + 1, year.index - 1):
        month = plan.columns[place] if 0 <= place < len(plan.columns) else None
        if month is not None and month.kind is ColumnKind.SKIPPED and month.name.lower() in _MONTH_NAMES:
            return _join_if_possible(plan, cells, [year, month], NAMED_MONTH, (0, 0))
    return False


def _join_fields_without_names(plan: ReadingPlan, cells: Cells) -> bool:
    """Join four to six adjacent columns of whole numbers: year, month, day, hour, minute, and second.

    Four only if the times rise in each row.
    """
    for start in range(len(plan.columns) - 3):
        for count in (6, 5, 4):
            parts = plan.columns[start : start + count]
            if len(parts) < count or any(part.kind is not ColumnKind.INTEGER for part in parts):
                continue
            if not all(is_integer(cell) and 1900 <= int(cell) <= 2100 for cell in cells[start]):
                break
            if _counts_days(parts[:4], cells) and _join_if_possible(
                plan, cells, [parts[0], *parts[2:]], FIELDS, (0,) * (count - 1)
            ):
                plan.doubt(
                    f"Columns {start + 1} to {start + count} are read as year, day of the year, month, day and clock."
                )
                return True
            if count == 4 and not _rise_together(parts, cells):
                continue
            if _join_if_possible(plan, cells, parts, FIELDS, (0,) * count):
                fields = ("year", "month", "day", "hour", "minute", "second")[:count]
                plan.doubt(f"Columns {start + 1} to {start + count} are read as {', '.join(fields)}.")
                return True
    return False


def _rise_together(parts: list[Column], cells: Cells) -> bool:
    """Whether rows of whole numbers increase in each row, compared from the first column to the last."""
    rows = [
        tuple(map(int, row))
        for row in zip(*(cells[part.index] for part in parts), strict=True)
        if all(map(is_integer, row))
    ]
    return len(rows) > 2 and all(before < after for before, after in pairwise(rows))


def _counts_days(parts: list[Column], cells: Cells) -> bool:
    """Whether the second of four columns is the day of the year of the others: year, month and day."""
    for row in zip(*(cells[part.index] for part in parts), strict=True):
        try:
            year, number, month, day = map(int, row)
            if (date(year, month, day) - date(year, 1, 1)).days + 1 != number:
                return False
        except ValueError:
            return False
    return True


def _join_date_and_clock(plan: ReadingPlan, cells: Cells) -> bool:
    for day in plan.columns:
        if day.kind in DATES and not says_clock(day, cells):
            clock = _adjacent_clock(plan, day)
            if clock:
                return _join_if_possible(plan, cells, [day, clock], _spelling_with(day, clock), (0, 0))
            clock = _adjacent_points(plan, day, cells)
            if clock and _join_if_possible(
                plan, cells, [day, clock], pointed(day.spelling or YEAR_FIRST), (0, 0)
            ):
                return True
            digits = _adjacent_digits(plan, day, cells)
            if digits and _is_clock_in_digits(digits, cells):
                width = _clock_digits(max(len(cell.strip()) for cell in cells[digits.index]))
                spelling = with_digits(day.spelling or YEAR_FIRST)
                if _join_if_possible(plan, cells, [day, digits], spelling, (0, width)):
                    return True
            hours = _adjacent_hours(plan, day, cells)
            if hours and _join_if_possible(
                plan, cells, [day, hours], with_hours(day.spelling or YEAR_FIRST), (0, 0)
            ):
                return True
            hour = _adjacent_hour(plan, day, cells)
            if hour and _join_hour(plan, cells, day, hour):
                return True
        elif day.kind is ColumnKind.INTEGER and _is_compact_date(plan, day, cells):
            clock = _adjacent_digits(plan, day, cells)
            if clock:
                width = _clock_digits(max(len(cell.strip()) for cell in cells[clock.index]))
                return _join_if_possible(plan, cells, [day, clock], COMPACT, (8, width))
            clock = _adjacent_clock(plan, day)
            if clock:
                return _join_if_possible(plan, cells, [day, clock], COMPACT_CLOCK, (8, 0))
    return False


def _spelling_with(day: Column, clock: Column) -> Spelling:
    """The spelling of a date joined with its clock."""
    spelling = day.spelling or YEAR_FIRST
    if clock.spelling is CLOCK_INTERVAL:
        return with_end(spelling)
    return pointed(spelling) if clock.spelling is CLOCK_POINTS else spelling


def says_clock(column: Column, cells: Cells) -> bool:
    """Whether the cells of a column of dates or clocks have a clock."""
    texts = [cell for cell in cells[column.index] if not is_missing(cell)]
    if column.spelling is None:
        return any(len(text) > 10 for text in texts)
    if column.spelling.is_clock:
        return True
    return any(match is not None and has_clock(match) for match in map(column.spelling.match, texts))


def _adjacent_clock(plan: ReadingPlan, date: Column) -> Column | None:
    """The clock of a date: of the same name (``StartDate``, ``StartTime``), next to it, or the only one."""
    spellings = (CLOCK, CLOCK_HALF, CLOCK_MINUTES, CLOCK_ZONED, CLOCK_POINTS, CLOCK_INTERVAL)
    clocks = [column for column in plan.columns if column.spelling in spellings]
    name = date.name.lower().replace("date", "time")
    near = [clock for clock in clocks if clock.name.lower() == name != date.name.lower()]
    near += [clock for clock in clocks if abs(clock.index - date.index) == 1]
    return near[0] if near else clocks[0] if len(clocks) == 1 else None


def _adjacent_hours(plan: ReadingPlan, date: Column, cells: Cells) -> Column | None:
    """The column right of a date that has intervals of an hour: ``00-01``, ``23 - 24``."""
    column = plan.columns[date.index + 1] if date.index + 1 < len(plan.columns) else None
    if column is None or column.kind is not ColumnKind.SKIPPED:
        return None
    matches = [_HOUR_RANGE.fullmatch(cell.strip()) for cell in cells[column.index]]
    hourly = all(match and (int(match[2]) - int(match[1])) % _HOURS_OF_DAY == 1 for match in matches)
    return column if matches and hourly else None


def _adjacent_points(plan: ReadingPlan, date: Column, cells: Cells) -> Column | None:
    """The column right of a date that is named like a clock and has all its minutes behind a point: ``22.50``."""
    column = plan.columns[date.index + 1] if date.index + 1 < len(plan.columns) else None
    if column is None or column.kind is not ColumnKind.FLOAT or column.unit:
        return None
    named = sounds_like_time(column.name, None) and not {"elapsed", "relative", "uptime"} & tokens(
        column.name
    )
    texts = [cell.strip() for cell in cells[column.index]]
    return column if named and texts and all(map(_POINTED_MINUTES.fullmatch, texts)) else None


def _adjacent_hour(plan: ReadingPlan, date: Column, cells: Cells) -> Column | None:
    """A column ``hour`` with 0 to 23 next to a date; 1 to 24 are a doubt."""
    for place in (date.index + 1, date.index - 1):
        column = plan.columns[place] if 0 <= place < len(plan.columns) else None
        if column is None or column.kind is not ColumnKind.INTEGER:
            continue
        if not _names_hour(column) and not (place > date.index and _counts_hours(plan, cells[place])):
            continue
        hours = {int(cell) for cell in cells[place] if is_integer(cell)}
        if len(set(cells[date.index])) * 2 > len(cells[date.index]):
            continue  # a value of each day
        below = plan.columns[place + 1].name.lower() if place + 1 < len(plan.columns) else ""
        moves = len(hours) > 1 or below in FIELD_NAMES[1][1]
        if min(hours) < 0 or max(hours) > _HOURS_OF_DAY or not moves:
            continue
        if max(hours) == _HOURS_OF_DAY:
            plan.doubt(
                f"“{shorten(column.name)}” is read as the clock, from 1 to 24 o'clock; if it numbers the hours from 1, "
                "all times are one hour earlier."
            )
        return column
    return None


def _names_hour(column: Column) -> bool:
    """``hour``, ``Hour (PST)``, ``Hour Ending``."""
    return _BRACKETS.sub("", column.name.lower()).strip().removesuffix("ending").rstrip(" _") in _HOURS


def _counts_hours(plan: ReadingPlan, cells: list[str]) -> bool:
    """Whether a column of a table without names counts from hour to hour, and begins again after the last of a day."""
    if plan.header or len(cells) < TELLS or not all(map(is_integer, cells)):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(cells)}
    return steps <= {1, 1 - _HOURS_OF_DAY}


def _join_hour(plan: ReadingPlan, cells: Cells, day: Column, hour: Column) -> bool:
    """Join a date and a column of hours, and minutes and seconds right of it."""
    parts = [day, hour]
    for column, names in zip(plan.columns[hour.index + 1 :], FIELD_NAMES[1][1:], strict=False):
        if column.name.lower() not in names or column.kind is not ColumnKind.INTEGER:
            break
        parts.append(column)
    if len(parts) > 2 and _join_if_possible(plan, cells, parts, FIELDS, (0,) * len(parts)):
        return True
    return _join_if_possible(plan, cells, [day, hour], day.spelling or YEAR_FIRST, (0, 0))


def _is_compact_date(plan: ReadingPlan, column: Column, cells: Cells) -> bool:
    if plan.header and column.name.strip("<> ").lower() not in _DATE_NAMES:
        return False
    texts = [cell.strip() for cell in cells[column.index] if not is_missing(cell)]
    return bool(texts) and all(len(text) == 8 for text in texts) and reads(texts, COMPACT)


def _adjacent_digits(plan: ReadingPlan, date: Column, cells: Cells) -> Column | None:
    """A column like ``93000`` next to a date like ``20240213``."""
    for place in (date.index + 1, date.index - 1):
        if not 0 <= place < len(plan.columns) or plan.columns[place].kind is not ColumnKind.INTEGER:
            continue
        column, texts = plan.columns[place], {cell.strip() for cell in cells[place]}
        name = column.name.lower()
        clock = _names_hour(column) or any(word in name for word in ("time", "zeit", "hhmm", "clock"))
        moves = len(texts) > 1 and max(map(len, texts)) > 2  # otherwise the number of a station, or a day
        fits = all(text.isdigit() and (len(text) <= 6 or 8 <= len(text) <= 9) for text in texts)
        if fits and (clock or (not plan.header and moves)):
            return column
    return None


def _is_clock_in_digits(column: Column, cells: Cells) -> bool:
    """Whether enough different numbers are all HHMM or HHMMSS, which seconds of a day or minutes are not."""
    texts = {cell.strip() for cell in cells[column.index]}
    width = _clock_digits(max(map(len, texts)))
    if column.unit or width < len("HHMM") or len(texts) < TELLS:
        return False
    places = range(0, min(width, 6), 2)
    parts = [[int(text.zfill(width)[place : place + 2]) for place in places] for text in texts]
    return all(hour <= _HOURS_OF_DAY and max(rest) < _SIXTY for hour, *rest in parts)


def _clock_digits(longest: int) -> int:
    """Digits to which ``7``, ``730`` or ``73000`` are padded: hours, minutes, seconds, milliseconds."""
    return 2 if longest <= 2 else 4 if longest <= 4 else 6 if longest <= 6 else 9


def _compact(plan: ReadingPlan, cells: Cells) -> bool:
    """``2024021310`` in a column with a name like time."""
    for column in plan.columns:
        named = (
            time_unit(column.name, column.unit) == ""
            or column.name.strip("<> ").lower() in _DATE_NAMES
            or (sounds_like_time(column.name, column.unit) and not column.unit)
        )
        if column.kind is not ColumnKind.INTEGER or (plan.header and not named):
            continue
        texts = [cell.strip() for cell in cells[column.index] if not is_missing(cell)]
        lengths = {len(text) for text in texts}
        possible = {8, 10, 12, 14} if named else {14}
        if len(lengths) == 1 and lengths <= possible and reads(texts, COMPACT):
            column.kind, column.spelling = ColumnKind.DATE, COMPACT
            return True
    return False


def reads(texts: list[str], spelling: Spelling) -> bool:
    """Whether all texts are possible times of this spelling."""
    if not all(spelling.match(text) for text in texts):
        return False
    try:
        nanoseconds_of(pa.chunked_array([pa.array(texts, pa.string())]), spelling, "dmy")
    except ImpossibleTimeError:
        return False
    return True


def _join_if_possible(
    plan: ReadingPlan, cells: Cells, parts: list[Column], spelling: Spelling, pads: tuple[int, ...]
) -> bool:
    """Join ``parts`` if all their first rows are possible times."""
    time = parts[0]
    rows = zip(*(cells[part.index] for part in parts), strict=True)
    texts = [joined(list(row), pads) for row in rows if not any(map(is_missing, row))]
    matches = [spelling.match(text) for text in texts]
    if not texts or not all(matches) or not (spelling.needs_order or reads(texts, spelling)):
        return False
    time.kind = ColumnKind.INSTANT if matches[0] and has_zone(matches[0]) else ColumnKind.DATE
    time.spelling, time.parts, time.pads = spelling, tuple(part.index for part in parts), pads
    if spelling.needs_order:
        time.order = time.order or plan.options.dates or order_shown(texts)
    names = [part.name for part in parts]
    for part in parts[1:]:
        part.skip(f"joined with “{time.name}” to the time")
    time.name = JOINED.join(names)
    plan.note(f"The time is joined from {', '.join(f'“{name}”' for name in names)}.")
    return True
