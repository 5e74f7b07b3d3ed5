"""Tree of saved files with selection, for the Outputs page and the download dialog."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components import cells
from components.parts import SELECT_MANY, compact_grid, named
from services.outputs.saved_files import THERE, OutputFile, SavedState
from services.outputs.service import ZipFiles
from services.recordings.file_list import natural
from services.wording import NO_AUTHOR, counted, first_of, joined

Row = dict[str, Any]
STATES = {
    SavedState.SAVED: ("saved as it is", "text-bg-success"),
    SavedState.OLDER: ("older than your labels", "text-bg-warning"),
    SavedState.OTHER: ("saved the other way", "text-bg-info"),
    SavedState.GONE: ("file is gone", "text-bg-danger"),
    SavedState.NEVER: ("never saved", "text-bg-secondary"),
}
IN_ZIP = {
    ZipFiles.CSV: "CSV",
    ZipFiles.JSON: "JSON",
    ZipFiles.BOTH: "CSV and JSON",
    ZipFiles.AUTHORS: "One file per author",
}
MOST_NAMED = 3
TITLES = {
    SavedState.SAVED: "The file in outputs/ has the current labels",
    SavedState.OLDER: "Labels were changed after this was saved",
    SavedState.OTHER: "It has the current labels; Save writes it as chosen in “Save writes”",
    SavedState.GONE: "It was saved, and the file in outputs/ is missing",
    SavedState.NEVER: "It has labels that were never saved",
}


@dataclass(frozen=True)
class OutputSelection:
    """Selection in a tree: ids of files, their states, and files with a label JSON."""

    ids: list[int]
    states: list[str]
    with_json: list[int] = field(default_factory=list)

    def of(self, *states: SavedState) -> list[int]:
        """Selected files in these states."""
        return [path for path, state in zip(self.ids, self.states, strict=True) if state in states]


def grid(identity: str, columns: Sequence[Row], nothing: str) -> Component:
    """The empty tree; ``columns`` follow the name, ``nothing``: text without rows."""
    name = {"field": "name", "headerName": "File", "flex": 3, "minWidth": 270, **cells.CELL}
    columns = [name, *columns]
    return compact_grid(
        identity, columns, nothing, {"sortable": False, "suppressMovable": True}, **SELECT_MANY
    )


def zip_choice(identity: str) -> Component:
    """Field for the kinds of files in the ZIP; the choice is stored in the browser."""
    options = [{"value": str(value), "label": words} for value, words in IN_ZIP.items()]
    choice = dbc.Select(id=identity, options=options, value=str(ZipFiles.CSV), size="sm", persistence=True)
    return named("Files in the ZIP", choice)


def rows(files: Sequence[OutputFile]) -> list[Row]:
    """Folders and files in reading order as grid rows; a folder summarises its content."""
    root: dict[str, Any] = {}
    for file in files:
        folder = root
        *parents, name = file.path.split("/")
        for parent in parents:
            folder = folder.setdefault(f"{parent}/", {})
        folder[name] = file
    output_rows: list[Row] = []
    _walk(root, "", [], output_rows)
    return output_rows


def _walk(folder: dict[str, Any], path: str, parents: list[str], output_rows: list[Row]) -> None:
    for name in sorted(folder, key=lambda name: (not name.endswith("/"), natural(name))):
        entry = folder[name]
        if isinstance(entry, dict):
            identity = f"d{path}{name}"
            output_rows.append(
                {
                    "id": identity,
                    "kind": "folder",
                    "name": name[:-1],
                    "depth": len(parents),
                    "folders": parents,
                    "cells": {"name": _name(name[:-1], len(parents), cells.icon("folder"))},
                }
            )
            _walk(entry, f"{path}{name}", [*parents, identity], output_rows)
        else:
            output_rows.append(_file(entry, name, parents))


def _file(file: OutputFile, name: str, parents: list[str]) -> Row:
    words, style = STATES[file.state]
    badge = cells.element("span", words, className=f"badge {style}", title=TITLES[file.state])
    split = f", one file each of {joined(name or NO_AUTHOR for name in file.authors)}" if file.authors else ""
    return {
        "id": f"f{file.id}",
        "kind": "file",
        "name": name,
        "path": file.path,
        "depth": len(parents),
        "folders": parents,
        "state": file.state,
        "badge": words,
        "cells": {"name": _name(name, len(parents), badge=badge if words else None, path=file.path)},
        "labels": file.labels,
        "savedLabels": file.saved_labels,
        "saved": f"{file.saved_at:%Y-%m-%d %H:%M} UTC{split}" if file.saved_at else "",
        "size": size_text(file.size),
        "json": file.has_json,
    }


def _name(
    name: str,
    depth: int,
    sign: cells.Element | None = None,
    badge: cells.Element | None = None,
    path: str | None = None,
) -> cells.Element:
    text = cells.element("span", name, className="tm-node-name tm-fill text-truncate")
    indent = {"paddingLeft": f"{depth * 14}px"}
    return cells.element("span", sign, text, badge, className="tm-node", style=indent, title=path)


def size_text(size: int | None) -> str:
    """File size as text."""
    if size is None:
        return ""
    return (
        f"{size:,} B" if size < 1000 else f"{size / 1000:,.1f} kB" if size < 1e6 else f"{size / 1e6:,.1f} MB"
    )


def with_folders(tree: Sequence[Row], selected: Collection[str], before: Collection[str]) -> list[str]:
    """Ids of selected rows after a folder was selected or deselected: its content follows.

    A folder deselected together with rows in it was not deselected itself: another row was clicked. A row that is
    selected alone, while several others were deselected, was clicked: if it is a folder, its content is selected.

    Args:
        selected: ids that are selected now.
        before: ids that were selected before.
    """
    now = chosen = set(selected)
    if len(chosen) == 1 and len(set(before) - chosen) > 1:
        before = ()
    for row in tree:
        if row["kind"] == "folder" and (row["id"] in chosen) != (row["id"] in before):
            inside = {other["id"] for other in tree if row["id"] in other["folders"]}
            if row["id"] in chosen:
                now = now | inside
            elif inside <= chosen:
                now = now - inside
    return [row["id"] for row in tree if row["id"] in now]


def files_chosen(tree: Sequence[Row], selected: Collection[str]) -> OutputSelection:
    """The selected files."""
    files = [row for row in tree if row["kind"] == "file" and row["id"] in set(selected)]
    with_json = [int(row["id"][1:]) for row in files if row["json"]]
    return OutputSelection([int(row["id"][1:]) for row in files], [row["state"] for row in files], with_json)


def chosen_text(selection: OutputSelection, files: str | None = None) -> str:
    """Number of selected files, with notes for a ZIP of ``files``."""
    if not selection.ids:
        return "Nothing chosen"
    older, without = len(selection.of(SavedState.OLDER)), _without_json(selection, files)
    parts = [f"{counted(len(selection.ids), 'file')} chosen"]
    parts += [f"{older:,} older than your labels"] if older else []
    parts += [f"{without:,} saved without a JSON; save again to add it"] if without else []
    return ", ".join(parts)


def never_saved_text(files: Sequence[OutputFile]) -> str:
    """Labelled files that are in no ZIP, because they were never saved or the saved file is missing."""
    missing = [file.path for file in files if file.labels and not file.exists]
    if not missing:
        return ""
    verb = "is" if len(missing) == 1 else "are"
    subject = counted(len(missing), "labelled file")
    names = first_of(missing, MOST_NAMED)
    return f"{subject} {verb} not saved and not in the list: {names}. Save All saves every file."


def _without_json(selection: OutputSelection, files: str | None) -> int:
    """Number of selected files without a label JSON, if one is requested."""
    there = selection.of(*THERE)
    return (
        0 if files in {None, ZipFiles.CSV, ZipFiles.AUTHORS} else len(set(there) - set(selection.with_json))
    )


def ids_of(selected: Any) -> list[str]:
    """Ids in ``selectedRows``: a list of rows, or a value set by a callback."""
    if isinstance(selected, dict):
        return list(selected.get("ids", []))
    return [row["id"] for row in selected or []]
