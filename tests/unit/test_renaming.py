"""Renaming and moving recordings and folders: validated, atomic, together with saved files."""

from __future__ import annotations

import pytest

from services.errors import Conflict, Invalid, NotFound, TidemarkError
from services.recordings.renaming import Renaming
from services.recordings.service import RecordingState
from services.storage.tables import folder_label_sets
from tests.hostile.corpus import REFUSED_NAMES
from tests.unit.working_state import Desk


@pytest.fixture
def renaming(desk: Desk) -> Renaming:
    return Renaming(desk.database, desk.settings)


def paths(desk: Desk) -> list[str]:
    return [recording.path for recording in desk.recordings.list()]


def saved(desk: Desk, path: str) -> int:
    """A recording with one saved label."""
    recording = desk.record(path)
    desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    return recording


def test_a_file_gets_another_name_and_its_saved_file_too(desk: Desk, renaming: Renaming) -> None:
    recording = saved(desk, "ward/a.csv")
    text, before = desk.saved("ward/a.csv"), desk.recordings.version()
    renamed = renaming.rename(recording, " b.csv ")
    assert (renamed.files, renamed.sentence) == (1, "")
    assert paths(desk) == ["ward/b.csv"]
    assert desk.saved("ward/b.csv") == text and not (desk.settings.outputs_dir / "ward/a.csv").exists()
    assert desk.state(recording) == RecordingState.SAVED
    assert [output.path for output in desk.outputs.list()] == ["ward/b.csv"]
    assert [change.path for change in desk.recordings.changes(before).changed] == ["ward/b.csv"]


def test_a_name_without_ending_keeps_the_one_it_has(desk: Desk, renaming: Renaming) -> None:
    recording = desk.record("a.tsv")
    renaming.rename(recording, "Run 1.5 mV")
    assert paths(desk) == ["Run 1.5 mV.tsv"]
    renaming.rename(recording, "x.TXT")
    assert paths(desk) == ["x.TXT"]


def test_the_letter_case_of_a_name_can_be_changed_but_no_twin_made(desk: Desk, renaming: Renaming) -> None:
    recording, _ = desk.record("a.csv"), desk.record("b.csv")
    renaming.rename(recording, "A.csv")
    assert paths(desk) == ["A.csv", "b.csv"]
    with pytest.raises(Conflict, match="“b.csv” already exists"):
        renaming.rename(recording, "B.csv")
    assert renaming.rename(recording, "A.csv").files == 0


@pytest.mark.parametrize("name", [*REFUSED_NAMES, "", "  ", "..", ".hidden.csv", "a.labels.csv", "sub/x.csv"])
def test_a_name_that_breaks_a_rule_is_refused_and_nothing_is_changed(
    desk: Desk, renaming: Renaming, name: str
) -> None:
    recording = desk.record("x/a.csv")
    for attempt in (
        lambda: renaming.rename(recording, name),
        lambda: renaming.rename_folder("x", name if name != "a.labels.csv" else ".."),
    ):
        with pytest.raises(TidemarkError):
            attempt()
    assert paths(desk) == ["x/a.csv"]


def test_a_folder_gets_another_name_with_all_that_is_in_it(desk: Desk, renaming: Renaming) -> None:
    saved(desk, "w/x/1.csv")
    desk.record("w/x/deep/2.csv")
    desk.record("w/X2/3.csv")
    desk.record("W_x/4.csv")
    with desk.database.write() as connection:
        connection.execute(folder_label_sets.insert().values(folder="w/x/deep", label_set_id=1))
    assert renaming.rename_folder("w/x", "y").files == 2
    assert paths(desk) == ["W_x/4.csv", "w/X2/3.csv", "w/y/1.csv", "w/y/deep/2.csv"]
    assert desk.saved("w/y/1.csv") and not (desk.settings.outputs_dir / "w/x").exists()
    with desk.database.read() as connection:
        assert connection.execute(folder_label_sets.select()).scalars().all() == ["w/y/deep"]
    with pytest.raises(NotFound, match="no folder"):
        renaming.rename_folder("w/x", "z")
    desk.record("w/X2/1.csv")
    with pytest.raises(Conflict, match="already exists"):
        renaming.rename_folder("w/y", "X2")


def test_files_and_folders_are_moved_together_or_not_at_all(desk: Desk, renaming: Renaming) -> None:
    first, second = saved(desk, "a/1.csv"), desk.record("2.csv")
    desk.record("a/b/3.csv")
    renaming.move([first, second], ["a/b"], "new/place/")
    assert paths(desk) == ["new/place/1.csv", "new/place/2.csv", "new/place/b/3.csv"]
    assert desk.saved("new/place/1.csv")
    desk.record("1.csv")
    with pytest.raises(Conflict, match="“1.csv” already exists"):
        renaming.move([second, first], [], "")
    assert paths(desk) == ["1.csv", "new/place/1.csv", "new/place/2.csv", "new/place/b/3.csv"]
    with pytest.raises(Invalid, match="into itself"):
        renaming.move([], ["new"], "new/place")
    with pytest.raises(TidemarkError):
        renaming.move([first], [], "../out")
    with pytest.raises(NotFound):
        renaming.move([999], [], "x")


def test_two_files_of_one_name_cannot_be_moved_into_one_folder(desk: Desk, renaming: Renaming) -> None:
    first, second = desk.record("a/1.csv"), desk.record("b/1.csv")
    with pytest.raises(Conflict):
        renaming.move([first, second], [], "c")
    assert paths(desk) == ["a/1.csv", "b/1.csv"]


@pytest.mark.parametrize("why", ["changed", "taken"])
def test_a_saved_file_that_cannot_go_along_stays_and_is_named(
    desk: Desk, renaming: Renaming, why: str
) -> None:
    recording = saved(desk, "a.csv")
    other = desk.settings.outputs_dir / ("a.csv" if why == "changed" else "b.csv")
    other.write_text("mine")
    renamed = renaming.rename(recording, "b.csv")
    words = "changed by another program" if why == "changed" else "a file b.csv already"
    assert words in renamed.sentence and renamed.sentence.startswith("outputs/a.csv stays")
    assert other.read_text() == "mine" and (desk.settings.outputs_dir / "a.csv").exists()
    assert desk.state(recording) == RecordingState.UNSAVED


def test_a_file_renamed_while_it_is_saved_is_not_written_under_the_old_name(
    desk: Desk, renaming: Renaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = desk.record("a.csv")
    desk.add(recording, 1, 2)
    place = desk.outputs._place

    def slow(*arguments: object) -> None:
        renaming.rename(recording, "b.csv")
        place(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.outputs, "_place", slow)
    with pytest.raises(Conflict, match="renamed while it was saved"):
        desk.outputs.save(recording)
    assert list(desk.settings.outputs_dir.iterdir()) == []
