"""Mapping of labels to a recording that is read again: exact, or refused with the reason."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.errors import Conflict
from services.ingest import npyfile
from services.ingest.convert import ingest
from services.recordings.repin import refit
from services.timeseries import Store, TimeKind
from tests.unit.recordings import store_of

SECOND = 1_000_000_000


def label(start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"id": f"{start}-{end}", "start_index": start, "end_index": end, "channels": None, **more}


def axis(
    folder: Path, times: NDArray[Any] | None, kind: TimeKind = TimeKind.NUMERIC, rows: int = 0, key: str = "0"
) -> Store:
    """A store of one channel, for a file with the hash ``key``."""
    rows = rows if times is None else len(times)
    store = store_of(folder / f"{key}{rows}", [np.arange(float(rows))], times, kind)
    return Store(store.folder, replace(store.info, sha256=key * 64))


def places(result: Any) -> list[tuple[int, int]]:
    return [(row["start_index"], row["end_index"]) for row in result.after]


def test_labels_keep_their_times_when_rows_come_before_them(tmp_path: Path) -> None:
    old = axis(tmp_path, np.array([10, 11, 12, 13]), key="a")
    new = axis(tmp_path, np.array([8, 9, 10, 11, 12, 13, 14]), key="b")
    result = refit(old, new, [label(0, 1), label(2, 3, note="kept")])
    assert result.fits and result.sentence == ""
    assert places(result) == [(2, 3), (4, 5)]
    assert result.after[1]["note"] == "kept"
    assert result.changed == (result.before, result.after)


def test_a_label_without_its_time_is_named_with_the_reason(tmp_path: Path) -> None:
    old = axis(tmp_path, np.array([0.0, 0.5, 1.0, 1.5]), key="a")
    new = axis(tmp_path, np.array([0.0, 0.5, 1.0]), key="b")
    result = refit(old, new, [label(0, 1), label(1, 3)])
    assert places(result) == [(0, 1)]
    assert result.changed == ([], [])
    assert (result.misfits[0].start, result.misfits[0].end) == ("0.5", "1.5")
    assert result.sentence == "1 of 2 labels does not fit: 0.5 – 1.5 (no sample has the time of its end)."
    with pytest.raises(Conflict, match="Keep both"):
        result.require("Keep both.")


def test_without_a_time_column_the_rows_must_reach_the_last_label(tmp_path: Path) -> None:
    old, longer, shorter = (
        axis(tmp_path, None, rows=rows, key=key) for rows, key in ((9, "a"), (30, "b"), (5, "c"))
    )
    assert places(refit(old, longer, [label(2, 8)])) == [(2, 8)]
    assert "only 5 rows now" in refit(old, shorter, [label(2, 8)]).sentence


def test_of_several_samples_at_one_time_a_label_keeps_its_own(tmp_path: Path) -> None:
    old = axis(tmp_path, np.array([1, 1, 1, 2]), key="a")
    same = axis(tmp_path, np.array([0, 1, 1, 1, 2]), key="b")
    fewer = axis(tmp_path, np.array([0, 1, 1, 2, 3, 4]), key="c")
    assert places(refit(old, same, [label(1, 3)])) == [(2, 4)]
    assert "2 samples have the time of its start, there were 3" in refit(old, fewer, [label(1, 3)]).sentence


@pytest.mark.parametrize("change", ["kind", "zone", "unit"])
def test_another_time_axis_fits_no_label_even_where_the_figures_agree(tmp_path: Path, change: str) -> None:
    times = np.arange(4) * SECOND
    old = axis(tmp_path, times, TimeKind.DATETIME, key="a")
    new = axis(tmp_path, times, TimeKind.NAIVE if change == "kind" else TimeKind.DATETIME, key="b")
    if change != "kind":
        new = Store(new.folder, replace(new.info, time=replace(new.info.time, **{change: "+01:00"})))
    result = refit(old, new, [label(0, 1), label(2, 2)])
    assert len(result.misfits) == 2 and not result.before
    assert result.sentence.startswith("2 of 2 labels do not fit: the ") and result.axis in result.sentence


def test_a_recording_without_labels_fits_whatever_its_time_is(tmp_path: Path) -> None:
    old, new = axis(tmp_path, None, rows=5, key="a"), axis(tmp_path, np.arange(3), key="b")
    assert refit(old, new, []).fits


def test_a_label_of_chosen_channels_needs_channels_of_those_names(tmp_path: Path) -> None:
    def named(store: Store, *names: str) -> Store:
        channels = tuple(replace(store.info.channels[0], name=name) for name in names)
        return Store(store.folder, replace(store.info, channels=channels))

    old = named(axis(tmp_path, None, rows=5, key="a"), "I", "II")
    new = named(axis(tmp_path, None, rows=5, key="b"), "II", "III")
    assert refit(old, new, [label(0, 1, channels=[1])]).after[0]["channels"] == [0]
    assert refit(old, new, [label(0, 1, channels=["II"])]).after[0]["channels"] == ["II"]
    assert "no channel “I” any more" in refit(old, new, [label(0, 1, channels=[0])]).sentence


def test_the_same_bytes_read_otherwise_keep_labels_on_their_rows(tmp_path: Path) -> None:
    """Sorted by another column, and with a first line that is a header now."""
    old = axis(tmp_path, np.arange(6), key="a")
    store = axis(tmp_path / "new", np.arange(6), key="a")
    npyfile.save(store.folder / "order.npy", np.array([4, 5, 0, 1, 2, 3]))
    by_time = Store(
        store.folder, replace(store.info, reading=replace(store.info.reading, sorted=True, header=True))
    )
    result = refit(old, by_time, [label(0, 1), label(4, 5), label(3, 4), label(0, 3)])
    assert places(result) == [(2, 3), (0, 1), (2, 5)]
    assert "do not follow each other" in result.sentence

    headless = Store(old.folder, replace(old.info, reading=replace(old.info.reading, header=False)))
    shifted = refit(headless, axis(tmp_path / "short", np.arange(5), key="a"), [label(0, 0), label(1, 3)])
    assert places(shifted) == [(0, 2)] and "not data any more" in shifted.sentence

    cut = refit(old, axis(tmp_path / "cut", np.arange(5), key="a"), [label(0, 0)])
    assert cut.sentence == "1 of 1 labels does not fit: the file is cut into 5 rows, it was 6."
    assert places(refit(old, axis(tmp_path, np.arange(7), key="b"), [label(0, 2)])) == [(0, 2)]


def test_rows_are_found_again_in_a_real_file_that_had_to_be_sorted(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("t,v\n5,50\n1,10\n3,30\n2,20\n")
    info = ingest(file, name="a.csv", store_root=tmp_path)
    store = Store.open(tmp_path / info.sha256[:2] / info.sha256, file)
    assert list(store.source_rows(0, 4)) == [1, 3, 2, 0]
    assert places(refit(store, store, [label(0, 2), label(3, 3)])) == [(0, 2), (3, 3)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-50, 50), min_size=1, max_size=30).map(sorted),
    st.lists(st.integers(-50, 50), min_size=1, max_size=30).map(sorted),
    st.data(),
)
def test_a_label_that_fits_has_the_same_times_and_can_come_back(
    before: list[int], after: list[int], data: Any
) -> None:
    edges = st.tuples(st.integers(0, len(before) - 1), st.integers(0, len(before) - 1)).map(sorted)
    labels = [label(*pair) for pair in data.draw(st.lists(edges, max_size=5))]
    with tempfile.TemporaryDirectory() as folder:
        old = axis(Path(folder), np.array(before, np.int64), key="a")
        new = axis(Path(folder), np.array(after, np.int64), key="b")
        result = refit(old, new, labels)
        assert len(result.before) + len(result.misfits) == len(labels)
        for one, other in zip(result.before, result.after, strict=True):
            for edge in ("start_index", "end_index"):
                assert old.instant(one[edge]) == new.instant(other[edge])
        back = refit(new, old, result.after)
        assert back.fits and back.after == result.before
        for misfit in result.misfits:
            start, end = (int(place) for place in misfit.id.split("-"))
            assert any(before.count(before[edge]) != after.count(before[edge]) for edge in (start, end))
