"""The loss of a training against its progress: one line for each network, on what it learns and on what it does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from components.figures import MAIN, SECOND, Figure, axis, layout

HEIGHT = 250
Points = Sequence[dict[str, Any]]
KINDS = (
    ("loss", "on what it is shown", {"color": MAIN, "width": 1.8}),
    ("held_loss", "on segments left out", {"color": SECOND, "width": 1.8, "dash": "5px,3px"}),
)


def loss_curve(points: Points) -> Figure:
    """The figure.

    Args:
        points: as :mod:`services.learning.job` notes them: ``done`` (0 to 1), ``loss``, ``held_loss``,
            ``network`` and ``judged`` (true: of the model that is judged, which is drawn fainter), ``macro_f1``.
    """
    traces = [trace for kind, words, line in KINDS for trace in _traces(points, kind, words, line)]
    top = math.ceil(2 * max([1.0, *(value for trace in traces for value in trace["y"])])) / 2
    marks = [point for point in points if _is_number(point.get("macro_f1"))][:1]
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            (34, 10, 10, 48),
            showlegend=bool(traces),
            legend={
                "orientation": "h",
                "x": 0,
                "y": -0.12,
                "yanchor": "top",
                "itemclick": False,
                "itemdoubleclick": False,
            },
            uirevision="loss",
            xaxis=axis(
                range=[0, 1], tickvals=[0, 1], ticktext=["begin", "end"], showgrid=False, ticklabelstandoff=4
            ),
            yaxis=axis(range=[-0.02 * top, 1.02 * top], tickvals=[0, top / 2, top], tickformat=".1f"),
            shapes=[_judged_line(point["done"]) for point in marks],
            annotations=[_judged_words(point) for point in marks],
        ),
    }


def loss_words(points: Points) -> str:
    """What the figure shows, in words."""
    parts = []
    for kind, words, _line in KINDS:
        if lines := _lines(points, kind):
            values = lines[-1][1]
            parts.append(f"{words} from {values[0][1]:.2f} to {values[-1][1]:.2f}")
    found = f"Loss of the last network: {'; '.join(parts)}." if parts else "Nothing was noted yet."
    return f"Loss against the progress of the training. {found}"


def _traces(points: Points, kind: str, words: str, line: dict[str, Any]) -> list[Figure]:
    lines = _lines(points, kind)
    named = next((place for place, (judged, _) in enumerate(lines) if not judged), 0)  # in the legend
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"Loss {words}",
            "legendgroup": kind,
            "showlegend": place == named,
            "x": [done for done, _ in values],
            "y": [value for _, value in values],
            "line": line,
            "opacity": 0.45 if judged else 1,
            "hovertemplate": f"%{{y:.3f}} {words}<extra></extra>",
        }
        for place, (judged, values) in enumerate(lines)
    ]


def _lines(points: Points, kind: str) -> list[tuple[bool, list[tuple[float, float]]]]:
    """The lines of one kind, one for each network of each of the two models: is it judged, points."""
    found: dict[tuple[bool, str], list[tuple[float, float]]] = {}
    for point in points:
        if _is_number(point.get(kind)):
            key = (bool(point.get("judged")), str(point.get("network", "")))
            found.setdefault(key, []).append((point["done"], point[kind]))
    return [(judged, values) for (judged, _), values in found.items()]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _judged_line(done: float) -> Figure:
    line = {"color": "#8b949e", "width": 1, "dash": "2px,3px"}
    return {"type": "line", "x0": done, "x1": done, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _judged_words(point: dict[str, Any]) -> Figure:
    words = f"judged: macro-F1 {point['macro_f1']:.2f}"
    place = {"x": point["done"], "xanchor": "right", "xshift": -4, "yref": "paper", "y": 1, "yanchor": "top"}
    return {"text": words, "showarrow": False, **place}
