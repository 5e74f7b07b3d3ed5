"""The page of label sets and classes: its frame. What is in it comes from the server's state, drawn by its scripts."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from components.ids import ClassesIds
from components.parts import aria, button, icon, icon_button


def classes_page(label_set: int | None) -> Component:
    """The frame; ``label_set`` is the set whose classes are shown first, None: the first one."""
    return html.Div(
        [
            dcc.Store(id=ClassesIds.SHOWN, data={"set": label_set}),
            dcc.Store(id=ClassesIds.OPENED),
            _sets(),
            html.Div([_head(), _classes(), _folders()], className="tm-classes-main"),
        ],
        className="tm-classes-page",
    )


def _sets() -> Component:
    return html.Section(
        [
            html.H1("Label classes"),
            html.H2("Label sets"),
            html.Div(id=ClassesIds.SETS, className="tm-sets"),
            button(ClassesIds.ADD_SET, "plus-lg", "New set", size="sm", color="link", className="tm-add-set"),
            html.P(
                "A set is a group of classes. Each folder has one active set: its names and keys are offered there."
            ),
        ],
        className="tm-classes-sets",
        **aria(label="Label sets"),
    )


def _head() -> Component:
    return html.Div(
        [
            html.H2(id=ClassesIds.SET_NAME),
            icon_button(ClassesIds.RENAME_SET, "pencil", "Rename this set"),
            icon_button(ClassesIds.COPY_SET, "copy", "Copy this set"),
            icon_button(ClassesIds.DELETE_SET, "trash", "Delete this set"),
            html.Div(
                [
                    button(ClassesIds.IMPORT, "upload", "Import…", size="sm", outline=True, color="primary"),
                    html.A(
                        [icon("download"), html.Span("Export")],
                        id=ClassesIds.EXPORT,
                        className="btn btn-sm btn-outline-primary",
                        title="A CSV of this set: label,value,Color",
                        download="",
                    ),
                    button(ClassesIds.ADD, "plus-lg", "Add class", size="sm"),
                ],
                className="tm-classes-actions",
            ),
        ],
        className="tm-classes-head",
    )


def _classes() -> Component:
    names = ("", "Colour", "Name", "Key", "Model index", "Exclusive", "Labels", "")
    return html.Div(
        [
            html.Div(
                [html.Span(name) for name in names],
                className="tm-class-line tm-class-titles",
                **aria(hidden="true"),
            ),
            html.Div(id=ClassesIds.LIST, role="list", **aria(label="Classes of this set")),
        ],
        className="tm-class-lines",
    )


def _folders() -> Component:
    return html.Section(
        [
            html.H2("Active set of each folder"),
            html.P("A folder uses the set chosen for it, or else that of the folder above it."),
            html.Div(id=ClassesIds.FOLDERS, className="tm-folder-sets"),
        ],
        className="tm-classes-folders",
    )
