"""Menu of a row of the file tree: target, entries, position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.dialogs import about_id
from components.files.words import count
from components.ids import ShellIds
from components.parts import aria, icon
from components.urls import label
from services.recordings.file_list import FileList, base_name

WIDTH, ENTRY_HEIGHT, MARGIN = 230, 32, 8  # px, to keep the menu inside the window


@dataclass(frozen=True)
class FileTarget:
    """Target of a file action: ``recordings`` and whole ``folders``; ``ids``: all recordings included."""

    recordings: list[int] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    @property
    def single(self) -> bool:
        """True for one file or one folder."""
        return len(self.recordings) + len(self.folders) == 1

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def entry_id(action: Any) -> dict[str, Any]:
    """Id of a menu entry."""
    return {"type": "files-menu", "action": action}


def target_of(files: FileList, row: str, picked: Sequence[Mapping[str, Any]] | None) -> FileTarget:
    """Target of an action on ``row``: the selection if it includes the row, else the row.

    A folder includes all files in it; selected rows inside a selected folder are dropped.
    """
    rows = [row["id"] for row in picked] if isinstance(picked, list) else []
    rows = rows if row in rows else [row]
    folders = [row[1:-1] for row in rows if row.startswith("d")]
    recordings = [int(row[1:]) for row in rows if row.startswith("f")]

    def lower(path: str) -> bool:
        return any(path.startswith(f"{folder}/") for folder in folders)

    recordings = [
        identity
        for identity in recordings
        if identity in files.by_id and not lower(files.by_id[identity].path)
    ]
    folders = [folder for folder in folders if not lower(folder)]
    inside = [identity for folder in folders for identity in files.inside(folder)]
    return FileTarget(recordings, folders, list(dict.fromkeys([*recordings, *inside])))


def menu_dialog() -> Component:
    """The closed menu: a frameless dialog, so that it has the focus and Escape closes it."""
    return dbc.Modal(
        id=ShellIds.FILES_MENU,
        is_open=False,
        fade=False,
        backdrop_class_name="opacity-0",
        class_name="tm-in-place",
    )


def place(at: Mapping[str, Any], entries: int = 1) -> dict[str, Any]:
    """Style of a dialog at a point of the window (``x``, ``y``; ``width`` and ``height`` of the window)."""
    height = entries * ENTRY_HEIGHT + 2 * MARGIN
    left = min(float(at["x"]), float(at["width"]) - WIDTH - MARGIN)
    top = max(MARGIN, min(float(at["y"]), float(at["height"]) - height - MARGIN))
    return {
        "position": "fixed",
        "left": f"{left:.0f}px",
        "top": f"{top:.0f}px",
        "width": f"{WIDTH}px",
        "margin": 0,
    }


def place_over(at: Mapping[str, Any]) -> dict[str, Any]:
    """Style of a dialog whose field covers the name of a row (at ``left``, ``top``)."""
    return place({**at, "x": float(at["left"]) - 14, "y": float(at["top"]) - 11})


def menu(files: FileList, target: FileTarget, at: Mapping[str, Any]) -> list[Component]:
    """Entries for a target; ``at`` is returned with them."""
    about = dcc.Store(id=about_id(ShellIds.FILES_MENU), data={"target": target.to_json(), "at": dict(at)})
    name = base_name(target.folders[0] if target.folders else files.by_id[target.recordings[0]].path)
    return [about, html.Div(_entries(files, target), role="menu", className="d-grid", **aria(label=name))]


def done_text(done: bool) -> str:
    """Text of the entry that marks or unmarks files."""
    return "Not done" if done else "Mark done"


def _entries(files: FileList, target: FileTarget) -> list[Component]:
    ids, one_file = target.ids, target.single and not target.folders
    done = bool(ids) and all(files.by_id[identity].done for identity in ids)
    many = count(len(ids), "file")
    entries: list[Component] = []
    if target.single:
        entries.append(_entry("open", "folder2-open" if target.folders else "box-arrow-up-right", "Open"))
    if one_file:
        entries.append(_new_tab(ids[0]))
    if target.single:
        entries.append(_entry("rename", "pencil", "Rename", "F2"))
    entries += [
        _entry("autolabel", "stars", f"Auto-label {many}…" if len(ids) > 1 else "Auto-label…"),
        _entry("move", "folder-symlink", "Move to a folder…"),
        _entry("done", "check2-all", done_text(done)),
        _entry("delete", "trash", "Delete…" if one_file else f"Delete {many}…", "Del"),
    ]
    return entries


def _entry(action: str, icon_name: str, words: str, key: str = "") -> Component:
    return html.Button(
        [icon(icon_name), html.Span(words), *([html.Kbd(key)] if key else [])],
        id=entry_id(action),
        n_clicks=0,
        type="button",
        role="menuitem",
        autoFocus=action == "open" or None,
        className="tm-menu-entry",
    )


def _new_tab(recording: int) -> Component:
    return html.A(
        [icon("window-plus"), html.Span("Open in a new tab")],
        id=entry_id("tab"),
        n_clicks=0,
        href=label(recording),
        target="_blank",
        rel="noopener",
        role="menuitem",
        className="tm-menu-entry",
    )
