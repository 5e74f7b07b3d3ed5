"""The tree of recordings: folders and files as the rows of one virtualised grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import dash_ag_grid as dag
from dash.development.base_component import Component

from components import urls
from components.ids import ShellIds
from services.recordings.repository import RecordingSummary


class Summary(Protocol):
    """What the tree shows of a recording."""

    @property
    def id(self) -> int: ...
    @property
    def path(self) -> str: ...
    @property
    def labels(self) -> int: ...
    @property
    def state(self) -> str: ...


def grid() -> Component:
    """The empty tree; scripts fill it with :func:`entry` of each file. Only rows that are visible are in the page."""
    return dag.AgGrid(
        id=ShellIds.FILES_TREE,
        columnDefs=[{"field": "name", "cellRenderer": "TidemarkFile", "flex": 1, "sortable": False}],
        rowData=None,
        getRowId="params.data.id",
        rowClassRules={"tm-open": "params.data.id == params.context.open"},
        dashGridOptions={
            "headerHeight": 0,
            "rowHeight": 28,
            "animateRows": False,
            "suppressCellFocus": False,
            "suppressHorizontalScroll": True,
            "context": {"open": None},
            "rowSelection": {
                "mode": "multiRow",
                "checkboxes": False,
                "headerCheckbox": False,
                "enableClickSelection": False,
            },
        },
        className="tm-tree-grid",
        style={"height": "100%"},
    )


def entry(recording: RecordingSummary) -> dict[str, Any]:
    """A file as the scripts know it; ``classes`` counts its labels by class, ``seconds`` is its length or None."""
    return {
        "id": recording.id,
        "path": recording.path,
        "rows": recording.rows,
        "size": recording.size_bytes,
        "seconds": recording.seconds,
        "labels": recording.labels,
        "suggested": recording.suggested,
        "state": recording.state,
        "done": recording.done,
        "changed": recording.changed,
        "classes": recording.by_class,
        "edited": recording.edited_at and recording.edited_at.isoformat(),
    }


def rows(recordings: Sequence[Summary]) -> list[dict[str, Any]]:
    """Folders and files in reading order: folders first, names as a person would sort them.

    Each row has ``id``, ``kind`` (``folder`` or ``file``), ``name``, ``depth`` and ``folders`` (ids of the
    folders around it); a file also has ``path``, ``href``, ``labels`` and ``state``.
    """
    root: dict[str, Any] = {}
    for recording in recordings:
        folder = root
        *parents, name = recording.path.split("/")
        for parent in parents:
            folder = folder.setdefault(f"{parent}/", {})
        folder[name] = recording
    return list(_walk(root, "", []))


def natural(name: str) -> list[tuple[int, int | str]]:
    """A sort key in which ``run 9`` comes before ``run 10``."""
    pieces: list[tuple[int, int | str]] = []
    digits = ""
    for character in name.casefold() + "\0":
        if character.isdecimal():
            digits += character
            continue
        if digits:
            pieces.append((0, int(digits)))
            digits = ""
        pieces.append((1, character))
    return pieces


def _walk(folder: dict[str, Any], path: str, parents: list[str]) -> Iterable[dict[str, Any]]:
    for name in sorted(folder, key=lambda name: (not name.endswith("/"), natural(name))):
        entry = folder[name]
        common = {"depth": len(parents), "folders": parents}
        if isinstance(entry, dict):
            identity = f"d{path}{name}"
            yield {"id": identity, "kind": "folder", "name": name[:-1], **common}
            yield from _walk(entry, f"{path}{name}", [*parents, identity])
        else:
            yield {
                "id": f"f{entry.id}",
                "kind": "file",
                "name": name,
                "path": entry.path,
                "href": urls.label(entry.id),
                "labels": entry.labels,
                "state": entry.state,
                **common,
            }
