"""Incremental updates of the file tree after a change of files, filter, folding or address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from components.files.tree import NO_FILES, NO_MATCH
from components.files.tree_rows import (
    GridState,
    Row,
    TreeFilter,
    changed_places,
    order_of,
    passing,
    places,
    rows_of,
)
from components.files.words import tally
from services.recordings.file_list import FileList, parents

FOLD_ALL = "/"  # not a folder path: fold all, or open all if all are folded


@dataclass(frozen=True)
class TreeRequest:
    """Requested state of the tree; ``fold``: folder to fold or unfold, or FOLD_ALL."""

    choice: TreeFilter
    closed: Collection[str]
    fold: str | None
    opened: int | None


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


def draw(files: FileList, asked: TreeRequest, before: GridState) -> TreeUpdate:
    """The current tree; the folders of a file that was just opened are unfolded."""
    closed = _closed(files, asked, moved=asked.opened != before.open)
    shown = passing(files.files, asked.choice)
    found = places(shown, asked.choice, closed)
    opened = asked.opened if asked.opened in files.by_id else None
    now = GridState(
        order=order_of(found),
        changed=max((file.changed for file in files.files), default=-1),
        open=opened,
        files=len(files.files),
        empty="" if shown else NO_MATCH if files.files else NO_FILES,
    )
    changed = changed_places(found, before, now)
    return TreeUpdate(
        rows=rows_of(found, asked.choice, asked.opened) if changed is None else None,
        changed=rows_of(changed or [], asked.choice, asked.opened),
        empty=now.empty if now.empty != before.empty else None,
        count=tally(files.files, len(shown) if asked.choice.narrowed else None),
        drawn=now,
        closed=closed,
        first=shown[0].id if shown else 0,
    )


def _closed(files: FileList, asked: TreeRequest, moved: bool) -> list[str]:
    closed = dict.fromkeys(asked.closed)
    if asked.fold == FOLD_ALL:
        every = dict.fromkeys(folder for file in files.files for folder in parents(file.path))
        return [] if every.keys() <= closed.keys() else list(every)
    if asked.fold in closed:
        del closed[asked.fold]
    elif asked.fold:
        closed[asked.fold] = None
    if moved and asked.opened in files.by_id:
        for folder in parents(files.by_id[asked.opened].path):
            closed.pop(folder, None)
    return list(closed)
