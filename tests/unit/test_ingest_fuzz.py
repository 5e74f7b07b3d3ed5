"""Whatever bytes come: they are read exactly, or refused in words."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.errors import TidemarkError
from services.ingest.convert import ingest
from services.timeseries import Store, encode, window

WORDS = (
    b"time date v 1 2.5 -3e4 1,5 NaN inf 2023-01-01 2023-01-01T00:00:00Z 1700000000 1700000000.5 =1+1 1.234,5"
)
MARKS = [b",", b",", b",", b";", b"\t", b" ", b"\n", b"\n", b"\n", b"\r\n", b"\r", b'"', b'""', b"\0"]
ODD = [b"9" * 25, b"abc", b"\xff", "é".encode(), b"\xef\xbb\xbf", b"\xff\xfe"]
PIECES = st.sampled_from([*WORDS.split(), *MARKS, *ODD])


def read(data: bytes, folder: Path) -> Store:
    """Ingest and open."""
    source = folder / "source.csv"
    source.write_bytes(data)
    info = ingest(source, name="a.csv", store_root=folder / "store")
    return Store.open(folder / "store" / info.sha256[:2] / info.sha256, source)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map(b"".join) | st.binary(max_size=200))
@example(b'a,b\n1,2\n"')
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
        for index in {0, store.rows - 1}:
            assert store.source_line(index)
            assert store.x_of(store.index_of_saved(store.time_saved(index))) == store.x_of(index)
        assert encode(window(store, store.info.time.first, store.info.time.last, 100))


CELLS = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-1000, 1000),
    st.floats(allow_nan=False, allow_infinity=False),
)


@settings(max_examples=150, deadline=None)
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
