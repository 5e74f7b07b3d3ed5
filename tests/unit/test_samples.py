"""Sample recordings of the program."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import pytest

from services.ingest.convert import ingest
from services.timeseries import TimeKind

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
LABELS = sorted(SAMPLES.rglob("*.labels.csv"))
RECORDINGS = sorted(set(SAMPLES.rglob("*.csv")) - set(LABELS))
KINDS = {"ecg": TimeKind.NUMERIC, "finance": TimeKind.DATETIME, "sensors": TimeKind.NAIVE}


def test_the_invented_prices_are_what_their_script_makes() -> None:
    made = runpy.run_path(str(SAMPLES / "finance" / "make_ohlc.py"))["csv_text"]()
    assert (SAMPLES / "finance" / "ohlc_minutes.csv").read_bytes() == made.encode()


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_sample_is_read_completely(path: Path, tmp_path: Path) -> None:
    info = ingest(path, name=path.name, store_root=tmp_path)
    assert info.rows == path.read_bytes().count(b"\n") - 1
    assert info.time.kind == KINDS[path.parent.name]
    assert not info.reading.skipped


@pytest.mark.parametrize("path", LABELS, ids=lambda path: path.stem)
def test_expert_labels_are_inside_their_recording(path: Path) -> None:
    recording = path.with_name(path.name.replace(".labels.csv", ".csv"))
    rows = recording.read_bytes().count(b"\n") - 1
    with path.open(newline="") as file:
        segments = [(int(row["start"]), int(row["end"])) for row in csv.DictReader(file)]
    assert segments
    assert all(0 <= start <= end < rows for start, end in segments)


@pytest.mark.parametrize("folder", sorted(KINDS))
def test_every_sample_has_a_description_next_to_it(folder: str) -> None:
    content = (SAMPLES / folder / "README.md").read_text()
    names = [path.name for path in RECORDINGS if path.parent.name == folder]
    assert names
    assert all(name in content or f"{name.rpartition('_')[0]}_*.csv" in content for name in names)
