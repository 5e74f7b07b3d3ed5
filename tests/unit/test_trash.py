"""Trash: deleted recordings are hidden, restorable for 30 days with labels and history, then removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.errors import NotFound
from services.recordings.service import RecordingState
from services.recordings.trash import KEPT, Trash
from services.storage.tables import annotation_table, edits, recordings
from tests.unit.working_state import Desk


@pytest.fixture
def trash(desk: Desk) -> Trash:
    return Trash(desk.database, desk.settings)


def bytes_of(desk: Desk, recording: int) -> list[Path]:
    """Put the source where it belongs; returns that and the folder of columns."""
    with desk.database.read() as connection:
        key = connection.execute(select(recordings.c.sha256).where(recordings.c.id == recording)).scalar_one()
    source = desk.settings.uploads_dir / key[:2] / key
    source.parent.mkdir(parents=True, exist_ok=True)
    source.touch()
    return [source, desk.settings.store_dir / key[:2] / key]


def test_a_deleted_file_is_hidden_and_its_page_names_the_trash(desk: Desk, trash: Trash) -> None:
    recording, other = desk.record("a.csv"), desk.record("b.csv")
    desk.add(recording, 1, 2)
    desk.add(recording, 5, 9)
    desk.outputs.save(recording)
    before = desk.recordings.version()
    deleted = trash.delete([recording, 999])
    assert (deleted.ids, deleted.labels, deleted.saved) == ([recording], 2, 1)
    assert [recording.id for recording in desk.recordings.list()] == [other]
    assert desk.recordings.changes(before).removed == [recording]
    assert desk.recordings.by_path("a.csv") is None
    assert desk.recordings.latest() == other
    assert desk.outputs.list() == [] and desk.outputs.save_all() == []
    assert [one.path for one in desk.outputs.export(desk.settings.data_dir / "out")] == []
    for ask in (
        desk.recordings.get,
        desk.recordings.summary,
        desk.recordings.store,
        desk.outputs.save,
        lambda one: desk.send(one, "undo"),
    ):
        with pytest.raises(NotFound, match="“a.csv” was deleted on .* Trash"):
            ask(recording)
    assert desk.saved("a.csv")  # saved files stay


def test_a_restored_file_has_its_labels_its_history_and_its_state(desk: Desk, trash: Trash) -> None:
    recording = desk.record("ward/a.csv")
    desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    before = (desk.rows(recording), desk.recordings.summary(recording))
    trash.delete([recording])
    (trashed,) = trash.content()
    assert (trashed.id, trashed.path, trashed.labels, trashed.days) == (recording, "ward/a.csv", 1, 30)
    assert trash.find(recording) == trashed
    assert trash.restore([recording]) == [(recording, "ward/a.csv")]
    assert trash.content() == [] and trash.find(recording) is None
    restored = desk.recordings.summary(recording)
    assert (desk.rows(recording), restored.state) == (before[0], RecordingState.SAVED)
    assert restored.changed > before[1].changed
    assert desk.send(recording, "undo")["upsert"] == []
    with pytest.raises(NotFound, match="not in the trash"):
        trash.restore([recording])


@pytest.mark.parametrize(
    ("path", "meanwhile", "restored"),
    [
        ("a.csv", "A.csv", "a (2).csv"),
        ("x/a.csv", "x/a.csv", "x/a (2).csv"),
        ("a.csv", "a.csv/b.csv", "a (2).csv"),
        ("x.csv/a.csv", "X.csv", "a.csv"),
    ],
)
def test_a_file_whose_name_is_used_meanwhile_is_restored_under_another_name(
    desk: Desk, trash: Trash, path: str, meanwhile: str, restored: str
) -> None:
    recording = desk.record(path)
    desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    trash.delete([recording])
    desk.record(meanwhile)
    assert trash.restore([recording]) == [(recording, restored)]
    assert desk.state(recording) == RecordingState.UNSAVED  # its saved file has the old name
    desk.outputs.save(recording)
    assert desk.saved(restored)


def test_a_saved_file_that_is_another_one_now_is_not_taken_for_its_own(desk: Desk, trash: Trash) -> None:
    recording = desk.record("a.csv")
    desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    trash.delete([recording])
    (desk.settings.outputs_dir / "a.csv").write_text("other")
    trash.restore([recording])
    assert desk.state(recording) == RecordingState.UNSAVED


def test_after_thirty_days_rows_and_bytes_are_deleted(desk: Desk, trash: Trash) -> None:
    kept, gone = desk.record("a.csv"), desk.record("b.csv")
    desk.add(gone, 1, 2)
    desk.send(gone, "undo")
    files = bytes_of(desk, gone)
    trash.delete([gone])
    now = datetime.now(UTC)
    assert trash.purge(now=now + KEPT - timedelta(hours=1)) == 0
    assert all(file.exists() for file in files)
    version = desk.recordings.version()
    assert trash.purge(now=now + KEPT + timedelta(hours=1)) == 1
    assert not any(file.exists() for file in files)
    assert trash.content() == []
    assert desk.recordings.version() != version
    assert int(desk.recordings.version().split(":")[0]) >= int(version.split(":")[0])
    with desk.database.read() as connection:
        for table in (annotation_table, edits):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0
    assert [recording.id for recording in desk.recordings.list()] == [kept]


def test_bytes_that_another_recording_uses_stay(desk: Desk, trash: Trash) -> None:
    one = desk.record("a.csv")
    files = bytes_of(desk, one)
    other = desk.recordings.add("b.csv", desk.store(one).info).id
    with desk.database.write() as connection:
        values = {"sha256": files[0].name, "store_key": files[0].name}
        connection.execute(recordings.update().where(recordings.c.id == other).values(values))
    trash.delete([one, other])
    assert trash.purge([one]) == 1
    assert all(file.exists() for file in files)
    assert trash.restore([other]) and desk.store(other).rows == 1000
    trash.delete([other])
    assert trash.purge([other]) == 1
    assert not any(file.exists() for file in files)


def test_only_files_in_the_trash_can_be_removed_permanently(desk: Desk, trash: Trash) -> None:
    recording = desk.record()
    assert trash.purge([recording]) == 0
    assert desk.recordings.get(recording)


def test_many_files_are_removed_a_few_at_a_time(desk: Desk, trash: Trash) -> None:
    many = [desk.record(f"{number}.csv", rows=2) for number in range(45)]
    trash.delete(many)
    assert trash.purge(many) == 45
    assert [path for path in desk.settings.store_dir.rglob("*") if path.is_file()] == []
