"""Plotly figures as plain dicts: one module per figure; :func:`graph` renders one.

``plotly.graph_objects`` takes seconds to import, so figures are dicts. Texts, grids and backgrounds
get their colours from ``training.css``, which follows the theme; colours of traces are readable in both.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.parts import aria

Figure = dict[str, Any]
MAIN, SECOND = "#2f81f7", "#bf8700"  # at least 3:1 on the light and on the dark background
CONFIG: Any = {"displayModeBar": False, "showTips": False, "plotlyServerURL": "", "scrollZoom": False}
CLEAR = "rgba(0,0,0,0)"


def graph(
    figure: Figure, words: str, class_name: str = "", identity: Any = None, width: int | None = None
) -> Component:
    """Render a figure.

    Args:
        words: description for screen readers.
        width: in pixels; None: fill the container. The height is that of the figure.
    """
    more: Any = {"id": identity} if identity else {}
    wide: Any = {"style": {"width": f"{width}px"}} if width else {}
    shown = dcc.Graph(
        figure=figure,
        config=CONFIG,
        responsive=True,
        style={"height": f"{figure['layout']['height']}px"},
        **more,
    )
    return html.Div(
        shown, className=f"tm-figure-plot {class_name}".strip(), role="img", **wide, **aria(label=words)
    )


def layout(height: int, margin: tuple[int, int, int, int], **more: Any) -> Figure:
    """Layout without background; ``margin``: left, right, top, bottom in pixels."""
    left, right, top, bottom = margin
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"size": 11},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "#24292f",
            "bordercolor": "#24292f",
            "font": {"color": "#ffffff", "size": 12},
        },
        **more,
    }


def axis(**more: Any) -> Figure:
    """Axis without zoom, with thin grid lines."""
    return {"fixedrange": True, "zeroline": False, "ticks": "", "gridwidth": 1, **more}
