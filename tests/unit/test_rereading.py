"""Re-reading keeps labels on their rows, or asks before dropping any."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.errors import NotFound
from services.ingest.reading_options import ReadingOptions
from services.recordings.rereading import RereadState
from services.web.container import Services
from tests.support import eventually
from tests.unit.people import ANN, BO, by

SHUFFLED = "time,counter,v [mV]\n" + "".join(f"{row},{(row * 7) % 10},{row * 1.5}\n" for row in range(10))
NAIVE = "date,v\n" + "".join(f"2023-01-01 12:00:{row:02},{row}\n" for row in range(20))
Add = Callable[..., int]


@pytest.fixture
def bring(services: Services, tmp_path: Path) -> Add:
    def add(text: str, *labels: tuple[float, float]) -> int:
        file = tmp_path / f"{uuid4().hex}.csv"
        file.write_text(text)
        (result,) = services.uploads.import_paths([file])
        assert result.recording
        for x0, x1 in labels:
            send(services, result.recording, kind="add", id=str(uuid4()), x0=x0, x1=x1, label="P")
        return result.recording

    return add


def send(services: Services, recording: int, **command: Any) -> dict[str, Any]:
    answer = services.annotations.apply(recording, [{"uuid": str(uuid4()), **command}], -1)
    return dict(answer)


def again(services: Services, recording: int, drop: bool = False, **options: Any) -> RereadState:
    """Read it again and wait for the end."""
    result = services.rereading.start(recording, ReadingOptions.from_json(options), drop)
    if result.state != "working":
        return result
    eventually(lambda: services.rereading.result(recording, result.job).state != "working")
    return services.rereading.result(recording, result.job)


def state(services: Services, recording: int) -> list[tuple[int, int, str]]:
    rows = services.annotations.apply(recording, [], -1)["upsert"]
    return [(row["start"], row["end"], row["startText"]) for row in rows]


def test_times_become_instants_and_labels_stay_on_their_rows(services: Services, bring: Add) -> None:
    recording = bring(NAIVE)
    first = services.recordings.store(recording).x_of(3).item()
    send(services, recording, kind="add", id=str(uuid4()), x0=first, x1=first + 2000, label="P")
    before = services.recordings.get(recording)
    result = again(services, recording, zone="Europe/Berlin")
    assert (result.state, result.sentence) == ("done", "Read again: 1 label in place.")
    assert state(services, recording) == [(3, 5, "2023-01-01 12:00:03+01:00")]
    row = services.recordings.get(recording)
    assert row.reading == {"zone": "Europe/Berlin"}
    assert (row.time_kind, row.revision) == ("datetime", before.revision + 1)
    assert services.outputs.save(recording).labels == 1
    saved = (services.settings.outputs_dir / row.path).read_text()
    assert "2023-01-01T12:00:03+01:00" in saved


def test_undo_works_across_readings_that_do_not_move_samples(services: Services, bring: Add) -> None:
    recording = bring(SHUFFLED, (2, 4))
    again(services, recording, unit="ms")
    assert send(services, recording, kind="undo")["rejected"] == []
    assert state(services, recording) == []
    assert send(services, recording, kind="redo")["rejected"] == []
    assert [row[:2] for row in state(services, recording)] == [(2, 4)]


def test_a_new_order_asks_before_removing_labels_that_do_not_fit(services: Services, bring: Add) -> None:
    recording = bring(SHUFFLED, (3, 3), (4, 6))
    answer = again(services, recording, time="counter")
    assert answer.state == "asks"
    assert answer.sentence.startswith("1 label stays. 1 of 2 labels does not fit: 4 – 6")
    assert services.recordings.get(recording).reading is None
    assert [row[:2] for row in state(services, recording)] == [(3, 3), (4, 6)]
    done = again(services, recording, drop=True, time="counter")
    assert (done.state, done.sentence) == ("done", "Read again: 1 label in place, 1 label dropped.")
    assert state(services, recording) == [(1, 1, "1")]  # row 3 has 21 % 10


def test_an_annotator_moves_labels_of_others_with_their_rows_but_drops_none(
    services: Services, bring: Add
) -> None:
    with by(ANN):
        recording = bring(SHUFFLED, (3, 3), (4, 6))
    with by(BO):
        refused = again(services, recording, drop=True, time="counter")
        assert (refused.state, refused.sentence[:29]) == ("refused", "This changes a label of Ann. ")
        assert [row[:2] for row in state(services, recording)] == [(3, 3), (4, 6)]
        send(services, recording, kind="add", id=str(uuid4()), x0=8, x1=8, label="P")
    with by(ANN):
        done = again(services, recording, drop=True, time="counter")
    assert done.sentence == "Read again: 2 labels in place, 1 label dropped."


def test_undo_never_pins_a_label_to_a_wrong_sample(services: Services, bring: Add) -> None:
    recording = bring(SHUFFLED, (3, 3))
    again(services, recording, time="counter")
    answer = send(services, recording, kind="undo")
    assert answer["rejected"][0]["reason"] == "There is nothing to undo."
    assert (answer["undo"], answer["redo"]) == (None, None)
    again(services, recording)
    assert state(services, recording) == [(3, 3, "3")]


def test_the_first_line_as_data_shifts_labels_with_their_rows(services: Services, bring: Add) -> None:
    recording = bring("1,2\n3,4\n5,6\n", (5, 5))
    assert state(services, recording) == [(2, 2, "2")]  # no name says that the first column is the time
    again(services, recording, header=True)
    assert [row[:2] for row in state(services, recording)] == [(1, 1)]
    again(services, recording)
    assert [row[:2] for row in state(services, recording)] == [(2, 2)]


def test_units_alone_change_at_once_and_make_nothing_unsaved(services: Services, bring: Add) -> None:
    recording = bring(SHUFFLED, (2, 4))
    services.outputs.save(recording)
    version = services.annotations.apply(recording, [], -1)["reading"]
    result = services.rereading.start(recording, ReadingOptions.from_json({"units": {"v": "V", "gone": "x"}}))
    assert result.state == "done"
    assert [channel.unit for channel in services.recordings.store(recording).info.channels] == [None, "V"]
    assert services.recordings.summary(recording).state == "saved"
    assert services.annotations.apply(recording, [], -1)["reading"] != version
    again(services, recording, units={})
    assert services.recordings.store(recording).info.channels[1].unit == "mV"
    assert services.annotations.apply(recording, [], -1)["reading"] == version


def test_a_change_made_on_the_previous_reading_is_refused_and_reported_once(
    services: Services, bring: Add
) -> None:
    recording = bring(SHUFFLED, (2, 4))
    before = services.annotations.apply(recording, [], -1)["reading"]
    add = {
        "kind": "add",
        "uuid": str(uuid4()),
        "id": str(uuid4()),
        "x0": 3,
        "x1": 3,
        "label": "P",
        "reading": before,
    }
    assert send(services, recording, **add)["rejected"] == []
    again(services, recording, drop=True, time="counter")
    assert send(services, recording, **add)["acked"] == [add["uuid"]]  # it was made before: known by its uuid
    late = {**add, "uuid": str(uuid4()), "id": str(uuid4())}
    assert "read differently" in send(services, recording, **late)["rejected"][0]["reason"]


def test_a_choice_that_fails_in_the_middle_leaves_everything_as_it_was(
    services: Services, bring: Add
) -> None:
    text = "date,v\n2023-03-26 01:00,1\n2023-03-26 02:30,2\n"
    recording = bring(text)
    result = again(services, recording, zone="Europe/Berlin")
    assert (result.state, result.field) == ("refused", "zone")
    assert "line 3" in result.sentence
    row = services.recordings.get(recording)
    assert (row.reading, row.store_key) == (None, row.sha256)
    assert [folder.name for folder in (services.settings.store_dir / row.sha256[:2]).iterdir()] == [
        row.sha256
    ]


def test_unused_columns_are_removed(services: Services, bring: Add) -> None:
    recording = bring(SHUFFLED)
    row = services.recordings.get(recording)
    for unit in ("ms", "us", "samples"):
        again(services, recording, unit=unit)
    used = services.recordings.get(recording).store_key
    folder = services.settings.store_dir / used[:2]
    eventually(lambda: {file.name for file in folder.iterdir()} == {row.sha256, used})


def test_a_second_reading_that_began_before_the_first_landed_is_refused(
    services: Services, bring: Add
) -> None:
    recording = bring(SHUFFLED)
    first = services.rereading.start(recording, ReadingOptions.from_json({"unit": "ms"}))
    second = services.rereading.start(recording, ReadingOptions.from_json({"unit": "us"}))
    eventually(lambda: services.rereading.result(recording, second.job).state != "working")
    assert services.rereading.result(recording, first.job).state == "done"
    assert "read again by another user" in services.rereading.result(recording, second.job).sentence
    with pytest.raises(NotFound):
        services.rereading.result(recording + 1, second.job)


def test_a_file_that_is_added_again_restores_the_columns_as_they_were_read(
    services: Services, bring: Add, tmp_path: Path
) -> None:
    recording = bring(SHUFFLED, (3, 3))
    again(services, recording, time="counter")
    row = services.recordings.get(recording)
    shutil.rmtree(services.recordings.store_folder(row))
    (result,) = services.uploads.import_paths([tmp_path / row.path])
    assert "restored" in result.reason
    assert services.recordings.is_whole(recording)
    assert services.recordings.store(recording).info.time.name == "counter"
    assert state(services, recording) == [(1, 1, "1")]


def test_labels_keep_their_rows_when_a_long_table_is_split_and_when_its_rows_are_kept(
    services: Services, bring: Add
) -> None:
    rows = "".join(f"{time},{tag},{time}\n" for time in range(20) for tag in ("a", "b"))
    recording = bring("time,tag,v\n" + rows, (4, 6))
    kept = again(services, recording, series="")
    assert (kept.state, kept.sentence) == ("done", "Read again: 1 label in place.")
    assert [found[:2] for found in state(services, recording)] == [(8, 13)]
    split = again(services, recording)
    assert split.state == "done"
    assert [found[:2] for found in state(services, recording)] == [(4, 6)]
