"""Incremental updates of the file tree after a change of files, filter, folding or address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from components.files.tree import NO_FILES, NO_MATCH, SAMPLES
from components.files.tree_rows import (
    GridState,
    Row,
    TreeFilter,
    TreeRow,
    changed_places,
    order_of,
    passes,
    passing,
    places,
    rows_of,
)
from components.files.words import tally
from services.recordings.file_list import FileList, parents
from services.recordings.repository import RecordingSummary

MOST_ORDERS = 1_000  # of folded folders, kept for each list of names
FOLD_ALL = "/"  # not a folder path: fold all, or open all if all are folded


@dataclass(frozen=True)
class TreeRequest:
    """Requested state of the tree; ``fold``: folder to fold or unfold, or FOLD_ALL."""

    choice: TreeFilter
    closed: Collection[str]
    fold: str | None
    opened: int | None
    samples: bool = False  # the sample recordings are being read


@dataclass(frozen=True)
class TreeUpdate:
    """Update for the page: all ``rows``, or only the ``changed`` ones (then ``rows`` is None); ``empty``
    is None if unchanged."""

    rows: list[Row] | None
    changed: list[Row]
    empty: str | None
    count: str
    drawn: GridState
    closed: list[str]
    first: int


class _Visible(NamedTuple):
    """Visible part of the tree: number of files that pass the filter and id of the first one, their rows, the changed
    ones (None: all), state, folded folders."""

    total: int
    first: int
    tree_rows: Sequence[TreeRow]
    changed: Sequence[TreeRow] | None
    now: GridState
    closed: list[str]


def draw(files: FileList, request: TreeRequest, before: GridState) -> TreeUpdate:
    """The current tree; the folders of a file that was just opened are unfolded.

    Of files in tree order, the cost is that of the changed files, if only their values changed.
    """
    closed = _closed(files, request, moved=request.opened != before.open)
    opened = request.opened if request.opened in files.by_id else None
    if request.choice.sort == "name":
        by_name = _narrowed if request.choice.narrowed else _plain
        return by_name(files, request, before, closed, opened)
    shown = passing(files.files, request.choice)
    tree_rows = places(shown, request.choice, closed)
    now = _state(files, request, order_of(tree_rows), opened, bool(shown))
    visible = _Visible(
        len(shown), _first(shown), tree_rows, changed_places(tree_rows, before, now), now, closed
    )
    return _update(files, request, before, visible)


def _plain(
    files: FileList, request: TreeRequest, before: GridState, closed: list[str], opened: int | None
) -> TreeUpdate:
    """The tree in tree order, without a filter: names and folders decide about the order."""
    folded = frozenset(closed)
    order = files.orders.get(folded)
    tree_rows = None if order == before.order else places(files.files, request.choice, closed)
    if order is None:
        order = order_of(tree_rows or [])
        if len(files.orders) < MOST_ORDERS:
            files.orders[folded] = order
    now = _state(files, request, order, opened, bool(files.files))
    changed = None
    if order == before.order:
        changed = [
            TreeRow(file.path, len(around), file)
            for file in _differing(files, before, now)
            if folded.isdisjoint(around := parents(file.path))
        ]
    visible = _Visible(len(files.files), _first(files.files), tree_rows or [], changed, now, closed)
    return _update(files, request, before, visible)


class _Kept(NamedTuple):
    """The files that passed a filter at the change number ``change``: their ids, the first one, and their order."""

    change: int
    ids: frozenset[int]
    first: int
    order: int


def _narrowed(
    files: FileList, request: TreeRequest, before: GridState, closed: list[str], opened: int | None
) -> TreeUpdate:
    """The tree in tree order with a filter: only changed files are tested again."""
    kept: _Kept | None = files.kept.find(request.choice)
    is_same = kept is not None and all(
        passes(file, request.choice) == (file.id in kept.ids) for file in files.changed_since(kept.change)
    )
    tree_rows: list[TreeRow] = []
    if kept is None or not is_same or kept.order != before.order:
        shown = passing(files.files, request.choice)
        tree_rows = places(shown, request.choice, closed)
        kept = _Kept(
            files.last_change, frozenset(file.id for file in shown), _first(shown), order_of(tree_rows)
        )
    files.kept.put(request.choice, kept._replace(change=files.last_change))
    now = _state(files, request, kept.order, opened, bool(kept.ids))
    changed = None
    if kept.order == before.order:
        changed = [
            TreeRow(file.path, len(parents(file.path)), file)
            for file in _differing(files, before, now)
            if file.id in kept.ids
        ]
    visible = _Visible(len(kept.ids), kept.first, tree_rows, changed, now, closed)
    return _update(files, request, before, visible)


def _differing(files: FileList, before: GridState, now: GridState) -> list[RecordingSummary]:
    """The files whose rows changed, if only values did: those that changed, and that were or are open."""
    some = {file.id: file for file in files.changed_since(before.changed)}
    marked = {before.open, now.open} if before.open != now.open else set()
    some |= {identity: files.by_id[identity] for identity in marked if identity in files.by_id}
    return list(some.values())


def _first(shown: Sequence[RecordingSummary]) -> int:
    return shown[0].id if shown else 0


def _state(
    files: FileList, request: TreeRequest, order: int, opened: int | None, any_shown: bool
) -> GridState:
    none = SAMPLES if request.samples else NO_FILES
    return GridState(
        order=order,
        changed=files.last_change,
        open=opened,
        files=len(files.files),
        empty="" if any_shown else NO_MATCH if files.files else none,
    )


def _update(files: FileList, request: TreeRequest, before: GridState, visible: _Visible) -> TreeUpdate:
    total, first, tree_rows, changed, now, closed = visible
    return TreeUpdate(
        rows=rows_of(tree_rows, request.choice, request.opened) if changed is None else None,
        changed=rows_of(changed or [], request.choice, request.opened),
        empty=now.empty if now.empty != before.empty else None,
        count=tally(files, total if request.choice.narrowed else None),
        drawn=now,
        closed=closed,
        first=first,
    )


def _closed(files: FileList, request: TreeRequest, moved: bool) -> list[str]:
    closed = dict.fromkeys(request.closed)
    if request.fold == FOLD_ALL:
        every = dict.fromkeys(folder for file in files.files for folder in parents(file.path))
        return [] if every.keys() <= closed.keys() else list(every)
    if request.fold in closed:
        del closed[request.fold]
    elif request.fold:
        closed[request.fold] = None
    if moved and request.opened in files.by_id:
        for folder in parents(files.by_id[request.opened].path):
            closed.pop(folder, None)
    return list(closed)
