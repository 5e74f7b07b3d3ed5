"""The pane below the plot: its tabs, the columns of the table, going back in the history."""

from __future__ import annotations

from dash import Dash

from callbacks.wiring import on_click
from components.ids import HistoryIds, PaneIds, TableIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the buttons; the scripts in assets/ do the work."""
    on_click(
        app,
        {
            PaneIds.LABELS: "showLabels",
            PaneIds.HISTORY: "showHistory",
            PaneIds.FOLD: "foldPane",
            TableIds.RESET: "resetColumns",
            HistoryIds.RESET_SAVED: "resetToSaved",
            HistoryIds.RESET_EMPTY: "removeAllLabels",
        },
    )
