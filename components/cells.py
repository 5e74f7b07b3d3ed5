"""Cells of AG Grid described in Python: elements with attributes, for the renderer ``Cell`` of ``grid_functions.js``.

An element is ``[tag, attributes, *children]``, attributes as React names them. Four are ours: ``do`` is reported in
``eventData`` after a click, ``menu`` after a right click: a name, or a dictionary. A field with ``set`` reports its
value under that name. The row is dragged by an element with ``drags``. The renderer shows the element that ``cells`` of
a row has for the column, or the value of the cell.
"""

from __future__ import annotations

from typing import Any

Element = list[Any]
CELL = {
    "cellRenderer": "Cell",
    "cellDataType": False,
    "equals": {"function": "false"},  # a cell depends on more than its value
}


def element(tag: str, *children: Any, **attributes: Any) -> Element:
    """An element; children and attributes that are None are left out."""
    given = {name: value for name, value in attributes.items() if value is not None}
    return [tag, given, *(child for child in children if child is not None)]


def icon(name: str, more: str = "") -> Element:
    """An icon of Bootstrap, with further classes."""
    return ["i", {"className": f"bi bi-{name} {more}".strip(), "aria-hidden": "true"}]


def button(
    action: str | dict[str, Any],
    title: str | None = None,
    *,
    sign: str | None = None,
    text: str | None = None,
    className: str = "tm-tool",  # noqa: N803  (name of React)
    disabled: bool = False,
    style: dict[str, str] | None = None,
    **more: Any,
) -> Element:
    """A button that reports ``action``; ``sign``: name of its icon; ``more``: further attributes."""
    spoken = None if text and "btn" in className else title
    about: dict[str, Any] = {
        "type": "button",
        "title": title,
        "aria-label": spoken,
        "disabled": disabled,
    } | more
    return element(
        "button", icon(sign) if sign else None, text, do=action, className=className, style=style, **about
    )


def buttons(*listed: Element) -> Element:
    """Buttons side by side."""
    return ["span", {"className": "d-flex align-items-center h-100"}, *listed]


def refused(cell: Any, why: str) -> Any:
    """The same with every button disabled and ``why`` as its tooltip; ``cell``: an element, or elements by column."""
    if isinstance(cell, dict):
        return {column: refused(content, why) for column, content in cell.items()}
    if not isinstance(cell, list):
        return cell
    tag, attributes, *children = cell
    more = {"disabled": True, "title": why} if tag == "button" else {}
    return [tag, attributes | more, *(refused(child, why) for child in children)]
