"""Fuzzing: arbitrary bytes are read exactly, or refused with a message."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.errors import TidemarkError
from services.ingest.convert import ingest
from services.ingest.preview import preview
from services.ingest.reading_options import (
    AS_FOUND,
    DATES,
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    UNITS,
    ReadingOptions,
)
from services.timeseries import Store, encode, window
from tests.support import SAMPLES

WORDS = (
    b"time date v 1 2.5 -3e4 1,5 NaN inf 2023-01-01 2023-01-01T00:00:00Z 1700000000 1700000000.5 =1+1 1.234,5"
)
MARKS = [b",", b",", b",", b";", b"\t", b" ", b"\n", b"\n", b"\n", b"\r\n", b"\r", b'"', b'""', b"\0"]
ODD = [b"9" * 25, b"abc", b"\xff", "é".encode(), b"\xef\xbb\xbf", b"\xff\xfe"]
PIECES = st.sampled_from([*WORDS.split(), *MARKS, *ODD])


def examples(count: int) -> settings:
    """So many in the suite, and a multiple of it in the long run (tests/hostile/soak_fuzz.py)."""
    return settings(max_examples=count * int(os.environ.get("SOAK_TIMES", "1")), deadline=None)


def read(data: bytes, folder: Path, options: ReadingOptions = AS_FOUND) -> Store:
    """Ingest and open."""
    source = folder / "source.csv"
    source.write_bytes(data)
    info = ingest(source, name="a.csv", store_root=folder / "store", options=options)
    key = options.store_key(info.sha256)
    return Store.open(folder / "store" / key[:2] / key, source)


def look_around(store: Store) -> None:
    """Requests of a page for a recording work at both ends."""
    for index in {0, store.rows - 1}:
        assert store.source_line(index)
        assert store.x_of(store.index_of_saved(store.time_saved(index))) == store.x_of(index)
    assert encode(window(store, store.info.time.first, store.info.time.last, 100))


@examples(120)
@given(st.lists(PIECES, max_size=40).map(b"".join) | st.binary(max_size=200))
@example(b"1,5\n99999999999999999999999991.234,5")
@example(b'a,b\n1,2\n"')
@example(b"\r\r\ntime")
@example(b"\r\r\n,")
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf\xff\xfe\rtime")
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        try:
            store = read(data, Path(name))
        except TidemarkError as error:
            assert str(error).startswith("“a.csv”")
            return
        look_around(store)


HEADS = [path.read_bytes()[:1500] for path in sorted(SAMPLES.rglob("*.csv"))]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The beginning of a real recording in which a few bytes were lost, doubled or replaced."""
    data = draw(st.sampled_from(HEADS))
    for _ in range(draw(st.integers(1, 4))):
        start, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        new = draw(
            st.sampled_from([b"", data[start : start + length] * 2, *ODD, *MARKS]) | st.binary(max_size=4)
        )
        data = data[:start] + new + data[start + length :]
    return data


@examples(60)
@given(damaged())
def test_a_damaged_recording_is_read_or_refused_in_words(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        try:
            look_around(read(data, Path(name)))
        except TidemarkError as error:
            assert str(error).startswith("“a.csv”")


def maybe(values: Iterable[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(list(values))


OPTIONS = st.fixed_dictionaries(
    {
        "time": maybe(["", "time", "date", "v", "column 1", "column 2"]),
        "dates": maybe(DATES),
        "zone": maybe(["UTC", "+05:30", "Europe/Berlin"]),
        "unit": maybe(UNITS),
        "delimiter": maybe(DELIMITERS),
        "decimal": maybe(DECIMALS),
        "header": maybe([True, False]),
        "encoding": maybe(ENCODINGS),
    }
)
DATED = [
    "2023-03-26 02:30:00",
    "26/03/2023 1:30 PM",
    "3.4.99, 12:00",
    "2023-10-29 02:30",
    "1e400",
    "-1",
    "99999999999",
]


@examples(60)
@given(
    st.lists(
        st.lists(st.sampled_from([*DATED, *WORDS.decode().split()]), min_size=2, max_size=3), max_size=8
    ),
    st.sampled_from(",;\t|"),
    OPTIONS,
)
def test_any_reading_options_are_applied_or_refused_with_a_message(
    rows: list[list[str]], delimiter: str, options_json: dict[str, Any]
) -> None:
    options = ReadingOptions.from_json(options_json)
    data = "\n".join(delimiter.join(row) for row in [["time", "v"], *rows]).encode()
    with tempfile.TemporaryDirectory() as name:
        try:
            store = read(data, Path(name), options)
        except TidemarkError as error:
            assert str(error).endswith(".")
            return
        look_around(store)
        seen = preview(Path(name) / "source.csv", "a.csv", options)
        assert len(seen.cells) == len(seen.times) == min(20, store.rows)
        assert sum(column.role == "channel" for column in seen.columns) == len(store.info.channels)
        roles = {column.role for column in seen.columns}
        assert ("time" in roles) == (store.info.time.name is not None)


CELLS = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-1000, 1000),
    st.floats(allow_nan=False, allow_infinity=False),
)


@examples(40)
@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=30),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
)
def test_numbers_come_back_exactly_as_they_were_written(
    rows: list[tuple[float | None, float | None]], delimiter: str, newline: str, encoding: str
) -> None:
    lines = [
        delimiter.join([str(number), *("" if cell is None else repr(cell) for cell in row)])
        for number, row in enumerate(rows)
    ]
    text = newline.join([delimiter.join(["time", "a é", "b"]), *lines])
    with tempfile.TemporaryDirectory() as name:
        try:
            store = read(text.encode(encoding), Path(name))
        except TidemarkError as error:
            assert "more digits" in str(error) or "every cell is empty" in str(error)
            return
        written = dict(zip(["a é", "b"], zip(*rows, strict=True), strict=True))
        for number, channel in enumerate(store.info.channels):
            found = np.asarray(store.channel(number)).tolist()
            for cell, value in zip(written[channel.name], found, strict=True):
                assert math.isnan(value) if cell is None else value == cell
        for column, reason in store.info.reading.skipped:
            assert "more digits" in reason or set(written[column]) == {None}
