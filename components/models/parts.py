"""Shared parts of the sections of a model's page."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from components.parts import aria


def section(title: str, *content: Any) -> Component:
    """A section of the page with its title."""
    return html.Section([html.H3(title, className="mb-2"), *content], className="mt-4")


def figure(value: str, words: str, kind: str = "", title: str = "") -> Component:
    """A number with its label; ``kind`` of a decision sets a colour."""
    mark = html.Span(className=f"tm-figure-mark position-absolute tm-decided-{kind}", **aria(hidden="true"))
    return html.Div(
        [*([mark] if kind else []), html.B(value, className="lh-sm"), html.Small(words)],
        className="position-relative d-flex flex-column",
        title=title,
    )
