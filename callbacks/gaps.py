"""Close the gaps of the time axis, or show them."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks.feedback import toast
from components.ids import LabelIds
from components.label import gaps
from services.web.container import Services


def register(app: Dash, services: Services) -> None:
    """Register the button; the choice applies to all recordings of a shape."""

    @app.callback(
        Output(LabelIds.PLOT, "axis"),
        Output(LabelIds.GAPS, "className"),
        Output(LabelIds.GAPS, "aria-pressed"),
        Input(LabelIds.GAPS, "n_clicks"),
        State(LabelIds.PAGE_ABOUT, "data"),
        prevent_initial_call=True,
    )
    def press(clicks: int | None, about: dict[str, Any] | None) -> tuple[dict[str, Any], str, str]:
        if not clicks or not about:
            raise PreventUpdate
        shown = other_axis(services, about["recording"])
        look = gaps.look(shown)
        return shown, look["className"], look["aria-pressed"]


def other_axis(services: Services, recording: int) -> gaps.Axis:
    """Switch the stored time axis of recordings of this shape; shows the reason if the gaps cannot be closed."""
    store = services.recordings.store(recording)
    kind = services.preferences.change(gaps.preference(store), gaps.other_kind)
    shown = gaps.axis(store, kind)
    if kind and shown is gaps.TIME:
        services.preferences.set(gaps.preference(store), None)
        toast(gaps.REFUSED, "warning")
    return shown
