"""Tables next to each other, each with a time column, joined at all their times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import RefusedFile
from services.ingest.preview import preview
from services.ingest.read_as import read_as
from services.ingest.reading_options import ReadingOptions, WrongOption
from tests.unit.test_ingest_fuzz import examples
from tests.unit.test_layouts import read
from tests.unit.test_layouts_asked import BLOCKS, ONE_TABLE, channel, lines, offered, times

APART = ReadingOptions(tables="apart")
NAMES = {
    "names above": ["Sensor A Value", "Sensor B Value"],
    "three columns in each": ["Run 1 x", "Run 1 y", "Run 2 x", "Run 2 y"],
    "dates below a name of two columns": ["P1", "F2"],
    "numbered names": ["y1", "y2"],
    "no names": ["column 2", "column 4"],
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_one_click_reads_each_table_at_its_own_times(kind: str, tmp_path: Path) -> None:
    text = BLOCKS[kind]
    store = read(text, tmp_path, offered(read(text, tmp_path))["Each table at its own times"])
    assert not any("may each be the time" in doubt for doubt in store.info.reading.doubts)
    assert store.rows > 40 and store.info.reading.tables == 2
    names = [item.name for item in store.info.channels]
    assert names == NAMES.get(kind, names)
    instants = [store.instant(place) for place in range(store.rows)]
    assert instants == sorted(instants)
    first, last = np.load(store.folder / "c0.npy"), np.load(store.folder / f"c{len(names) - 1}.npy")
    assert first[~np.isnan(first)][:3].tolist() == [0.5, 1.5, 2.5]
    assert last[~np.isnan(last)][:3].tolist() in ([0.5, 1.5, 2.5], [0.0, 1.0, 2.0])
    one = read(text, tmp_path, offered(read(text, tmp_path))["One table"])
    assert not any("may each be the time" in doubt for doubt in one.info.reading.doubts)


def test_values_are_at_the_times_of_their_table(tmp_path: Path) -> None:
    store = read(
        "t,A,B,time,C\n0,1,10,1,5\n1,2,20,1.5,6\n2,3,30,2,7\n3,4,40,9,8\n" + "4,5,50,,\n" * 0, tmp_path
    )
    assert store.rows == 4
    rows = "".join(f"{i},{i}.5,{i * 10},{i * 2},{i}.25\n" for i in range(12))
    store = read("time [s],A,B,time [s],C\n" + rows, tmp_path, APART)
    assert [item.name for item in store.info.channels] == ["A", "B", "C"]
    assert store.rows == 18 and times(store) == ["0", "1", "22"]
    assert channel(store, "C")[:3] == [0.25, pytest.approx(np.nan, nan_ok=True), 1.25]
    assert channel(store, "B")[11] == 110
    assert "2 tables joined" in read_as(store.info)
    assert store.source_rows(0, 3).tolist() == [0, 1, 2] and store.row_samples()[:3].tolist() == [0, 1, 2]


def test_equal_times_of_one_table_stay_samples_of_their_own(tmp_path: Path) -> None:
    rows = "".join(f"{i // 2},{i}.5,{i},{i}.25\n" for i in range(28))
    store = read("t,A,t,B\n" + rows, tmp_path, APART)
    assert channel(store, "A")[:4] == [0.5, 1.5, 2.5, 3.5] and store.rows == 42


def test_unix_times_of_all_tables_are_instants(tmp_path: Path) -> None:
    rows = "".join(f"{1_700_000_000 + i},{i}.5,{1_700_000_000 + i * 3}.5,{i}.25\n" for i in range(28))
    store = read("time,A,time,B\n" + rows, tmp_path, APART)
    assert times(store)[:2] == ["2023-11-14 22:13:20+00:00", "2023-11-14 22:13:20.500+00:00"]


def test_a_shorter_table_of_dates_ends_earlier(tmp_path: Path) -> None:
    text = "Zeit;A;Zeit;B\n" + "".join(
        f"{i + 1:02d}.02.2024 10:00;{i},5;" + (f"{i + 1:02d}.02.2024 11:00;{i},25\n" if i < 15 else ";\n")
        for i in range(28)
    )
    store = read(text, tmp_path, APART)
    assert (store.rows, times(store)[-1]) == (43, "2024-02-28 10:00:00")
    assert preview(tmp_path / "a.csv", "a.csv", APART).times[0] == "2024-02-01 10:00:00"


@pytest.mark.parametrize("kind", ["counters"])
def test_one_table_cannot_be_read_as_several(kind: str, tmp_path: Path) -> None:
    with pytest.raises(WrongOption, match="no tables next to each other"):
        read("a,b,c\n" + lines("{v},{w},{v}"), tmp_path, APART)
    assert read(ONE_TABLE[kind], tmp_path).rows == 30


def test_a_value_without_a_time_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i}.5,{i * 2 if i != 5 else ''},{i}.25\n" for i in range(28))
    with pytest.raises(RefusedFile, match="line 7: “B” has a value, but the time"):
        read("t,A,t,B\n" + rows, tmp_path, APART)


def test_a_table_whose_times_restart_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i}.5,{i % 200 * 0.5},{i}.25\n" for i in range(400))
    with pytest.raises(WrongOption, match="go back"):
        read("t,A,t,B\n" + rows, tmp_path, APART)


@examples(40)
@given(
    st.lists(st.integers(0, 3), min_size=12, max_size=40),
    st.lists(st.integers(0, 3), min_size=12, max_size=40),
    st.sampled_from([1, 7, 1 << 22]),
)
def test_joined_tables_have_every_value_once_at_its_time(
    tmp_path_factory: pytest.TempPathFactory, first: list[int], second: list[int], cells: int
) -> None:
    """Also in small pieces."""
    tables = [np.cumsum([1, *steps]) for steps in (first, second)]
    rows = [
        ",".join(
            f"{table[row]},{number * 1000 + row}" if row < len(table) else ","
            for number, table in enumerate(tables)
        )
        for row in range(max(map(len, tables)))
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.ingest.sidemerge._CELLS", cells)
        folder = tmp_path_factory.mktemp("tables")
        try:
            store = read("time,A,time,B\n" + "\n".join(rows) + "\n", folder, APART)
        except WrongOption:
            assert any(table[0] == table[min(len(table), 200) - 1] for table in tables)
            return
    instants = np.array([store.instant(place) for place in range(store.rows)])
    for number, table in enumerate(tables):
        values = np.array(channel(store, "AB"[number]))
        there = ~np.isnan(values)
        assert instants[there].tolist() == table.tolist()
        assert values[there].tolist() == [number * 1000 + row for row in range(len(table))]
