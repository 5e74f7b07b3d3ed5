"""Shared parts of the user interface: buttons, icons, keys, modals, drop zones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.keymap import first_key, written_keys

FACTS = "tm-facts d-grid row-gap-1 column-gap-3 m-0 tm-fine"
SAFE_PROTO = "_\u2060_proto__"  # with a word joiner
EMPTY = (
    "tm-empty d-flex flex-column align-items-center justify-content-center gap-2 p-4 "
    "text-center text-body-secondary"
)

# A list next to the content of a page. On a screen below 768 px it is above the content, at most 45 % of the window.
SIDE_LIST = {"maxHeight": "max(45vh, (100vw - 767px) * 999)"}


def aria(**names: str) -> Any:
    """Attributes for screen readers: ``aria(label="Files")`` is ``{"aria-label": "Files"}``."""
    return {f"aria-{name}": value for name, value in names.items()}


def data(**names: str) -> Any:
    """``data-…`` attributes, as keyword arguments of a Dash component."""
    return {f"data-{name}": value for name, value in names.items()}


def stores(ids: Iterable[str], held: Mapping[str, Any] | None = None) -> Component:
    """Stores in Dash's layout that are not mounted; ``held``: initial data by id.

    A closed dialog does not render its content, but the data of a store are in the layout, so callbacks and
    ``set_props`` can use it. Each mounted component costs time of the browser's main thread at every callback.
    """
    data = held or {}
    return dbc.Modal([dcc.Store(id=identity, data=data.get(identity)) for identity in ids], is_open=False)


def compact_grid(
    identity: str,
    columns: Sequence[Mapping[str, Any]],
    nothing: str,
    defaults: Mapping[str, Any],
    **options: Any,
) -> Component:
    """An empty AG Grid with low rows, whose rows have an ``id``.

    Args:
        columns: column definitions; ``defaults``: properties of all columns.
        nothing: text without rows.
        options: further grid options.
    """
    return dag.AgGrid(
        id=identity,
        columnDefs=list(columns),
        rowData=[],
        getRowId="params.data.id",
        defaultColDef={"cellDataType": False, **defaults},
        dashGridOptions={
            "rowHeight": 30,
            "headerHeight": 32,
            "animateRows": False,
            "ensureDomOrder": True,
            "localeText": {"noRowsToShow": nothing},
            **options,
        },
        style={"height": "100%"},
    )


SELECT_MANY = {
    "rowSelection": {"mode": "multiRow", "enableClickSelection": True, "headerCheckbox": True},
    "selectionColumnDef": {"width": 44, "pinned": "left"},
}  # options of a grid in which rows are selected by a click or a check box


def icon(name: str) -> Component:
    """A Bootstrap icon, hidden from screen readers."""
    return html.I(className=f"bi bi-{name}", **aria(hidden="true"))


def list_text(text: str) -> str:
    """User text escaped for the value or label of an option of ``dcc.Dropdown``.

    Its search would modify Object.prototype for the word ``__proto__``, so an invisible character is inserted.
    """
    return text.replace("__proto__", SAFE_PROTO)


def text_of_list(text: str) -> str:
    """Inverse of :func:`list_text`."""
    return text.replace(SAFE_PROTO, "__proto__")


def name_option(name: str, label: str = "") -> dict[str, str]:
    """Option for a name, whose value differs from the special values of the list."""
    return {"value": name_value(name), "label": list_text(label or name)}


def name_value(name: str) -> str:
    """Value of the option for ``name``.

    >>> name_value("Ann"), name_of(name_value("__proto__"))
    ('=Ann', '__proto__')
    """
    return f"={list_text(name)}"


def name_of(value: str) -> str:
    """Inverse of :func:`name_value`."""
    return text_of_list(value.removeprefix("="))


def key(text: str) -> Component:
    """A key as on the keyboard."""
    return html.Kbd(text, className="tm-key")


def key_hint(action: str) -> Any:
    """Attributes of a button that shows the first key of its action after its text.

    ``components/keys_shown.py`` and the plot replace it by the user's key.
    """
    return data(key=first_key(action), **{"key-of": action})


def act(name: str) -> dict[str, Any]:
    """Attribute of a button with the plot action of a click, such as ``fit``."""
    return {"data-plot": name}


def icon_button(
    identity: Any, icon_name: str, label: str, action: str = "", act: str = "", **more: Any
) -> Component:
    """A small icon button with ``label`` as tooltip and accessible name.

    The icon is a class of the button, not a component, since each component takes time in Dash.

    ``action``: name in ``components.keymap``, whose keys are in the tooltip. ``act``: plot action of a click (see
    ``TimeSeriesPlot``); such a button needs no callback.
    """
    look = more.pop("className", "tm-tool")
    if act:
        more["data-plot"] = act
    title = with_key(label, action) if action else label
    if action:
        more["data-action"] = action
    more |= aria(label=label)
    return html.Button(
        id=identity, title=title, type="button", n_clicks=0, className=f"{look} bi bi-{icon_name}", **more
    )


def dom_id(identity: dict[str, Any]) -> str:
    """DOM id of a component with a pattern id, as written by Dash; for ``htmlFor``."""
    return json.dumps(identity, sort_keys=True, separators=(",", ":"))


def with_key(label: str, action: str, kept: Any = None) -> str:
    """A title with the keys of its action in brackets: ``Fit (f)``."""
    keys = written_keys(kept, action)
    return f"{label} ({keys})" if keys else label


def button(
    identity: Any, icon_name: str, text: str, action: str = "", act: str = "", **more: Any
) -> Component:
    """A button with icon, text and, if its ``action`` (see :func:`icon_button`) has one, its key."""
    more["className"] = f"{more.pop('className', '')} bi bi-{icon_name}".strip()
    if action:
        more |= key_hint(action)
    if act:
        more["data-plot"] = act
    if action or act:
        return _button_with_data(identity, text, **more)
    return dbc.Button(text, id=identity, n_clicks=0, type="button", **more)


def _button_with_data(
    identity: str,
    text: str,
    *,
    size: str = "",
    color: str = "primary",
    outline: bool = False,
    className: str = "",  # noqa: N803  (Dash's name)
    **more: Any,
) -> Component:
    """A button with ``data-…`` attributes, which Bootstrap's buttons do not support."""
    looks = ["btn", f"btn-{'outline-' if outline else ''}{color}", f"btn-{size}" if size else "", className]
    return html.Button(
        text, id=identity, n_clicks=0, type="button", className=" ".join(filter(None, looks)), **more
    )


def empty_state(icon_name: str, title: str, *sentences: Any, **more: Any) -> Component:
    """Placeholder of an empty pane: its purpose and the next step."""
    return html.Div(
        [
            icon(icon_name),
            html.H2(title, className="fs-5 text-body"),
            *[html.P(sentence, className="m-0") for sentence in sentences],
        ],
        className=EMPTY,
        **more,
    )


def terms(rows: Iterable[tuple[str, Any]]) -> list[Component]:
    """Content of a ``html.Dl`` with class :data:`FACTS`: names with values."""
    return [
        part
        for name, value in rows
        for part in (
            html.Dt(name, className="fw-medium text-body-secondary"),
            html.Dd(value, className="m-0 text-break"),
        )
    ]


def named(name: str, control: Component, **more: Any) -> Component:
    """A form control with a label for screen readers (Bootstrap's inputs do not support ``aria-label``)."""
    return html.Label([html.Span(name, className="visually-hidden"), control], **more)


def modal(identity: str, title: Any, body: Any, footer: Any = None, **more: Any) -> Component:
    """A closed dialog, labelled by its title; ``body``: a component or its content."""
    name = f"{identity}-title"
    parts = [dbc.ModalHeader(dbc.ModalTitle(title, id=name))]
    parts.append(body if isinstance(body, dbc.ModalBody) else dbc.ModalBody(body))
    if footer is not None:
        parts.append(dbc.ModalFooter(footer))
    return dbc.Modal(parts, id=identity, is_open=False, fade=False, labelledBy=name, **more)


def drop_zone(name: str, icon_name: str, title: str, hint: str) -> Component:
    """Drop zone with file buttons, for the ``FileUpload`` of that name."""
    return html.Div(
        [
            icon(icon_name),
            html.Div(title, className="fw-semibold text-body"),
            html.Div(
                [
                    _chooser(name, "directory", "folder2-open", "Select Directory", "btn btn-primary"),
                    _chooser(name, "files", "file-earmark-text", "Select Files", "btn btn-outline-primary"),
                ],
                className="d-flex flex-wrap gap-2",
            ),
            html.Small(hint),
        ],
        id=f"{name}-drop",
        className="tm-upload-drop",
    )


def _chooser(name: str, kind: str, icon_name: str, text: str, class_name: str) -> Component:
    """A button handled by the script of ``FileUpload``: only a click in the browser may open a file picker."""
    data: Any = {"data-chooses": f"{name}-{kind}-input"}
    content = [icon(icon_name), html.Span(text)]
    return html.Button(content, id=f"{name}-{kind}-button", type="button", className=class_name, **data)
