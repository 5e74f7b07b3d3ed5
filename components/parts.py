"""Small pieces the screens share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

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


def aria(**names: str) -> Any:
    """Attributes for screen readers: ``aria(label="Files")`` is ``{"aria-label": "Files"}``."""
    return {f"aria-{name}": value for name, value in names.items()}


def data(**names: str) -> Any:
    """``data-…`` attributes, as keyword arguments of a Dash component."""
    return {f"data-{name}": value for name, value in names.items()}


def stores(ids: Iterable[str], held: Mapping[str, Any] | None = None) -> Component:
    """Stores, those in ``held`` with data at first, that are in Dash's layout but are not mounted.

    A closed dialog does not draw what it holds, and a store holds its data in the layout: callbacks and ``set_props``
    use it all the same. Each mounted component costs time of the browser's main thread at every callback.
    """
    data = held or {}
    return dbc.Modal([dcc.Store(id=one, data=data.get(one)) for one in ids], is_open=False)


def icon(name: str) -> Component:
    """A Bootstrap icon; decoration only, so hidden from screen readers."""
    return html.I(className=f"bi bi-{name}", **aria(hidden="true"))


def list_text(text: str) -> str:
    """A text that people chose, for the value or the label of an option of ``dcc.Dropdown``.

    Its search changes all objects of the page over the word ``__proto__``, so an invisible sign stands in that word.
    """
    return text.replace("__proto__", SAFE_PROTO)


def text_of_list(text: str) -> str:
    """The text that :func:`list_text` was given."""
    return text.replace(SAFE_PROTO, "__proto__")


def key(text: str) -> Component:
    """A key as it stands on the keyboard."""
    return html.Kbd(text, className="tm-key")


def key_hint(action: str) -> Any:
    """Attributes of a button that says the first key of what it does behind its words.

    ``components/keys_shown.py`` and the plot write another one where the user chose it.
    """
    return data(key=first_key(action), **{"key-of": action})


def act(name: str) -> dict[str, Any]:
    """The attribute of a button that says what the plot does on a click, such as ``fit``."""
    return {"data-plot": name}


def icon_button(
    identity: Any, icon_name: str, label: str, action: str = "", act: str = "", **more: Any
) -> Component:
    """A small button that shows an icon and says ``label`` on hover and to screen readers.

    The icon is the button's own, not a component in it: what Dash does takes time for each component.

    ``action``: what it does, as ``components.keymap`` names it; its keys are then said on hover. ``act``: what the plot
    does when it is clicked (see ``TimeSeriesPlot``); such a button needs no callback.
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
    """The id in the page of a component with a pattern id, as Dash writes it; for ``htmlFor``."""
    return json.dumps(identity, sort_keys=True, separators=(",", ":"))


def with_key(label: str, action: str, kept: Any = None) -> str:
    """A title with the keys of its action, which stand in brackets at its end: ``Fit (f)``."""
    keys = written_keys(kept, action)
    return f"{label} ({keys})" if keys else label


def button(
    identity: Any, icon_name: str, text: str, action: str = "", act: str = "", **more: Any
) -> Component:
    """A button with an icon, a text and, where its ``action`` (see :func:`icon_button`) has one, its key."""
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
    """The same with ``data-…`` attributes; Bootstrap's buttons take none."""
    looks = ["btn", f"btn-{'outline-' if outline else ''}{color}", f"btn-{size}" if size else "", className]
    return html.Button(
        text, id=identity, n_clicks=0, type="button", className=" ".join(filter(None, looks)), **more
    )


def empty_state(icon_name: str, title: str, *sentences: Any, **more: Any) -> Component:
    """What a pane shows when there is nothing in it yet: what it is for and what to do next."""
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
    """What a ``html.Dl`` of the class :data:`FACTS` holds: each name with its value."""
    return [
        part
        for name, value in rows
        for part in (
            html.Dt(name, className="fw-medium text-body-secondary"),
            html.Dd(value, className="m-0 text-break"),
        )
    ]


def named(name: str, control: Component, **more: Any) -> Component:
    """A form control with its name for screen readers only (Bootstrap's inputs take no ``aria-label``)."""
    return html.Label([html.Span(name, className="visually-hidden"), control], **more)


def modal(identity: str, title: Any, body: Any, footer: Any = None, **more: Any) -> Component:
    """A dialog, closed at first, which its title names to screen readers; ``body`` is a component or what it holds."""
    name = f"{identity}-title"
    parts = [dbc.ModalHeader(dbc.ModalTitle(title, id=name))]
    parts.append(body if isinstance(body, dbc.ModalBody) else dbc.ModalBody(body))
    if footer is not None:
        parts.append(dbc.ModalFooter(footer))
    return dbc.Modal(parts, id=identity, is_open=False, fade=False, labelledBy=name, **more)


def drop_zone(name: str, icon_name: str, title: str, hint: str) -> Component:
    """Where files are dropped, and buttons that choose them, for the ``FileUpload`` of that name."""
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
    """A button that the script of ``FileUpload`` listens to: only a click in the browser may open a file picker."""
    data: Any = {"data-chooses": f"{name}-{kind}-input"}
    content = [icon(icon_name), html.Span(text)]
    return html.Button(content, id=f"{name}-{kind}-button", type="button", className=class_name, **data)
