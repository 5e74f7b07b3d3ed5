"""Tasks whose files are synced together."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from services.storage import group_sync
from services.storage.group_sync import Task, alone, together

Synced = list[Path]


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> Synced:
    """The paths that were synced, in any order; one named ``broken`` cannot be."""
    paths: Synced = []

    def sync(path: Path) -> None:
        paths.append(path)
        if path.name == "broken":
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(group_sync, "sync_path", sync)
    return paths


def steps(*groups: list[str], log: list[str] | None = None, name: str = "") -> Task[str]:
    """Yields the paths of each group; notes in ``log`` when they are on the disk."""
    for group in groups:
        yield [Path(path) for path in group]
        if log is not None:
            log.append(f"{name}{''.join(group)}")
    return name


def test_a_task_continues_when_its_paths_are_on_the_disk(synced: Synced) -> None:
    task = steps(["a", "b"], [], ["c"], name="done")
    assert alone(task) == "done"
    assert synced == [Path("a"), Path("b"), Path("c")]


def test_tasks_take_their_steps_together_and_a_path_of_several_is_synced_once(synced: Synced) -> None:
    log: list[str] = []
    first, second = together(
        [steps(["a", "top"], ["c"], log=log, name="1"), steps([], ["b", "top"], log=log, name="2")]
    )
    assert (first.result(), second.result()) == ("1", "2")
    assert sorted(synced[:3]) == [Path("a"), Path("b"), Path("top")] and synced[3:] == [Path("c")]
    assert log == ["2", "1atop", "2btop", "1c"]


def test_a_path_that_cannot_be_synced_fails_its_tasks_only(synced: Synced) -> None:
    good, bad = together([steps(["a"], ["b"], name="good"), steps(["broken"], ["c"], name="bad")])
    assert good.result() == "good"
    with pytest.raises(OSError, match="Input/output error"):
        bad.result()
    assert Path("c") not in synced
    with pytest.raises(OSError, match="Input/output error"):
        alone(steps(["a", "broken"]))


def test_a_task_can_handle_that_a_path_cannot_be_synced(synced: Synced) -> None:
    def lenient() -> Task[str]:
        try:
            yield [Path("broken")]
        except OSError:
            yield [Path("instead")]
        return "kept"

    (ended,) = together([lenient()])
    assert (ended.result(), alone(lenient())) == ("kept", "kept")
    assert synced == [Path("broken"), Path("instead")] * 2


def test_an_error_of_one_task_does_not_stop_the_others(synced: Synced) -> None:
    def failing() -> Task[str]:
        yield [Path("x")]
        raise ValueError("no number")

    bad, good = together([failing(), steps(["a"], name="good")])
    assert good.result() == "good"
    with pytest.raises(ValueError, match="no number"):
        bad.result()


def test_large_files_of_one_task_are_all_synced(tmp_path: Path, synced: Synced) -> None:
    files = [tmp_path / name for name in ("a", "b")]
    for file in files:
        file.write_bytes(bytes(2 << 20))
    alone(steps([str(file) for file in files]))
    assert sorted(synced) == files
