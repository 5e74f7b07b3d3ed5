"""Generated layouts of a known table: read equal, or refused or doubted; never different without a word."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import RefusedFile
from services.ingest.convert import ingest
from services.timeseries import Store

ROWS = 24
START = datetime(2024, 2, 20, 23, 50, 0)  # noqa: DTZ001 - passes midnight, has a day above 12
TIMES = [START + timedelta(seconds=37 * row) for row in range(ROWS)]
VALUES = [[round(np.sin(row) * 10 + channel, 3) for row in range(ROWS)] for channel in range(2)]
SPELLINGS = {
    "iso": "%Y-%m-%d %H:%M:%S",
    "iso T": "%Y-%m-%dT%H:%M:%S",
    "points": "%Y.%m.%d %H:%M:%S",
    "slashes": "%d/%m/%Y %H:%M:%S",
    "american": "%m/%d/%Y %I:%M:%S %p",
    "month": "%d-%b-%Y %H:%M:%S",
    "compact": "%Y%m%d%H%M%S",
}
HEADS = {
    "none": [],
    "comments": ["# device X", "# rate 500"],
    "settings": ["Device,X", "Serial number,12", ""],
    "title": ["A title of the recording"],
}


@st.composite
def layouts(draw: st.DrawFn) -> tuple[str, bool]:
    """A text, and whether its time is a date in one cell or two."""
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    decimal = "," if delimiter != "," and draw(st.booleans()) else "."
    spelling = SPELLINGS[draw(st.sampled_from(sorted(SPELLINGS)))]
    apart = draw(st.booleans()) and " " in spelling
    missing = draw(st.sampled_from(["", "NaN", "-", "Bad", "#DIV/0!"]))
    head = [line.replace(",", delimiter) for line in HEADS[draw(st.sampled_from(sorted(HEADS)))]]
    names = (["Date", "Time"] if apart else ["Time"]) + ["a [mV]", "b"]
    rows = [delimiter.join(names)]
    for row, time in enumerate(TIMES):
        text = time.strftime(spelling)
        cells = text.split(" ", 1) if apart else [text]
        numbers = [f"{channel[row]:.3f}".replace(".", decimal) for channel in VALUES]
        if row == 5:
            numbers[1] = missing
        rows.append(delimiter.join([*cells, *numbers]))
    if draw(st.booleans()):
        rows.append(delimiter.join(["Total", *[""] * (len(names) - 2), "5" + decimal + "5"]))
    return draw(st.sampled_from(["\n", "\r\n"])).join([*head, *rows, ""]), apart


@given(layouts())
@settings(max_examples=60, deadline=None)
def test_a_layout_is_read_equal_or_says_what_is_doubtful(layout: tuple[str, bool]) -> None:
    text, _apart = layout
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.csv"
        file.write_bytes(text.encode())
        try:
            info = ingest(file, name="a.csv", store_root=Path(folder) / "store")
        except RefusedFile as refused:
            assert str(refused).endswith(".")
            return
        store = Store.open(Path(folder) / "store" / info.sha256[:2] / info.sha256)
        assert store.rows == ROWS
        for channel, values in enumerate(VALUES):
            read = np.asarray(store.channel(channel))
            wanted = np.array(values)
            wanted[5] = np.nan if channel else wanted[5]
            np.testing.assert_array_equal(read, wanted)
        times = [store.time_text(row) for row in range(ROWS)]
        assert times == [f"{time:%Y-%m-%d %H:%M:%S}" for time in TIMES] or info.reading.doubts
