"""What became of the files after Save All."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.ids import LabelIds
from components.parts import empty_state, icon, modal


def dialog() -> Component:
    """The dialog; its list comes from :func:`results`."""
    return modal(
        LabelIds.SAVE_RESULTS,
        "Save All",
        html.Div(id=LabelIds.SAVE_RESULTS_LIST),
        dbc.Button("Close", id=LabelIds.SAVE_RESULTS_CLOSE, n_clicks=0),
        scrollable=True,
    )


def results(results: list[tuple[str, str, bool]]) -> Component:
    """The list after Save All: path, what happened, and whether it went well."""
    if not results:
        return empty_state("check2-circle", "Nothing to save", "Every file is saved as it is.")
    return html.Ul(
        [
            html.Li([icon("check-lg" if well else "exclamation-triangle"), html.Span(path), html.Small(what)])
            for path, what, well in results
        ],
        className="tm-results",
    )
