"""The menu of a row of the file tree: what it is about, its entries, where it opens."""

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
class Target:
    """What an action on files is about: ``recordings`` and whole ``folders``; ``ids`` are all recordings meant."""

    recordings: list[int] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    @property
    def single(self) -> bool:
        """True for one file or one folder."""
        return len(self.recordings) + len(self.folders) == 1

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def entry_id(action: Any) -> dict[str, Any]:
    """The id of an entry of the menu."""
    return {"type": "files-menu", "action": action}


def target_of(files: FileList, row: str, picked: Sequence[Mapping[str, Any]] | None) -> Target:
    """What an action on ``row`` is about: all that is picked when the row is among it, else the row alone.

    A folder means all that is in it; what is picked inside a picked folder is left out.
    """
    rows = [one["id"] for one in picked] if isinstance(picked, list) else []
    rows = rows if row in rows else [row]
    folders = [one[1:-1] for one in rows if one.startswith("d")]
    recordings = [int(one[1:]) for one in rows if one.startswith("f")]

    def lower(path: str) -> bool:
        return any(path.startswith(f"{folder}/") for folder in folders)

    recordings = [one for one in recordings if one in files.by_id and not lower(files.by_id[one].path)]
    folders = [folder for folder in folders if not lower(folder)]
    inside = [identity for folder in folders for identity in files.inside(folder)]
    return Target(recordings, folders, list(dict.fromkeys([*recordings, *inside])))


def menu_dialog() -> Component:
    """The menu, closed: a dialog without a frame, so that it has the focus and Escape closes it."""
    return dbc.Modal(
        id=ShellIds.FILES_MENU,
        is_open=False,
        fade=False,
        backdrop_class_name="opacity-0",
        class_name="tm-in-place",
    )


def place(at: Mapping[str, Any], entries: int = 1) -> dict[str, Any]:
    """The style of a dialog at a point of the window (``x``, ``y``; ``width`` and ``height`` of the window)."""
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
    """The style of a dialog whose field lies over the name of a row (at ``left``, ``top``)."""
    return place({**at, "x": float(at["left"]) - 14, "y": float(at["top"]) - 11})


def menu(files: FileList, target: Target, at: Mapping[str, Any]) -> list[Component]:
    """The entries for a target; ``at`` comes back with them."""
    about = dcc.Store(id=about_id(ShellIds.FILES_MENU), data={"target": target.to_json(), "at": dict(at)})
    name = base_name(target.folders[0] if target.folders else files.by_id[target.recordings[0]].path)
    return [about, html.Div(_entries(files, target), role="menu", className="d-grid", **aria(label=name))]


def done_word(done: bool) -> str:
    """What marking does to files that are all done, or not."""
    return "Not done" if done else "Mark done"


def _entries(files: FileList, target: Target) -> list[Component]:
    ids, one_file = target.ids, target.single and not target.folders
    done = bool(ids) and all(files.by_id[one].done for one in ids)
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
        _entry("done", "check2-all", done_word(done)),
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
