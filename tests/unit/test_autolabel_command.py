"""``python app.py autolabel``: files in, label CSVs out, the database left alone."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from services import command_line
from services.formats.labels_csv import read_labels
from services.settings import Settings
from tests.unit.checkpoint_files import save
from tests.unit.test_autolabel import loud, prices, reference


def never(_settings: Settings) -> int:
    raise AssertionError("nothing is served")


def write(file: Path, rows: int, channels: int = 3) -> Path:
    values = prices(rows, channels)
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(["t", *(f"c{index}" for index in range(channels))])]
    lines += [",".join([str(row), *(repr(float(one)) for one in values[row])]) for row in range(rows)]
    file.write_text("\n".join([*lines, ""]))
    return file


def test_a_folder_is_labelled_file_by_file_and_one_that_does_not_fit_does_not_stop_the_rest(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "day", tmp_path / "out"
    write(data / "a" / "one.csv", 300)
    write(data / "two.csv", 40, channels=2)
    (data / "notes.txt").write_text("left out")
    model = save(tmp_path / "m.pth", loud())
    arguments = ["autolabel", "--model", str(model), "--out", str(out), str(data)]
    assert command_line.run(arguments, settings, never) == 1
    said = capsys.readouterr()
    assert "day/two.csv: The model takes 3 channels; this recording has 2." in said.err
    assert "day/a/one.csv" in said.out and "labels written" in said.out
    rows = read_labels((out / "day" / "a" / "one.csv").read_text())
    expected = [(label, len(list(run))) for label, run in groupby(reference(prices(300), loud(), both=False))]
    assert [(row.label, int(row.end) - int(row.start) + 1) for row in rows] == [
        (f"Class {label}", length) for label, length in expected
    ]
    assert not (settings.data_dir / "tidemark.db").exists()
    assert sorted(path.name for path in out.rglob("*.csv")) == ["one.csv"]


def test_classes_are_named_by_a_csv_and_short_segments_go_to_a_neighbour(
    tmp_path: Path, settings: Settings
) -> None:
    names = "label,value,Color\n" + "".join(f"{index},Trend {index},black\n" for index in range(5))
    (tmp_path / "classes.csv").write_text(names)
    file, model = write(tmp_path / "one.csv", 300), save(tmp_path / "m.pth", loud())
    given = ["--model", str(model), "--classes", str(tmp_path / "classes.csv"), "--min-length", "20"]
    out = tmp_path / "out"
    assert command_line.run(["autolabel", *given, "--out", str(out), str(file)], settings, never) == 0
    rows = read_labels((out / "one.csv").read_text())
    assert {row.color for row in rows} == {"black"}
    assert all(row.label.startswith("Trend ") for row in rows)
    assert all(int(row.end) - int(row.start) + 1 >= 20 for row in rows)
    assert (int(rows[0].start), int(rows[-1].end)) == (0, 299)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("label,value,Color\n0,only one,black\n", "names no class 1, which the model can predict"),
        ("what,ever\n", "the header must be"),
    ],
)
def test_a_list_of_classes_that_will_not_do_is_refused_in_words(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    (tmp_path / "classes.csv").write_text(content)
    file, model = write(tmp_path / "one.csv", 20), save(tmp_path / "m.pth", loud())
    given = ["autolabel", "--model", str(model), "--classes", str(tmp_path / "classes.csv"), str(file)]
    assert command_line.run(given, settings, never) == 1
    assert words in capsys.readouterr().err


def test_a_checkpoint_that_is_none_or_not_there_is_said_in_words(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file, bad = write(tmp_path / "one.csv", 20), tmp_path / "m.pth"
    assert command_line.run(["autolabel", "--model", str(bad), str(file)], settings, never) == 1
    bad.write_text("not a checkpoint")
    assert command_line.run(["autolabel", "--model", str(bad), str(file)], settings, never) == 1
    said = capsys.readouterr().err
    assert "there is no such file" in said and "is a text file" in said


def test_a_length_of_nothing_is_wrong_usage(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.run(["autolabel", "--model", "m", "--min-length", "0", str(tmp_path)], settings, never)
    assert ended.value.code == 2
