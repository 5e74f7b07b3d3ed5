"""Rows of the file tree: filter, sorting, folders.

Pure functions over the list of files; the grid in the browser renders the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zlib import crc32

from components.files.words import STATES, count, state_icon
from services.recordings.file_list import base_name, natural, parents
from services.recordings.repository import RecordingSummary

Row = dict[str, Any]
_ORDER = list(STATES)
MINE, MINE_LEFT = "mine", "mine not done"
_BY_STATE: dict[str, Callable[[RecordingSummary, str], bool]] = {  # of the file and the name of the user
    "done": lambda file, _user: file.done,
    "not done": lambda file, _user: not file.done,
    "to review": lambda file, _user: file.suggested > 0,
    MINE: lambda file, user: user in file.assigned,
    MINE_LEFT: lambda file, user: user in file.assigned and not file.done,
}
_BY_SORT: dict[str, Callable[[RecordingSummary], Any]] = {
    "labels": lambda file: -file.labels,
    "state": lambda file: (file.done, _ORDER.index(file.state)),
    "changed": lambda file: -file.changed,
}
SORTS = ("name", *_BY_SORT)


@dataclass(frozen=True)
class TreeFilter:
    """The user's filter and sorting.

    ``label`` is ``+7`` for files with a label of class 7, ``-7`` for those without; "": no filter. ``user``: who asks,
    for the filter by assignment.
    """

    text: str = ""
    state: str = ""
    label: str = ""
    sort: str = "name"
    user: str = ""

    @property
    def narrowed(self) -> bool:
        """True if some files may be hidden."""
        return bool(self.text.strip() or self.state or self.label)

    @property
    def active(self) -> bool:
        """True if the panel below the funnel has an effect."""
        return bool(self.state or self.label or self.sort != "name")


class TreeRow(NamedTuple):
    """A visible row: a file, or the folder ``path`` if ``file`` is None."""

    path: str
    depth: int
    file: RecordingSummary | None
    closed: bool = False


@dataclass(frozen=True)
class GridState:
    """State of the grid needed by the next update, as JSON.

    ``order`` of the rows (see :func:`order_of`), last change number, id of the open recording, number of
    files, the text shown without rows, and the requests to fold that it has.
    """

    order: int = -1
    changed: int = -1
    open: int | None = None
    files: int = 0
    empty: str = ""
    folds: list[Any] | None = None


def passing(files: Iterable[RecordingSummary], choice: TreeFilter) -> list[RecordingSummary]:
    """Files that pass the filter, in the order shown; ``files`` are in tree order."""
    matches = [file for file in files if passes(file, choice)]
    key = _BY_SORT.get(choice.sort)
    return sorted(matches, key=lambda file: (key(file), natural(file.path))) if key else matches


def places(files: Sequence[RecordingSummary], choice: TreeFilter, closed: Collection[str]) -> list[TreeRow]:
    """Visible rows for the result of :func:`passing`: folders and files by name, else files in one list.

    Args:
        closed: paths of folded folders; a filter shows their content anyway.
    """
    if choice.sort != "name":
        return [TreeRow(file.path, 0, file) for file in files]
    folded = frozenset() if choice.narrowed else frozenset(closed)
    tree_rows: list[TreeRow] = []
    made: set[str] = set()
    for file in files:
        around = parents(file.path)
        for depth, folder in enumerate(around):
            if folder not in made and folded.isdisjoint(around[:depth]):
                tree_rows.append(TreeRow(folder, depth, None, folder in folded))
            made.add(folder)
        if folded.isdisjoint(around):
            tree_rows.append(TreeRow(file.path, len(around), file))
    return tree_rows


def changed_places(tree_rows: Sequence[TreeRow], before: GridState, now: GridState) -> list[TreeRow] | None:
    """Places whose rows changed; None if rows were added, removed or moved."""
    if before.order != now.order:
        return None
    marked = {before.open, now.open} if before.open != now.open else set()
    return [
        place
        for place in tree_rows
        if place.file and (place.file.id in marked or place.file.changed > before.changed)
    ]


def order_of(tree_rows: Iterable[TreeRow]) -> int:
    """A hash of the rows, their order and names."""
    return crc32(
        "\n".join(f"{place.file.id if place.file else ''}:{place.path}" for place in tree_rows).encode()
    )


def rows_of(tree_rows: Iterable[TreeRow], choice: TreeFilter, opened: int | None) -> list[Row]:
    """Rows at those places for the grid; ``opened`` is the id of the open recording."""
    flat = choice.sort != "name"
    return [
        _file_row(place, place.file, flat, opened) if place.file else _folder_row(place)
        for place in tree_rows
    ]


def neighbour(shown: Sequence[RecordingSummary], opened: int | None, step: int) -> int | None:
    """Id of the file ``step`` places after the open one in the order shown; None beyond the ends."""
    ids = [file.id for file in shown]
    place = ids.index(opened) + step if opened in ids else 0
    return ids[place] if 0 <= place < len(ids) else None


def next_where(
    files: Sequence[RecordingSummary], opened: int, accepts: Callable[[RecordingSummary], bool]
) -> int | None:
    """The next file after the open one for which ``accepts`` is true, cyclically; None without one."""
    ids = [file.id for file in files]
    place = ids.index(opened) + 1 if opened in ids else 0
    after = [*files[place:], *files[: max(0, place - 1)]]
    return next((file.id for file in after if file.id != opened and accepts(file)), None)


def passes(file: RecordingSummary, choice: TreeFilter) -> bool:
    """Whether a file passes the filter."""
    path = file.path.casefold()
    if not all(word in path for word in choice.text.casefold().split()):
        return False
    if choice.state:
        test = _BY_STATE.get(choice.state)
        if not (test(file, choice.user) if test else file.state == choice.state):
            return False
    if not choice.label:
        return True
    return (int(choice.label[1:]) in file.by_class) == choice.label.startswith("+")


def _folder_row(place: TreeRow) -> Row:
    return {
        "id": f"d{place.path}/",
        "kind": "folder",
        "name": base_name(place.path),
        "path": place.path,
        "depth": place.depth,
        "closed": place.closed,
    }


def _file_row(place: TreeRow, file: RecordingSummary, flat: bool, opened: int | None) -> Row:
    icon, look, words = state_icon(file)
    folder, slash, name = file.path.rpartition("/")
    row: Row = {
        "id": f"f{file.id}",
        "kind": "file",
        "file": file.id,
        "name": name,
        "path": file.path,
        "depth": place.depth,
        "icon": icon,
        "look": look,
        "words": words,
    }
    if flat and folder:
        row["folder"] = folder + slash
    if file.labels:
        row["labels"] = f"{file.labels:,}"
    if file.suggested:
        row["suggested"] = f"{file.suggested:,}"
        row["review"] = f"{count(file.suggested, 'suggestion')} to review"
    if file.id == opened:
        row["open"] = True
    return row
