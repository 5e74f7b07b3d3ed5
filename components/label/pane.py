"""Pane below the plot: tabs for the table of labels and the history; adjustable height."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from components.ids import HistoryIds, LabelIds, PaneIds
from components.label import doubts
from components.label.history import going_back
from components.label.table import table, table_tools
from components.parts import aria, icon_button, stores

FOLD = "tm-tool ms-auto ms-sm-0"
TOOLS = "tm-pane-tools d-flex flex-wrap align-items-center gap-2 col-12 col-sm order-1 order-sm-0"  # on a phone below


def pane(kept: Any = None, columns: Any = None, suggests: bool = False, kind: str = "") -> Component:
    """The pane; ``kept``: stored height and fold. ``assets/pane.js`` handles its tabs and border.

    ``columns``, ``suggests`` and ``kind``: the arguments of :func:`components.label.columns.arranged`.
    """
    kept = kept if isinstance(kept, dict) else {}
    height, folded = kept.get("height"), kept.get("folded") is True
    data: Any = {"data-height": str(height or ""), "data-folded": "yes" if folded else ""}
    return html.Div(
        [
            stores([PaneIds.CHOICE, HistoryIds.REQUEST, HistoryIds.TO, HistoryIds.AGAIN, *doubts.STORES]),
            going_back(),
            html.Div(
                id=PaneIds.BORDER,
                className="tm-pane-border position-absolute",
                role="separator",
                tabIndex=0,
                title="Drag to change the height; double-click: default height",
                **aria(orientation="horizontal", label="Height of the pane below the plot"),
            ),
            html.Div(
                [
                    html.Div(
                        [
                            _tab(PaneIds.LABELS, PaneIds.LABELS_PANEL, "Labels", LabelIds.COUNT, True),
                            _tab(PaneIds.HISTORY, PaneIds.HISTORY_PANEL, "History", PaneIds.REFUSED, False),
                        ],
                        className="d-flex align-self-stretch gap-1 flex-shrink-0",
                        role="tablist",
                        **aria(label="Below the plot"),
                    ),
                    html.Div(
                        table_tools(columns, suggests),
                        className=TOOLS,
                        id=PaneIds.LABELS_TOOLS,
                    ),
                    html.Div(
                        className=TOOLS,
                        id=PaneIds.HISTORY_TOOLS,
                        hidden=True,
                    ),
                    icon_button(
                        PaneIds.FOLD, "chevron-down", "Fold this pane or open it", "fold-pane", className=FOLD
                    ),
                ],
                className="tm-table-head d-flex flex-wrap flex-sm-nowrap align-items-center gap-2 flex-shrink-0",
            ),
            _panel(
                PaneIds.LABELS_PANEL,
                PaneIds.LABELS,
                [doubts.bar(), table(columns, suggests, kind)],
                hidden=False,
            ),
            _panel(PaneIds.HISTORY_PANEL, PaneIds.HISTORY, [], hidden=True),  # callbacks/history.py fills it
        ],
        id=PaneIds.PANE,
        className="tm-table tm-folded" if folded else "tm-table",
        style={"height": f"{height}px"} if isinstance(height, int) and not folded else None,
        **data,
    )


def _tab(identity: str, panel: str, text: str, count: str, chosen: bool) -> Component:
    more: Any = {"aria-selected": str(chosen).lower(), "aria-controls": panel, "data-pane": text.lower()}
    return html.Button(
        [text, html.Span(id=count, className="tm-count")],
        id=identity,
        className="tm-pane-tab",
        type="button",
        role="tab",
        n_clicks=0,
        **more,
    )


def _panel(identity: str, tab: str, content: Component | list[Component], hidden: bool) -> Component:
    return html.Div(
        content,
        id=identity,
        className="tm-panel tm-fill",
        role="tabpanel",
        hidden=hidden,
        **aria(labelledby=tab),
    )
