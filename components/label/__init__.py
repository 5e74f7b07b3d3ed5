"""The page on which one recording is labelled: toolbar, plot, label field, table; classes and saving beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from components import details, download_dialog
from components.dialogs import dialog
from components.ids import LabelIds, SelectionIds
from components.keymap import all_written
from components.label import save_results
from components.label.field import field
from components.label.head import head
from components.label.pane import pane
from components.label.side import side
from components.parts import stores
from components.time_series_plot import TimeSeriesPlot

STEPS = {LabelIds.NEXT_FILE: "Next file", LabelIds.PREVIOUS_FILE: "Previous file"}  # only keys press these
OF_PAGE = {"layers", "go_to"}  # what the page is told with the recording, and the plot is not
STORES = (LabelIds.SAVE_REQUEST, LabelIds.SAVE_ALL_REQUEST, LabelIds.SAVE_JOB)


def label_view(
    recording: dict[str, Any],
    facts: list[tuple[str, str]],
    labels: dict[str, Any] | None = None,
    preferences: dict[str, Any] | None = None,
    pane_kept: Any = None,
    model: Mapping[str, Any] | None = None,
    keys: Any = None,
) -> Component:
    """The page for one recording.

    Args:
        recording: what the browser must know, from :func:`components.recording.describe`; with ``layers`` where people
            can be hidden, and ``go_to`` where the address says what is in view.
        labels: all of them, from :func:`services.annotations.exchange.answer`.
        preferences: what the user chose about the plot.
        facts: how the file was read, from :func:`components.recording.facts`.
        pane_kept: height and fold of the pane below the plot, as they were chosen.
        model: the model that is chosen, from :func:`components.label.model_panel.chosen_parts`.
        keys: those that the user chose, for what the plot writes.
    """
    rows = (labels or {}).get("upsert", [])
    suggests = any(row.get("model") or row["status"] != "accepted" for row in rows)
    work = [
        head(recording),
        TimeSeriesPlot(
            LabelIds.PLOT,
            recording={name: value for name, value in recording.items() if name not in OF_PAGE},
            labels=labels,
            preferences=preferences,
            keymap=all_written(keys),
            confirmed=_confirmed(labels),
            refused=[],
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
            dialog(SelectionIds.NOTE_DIALOG),
            dialog(LabelIds.GO_TO_DIALOG),
            *[html.Button(words, id=one, n_clicks=0, hidden=True) for one, words in STEPS.items()],
        ],
        className="tm-label d-flex h-100",
    )


def _confirmed(labels: dict[str, Any] | None) -> dict[str, Any] | None:
    """The newest edit, as the plot tells it once it has these labels."""
    if not labels:
        return None
    return {
        "recording": labels["recording"],
        "revision": labels["revision"],
        "saved": labels["saved_revision"],
    }
