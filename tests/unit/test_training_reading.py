"""Reading labelled recordings from folders for training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Conflict, Invalid, RefusedFile
from services.label_import import Given
from services.learning.data.channels import alike
from services.learning.data.examples import UNKNOWN, Corpus, Example, rows_of, segments
from services.torch_models.model import ModelLabel
from services.training.labelled_files import read
from services.web.container import Services
from tests.support import SAMPLES

SAVED = "Item Number,Start Index,End Index,Label,Color"


def recording(file: Path, names: str = "a,b", rows: int = 20, step: float = 0.5) -> Path:
    """A recording whose channel number ``i`` has the value ``10 i + row`` in each row."""
    file.parent.mkdir(parents=True, exist_ok=True)
    count = len(names.split(","))
    lines = [
        ",".join([f"{row * step:g}", *(str(10 * index + row) for index in range(count))])
        for row in range(rows)
    ]
    file.write_text("\n".join([f"time_s,{names}", *lines, ""]))
    return file


def labels(file: Path, *rows: str, header: str = "start,end,label") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([header, *rows, ""]))
    return file


def known(corpus: Corpus, place: int = 0) -> list[tuple[str, tuple[int, int]]]:
    return [(corpus.classes[label], where) for label, where in segments(corpus.examples[place].labels)]


@given(st.lists(st.integers(-1, 3), max_size=60))
def test_segments_of_rows_give_the_same_rows_back(rows: list[int]) -> None:
    given_rows = np.array(rows, np.int16)
    found = segments(given_rows)
    assert np.array_equal(rows_of(found, len(rows)), given_rows)
    assert all(start <= end for _, (start, end) in found)


def test_rows_and_times_yield_the_same_labels(tmp_path: Path) -> None:
    recording(tmp_path / "data" / "one.csv")
    labels(tmp_path / "rows" / "one.csv", "2,4,up", "9,12,down")
    labels(tmp_path / "times" / "one.csv", "1,1,2,up,red", "2,4.5,6,down,black", header=SAVED)
    by_row, by_time = (read(tmp_path / "data", tmp_path / name) for name in ("rows", "times"))
    assert known(by_row) == known(by_time) == [("up", (2, 4)), ("down", (9, 12))]
    assert by_time.labels == (ModelLabel(0, "down", "black"), ModelLabel(1, "up", "red"))
    (example,) = by_row.examples
    assert example.signals[3].tolist() == [3, 13] and example.step == 0.5
    assert by_row.sources[0].segments == {"down": 1, "up": 1} and len(by_row.sources[0].sha256) == 64


def test_label_files_next_to_recordings_are_never_read_as_recordings(tmp_path: Path) -> None:
    recording(tmp_path / "a" / "one.csv")
    recording(tmp_path / "two.csv")
    labels(tmp_path / "a" / "one_labels.csv", "0,1,up")
    labels(tmp_path / "gone.labels.csv", "0,1,up")
    corpus = read(tmp_path, tmp_path)
    assert [example.name for example in corpus.examples] == ["a/one.csv"]
    assert any(
        "1 label file is not used: no recording belongs to “gone.labels.csv”" in w for w in corpus.warnings
    )
    assert any("1 recording without labels is not used" in warning for warning in corpus.warnings)


def test_the_shipped_samples_are_read_exactly() -> None:
    corpus = read(SAMPLES / "ecg" / "ludb_001.csv", SAMPLES / "ecg")
    assert corpus.classes == ("P", "QRS", "T") and corpus.channels == ("II", "V2", "V5")
    assert corpus.step == pytest.approx(0.002) and known(corpus)[0] == ("QRS", (644, 682))


def test_of_a_label_csv_and_its_json_the_json_counts_and_only_once(
    services: Services, tmp_path: Path
) -> None:
    file = recording(tmp_path / "data" / "one.csv")
    list(services.uploads.import_paths([file]))
    saved = labels(tmp_path / "one.csv", "1,1,2,up,red", "2,4.5,6,down,black", header=SAVED)
    services.label_import.import_files([Given("one.csv", saved.read_bytes())])
    services.outputs.export(tmp_path / "labels")
    corpus = read(tmp_path / "data", tmp_path / "labels")
    assert known(corpus) == [("up", (2, 4)), ("down", (9, 12))] and corpus.warnings == ()
    with (tmp_path / "labels" / "one.csv").open("a") as stream:
        stream.write("3,1,1,up,red\n")
    with pytest.raises(Conflict, match="were not saved together"):
        read(tmp_path / "data", tmp_path / "labels")
    (tmp_path / "labels" / "one.csv").unlink()
    recording(tmp_path / "data" / "one.csv", rows=30)
    corpus = read(tmp_path / "data", tmp_path / "labels")
    assert any("“one.labels.json”: The labels are of another file" in warning for warning in corpus.warnings)


def test_unlabelled_samples_are_unknown_or_background_on_request(tmp_path: Path) -> None:
    recording(tmp_path / "one.csv", rows=6)
    recording(tmp_path / "quiet.csv", rows=4)
    labels(tmp_path / "one.labels.csv", "2,3,up")
    labels(tmp_path / "quiet.labels.csv")
    unknown, filled = read(tmp_path, tmp_path), read(tmp_path, tmp_path, "rest")
    assert unknown.examples[0].labels.tolist() == [UNKNOWN, UNKNOWN, 0, 0, UNKNOWN, UNKNOWN]
    assert filled.classes == ("rest", "up") and filled.examples[0].labels.tolist() == [0, 0, 1, 1, 0, 0]
    assert len(unknown.examples) == 1 and filled.examples[1].labels.tolist() == [0, 0, 0, 0]


def test_only_short_gaps_between_labels_are_background_on_request(tmp_path: Path) -> None:
    recording(tmp_path / "one.csv", rows=40)
    labels(tmp_path / "one.labels.csv", "5,6,up", "9,10,down", "30,31,up")
    corpus = read(tmp_path, tmp_path, "rest", gaps_only=True)
    assert known(corpus) == [("up", (5, 6)), ("rest", (7, 8)), ("down", (9, 10)), ("up", (30, 31))]


def test_of_overlapping_labels_the_shorter_is_used_with_a_note(tmp_path: Path) -> None:
    recording(tmp_path / "one.csv", rows=8)
    labels(tmp_path / "one.labels.csv", "3,4,spike", "1,6,run")
    corpus = read(tmp_path, tmp_path)
    assert known(corpus) == [("run", (1, 2)), ("spike", (3, 4)), ("run", (5, 6))]
    assert any("the shorter label counts (“one.csv”)" in warning for warning in corpus.warnings)


def test_channels_are_matched_by_name_whatever_their_order(tmp_path: Path) -> None:
    recording(tmp_path / "one.csv", "a,b")
    recording(tmp_path / "two.csv", "extra,b,a")
    for name in ("one", "two"):
        labels(tmp_path / f"{name}.labels.csv", "0,1,up", "3,4,down")
    corpus = read(tmp_path, tmp_path)
    assert corpus.channels == ("a", "b")
    assert [example.signals[0].tolist() for example in corpus.examples] == [[0, 10], [20, 10]]
    assert any("not every recording has it: “extra”" in warning for warning in corpus.warnings)


def test_channels_of_other_names_are_matched_by_order_or_refused() -> None:
    found = alike([("one", ("a", "b")), ("two", ("x", "y"))])
    assert found.names == ("a", "b") and found.places == ([0, 1], [0, 1])
    assert "“x”, “y” in “two”); they were matched by their order" in found.warnings[0]
    with pytest.raises(Invalid, match="no name is in every recording, and their number differs"):
        alike([("one", ("a", "b")), ("two", ("x",))])


def test_different_sampling_steps_are_reported(tmp_path: Path) -> None:
    recording(tmp_path / "one.csv", step=0.5)
    recording(tmp_path / "two.csv", step=0.25)
    for name in ("one", "two"):
        labels(tmp_path / f"{name}.labels.csv", "0,1,up")
    assert any("from 250 ms to 500 ms" in warning for warning in read(tmp_path, tmp_path).warnings)


def test_unplaced_labels_are_reported_and_their_absence_is_refused(tmp_path: Path) -> None:
    recording(tmp_path / "one.csv")
    file = labels(tmp_path / "one.labels.csv", "0,1,up", "500,501,up")
    corpus = read(tmp_path, tmp_path)
    assert any(
        "1 of 2 labels are not used; line 3: the recording has the rows" in warning
        for warning in corpus.warnings
    )
    labels(file, "500,501,up")
    with pytest.raises(Invalid, match="No label in .* has a place"):
        read(tmp_path, tmp_path)
    file.unlink()
    with pytest.raises(Invalid, match="No label file"):
        read(tmp_path, tmp_path)


def test_a_recording_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("nothing,here\n")
    labels(tmp_path / "one.labels.csv", "0,1,up")
    with pytest.raises(RefusedFile, match=r"one\.csv"):
        read(tmp_path, tmp_path)


def test_examples_go_over_to_the_classes_of_another_model() -> None:
    ruled_out = np.array([[True, False], [False, True], [False, False]])
    example = Example("one", np.zeros((3, 1), np.float32), np.array([0, -1, 1], np.int16), ruled_out)
    corpus = Corpus((example,), (ModelLabel(0, "a"), ModelLabel(1, "b")), ("x",))
    moved = corpus.relabelled([ModelLabel(0, "b"), ModelLabel(1, "new"), ModelLabel(2, "a")]).examples[0]
    assert moved.labels.tolist() == [2, -1, 0]
    assert moved.ruled_out is not None
    assert moved.ruled_out.tolist() == [[False, False, True], [True, False, False], [False] * 3]
