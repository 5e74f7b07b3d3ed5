"""Links to the main pages in the navigation bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.parts import aria
from components.urls import AGREEMENT, CLASSES, FILES, HOME, MODELS, OUTPUTS, at, inside


@dataclass(frozen=True)
class NavLink:
    """A page; ``section``: first part of the paths for which its link is current."""

    text: str
    icon: str
    href: str
    section: str


ENTRIES = (
    NavLink("Label", "activity", HOME, "label"),  # links to the last open recording
    NavLink("Files", "folder2", FILES, "files"),
    NavLink("Classes", "tags", CLASSES, "classes"),
    NavLink("Models", "cpu", MODELS, "models"),
    NavLink("Outputs", "file-earmark-zip", OUTPUTS, "outputs"),
    NavLink("Agreement", "people", AGREEMENT, "agreement"),
)


def nav(several: bool = False) -> Component:
    """The links; ``callbacks/navigation.py`` marks the current one.

    Args:
        several: more than one person labels, so that there is an agreement.
    """
    links = [_link(entry, entry.href == AGREEMENT and not several) for entry in ENTRIES]
    return html.Nav(links, className="tm-nav d-flex align-self-stretch", **aria(label="Pages"))


def item_id(section: Any) -> dict[str, Any]:
    """Id of an item of the bar; its ``aria-current`` is "page" on its page."""
    return {"type": "nav-item", "section": section}


def link_id(section: str) -> dict[str, Any]:
    """Id of the link in an item."""
    return {"type": "nav-link", "section": section}


def section_of(path: str) -> str:
    """Section of a path."""
    return inside(path).split("/")[1] or "label"


def _link(entry: NavLink, hidden: bool) -> Component:
    link = dcc.Link(
        entry.text,
        id=link_id(entry.section),
        href=at(entry.href),
        className=f"tm-nav-link bi bi-{entry.icon} d-inline-flex align-items-center gap-2 py-0 px-2 tm-fine "
        "text-decoration-none",
    )
    return html.Span(link, id=item_id(entry.section), className="tm-nav-item", hidden=hidden)
