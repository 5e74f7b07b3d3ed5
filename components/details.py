"""How a file was read, shown with the file."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import LabelIds


def details_dialog(path: str, facts: list[tuple[str, str]]) -> Component:
    """A dialog listing ``facts`` (what, value) about the file at ``path``."""
    terms = [part for what, value in facts for part in (html.Dt(what), html.Dd(value))]
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle(path)),
            dbc.ModalBody(html.Dl(terms, className="tm-facts")),
        ],
        id=LabelIds.DETAILS,
        is_open=False,
        size="lg",
        scrollable=True,
    )
