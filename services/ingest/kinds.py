"""Column kinds from the first rows: numbers, dates, Unix time or text."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from services.ingest.cells import (
    SWITCH_DIGITS,
    TimeForm,
    flagged,
    is_address,
    is_grouped,
    is_hexadecimal,
    is_integer,
    is_missing,
    is_missing_word,
    is_number,
    is_surely_grouped,
    is_switch,
    labelled,
    quantity,
    shorten,
    spelt_out,
    time_form,
)
from services.ingest.localtext import plain_time
from services.ingest.names import UNIT_WORD, sounds_like_time, time_unit
from services.ingest.plan import Column, ColumnKind, ReadingPlan
from services.ingest.spellings import (
    BUDDHIST,
    CLOCK_INTERVAL,
    CLOCK_POINTS,
    DAY_NAME,
    EITHER_ORDER,
    MINGUO,
    MINUTES,
    SECONDS,
    SHORT_YEAR_NAME,
    YEAR_FIRST,
    order_shown,
    with_end,
)

MOSTLY = 0.9
_DATED = re.compile(  # dates and clock times that are not supported
    r"[12]\d{3}-?W?\d\d.*|\d{4}年.*|\d{1,2}[. -]+[^\W\d]{3,10}[. -]+\d{2,4}\b.*|[^\W\d]{3,9}[ -]\d{2,4}"
    r"|.*\d[:h]\d\d\b.*"
    r"|(?:\d{4}[ -]?)?[QqWwTt][1-5]?\d(?:[ -]?\d{4})?"
)
_DATE_LIKE = re.compile(r"\d{1,2}(?:[./-]\d{1,2}[./-]\d{2,4}|[/-]\d{1,2})\b.*|\d{1,3}:\d\d(?:[:.]\d+.*)?")
_BEGINS = re.compile(r"\D{0,5}\d+[.,]\d+(?:[^\d.,].*)?")  # ~1.5, CHF 1.5, 1.5 and a remark
_CODES = re.compile(r"\s*[+-]?0\d+,")  # +0123,1: a number and a code, no decimals
_INTERVAL = re.compile(r"(?:\s[-–]\s+|:\d\d\S*/)\d")
_CLOCK_AND_END = re.compile(
    r"(?P<start>.*?(?P<H>\d\d?):(?P<M>\d\d)(?::\d\d)?)(?:[-–]|\s+to\s+)(?P<h>\d\d?):(?P<m>\d\d)(?::\d\d)?"
)
_MINUTES_NAMED = re.compile(r"\b(?:min|mm?):(?:s|ss|sec)\b", re.IGNORECASE)  # Time [min:sec]
_WORD = re.compile(r"[^\W\d_][^\d:]{0,19}")
_REPEATED = 3
_BITS, _FEWEST_BITS = re.compile(r"[01]+"), 2
_OCTAL, _FEWEST_OCTAL, _OCTAL_TELLS = re.compile(r"[0-7]+"), 3, 16  # digits, different cells
_SIGN_BIT, _WORD_DIGITS = 8, frozenset((2, 4, 6, 8))  # of hexadecimal numbers
_DEGREES = re.compile(r"\s*-?\d{1,3}\s?°\s?\d")  # 48°51'29"N
_LONG_HEXADECIMAL = re.compile(r"0[xX][0-9A-Fa-f]{14,16}")
_BARE_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{2,8}h?")
_YEARS = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_FORMAT = re.compile(r"\b(dd|mm)[./-](dd|mm)[./-]yy", re.IGNORECASE)
_FIRST = 631_152_000  # 1990, in seconds: smaller numbers are Unix times only if the user chose so
_DAY, _MINUTES_OF_DAY = 86_400, 1_440
_CHINESE, _OLD = re.compile("[\u4e00-\u9fff]"), 70  # years of two digits from 1970 on
_LAST_DAY, _ENDS_OF_MONTHS = 31, frozenset((1, 28, 29, 30, 31))  # days of dates once a year
UNIT_DIGITS = {"s": 9, "ms": 6, "us": 3, "ns": 0}  # decimals down to the nanosecond

Cells = list[tuple[int, str]]  # line, text


def classify(plan: ReadingPlan, column: Column, cells: Cells) -> None:
    """Set the kind of ``column`` from its first ``cells``.

    Raises:
        RefusedFile: most of its numbers have thousands separators.
    """
    present = [(line, text) for line, text in cells if not is_missing(text)]
    words = sorted(text for text in {text for _, text in present} if is_missing_word(text))
    rest = [(line, text) for line, text in present if text not in words]
    if not rest:
        _take_as_missing(plan, column, words)
        return
    texts = [text for _, text in rest]
    numbers = sum(1 for text in texts if is_number(text, plan.decimal))
    if numbers < len(texts) and _are_spelt(plan, texts):
        take_spelt(plan, column, texts)
        column.kind = ColumnKind.FLOAT
        _take_as_missing(plan, column, words)
    elif numbers < len(texts) <= 2 * numbers and (word := _repeated_word(plan, texts)):
        column.kind = ColumnKind.FLOAT
        _take_as_missing(plan, column, sorted({*words, *(text for text in texts if text.strip() == word)}))
        plan.doubt(
            f"“{shorten(word)}” in “{shorten(column.name)}” is read as a missing value; if it means a number, write "
            "the number and add the file again."
        )
    elif numbers >= MOSTLY * len(texts):
        column.kind = _number_kind(plan, column, [text for text in texts if is_number(text, plan.decimal)])
        _doubt_bits(plan, column, texts)
        _doubt_octal(plan, column, texts)
        _take_as_missing(plan, column, words)
    elif _MINUTES_NAMED.search(f"{column.name} {column.unit}") and all(map(SECONDS.match, texts)):
        column.kind, column.spelling = ColumnKind.DATE, SECONDS
    elif starts := _starts_of_intervals(texts):
        _take_intervals(plan, column, starts)
    elif forms := _forms(plan, texts):
        _dates(plan, column, forms, texts)
    elif all(map(MINUTES.match, texts)) and not words:
        column.kind, column.spelling = ColumnKind.DATE, MINUTES
    elif _converted(plan, column, texts) or take_flagged(plan, column, texts):
        column.kind = ColumnKind.FLOAT
        _take_as_missing(plan, column, words)
    else:
        _refuse_grouped(plan, column, rest)
        column.skip(_text_reason(plan, rest, numbers / len(texts)))
        _doubt_left_out(plan, column, texts)


def _doubt_bits(plan: ReadingPlan, column: Column, texts: list[str]) -> None:
    """Add a doubt about ``00010110``: cells of one length with no digits but 0 and 1."""
    words = {text.strip() for text in texts}
    width = len(next(iter(words)))
    if width < _FEWEST_BITS or len(words) < _REPEATED or not all(map(_BITS.fullmatch, words)):
        return
    if {*map(len, words)} == {width}:
        plan.doubt(
            f"“{shorten(max(words))}” in “{shorten(column.name)}” is read as a decimal number; if the digits are those "
            "of a binary number, write it as a decimal one, such as 22 for 00010110, and add the file again."
        )


def _doubt_octal(plan: ReadingPlan, column: Column, texts: list[str]) -> None:
    """Add a doubt about ``0017``: many different cells of one length, some with zeros in front, none with 8 or 9."""
    if column.kind is not ColumnKind.INTEGER or not texts[0].isdigit():
        return
    words = {text.strip() for text in texts}
    padded = max((word for word in words if word.startswith("0")), default="")
    if len(padded) < _FEWEST_OCTAL or len(words) < _OCTAL_TELLS or len({*map(len, words)}) > 1:
        return
    if sounds_like_time(column.name, column.unit) or {word[-1] for word in words} <= {"0", "5"}:
        return  # 093000, a clock
    if all(map(_OCTAL.fullmatch, words)) and not all(map(_BITS.fullmatch, words)):
        plan.doubt(
            f"“{padded}” in “{shorten(column.name)}” is read as {int(padded)}; if the digits are those of an octal "
            f"number, which is {int(padded, 8)}, write decimal numbers and add the file again."
        )


def is_number_and_code(text: str) -> bool:
    """``+0123,1``: a number and a code, no decimals."""
    return _CODES.match(text) is not None


def _repeated_word(plan: ReadingPlan, texts: list[str]) -> str | None:
    """The only word next to numbers, if it is repeated: ``M`` in a column of temperatures."""
    words = [text.strip() for text in texts if not is_number(text, plan.decimal)]
    if len(set(words)) != 1 or len(words) < _REPEATED:
        return None
    return words[0] if _WORD.fullmatch(words[0]) and not is_switch(words[0]) else None


def _forms(plan: ReadingPlan, texts: list[str]) -> list[TimeForm]:
    """The forms of times, if most cells are times."""
    forms = [form for text in texts if (form := time_form(text, plan.options.dates or "dmy"))]
    return forms if len(forms) * 2 > len(texts) and not _is_clock_of_minutes(texts) else []


def _are_spelt(plan: ReadingPlan, texts: list[str]) -> bool:
    """Whether all cells are numbers, some of them with their sign apart or in full-width digits."""
    numbers = [text if is_number(text, plan.decimal) else spelt_out(text) for text in texts]
    return all(number is not None and is_number(number, plan.decimal) for number in numbers)


def take_spelt(plan: ReadingPlan, column: Column, texts: list[str]) -> None:
    """Read numbers whose sign is apart, behind them or a dash, or that are in brackets."""
    column.via = "spelt"
    if any(text.strip().startswith("(") for text in texts):
        plan.doubt(
            f"“{shorten(column.name)}” has numbers in brackets; they are read as negative, as in accounts; "
            "if they are not, write them without brackets and add the file again."
        )
        return
    odd = next(text for text in texts if not is_number(text, plan.decimal))
    plan.note(f"“{shorten(odd, 20)}” in “{shorten(column.name)}” is read as {spelt_out(odd)}.")


def take_flagged(plan: ReadingPlan, column: Column, texts: list[str]) -> bool:
    """Read numbers with marks behind some of them, and limits such as ``<0.01`` as missing, with a doubt.

    Returns False if any other cell is not a number, or if most cells have letters that may be units.
    """
    odd = [text for text in texts if not is_number(text, plan.decimal)]
    marks = {text: flagged(text) for text in odd}
    if not odd or any(mark is None for mark in marks.values()):
        return False
    numbers = [mark[0] for mark in marks.values() if mark and mark[0] is not None]
    if not all(is_number(number, plan.decimal) for number in numbers):
        return False
    lettered = sum(bool(mark and mark[1][:1].isalpha()) for mark in (marks[text] for text in odd))
    limits = sum(bool(mark and mark[0] is None) for mark in (marks[text] for text in odd))
    if lettered * 2 > len(texts) or limits == len(texts):
        return False
    column.via = "flagged"
    limit = next((text for text, mark in marks.items() if mark and mark[0] is None), None)
    if limit:
        plan.doubt(
            f"“{shorten(limit, 20)}” in “{shorten(column.name)}” and other limits are read as missing values; write "
            "numbers in their place and add the file again if they should have one."
        )
    shown = next(((text, mark) for text, mark in marks.items() if mark and mark[0] is not None), None)
    if shown:
        text, mark = shown
        plan.doubt(
            f"“{shorten(text, 30)}” in “{shorten(column.name)}” is read as {mark[0]}; if such a mark means that a "
            "value is not valid, leave the cell empty and add the file again."
        )
    return True


def refuse_groups(plan: ReadingPlan, cells: dict[int, Cells]) -> None:
    """Refuse ``3.129`` in a file of decimal commas: a thousands separator that looks like a decimal point.

    Raises:
        RefusedFile: a column has such numbers.
    """
    plan.commas = plan.decimal == "," or any(
        column.via == "," or column.decimal == "," for column in plan.columns
    )  # also next to groups: 1.234,5
    if plan.options.decimal:
        return
    if not plan.commas:
        _doubt_german_points(plan, cells)
        return
    for column in plan.columns:
        if column.kind is ColumnKind.FLOAT and (column.via or plan.decimal) == ".":
            refuse_grouped_points(plan, column, cells[column.index])


def _doubt_german_points(plan: ReadingPlan, cells: dict[int, Cells]) -> None:
    """Add a doubt about ``1.234`` next to ``20.02.2024`` after semicolons: the point may be a thousands separator."""
    dotted = [column for column in plan.columns if column.spelling is EITHER_ORDER]
    if plan.delimiter != ";" or not any(
        re.match(r"\d\d?\.", text) for column in dotted for _, text in cells[column.index][:1]
    ):
        return
    numbers = [column for column in plan.columns if column.kind is ColumnKind.FLOAT and not column.via]
    pointed = {column.name: [text for _, text in cells[column.index] if "." in text] for column in numbers}
    every = [text for texts in pointed.values() for text in texts]
    if every and all(map(_could_be_grouped, every)):
        name = next(name for name, texts in pointed.items() if texts)
        plan.doubt(
            f"“{shorten(every[0])}” in “{shorten(name)}” is read with a decimal point; if it is a thousands separator, "
            "write numbers without them and add the file again."
        )


def _could_be_grouped(text: str) -> bool:
    """``1.234``, but not ``0.234``."""
    return is_grouped(text) and not text.strip("+- ").startswith("0.")


def refuse_grouped_points(plan: ReadingPlan, column: Column, cells: Cells) -> None:
    """Refuse numbers whose points all look like thousands separators.

    Raises:
        RefusedFile: all points have three digits behind them.
    """
    pointed = [(line, text) for line, text in cells if "." in text and is_number(text)]
    if pointed and all(_could_be_grouped(text) for _, text in pointed):
        line, text = pointed[0]
        raise plan.refuse(
            f"“{shorten(text)}” in a file with decimal commas could be a decimal number or have a thousands separator; "
            "write all numbers with one decimal sign and without thousands separators, and add the file again.",
            line,
            column,
        )


def _doubt_left_out(plan: ReadingPlan, column: Column, texts: list[str]) -> None:
    """Add a doubt about a left-out column whose cells are mostly numbers in some form."""
    numbers = sum(
        1
        for text in texts
        if is_number(text)
        or is_number(text, ",")
        or is_grouped(text)
        or _BEGINS.fullmatch(text)
        or (" " in text.strip() and quantity(text))
        or _DEGREES.match(text)
        or _LONG_HEXADECIMAL.fullmatch(text.strip())
    ) - sum(map(is_address, texts))
    plain = [text.strip() for text in texts]
    if all(map(_BARE_HEXADECIMAL.fullmatch, plain)) and _are_hexadecimal(plain):
        plan.doubt(
            f"“{shorten(column.name)}” (“{shorten(plain[0])}”) is left out; if it has hexadecimal numbers, write them "
            "as 0x1A or as decimal numbers, and add the file again."
        )
    elif numbers * 2 > len(texts):
        plan.doubt(
            f"“{shorten(column.name)}” is left out although most of its cells are numbers ({column.reason}); "
            "correct those cells, or give the words that mean missing with “Read it differently”."
        )


def _are_hexadecimal(cells: list[str]) -> bool:
    """Cells of one length with digits in many, and with digits and letters at the same place: ``1A``, ``07``."""
    digits = sum(any(map(str.isdigit, cell)) for cell in cells)
    if len({*map(len, cells)}) > 1 or digits * 2 <= len(cells):
        return False
    return any(len({character.isdigit() for character in place}) > 1 for place in zip(*cells, strict=True))


def _take_as_missing(plan: ReadingPlan, column: Column, words: list[str]) -> None:
    shown = sorted({word.strip() for word in words} - {""})
    if shown:
        plan.note(
            f"In “{column.name}”, {', '.join(f'“{shorten(word, 20)}”' for word in shown)} means missing."
        )
    plan.missing += [word for word in words if word not in plan.missing]


def _is_clock_of_minutes(texts: list[str]) -> bool:
    """``04:04.5``: minutes and seconds without hours, as saved by a spreadsheet."""
    return all(re.fullmatch(r"\s*\d\d?:\d\d[.,]\d+\s*", text) for text in texts)


def _starts_of_intervals(texts: list[str]) -> list[str]:
    """The starts of intervals of equal length, ``08:00-09:00`` and ``09:00-10:00``; empty for other texts.

    The same form is a clock time with its zone if its second part does not move with the first one.
    """
    if not _CLOCK_AND_END.fullmatch(texts[0].strip()):
        return []
    matches = [match for text in texts if (match := _CLOCK_AND_END.fullmatch(text.strip()))]
    begins, ends = ([60 * int(m[hour]) + int(m[minute]) for m in matches] for hour, minute in ("HM", "hm"))
    lengths = {(end - begin) % _MINUTES_OF_DAY for begin, end in zip(begins, ends, strict=True)}
    certain = len(matches) == len(texts) and len(lengths) == 1 < len(set(ends))
    starts = [match["start"] for match in matches]
    return starts if certain and all(time_form(start, "dmy") for start in starts) else []


def _take_intervals(plan: ReadingPlan, column: Column, starts: list[str]) -> None:
    """Read a column of intervals by their starts."""
    plan.note(f"Each cell of “{column.name}” has a start and an end; the start is the time.")
    form = time_form(starts[0], "dmy")
    spelling = (form.spelling if form else None) or YEAR_FIRST
    column.kind = ColumnKind.DATE
    column.spelling = CLOCK_INTERVAL if spelling.is_clock else with_end(spelling)
    if column.spelling.needs_order:
        column.order = plan.options.dates or _order_in_name(column.name) or order_shown(starts)


def _dates(plan: ReadingPlan, column: Column, forms: list[TimeForm], texts: list[str]) -> None:
    if sum(1 for text in texts if _INTERVAL.search(text)) * 2 > len(texts):
        plan.note(f"Each cell of “{column.name}” has a start and an end; the start is the time.")
    zoned = sum(1 for form in forms if form.zoned)
    column.kind = ColumnKind.INSTANT if zoned * 2 > len(forms) else ColumnKind.DATE
    if _doubt_calendar(plan, column, forms, texts):
        return
    spellings = Counter(form.spelling for form in forms if form.spelling)
    if not spellings:
        return
    column.spelling = spellings.most_common(1)[0][0]
    if column.spelling is MINGUO:
        year = int(texts[0].strip()[:3])
        plan.doubt(
            f"“{shorten(texts[0], 30)}” in “{shorten(column.name)}” is read as a year of the Republic of China "
            f"({year} is {year + 1911}); if it is none, write dates such as 2023-12-25 and add the file again."
        )
    _doubt_short_minguo(plan, column, texts)
    if column.spelling is DAY_NAME:
        _take_short_years(plan, column, texts)
    if column.spelling is EITHER_ORDER and _are_clocks_with_points(texts):
        column.spelling = CLOCK_POINTS
    if column.spelling.needs_order:
        column.order = plan.options.dates or _order_in_name(column.name) or order_shown(texts)


def _doubt_short_minguo(plan: ReadingPlan, column: Column, texts: list[str]) -> None:
    """Add a doubt about ``99/03/01`` below a Chinese name: the year may be one of the Republic of China."""
    years = [int(match["A"]) for text in texts if (match := EITHER_ORDER.match(text))]
    if (
        column.spelling is not EITHER_ORDER
        or not _CHINESE.search(column.name)
        or min(years, default=0) < _OLD
    ):
        return
    plan.doubt(
        f"“{shorten(texts[0], 30)}” in “{shorten(column.name)}” is read as the year {1900 + years[0]}; if it is one of "
        f"the Republic of China ({years[0] + 1911}), write dates such as 2023-12-25 and add the file again."
    )


def _take_short_years(plan: ReadingPlan, column: Column, texts: list[str]) -> None:
    """Read ``24MAR05`` year first, if the name of the column says so, or if only the last number differs between rows
    and could be a day."""
    matches = [match for text in texts if (match := SHORT_YEAR_NAME.match(text))]
    if len(matches) < len(texts):
        return
    years, days = ({int(match[part]) for match in matches} for part in "Yd")
    named = "yymmm" in column.name.lower()
    if named or (len(years) == 1 < len(days) and max(days) <= _LAST_DAY and not years & _ENDS_OF_MONTHS):
        column.spelling = SHORT_YEAR_NAME
        if not named:
            plan.doubt(
                f"“{shorten(texts[0])}” in “{shorten(column.name)}” is read as year, month and day; if the day is "
                "first, write dates such as 2023-12-25 and add the file again."
            )


def _doubt_calendar(plan: ReadingPlan, column: Column, forms: list[TimeForm], texts: list[str]) -> bool:
    """Read years of the Buddhist era, which are 543 years ahead, with a doubt; other years after 2261 cannot be kept.

    Returns False for other years.
    """
    spelling = next((form.spelling for form in forms if form.spelling), YEAR_FIRST)
    years = [int(match[0]) for text in texts if (match := _YEARS.search(plain_time(text)))]
    buddhist = len(years) == len(texts) and all(BUDDHIST <= year < BUDDHIST + 200 for year in years)
    if buddhist:
        if spelling.needs_order:
            column.order = plan.options.dates or _order_in_name(column.name) or order_shown(texts)
        column.spelling = replace(spelling, era=543)
        plan.doubt(
            f"“{shorten(texts[0], 30)}” in “{shorten(column.name)}” is read as a year of the Buddhist era "
            f"({years[0]} is {years[0] - 543}); if it is none, correct the years and add the file again."
        )
    return buddhist


def _are_clocks_with_points(texts: list[str]) -> bool:
    """``18.00.00``: clock times with points, some of which cannot be dates."""
    if not all(map(CLOCK_POINTS.match, texts)):
        return False
    parts = [tuple(map(int, text.strip().split("."))) for text in texts]
    return any(not (1 <= b <= 31 and (1 <= a <= 31 or 1 <= y <= 31)) for a, b, y in parts)


def _order_in_name(name: str) -> str | None:
    """``dd/MM/yyyy`` as the name of the column."""
    match = _FORMAT.search(name)
    return None if not match else "dmy" if match[1].lower() == "dd" else "mdy"


def _converted(plan: ReadingPlan, column: Column, texts: list[str]) -> bool:
    """Numbers in a different form than the rest of the file: other decimal sign, with a unit, or switches."""
    other = "." if plan.decimal == "," else ","
    fitting = [text for text in texts if is_number(text, other)]
    if len(fitting) >= MOSTLY * len(texts) and not plan.options.decimal:
        if all(is_grouped(text) for text in fitting if other in text):
            return False
        if plan.delimiter == other and (plan.coded or any(map(_CODES.match, fitting))):
            return False
        column.via = other
        plan.note(
            f"“{column.name}” has a decimal {'comma' if other == ',' else 'point'}, unlike other columns."
        )
        return True
    words = [text for text in texts if text.strip() not in SWITCH_DIGITS]
    if (all(is_switch(text) for text in words) and not _is_one_code(texts)) or _are_letters(texts):
        column.via = "switch"
        plan.note(f"“{column.name}” is read as 1 and 0.")
        return True
    hexadecimal = [text for text in texts if is_hexadecimal(text)]
    if len(hexadecimal) >= MOSTLY * len(texts):
        _take_hexadecimal(plan, column, hexadecimal)
        return True
    names = {parsed[0] if (parsed := labelled(text)) else "" for text in texts}
    if len(names) == 1 and len(set(texts)) > 1 and (name := names.pop()):  # not the port of one server
        column.via, column.suffix = "labelled", name
        column.name = name if not plan.header else column.name
        return True
    quantities = [parsed for text in texts if (parsed := quantity(text))]
    parts = [parsed for parsed in quantities if is_number(parsed[0], plan.decimal)]
    if len(parts) < MOSTLY * len(texts):
        other_parts = [parsed for parsed in quantities if is_number(parsed[0], other)]
        if len(other_parts) > len(parts) and not plan.options.decimal:
            parts, column.decimal = other_parts, other
    units = Counter(unit for _, unit in parts)
    if units and units.most_common(1)[0][1] >= MOSTLY * len(texts):
        unit = units.most_common(1)[0][0]
        column.via, column.suffix = "quantity", unit
        column.unit = column.unit or unit.strip(";") or None
        if unit == ";":
            plan.note(f"The ; at the end of each cell of “{column.name}” is left out.")
        elif unit:
            plan.note(f"The unit “{unit}” in the cells of “{column.name}” is left out of its numbers.")
            _doubt_codes(plan, column, texts)
        return True
    column.decimal = ""
    return False


def _is_one_code(texts: list[str]) -> bool:
    """The same short word in capitals in all cells, such as the code of a country: ``AUS``, ``NO``, ``SI``."""
    words = {text.strip() for text in texts}
    return len(words) == 1 and words <= {
        "AUS",
        "NO",
        "SI",
        "NE",
        "DA",
        "EIN",
        "JA",
        "SIM",
        "NAO",
        "NON",
        "HET",
    }


def _doubt_codes(plan: ReadingPlan, column: Column, texts: list[str]) -> None:
    """Add a doubt about whole numbers with letters that are no known unit, or that do not change: ``857A`` may be the
    name of a station."""
    if column.suffix == "i" or not all(re.fullmatch(r"\d+[A-Za-z]+", text.strip()) for text in texts):
        return  # InfluxDB writes integers as 5i
    if len(set(texts)) == 1 < len(texts) or not UNIT_WORD.fullmatch(column.suffix):
        plan.doubt(
            f"“{shorten(texts[0].strip())}” in “{shorten(column.name)}” is read as a number with the unit "
            f"“{column.suffix}”; if it is a code or a name, hide this channel."
        )


def _take_hexadecimal(plan: ReadingPlan, column: Column, texts: list[str]) -> None:
    """Read ``0x1A`` as a whole number; negative numbers in two's complement look like large ones: a doubt."""
    column.via = "hexadecimal"
    plan.note(f"“{column.name}” has hexadecimal numbers.")
    digits = {len(text.strip()) - 2 for text in texts}
    large = next((text for text in texts if int(text.strip()[2], 16) >= _SIGN_BIT), None)
    if len(digits) == 1 and digits <= _WORD_DIGITS and large and len(set(texts)) > 1:
        plan.doubt(
            f"“{shorten(large)}” in “{shorten(column.name)}” is read as {int(large, 16):,}; if the numbers are in "
            "two's complement, it is negative: write decimal numbers and add the file again."
        )


def _are_letters(texts: list[str]) -> bool:
    """``T`` and ``F``, or ``Y`` and ``N``: both occur."""
    letters = {text.strip().casefold() for text in texts}
    return letters in ({"t", "f"}, {"y", "n"}, {"j", "n"})


def _number_kind(plan: ReadingPlan, column: Column, texts: list[str]) -> ColumnKind:
    if all(is_integer(text) for text in texts):
        return ColumnKind.INTEGER
    if not all(is_number(text, plan.decimal) for text in texts) or not _may_be_time(plan, column, texts):
        return ColumnKind.FLOAT
    values = [float(text.replace(",", ".")) for text in texts]
    unit = epoch_unit(min(values), max(values), time_unit(column.name, column.unit))
    if unit is None:
        return ColumnKind.FLOAT
    column.scale = UNIT_DIGITS[unit]
    return ColumnKind.EPOCH


def _may_be_time(plan: ReadingPlan, column: Column, texts: list[str]) -> bool:
    """Chosen by the user; or named like time; or increasing while no column is named like time."""
    if plan.options.time is not None or plan.options.counts_rows:
        return column.name == plan.options.time
    if time_unit(column.name, column.unit) is not None:
        return True
    if any(time_unit(other.name, other.unit) is not None for other in plan.columns):
        return False
    values = [float(text.replace(",", ".")) for text in texts]
    return all(low < high for low, high in pairwise(values))


def epoch_unit(low: float, high: float, named: str | None) -> str | None:
    """Unit in which all numbers from ``low`` to ``high`` are Unix times between 1990 and tomorrow.

    ``named``: unit in the column's name, ``""``, or None; if it differs from the unit of the numbers, they are not
    Unix times.
    """
    last = time.time() + _DAY
    for unit, digits in UNIT_DIGITS.items():
        factor = 10 ** (9 - digits)
        if low >= _FIRST * factor and high < last * factor:
            return unit if not named or named == unit else None
    return None


def _refuse_grouped(plan: ReadingPlan, column: Column, cells: Cells) -> None:
    grouped = [(line, text) for line, text in cells if is_grouped(text) and not is_address(text)]
    numbers = sum(1 for _, text in cells if is_number(text, plan.decimal) and not is_grouped(text))
    if len(grouped) + numbers >= MOSTLY * len(cells) and grouped:
        line, text = next(((i, t) for i, t in grouped if is_surely_grouped(t)), grouped[0])
        raise grouped_number(plan, column, line, text)


def grouped_number(plan: ReadingPlan, column: Column, line: int, text: str) -> Exception:
    """The error for ``1,234.5``."""
    problem = (
        f"“{shorten(text)}” has thousands separators; write numbers without them and add the file again."
    )
    return plan.refuse(problem, line, column)


def _text_reason(plan: ReadingPlan, cells: Cells, share: float) -> str:
    odd_line, odd = next((line, text) for line, text in cells if not is_number(text, plan.decimal))
    plain = [text.strip() for _, text in cells]
    if all(map(_DATE_LIKE.fullmatch, plain)) or all(map(_DATED.fullmatch, plain)):
        return f"“{shorten(odd)}” is no time that can be read without guessing; write 2023-12-25 02:50:00"
    if share > 0.5:
        return f"only {share:.0%} of its first cells are numbers, “{shorten(odd)}” in line {odd_line} is not"
    return f"text, not numbers (“{shorten(odd)}” in line {odd_line})"
