"""``python app.py autolabel``: label CSVs from files, without the database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.cli import command_line
from services.errors import Invalid
from services.formats.label_file import is_label_csv, read_label_file
from services.ingest.convert import ingest
from services.settings import Settings
from services.storage.files import atomic_write
from services.torch_models import guarded, inspection, recording_runs
from services.torch_models.guarded import GuardedModel
from services.torch_models.model import ModelInfo
from tests.saved_labels import read_labels
from tests.unit.checkpoint_files import save
from tests.unit.running import threshold
from tests.unit.test_autolabel import loud, prices, reference


class Here(GuardedModel):
    """The same in the process of the test, which has torch already."""

    def _start(self) -> Any:
        answer, self._loaded = inspection.look(*self._arguments)
        self._answers: list[dict[str, Any]] = [answer]
        return SimpleNamespace(kill=int, wait=int, poll=lambda: None, stdin=None, stdout=None)

    def _answer(self) -> dict[str, Any]:
        return self._answers.pop(0)

    def _send(self, command: dict[str, Any]) -> None:
        assert self._loaded
        try:
            recording_runs.obey(
                json.loads(json.dumps(command)), "m", *self._loaded, lambda _done, _words: None
            )
        except Invalid as error:
            self._answers.append({"problem": str(error)})
        else:
            self._answers.append({"done": True})


@pytest.fixture(scope="module", autouse=True)
def _here() -> Iterator[None]:
    """Without a process for each checkpoint, which would import torch each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guarded, "GuardedModel", Here)
        yield


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
    assert command_line.run(arguments, settings, never, never) == 1
    output = capsys.readouterr()
    assert "day/two.csv: The model takes 3 channels; this recording has 2." in output.err
    assert "day/a/one.csv" in output.out and "labels written" in output.out
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
    assert command_line.run(["autolabel", *given, "--out", str(out), str(file)], settings, never, never) == 0
    rows = read_labels((out / "one.csv").read_text())
    assert {row.color for row in rows} == {"black"}
    assert all(row.label.startswith("Trend ") for row in rows)
    assert all(int(row.end) - int(row.start) + 1 >= 20 for row in rows)
    assert (int(rows[0].start), int(rows[-1].end)) == (0, 299)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("label,value,Color\n0,only one,black\n", "has no class 1, which the model can predict"),
        ("what,ever\n", "the header must be"),
    ],
)
def test_a_list_of_classes_that_will_not_do_is_refused_in_words(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    (tmp_path / "classes.csv").write_text(content)
    file, model = write(tmp_path / "one.csv", 20), save(tmp_path / "m.pth", loud())
    given = ["autolabel", "--model", str(model), "--classes", str(tmp_path / "classes.csv"), str(file)]
    assert command_line.run(given, settings, never, never) == 1
    assert words in capsys.readouterr().err


def test_an_invalid_or_missing_checkpoint_is_reported(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file, bad = write(tmp_path / "one.csv", 20), tmp_path / "m.pth"
    assert command_line.run(["autolabel", "--model", str(bad), str(file)], settings, never, never) == 1
    bad.write_text("not a checkpoint")
    assert command_line.run(["autolabel", "--model", str(bad), str(file)], settings, never, never) == 1
    output = capsys.readouterr().err
    assert "there is no such file" in output and "is a text file" in output


def test_a_file_that_is_not_a_label_file_is_never_overwritten(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file, model = write(tmp_path / "day" / "one.csv", 40), save(tmp_path / "m.pth", loud())
    before = file.read_bytes()
    for out, given in ((tmp_path, file.parent), (file.parent, file)):
        arguments = ["autolabel", "--model", str(model), "--out", str(out), str(given)]
        assert command_line.run(arguments, settings, never, never) == 1
        assert f"{file} already exists and is not a label file." in capsys.readouterr().err
    assert file.read_bytes() == before
    again = ["autolabel", "--model", str(model), "--out", str(tmp_path / "out"), str(file)]
    assert [command_line.run(again, settings, never, never) for _ in range(2)] == [0, 0]  # labels are


def test_labels_of_two_files_of_one_name_are_not_written_over_each_other(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = write(tmp_path / "a" / "s.csv", 40), write(tmp_path / "b" / "S.csv", 30)
    model, out = save(tmp_path / "m.pth", loud()), tmp_path / "out"
    arguments = ["autolabel", "--model", str(model), "--out", str(out), str(first), str(second), str(first)]
    assert command_line.run(arguments, settings, never, never) == 1
    assert f"S.csv: Its labels would overwrite those of {first}" in capsys.readouterr().err
    assert int(read_labels((out / "s.csv").read_text())[-1].end) == 39
    assert [path.name for path in out.iterdir()] == ["s.csv"]


def test_ctrl_c_ends_a_command_in_words(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_given: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "export_labels", interrupted)
    assert command_line.run(["export"], settings, never, never) == 130
    assert capsys.readouterr().err.startswith("Stopped. Files done so far are kept")


def test_probabilities_of_an_earlier_run_are_no_recording(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    data, model = tmp_path / "day", save(tmp_path / "m.pth", loud())
    write(data / "one.csv", 40)
    for _ in range(2):
        given = ["--model", str(model), "--out", str(data / "labels"), "--per-row", str(data)]
        assert command_line.run(["autolabel", *given], settings, never, never) == 0
    assert "one.per-row.csv: probabilities written by autolabel" in capsys.readouterr().out


def test_a_length_of_nothing_is_wrong_usage(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.run(
            ["autolabel", "--model", "m", "--min-length", "0", str(tmp_path)], settings, never, never
        )
    assert ended.value.code == 2


def test_scores_are_a_column_more_and_such_a_file_is_still_one_of_labels(
    tmp_path: Path, settings: Settings
) -> None:
    file, model = write(tmp_path / "one.csv", 300), save(tmp_path / "m.pth", loud())
    given = ["autolabel", "--model", str(model), "--out", str(tmp_path / "out"), "--scores", str(file)]
    assert command_line.run(given, settings, never, never) == 0
    content = (tmp_path / "out" / "one.csv").read_bytes()
    header, *lines = content.decode().splitlines()
    assert header == "Item Number,Start Index,End Index,Label,Color,Score"
    assert all(0.2 <= float(line.rsplit(",", 1)[1]) <= 1 for line in lines)  # the highest of five
    assert is_label_csv(content[:100])
    read = read_label_file(content, "one.csv")
    assert len(read.lines) == len(lines) and not any(line.problem for line in read.lines)
    assert read.lines[0].label.startswith("Class ") and read.lines[0].color.startswith("#")


def test_probabilities_of_every_row_are_written_next_to_the_labels_with_the_times_of_the_file(
    tmp_path: Path, settings: Settings
) -> None:
    file, model = write(tmp_path / "one.csv", 300), save(tmp_path / "m.pth", loud())
    lines = file.read_text().splitlines()
    lines[101] = "100,,1,1"  # a sample that is missing
    file.write_text("\n".join(lines))
    given = ["autolabel", "--model", str(model), "--out", str(tmp_path / "out"), "--per-row", str(file)]
    assert command_line.run(given, settings, never, never) == 0
    header, *rows = (tmp_path / "out" / "one.per-row.csv").read_text().splitlines()
    assert header == "t,Class 0,Class 1,Class 2,Class 3,Class 4" and len(rows) == 300
    cells = [row.split(",") for row in rows]
    assert [cell[0] for cell in cells] == [str(row) for row in range(300)]
    labels = [
        list(range(int(read_label.start), int(read_label.end) + 1))
        for read_label in read_labels((tmp_path / "out" / "one.csv").read_text())
    ]
    assert cells[100][1:] == [""] * 5 and not any(100 in rows for rows in labels)
    found = [cell[1:] for cell in cells if cell[1]]
    assert all(abs(sum(map(float, item)) - 1) < 1e-4 for item in found)
    highest = {
        row: max(range(5), key=lambda place: float(cells[row][1 + place])) for rows in labels for row in rows
    }
    for label, rows_of_one in zip(
        read_labels((tmp_path / "out" / "one.csv").read_text()), labels, strict=True
    ):
        assert {f"Class {highest[row]}" for row in rows_of_one} == {label.label}


def test_what_breaks_off_while_rows_are_written_leaves_nothing_behind(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise Invalid("no more")

    with pytest.raises(Invalid):
        atomic_write(tmp_path / "rows.csv", pieces())
    assert list(tmp_path.iterdir()) == []
    atomic_write(tmp_path / "rows.csv", iter([b"one ", b"two"]))
    assert (tmp_path / "rows.csv").read_bytes() == b"one two"


def test_channels_are_named_on_the_command_line_as_on_the_page(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.csv"
    file.write_text("t,x,y\n" + "".join(f"{row},{row % 2 * 2 - 1},{row // 4 * 2 - 1}\n" for row in range(8)))
    model, out = save(tmp_path / "m.pth", threshold(("level",))), tmp_path / "out"
    given = ["autolabel", "--model", str(model), "--out", str(out), str(file)]
    assert command_line.run(given, settings, never, never) == 1
    assert "Choose its channels (--channels NAME=COLUMN)." in capsys.readouterr().err
    assert command_line.run([*given, "--channels", "Level=y"], settings, never, never) == 0
    labels = [(row.label, row.start, row.end) for row in read_labels((out / "one.csv").read_text())]
    assert labels == [("Quiet", "0", "3"), ("Loud", "4", "7")]
    assert command_line.run([*given, "--channels", "level=z"], settings, never, never) == 1
    assert "has no column “z” for “level”; it has x, y." in capsys.readouterr().err
    assert command_line.run([*given, "--channels", "level"], settings, never, never) == 1
    assert "“level” is no pair NAME=COLUMN" in capsys.readouterr().err
    assert command_line.run([*given, "--channels", "size=y"], settings, never, never) == 1
    assert "The model has no channel “size”; it has level." in capsys.readouterr().err


ALONE = """
import sys
import app
ended = app.main(sys.argv[1:])
assert "torch" not in sys.modules
sys.exit(ended)
"""


def test_a_checkpoint_is_inspected_and_run_in_one_process_that_has_torch_alone(tmp_path: Path) -> None:
    write(tmp_path / "day" / "one.csv", 300)
    write(tmp_path / "day" / "two.csv", 300)
    save(tmp_path / "m.pth", loud())
    arguments = ["autolabel", "--model", "m.pth", "--out", "out", "--per-row", "day"]
    given = os.environ | {"PYTHONPATH": str(inspection.ROOT), "TIDEMARK_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, "-c", ALONE, *arguments], cwd=tmp_path, env=given, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    expected = [(label, len(list(run))) for label, run in groupby(reference(prices(300), loud(), both=False))]
    for name in ("one", "two"):
        rows = read_labels((tmp_path / "out" / "day" / f"{name}.csv").read_text())
        assert [(row.label, int(row.end) - int(row.start) + 1) for row in rows] == [
            (f"Class {label}", length) for label, length in expected
        ]
        assert (tmp_path / "out" / "day" / f"{name}.per-row.csv").is_file()


class Short(GuardedModel):
    """A model whose process ends at the first command, as if out of memory."""

    def _command(self) -> list[str]:
        answer = json.dumps({"info": ModelInfo("gru", 1, 1, 1, False, 2).to_json()})
        return [sys.executable, "-c", f"print({answer!r}, flush=True); input()"]


def ignore(_done: float, _words: str) -> None:
    """Progress that is not shown."""


def test_the_end_of_a_model_process_is_reported_and_it_is_restarted(tmp_path: Path) -> None:
    with Short(tmp_path / "m.pth", "m.pth", 1) as short:
        assert short.info.classes == 2
        for _ in range(2):
            with pytest.raises(Invalid, match="ended unexpectedly"):
                short.runs(tmp_path, (0,), tmp_path, ignore)


def test_the_process_of_a_model_continues_after_an_unsuitable_recording(tmp_path: Path) -> None:
    folder = stored(write(tmp_path / "one.csv", 300), tmp_path / "store")
    with GuardedModel(save(tmp_path / "m.pth", loud()), "m.pth", 1 << 30) as opened:
        first = opened.runs(folder, (0, 1, 2), tmp_path, ignore)
        with pytest.raises(Invalid, match="Unexpected error"):
            opened.runs(folder, (0, 9, 2), tmp_path, ignore)
        again = opened.runs(folder, (0, 1, 2), tmp_path, ignore)
        assert first.start.tolist() == again.start.tolist()


def stored(file: Path, folder: Path) -> Path:
    info = ingest(file, name=file.name, store_root=folder)
    return folder / info.sha256[:2] / info.sha256
