"""Long tables, one row per time and series: a channel per series if that is certain, or chosen by the user."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.convert import ingest
from services.ingest.preview import preview
from services.ingest.read_as import read_as
from services.ingest.reading_options import AS_FOUND, KEEP_ROWS, ReadingOptions, WrongOption
from services.timeseries import Store, TimeKind

ROWS = 40
PAIRS = "time,tag,value,quality\n" + "".join(
    f"2024-02-20 10:{minute:02}:00,{tag},{minute + offset}.5,192\n"
    for minute in range(ROWS)
    for tag, offset in (("FIC101", 0), ("TIC102", 100))
)


def read(folder: Path, text: str, options: ReadingOptions = AS_FOUND) -> Store:
    source = folder / "long.csv"
    source.write_text(text)
    info = ingest(source, name="long.csv", store_root=folder / "store", options=options)
    key = options.store_key(info.sha256)
    return Store.open(folder / "store" / key[:2] / key, source)


def channels(store: Store) -> dict[str, list[float]]:
    return {channel.name: store.channel(place).tolist() for place, channel in enumerate(store.info.channels)}


def test_each_name_becomes_a_channel_with_one_sample_for_each_time(tmp_path: Path) -> None:
    store = read(tmp_path, PAIRS)
    assert channels(store) == {
        "FIC101": [minute + 0.5 for minute in range(ROWS)],
        "TIC102": [minute + 100.5 for minute in range(ROWS)],
    }
    assert [store.time_text(0), store.time_text(ROWS - 1)] == ["2024-02-20 10:00:00", "2024-02-20 10:39:00"]
    assert store.info.reading.doubts == ()
    assert read_as(store.info) == (
        "time: time · 2 channels named by tag · left out: quality (the same in every row)"
    )
    assert "“tag” names 2 series" in " ".join(store.info.reading.notes)


@pytest.mark.parametrize(
    "order",
    [
        lambda lines: sorted(
            lines, key=lambda line: line.split(",")[1]
        ),  # below each other, as melted tables are
        lambda lines: lines[::-1],  # newest first
    ],
)
def test_the_order_of_the_rows_does_not_matter_where_the_column_is_named(tmp_path: Path, order) -> None:
    head, *lines = PAIRS.splitlines()
    text = "\n".join([head, *order(lines)]) + "\n"
    store = read(tmp_path, text, ReadingOptions(series="tag"))
    assert channels(store)["FIC101"] == [minute + 0.5 for minute in range(ROWS)]
    assert channels(store)["TIC102"] == [minute + 100.5 for minute in range(ROWS)]


def test_series_below_each_other_are_split_automatically(tmp_path: Path) -> None:
    head, *lines = PAIRS.splitlines()
    text = "\n".join([head, *sorted(lines, key=lambda line: line.split(",")[1])]) + "\n"
    assert list(channels(read(tmp_path, text))) == ["FIC101", "TIC102"]


def test_series_below_each_other_longer_than_the_examined_rows_are_split(tmp_path: Path) -> None:
    rows = 5_000
    text = "variable,time,value\n" + "".join(
        f"{name},{second},{second * factor}\n"
        for name, factor in (("x", 1), ("y", 2))
        for second in range(rows)
    )
    store = read(tmp_path, text)
    assert channels(store) == {"x": list(range(rows)), "y": [2 * second for second in range(rows)]}
    assert store.info.time.kind is TimeKind.NUMERIC


def test_numbers_name_series_only_in_a_column_named_accordingly(tmp_path: Path) -> None:
    numbered = PAIRS.replace("FIC101", "1").replace("TIC102", "2")
    assert list(channels(read(tmp_path, numbered.replace("tag", "sensor_id", 1)))) == [
        "sensor_id 1",
        "sensor_id 2",
    ]
    store = read(tmp_path, numbered.replace("tag", "gain", 1))
    assert store.info.time.kind is TimeKind.ROW
    assert "“gain” names 2 series whose rows alternate" in " ".join(store.info.reading.doubts)


def test_several_columns_of_values_are_named_with_their_series(tmp_path: Path) -> None:
    text = "time,device,x,y\n" + "".join(
        f"{second},{name},{second},{-second}\n" for second in range(30) for name in ("a", "b")
    )
    assert list(channels(read(tmp_path, text))) == ["a x", "a y", "b x", "b y"]


def test_series_at_different_times_are_split_with_a_doubt_unless_requested(tmp_path: Path) -> None:
    text = "time,entity_id,state\n" + "".join(
        f"2024-02-20 10:{minute:02}:{second:02},{name},{minute}\n"
        for minute in range(30)
        for name, second in (("in", 0), ("out", 1))
    )
    text += "2024-02-20 10:30:00,in,30\n2024-02-20 10:30:00,out,30\n"
    answer = read(tmp_path, text)
    assert answer.rows == 61 and "Channels named by: rows are kept" in answer.info.reading.doubts[0]
    split = read(tmp_path, text, ReadingOptions(series="entity_id"))
    assert split.rows == 61
    values = channels(split)
    assert np.isnan(values["in"][1]) and values["out"][1] == 0 and values["in"][60] == values["out"][60] == 30
    assert split.info.reading.doubts == ()


def test_series_at_different_times_without_a_telling_column_name_are_a_doubt(tmp_path: Path) -> None:
    text = "time,kind,state\n" + "".join(
        f"2024-02-20 10:{minute:02}:{second:02},{name},{minute}\n"
        for minute in range(30)
        for name, second in (("in", 0), ("out", 1), ("out", 2), ("in", 2))
    )
    answer = read(tmp_path, text)
    assert answer.info.time.kind is TimeKind.ROW and "Channels named by" in answer.info.reading.doubts[0]


def test_many_series_at_different_times_are_a_doubt(tmp_path: Path) -> None:
    text = "time,entity_id,state\n" + "".join(
        f"2024-02-20 10:{minute:02}:{second:02},e{second},{minute}\n"
        for minute in range(30)
        for second in range(9)
    )
    answer = read(tmp_path, text)
    assert (answer.rows, answer.info.time.kind) == (270, TimeKind.NAIVE)
    assert "Channels named by" in answer.info.reading.doubts[0]


def test_rows_are_kept_on_request_without_a_doubt(tmp_path: Path) -> None:
    store = read(tmp_path, PAIRS, ReadingOptions(series=KEEP_ROWS))
    assert (store.rows, store.info.time.kind) == (2 * ROWS, TimeKind.ROW)
    assert store.info.reading.doubts == ()
    timed = read(tmp_path, PAIRS, ReadingOptions(series=KEEP_ROWS, time="time"))
    assert (timed.rows, timed.info.time.kind) == (2 * ROWS, TimeKind.NAIVE)


def test_a_repeated_name_at_a_time_keeps_the_rows_and_is_refused_by_line_for_a_chosen_column(
    tmp_path: Path,
) -> None:
    head, *lines = PAIRS.splitlines()
    many = [line.replace("2024-02-20 10:", f"2024-02-20 {hour:02}:") for hour in range(24) for line in lines]
    many *= 1 if len(many) > 1_900 else 2
    text = "\n".join([head, *many, "2024-02-20 23:39:00,TIC102,7,192"]) + "\n"
    kept = read(tmp_path, text * 1)
    assert kept.info.time.kind is TimeKind.ROW or kept.info.reading.doubts
    with pytest.raises(
        WrongOption, match=r"line \d+, column “tag”: the column has one name twice at the same time"
    ):
        read(tmp_path, text, ReadingOptions(series="tag"))


def test_a_repeated_name_after_the_examined_rows_keeps_the_rows_with_a_doubt(tmp_path: Path) -> None:
    lines = [f"{second},{name},{second}" for second in range(3_000) for name in ("a", "b")]
    text = "\n".join(["time,tag,value", *lines, "2999,b,5"]) + "\n"
    store = read(tmp_path, text)
    assert (store.rows, store.info.time.kind) == (6_001, TimeKind.ROW)
    assert (
        "“tag” names several series, but has one name twice at the same time (line 6,002)"
        in (store.info.reading.doubts[0])
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (ReadingOptions(series="nothing"), "There is no column “nothing”"),
        (ReadingOptions(series="time"), "“time” is the time"),
        (ReadingOptions(series="tag", time=""), "choose a time column too"),
    ],
)
def test_a_column_that_cannot_name_series_is_refused_at_its_field(
    tmp_path: Path, options: ReadingOptions, sentence: str
) -> None:
    with pytest.raises(WrongOption, match=sentence) as wrong:
        read(tmp_path, PAIRS, options)
    assert wrong.value.field == "series"


def test_whole_numbers_stay_whole_and_exact_in_a_full_table(tmp_path: Path) -> None:
    large = 2**53 + 1
    text = "time,tag,count\n" + "".join(
        f"{second},{name},{large + second}\n" for second in range(20) for name in ("a", "b")
    )
    store = read(tmp_path, text)
    assert store.info.channels[0].dtype == "int64"
    assert channels(store)["b"] == [large + second for second in range(20)]


def test_the_preview_shows_the_rows_of_the_file_with_the_time_of_their_sample(tmp_path: Path) -> None:
    source = tmp_path / "long.csv"
    source.write_text(PAIRS)
    shown = preview(source, "long.csv", AS_FOUND)
    assert shown.times[:3] == ["2024-02-20 10:00:00", "2024-02-20 10:00:00", "2024-02-20 10:01:00"]
    roles = {column.name: (column.role, column.reason) for column in shown.columns}
    assert roles["value"] == ("channel", "") and roles["tag"] == ("left out", "it names the channels")


@settings(deadline=None, max_examples=30)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 30), st.sampled_from("abcd")), st.floats(-1e6, 1e6), min_size=8, max_size=90
    ),
    st.randoms(use_true_random=False),
)
def test_a_split_long_table_has_each_value_at_its_time_and_name(table, random) -> None:
    import tempfile

    rows = [*table.items(), ((31, "a"), 1.0), ((31, "b"), 2.0)]
    random.shuffle(rows)
    text = "time,tag,value\n" + "".join(f"{time},{name},{value!r}\n" for (time, name), value in rows)
    with tempfile.TemporaryDirectory() as folder:
        store = read(Path(folder), text, ReadingOptions(time="time", series="tag"))
        times = [int(store.time_text(sample)) for sample in range(store.rows)]
        found = {
            (times[sample], name): value
            for name, values in channels(store).items()
            for sample, value in enumerate(values)
            if not np.isnan(value)
        }
    assert times == sorted({time for (time, _), _ in rows})
    assert found == {key: float(value) for key, value in rows}
