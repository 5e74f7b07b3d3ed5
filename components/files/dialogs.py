"""Dialogs of file actions: rename in place, move, delete, delete permanently."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.dialogs import about_id, field, field_id, form, form_id, problem_id
from components.files.menu import FileTarget
from components.files.words import count
from components.ids import FilesIds, ShellIds
from components.parts import name_option, name_value, named
from services.recordings.file_list import FileList, base_name
from services.recordings.repository import RecordingState, RecordingSummary
from services.recordings.trash import DeleteResult, Trashed

KEPT = "The trash keeps files and labels for 30 days; until then they can be restored."


def rename_form(files: FileList, target: FileTarget) -> Component:
    """A field over the name in the tree; a script selects the name without its suffix."""
    path = target.folders[0] if target.folders else files.by_id[target.recordings[0]].path
    name = base_name(path)
    stem = name if target.folders else PurePosixPath(name).stem
    data: Any = {"data-select": str(len(stem))}
    control = dbc.Input(
        id=field_id(ShellIds.FILES_RENAME, "name"),
        value=name,
        autofocus=True,
        autocomplete="off",
        size="sm",
        class_name="tm-rename",
    )
    return dbc.Form(
        [
            dcc.Store(id=about_id(ShellIds.FILES_RENAME), data=target.to_json() | {"name": name}),
            html.Div(named(f"New name of {name}", control, className="d-block"), **data),
            html.P(id=problem_id(ShellIds.FILES_RENAME), className="text-danger small m-1", role="alert"),
        ],
        id=form_id(ShellIds.FILES_RENAME),
    )


def move_form(files: FileList, target: FileTarget) -> Component:
    """Choice of the target folder; an unknown name creates one."""
    paths = [*target.folders, *(files.by_id[identity].path for identity in target.recordings)]
    name = base_name(paths[0]) if target.single else f"{len(paths)} entries"
    control = dbc.Input(
        id=field_id(ShellIds.FILES_MOVE, "to"),
        value=paths[0].rpartition("/")[0],
        list=f"{ShellIds.FILES_MOVE}-folders",
        placeholder="the root folder",
        autofocus=True,
        autocomplete="off",
        class_name="tm-select-all",
    )
    folders = html.Datalist([html.Option(value=folder) for folder in files.folders], id=control.list)
    body = [field("Into the folder (a new name creates one)", control), folders]
    return form(ShellIds.FILES_MOVE, f"Move {name}", body, "Move", target.to_json())


def delete_form(files: FileList, target: FileTarget, following: str = "") -> Component:
    """Confirmation of a deletion, with the number of unsaved files; ``following`` is returned with it."""
    some = [files.by_id[identity] for identity in target.ids if identity in files.by_id]
    labels = sum(file.labels for file in some)
    unsaved = sum(file.state == RecordingState.UNSAVED for file in some)
    lines = [f"{count(len(some), 'file')} with {count(labels, 'label') if labels else 'no labels'}."]
    if unsaved:
        lines.append(f"{count(unsaved, 'file has', 'files have')} labels that are not saved to outputs/.")
    if target.single and target.folders:
        title = f"Delete the folder {base_name(target.folders[0])}?"
    else:
        title = f"Delete {base_name(some[0].path) if len(some) == 1 else count(len(some), 'file')}?"
    body = [html.P(line, className="mb-2") for line in [*lines, KEPT]]
    about = target.to_json() | {"following": following}
    return form(ShellIds.FILES_DELETE, title, body, "Delete", about, danger=True)


def assign_form(files: Sequence[RecordingSummary], users: Sequence[str]) -> Component:
    """Form to assign users to files; users assigned to all of the files are preselected."""
    names = sorted({*users, *(name for file in files for name in file.assigned)}, key=str.casefold)
    chosen = [name for name in names if all(name in file.assigned for file in files)]
    mixed = any(set(file.assigned) != set(chosen) for file in files)
    people = dbc.Checklist(
        id=field_id(FilesIds.ASSIGN_DIALOG, "people"),
        options=[name_option(name) for name in names],
        value=[name_value(name) for name in chosen],
    )
    hint = (
        "These files are assigned differently now; all of them will be assigned to the people you choose. "
        * mixed
    )
    note = f"{hint}People may also label files that are not assigned to them."
    about = {"ids": [file.id for file in files]}
    body = [people, html.P(note, className="small text-body-secondary mt-2 mb-0")]
    return form(FilesIds.ASSIGN_DIALOG, f"Assign {count(len(files), 'file')} to", body, "Assign", about)


def purge_form(trashed: Sequence[Trashed]) -> Component:
    """Confirmation of a permanent deletion."""
    labels = sum(file.labels for file in trashed)
    some = f"{count(len(trashed), 'file')} with {count(labels, 'label') if labels else 'no labels'}"
    words = f"{some} will be deleted permanently. This cannot be undone. Saved labels in outputs/ stay."
    about = {"ids": [file.id for file in trashed]}
    return form(
        FilesIds.PURGE_DIALOG,
        "Delete permanently?",
        [html.P(words)],
        "Delete permanently",
        about,
        danger=True,
    )


def deleted_words(deleted: DeleteResult) -> str:
    """Message after a deletion."""
    is_single = len(deleted.ids) == 1
    kept = (
        f" {'Its saved labels stay' if is_single else 'Their saved labels stay'} in outputs/."
        if deleted.saved
        else ""
    )
    pronoun = "it" if is_single else "them"
    return f"{count(len(deleted.ids), 'file')} deleted; the trash keeps {pronoun} for 30 days.{kept}"


def restored_words(restored: Sequence[tuple[int, str]]) -> str:
    """Message after a restore."""
    if len(restored) == 1:
        return f"{restored[0][1]} is back, with its labels."
    return f"{count(len(restored), 'file')} are back, with their labels."
