"""Label page of a recording: toolbar, plot, label field, table; classes and saving at the side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import details, download_dialog
from components.dialogs import dialog
from components.ids import LabelIds, SelectionIds
from components.keymap import all_written
from components.label import save_form, save_results
from components.label.field import field
from components.label.head import head
from components.label.pane import pane
from components.label.side import side
from components.parts import stores
from components.time_series_plot import TimeSeriesPlot
from components.time_series_plot.elements import elements

OF_PAGE = {"layers", "go_to", "gaps"}  # values of the page, not passed to the plot
STORES = (LabelIds.SAVE_REQUEST, LabelIds.SAVE_ALL_REQUEST, LabelIds.SAVE_JOB)


def label_view(
    recording: dict[str, Any],
    facts: list[tuple[str, Any]],
    labels: dict[str, Any] | None = None,
    preferences: dict[str, Any] | None = None,
    pane_kept: Any = None,
    model: Mapping[str, Any] | None = None,
    keys: Any = None,
) -> Component:
    """The page of a recording.

    Args:
        recording: from :func:`components.recording.describe`; with ``layers`` if authors can be hidden, and ``go_to``
            if the URL has a visible range.
        labels: all labels, from :func:`services.annotations.exchange.answer`.
        preferences: the user's preferences about the plot.
        facts: how the file was read, from :func:`components.recording.facts`.
        pane_kept: height and fold of the pane below the plot, as stored.
        model: the selected model, from :func:`components.label.model_panel.chosen_parts`.
        keys: the user's keys, for texts of the plot.
    """
    rows = (labels or {}).get("upsert", [])
    suggests = any(row.get("model") or row["status"] != "accepted" for row in rows)
    work = [
        head(recording),
        TimeSeriesPlot(
            LabelIds.PLOT,
            elements=elements(LabelIds.PLOT, bool(recording.get("sure"))),
            recording={name: value for name, value in recording.items() if name not in OF_PAGE},
            labels=labels,
            preferences=preferences,
            keymap=all_written(keys),
            confirmed=_confirmed(labels),
            refused=[],
            suggests=suggests,
            go_to=recording.get("go_to"),
        ),
        field(),
        pane(pane_kept, (preferences or {}).get("table"), suggests, str(recording.get("kind", ""))),
    ]
    return html.Div(
        [
            stores([*STORES, *details.STORES]),
            html.Section(work, className="tm-fill d-flex flex-column h-100"),
            side(recording.get("done", False), model),
            *download_dialog.download_dialog(),
            details.details_dialog(recording.get("path", ""), facts),
            save_results.dialog(),
            save_form.save_form_dialog(),
            dialog(SelectionIds.NOTE_DIALOG),
            dialog(LabelIds.GO_TO_DIALOG),
        ],
        className="tm-label d-flex h-100",
    )


def _confirmed(labels: dict[str, Any] | None) -> dict[str, Any] | None:
    """The newest edit, as the plot reports it with these labels."""
    if not labels:
        return None
    return {
        "recording": labels["recording"],
        "revision": labels["revision"],
        "saved": labels["saved_revision"],
    }
