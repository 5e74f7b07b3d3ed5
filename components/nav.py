"""The links to the main pages, in the bar on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.parts import aria, icon
from components.urls import CLASSES, FILES, HOME, MODELS, OUTPUTS


@dataclass(frozen=True)
class Entry:
    """A page; ``section`` is the first part of the paths at which its link is marked as the current one."""

    text: str
    icon: str
    href: str
    section: str


ENTRIES = (
    Entry("Label", "activity", HOME, "label"),  # a script makes it lead to the recording that was open last
    Entry("Files", "folder2", FILES, "files"),
    Entry("Classes", "tags", CLASSES, "classes"),
    Entry("Models", "cpu", MODELS, "models"),
    Entry("Outputs", "file-earmark-zip", OUTPUTS, "outputs"),
)


def nav() -> Component:
    """The links; ``assets/zz_tidemark/11_navigation.js`` follows them and marks the current one."""
    return html.Nav([_link(entry) for entry in ENTRIES], className="tm-nav", **aria(label="Pages"))


def _link(entry: Entry) -> Component:
    data: Any = {"data-section": entry.section}
    return html.A([icon(entry.icon), html.Span(entry.text)], href=entry.href, className="tm-nav-link", **data)
