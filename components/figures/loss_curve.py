"""Loss curve of a training: one line per network, on training data and on held-out segments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from components.figures import MAIN, SECOND, Figure, axis, layout

HEIGHT = 250
Points = Sequence[dict[str, Any]]
KINDS = (
    ("loss", "on training segments", {"color": MAIN, "width": 1.8}),
    ("held_loss", "on held-out segments", {"color": SECOND, "width": 1.8, "dash": "5px,3px"}),
)


def loss_curve(points: Points) -> Figure:
    """The figure.

    Args:
        points: from :mod:`services.learning.job`: ``done`` (0 to 1), ``loss``, ``held_loss``,
        ``network`` and ``judged`` (true: of the model for evaluation, drawn fainter), ``macro_f1``.
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
    """Description of the figure."""
    parts = []
    for kind, words, _line in KINDS:
        if lines := _lines(points, kind):
            values = lines[-1][1]
            parts.append(f"{words} from {values[0][1]:.2f} to {values[-1][1]:.2f}")
    description = f"Loss of the last network: {'; '.join(parts)}." if parts else "No values yet."
    return f"Loss against the progress of the training. {description}"


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
    """Lines of one kind, one per network of each of the two models: (evaluation model, points)."""
    lines: dict[tuple[bool, str], list[tuple[float, float]]] = {}
    for point in points:
        if _is_number(point.get(kind)):
            key = (bool(point.get("judged")), str(point.get("network", "")))
            lines.setdefault(key, []).append((point["done"], point[kind]))
    return [(judged, values) for (judged, _), values in lines.items()]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _judged_line(done: float) -> Figure:
    line = {"color": "#8b949e", "width": 1, "dash": "2px,3px"}
    return {"type": "line", "x0": done, "x1": done, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _judged_words(point: dict[str, Any]) -> Figure:
    words = f"evaluated: macro-F1 {point['macro_f1']:.2f}"
    place = {"x": point["done"], "xanchor": "right", "xshift": -4, "yref": "paper", "y": 1, "yanchor": "top"}
    return {"text": words, "showarrow": False, **place}
