"""``python app.py train``: a model and its metrics from label files, without the database."""

from __future__ import annotations

import json
import os
import resource
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.cli import command_line
from services.learning import parallel
from services.settings import Settings
from tests.support import ROOT

QUICK = ["--seconds", "1"]


def never(_settings: Settings) -> int:
    raise AssertionError("nothing is served")


def recording(
    folder: Path, name: str, seed: int = 0, channels: str = "a,b", step: float = 0.5, marked: int = 99
) -> Path:
    """Rest, with a slow hump (``up``) and a quick buzz (``buzz``) in turns; ``marked`` of each have labels."""
    random = np.random.default_rng(seed)
    values, labels = random.normal(0, 0.05, (480, 2)), []
    for number in range(8):
        start = 20 + number * 57
        place = np.arange(30)
        if number % 2:
            values[start : start + 30] += np.stack([np.sin(place * np.pi / 30), place * 0], 1) * 2
        else:
            values[start : start + 30] += np.stack([place * 0, np.sin(place * 2.0)], 1)
        if number // 2 < marked:
            labels.append(f"{start},{start + 29},{'up' if number % 2 else 'buzz'}")
    order = [
        ["a", "b"].index(channel) if channel in "ab" else place
        for place, channel in enumerate(channels.split(","))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        ",".join([f"{row * step:g}", *(f"{values[row, place]:.5f}" for place in order)]) for row in range(480)
    ]
    file = folder / f"{name}.csv"
    file.write_text("\n".join([f"time_s,{channels}", *lines, ""]))
    (folder / f"{name}.labels.csv").write_text("\n".join(["start,end,label", *labels, ""]))
    return file


def train(settings: Settings, data: Path, out: Path, *more: str) -> int:
    given = ["train", "--data", str(data), "--out", str(out), *QUICK, *more]
    return command_line.run(given, settings, never, never)


def label(settings: Settings, model: Path, file: Path, out: Path) -> bytes:
    given = ["autolabel", "--model", str(model), "--out", str(out), "--scores", "--per-row", str(file)]
    assert command_line.run(given, settings, never, never) == 0
    return (out / file.name).read_bytes()


def json_output(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Output of ``--json``."""
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_model_is_trained_evaluated_on_held_out_data_and_labels_other_recordings(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        recording(tmp_path / "data", f"day{number}", number)
    out = tmp_path / "m.pth"
    assert (
        train(settings, tmp_path / "data", out, "--background", "rest", "--holdout", "day2.csv", "--json")
        == 0
    )
    found = json_output(capsys)
    assert found["classes"] == ["buzz", "rest", "up"] and found["channels"] == ["a", "b"]
    assert found["provenance"]["held_out"]["files"] == ["day2.csv"]
    assert found["metrics"]["segments"] == 17 and found["metrics"]["macro_f1"] > 0.8
    other = recording(tmp_path / "new", "other", 9, channels="b,a")  # in another order
    text = label(settings, out, other, tmp_path / "out").decode()
    assert text.startswith("Item Number,Start Index,End Index,Label,Color,Score\n")
    assert text.count(",up,") >= 3 and text.count(",buzz,") >= 3
    header, *rows = (tmp_path / "out" / "other.per-row.csv").read_text().splitlines()
    assert header == "time_s,buzz,rest,up" and len(rows) == 480
    assert all(abs(sum(map(float, row.split(",")[1:])) - 1) < 1e-4 for row in rows)
    assert not (settings.data_dir / "tidemark.db").exists()


def test_the_same_seed_gives_the_same_labels_and_figures_on_one_core_and_on_two(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recording(tmp_path / "data", "one")
    other = recording(tmp_path / "new", "other", 5)
    found = []
    for cores in (1, 2):
        monkeypatch.setattr(parallel, "cores", lambda cores=cores: cores)
        model = tmp_path / f"{cores}.pth"
        assert train(settings, tmp_path / "data", model, "--seed", "3", "--json") == 0
        metrics = json_output(capsys)["metrics"]
        found.append((metrics, label(settings, model, other, tmp_path / f"out{cores}")))
        capsys.readouterr()
    assert found[0] == found[1]


def test_the_table_has_the_held_out_segments_and_the_command_that_repeats_it(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    recording(tmp_path / "data", "one")
    out = tmp_path / "my model.pth"
    assert train(settings, tmp_path / "data", out) == 0
    output = capsys.readouterr()
    assert "Macro-F1" in output.out and "All labels are of one recording" in output.out
    assert f"{out}: version 1, buzz, up." in output.out
    assert train(settings, tmp_path / "data", out, "--from", str(out), "--json") == 0
    found = json_output(capsys)
    assert found["provenance"]["version"] == 2
    assert "Version 1 had macro-F1" in found["compared"] and "the same segments" in found["compared"]
    words = shlex.split(found["provenance"]["command"])
    assert words[:3] == ["python", "app.py", "train"] and str(out) in words
    command_line.parser().parse_args(words[2:])


def test_unlabelled_samples_are_unknown_or_a_background_class_that_can_be_left_out(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file, model = recording(tmp_path / "data", "one"), tmp_path / "m.pth"
    assert train(settings, tmp_path / "data", model, "--no-holdout") == 0
    output = capsys.readouterr().err
    assert "assigns to every sample, unless it is unlike all labelled ones, one of buzz, up." in output
    assert train(settings, tmp_path / "data", model, "--gaps-only") == 2
    assert (
        train(settings, tmp_path / "data", model, "--no-holdout", "--background", "rest", "--gaps-only") == 0
    )
    assert "assigns to every sample" not in capsys.readouterr().err
    given = ["autolabel", "--model", str(model), "--out", str(tmp_path / "out"), "--leave-out"]
    assert command_line.run([*given, "rest", str(file)], settings, never, never) == 0
    text = (tmp_path / "out" / "one.csv").read_text()
    assert ",buzz," in text and ",up," in text and "rest" not in text
    assert command_line.run([*given, "nothing", str(file)], settings, never, never) == 1
    assert "has no class “nothing”" in capsys.readouterr().err


def test_too_few_labels_are_reported_with_the_missing_numbers(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    recording(tmp_path / "data", "one", marked=1)
    assert train(settings, tmp_path / "data", tmp_path / "m.pth") == 1
    assert "1 of “buzz”, 1 of “up” are missing" in capsys.readouterr().err
    assert not (tmp_path / "m.pth").exists()


def test_one_class_alone_is_refused_in_words(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    recording(tmp_path / "data", "one")
    (tmp_path / "data" / "one.labels.csv").write_text("start,end,label\n20,40,buzz\n100,110,buzz\n")
    assert train(settings, tmp_path / "data", tmp_path / "m.pth") == 1
    assert "only one class, “buzz”" in capsys.readouterr().err


def test_other_names_and_another_sampling_rate_are_reported(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    recording(tmp_path / "data", "one", 1)
    recording(tmp_path / "data", "two", 2, channels="x,y", step=0.25)
    assert train(settings, tmp_path / "data", tmp_path / "m.pth", "--no-holdout") == 0
    output = capsys.readouterr().err
    assert "matched by their order" in output and "from 250 ms to 500 ms" in output
    other = recording(tmp_path / "new", "fast", 3, step=0.1)
    given = ["autolabel", "--model", str(tmp_path / "m.pth"), "--out", str(tmp_path / "out"), str(other)]
    assert command_line.run(given, settings, never, never) == 0
    assert "here it is every 100 ms" in capsys.readouterr().out


def test_missing_files_and_foreign_models_are_reported(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    recording(tmp_path / "data", "one")
    out = tmp_path / "m.pth"
    assert train(settings, tmp_path / "gone", out) == 1
    assert train(settings, tmp_path / "data", out, "--holdout", "one.csv", "none.csv") == 1
    out.write_text("no checkpoint")
    assert train(settings, tmp_path / "data", out, "--from", str(out)) == 1
    output = capsys.readouterr().err
    assert "there is no such file or folder" in output and "is called “none.csv”" in output
    assert "is a text file" in output
    assert train(settings, tmp_path / "data", tmp_path) == 1
    assert "is a folder; name the file" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        train(settings, tmp_path / "data", out, "--seconds", "0")
    assert ended.value.code == 2


def test_a_state_that_occurs_once_is_refused_with_two_remedies_and_one_of_them_works(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = recording(tmp_path / "data", "one")
    labels = file.with_name("one.labels.csv")
    header, *rows = labels.read_text().splitlines()
    once = next(row for row in rows if "up" in row)
    labels.write_text("\n".join([header, *(row for row in rows if "up" not in row), once, ""]))
    assert train(settings, tmp_path / "data", tmp_path / "m.pth") == 1
    assert "or train without held-out figures (--no-holdout)." in capsys.readouterr().err
    assert train(settings, tmp_path / "data", tmp_path / "m.pth", "--no-holdout") == 0
    assert "buzz, up." in capsys.readouterr().out


def test_a_full_disk_is_reported_and_leaves_no_model(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    recording(tmp_path / "data", "day")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, limits[1]))  # bytes of a file: less than a model has
    try:
        assert train(settings, tmp_path / "data", tmp_path / "out" / "m.pth", "--no-holdout") == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (
        "out/m.pth cannot be written: the disk is full. Make room, then try again" in capsys.readouterr().err
    )
    assert list((tmp_path / "out").iterdir()) == []


def one_flat(folder: Path, name: str, channel: int) -> Path:
    """A recording of which a channel is flat."""
    file = recording(folder, name, 7)
    lines = [line.split(",") for line in file.read_text().splitlines()]
    for line in lines[1:]:
        line[1 + channel] = "0.5"
    file.write_text("\n".join([*map(",".join, lines), ""]))
    return file


def test_a_model_is_trained_again_for_recordings_without_a_channel(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    data, new, out, model = (tmp_path / name for name in ("data", "new", "out", "m.pth"))
    for number in range(3):
        recording(data, f"day{number}", number)
    assert train(settings, data, model, "--background", "rest", "--no-holdout") == 0
    flat, lacking = one_flat(new, "flat", 0), recording(new, "lacking", 8, channels="b")
    whole = recording(new, "whole", 9)
    given = ["autolabel", "--model", str(model), "--out", str(out), "--leave-out", "rest"]
    files = [str(file) for file in (flat, lacking, whole)]
    capsys.readouterr()
    assert command_line.run([*given, *files], settings, never, never) == 0
    plain = capsys.readouterr().out.splitlines()
    assert "“a” is flat" in plain[0] and "--training DIR" in plain[0] and "--training DIR" in plain[1]
    assert "--training" not in plain[2]
    before = (out / "whole.csv").read_bytes()
    assert command_line.run([*given, "--training", str(data), *files], settings, never, never) == 0
    again = capsys.readouterr().out.splitlines()
    for line in again[:2]:
        assert line.endswith("labels written. Suggested without “a”: trained again on the other channel.")
    assert "trained again" not in again[2] and (out / "whole.csv").read_bytes() == before
    for name in ("flat", "lacking"):
        assert (out / f"{name}.csv").read_text().count(",buzz,") >= 3  # a quick oscillation of b
    program = [sys.executable, str(ROOT / "app.py"), *given, "--training", str(data), str(flat)]
    environment = os.environ | {"TIDEMARK_DATA_DIR": str(tmp_path / "program")}
    ended = subprocess.run(program, capture_output=True, text=True, env=environment, check=True)
    assert "trained again on the other channel" in ended.stdout


def test_a_folder_that_is_not_that_of_the_training_recordings_is_refused_where_it_is_needed(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    data, model = tmp_path / "data", tmp_path / "m.pth"
    recording(data, "day")
    assert train(settings, data, model, "--background", "rest", "--no-holdout") == 0
    flat, other = one_flat(tmp_path / "new", "flat", 0), tmp_path / "other"
    recording(other, "day", channels="b")
    (other / "day.labels.csv").write_text("start,end,label\n0,19,buzz\n30,50,up\n")
    given = ["autolabel", "--model", str(model), "--out", str(tmp_path / "out"), str(flat)]
    assert command_line.run([*given, "--training", str(tmp_path / "none")], settings, never, never) == 1
    assert "there is no such file or folder" in capsys.readouterr().err
    (other / "day.csv").write_text((other / "day.csv").read_text().replace("time_s,b", "time_s,c"))
    assert command_line.run([*given, "--training", str(other)], settings, never, never) == 1
    assert "has no channel “b”, which the model was trained on" in capsys.readouterr().err
