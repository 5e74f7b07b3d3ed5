"""Bar chart of F1 per class, by samples and by segments, with intervals if available."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components.figures import MAIN, SECOND, Figure, axis, layout
from components.figures.confusion_matrix import LONGEST, plain

ROW = 34  # pixels per class
KINDS = (("f1", "in samples", MAIN), ("segment_f1", "in segments", SECOND))


def class_scores(classes: Sequence[dict[str, Any]]) -> Figure:
    """The figure; ``classes`` from :func:`services.training.figures.figures`."""
    names = [str(label_class["name"]) for label_class in classes]
    traces = [_bars(classes, key, words, color) for key, words, color in KINDS]
    ticks = [plain(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…") for name in names]
    return {
        "data": traces,
        "layout": layout(
            ROW * len(names) + 58,
            (8, 16, 4, 44),
            showlegend=True,
            legend={
                "orientation": "h",
                "x": 0,
                "y": 0,
                "yref": "container",
                "yanchor": "bottom",
                "traceorder": "normal",
            },
            barmode="group",
            bargap=0.3,
            xaxis=axis(range=[0, 1.02], nticks=6, tickformat=".1f"),
            yaxis=axis(
                tickvals=list(range(len(names))),
                ticktext=ticks,
                range=[len(names) - 0.5, -0.5],
                showgrid=False,
                automargin=True,
            ),
        ),
    }


def class_words(classes: Sequence[dict[str, Any]]) -> str:
    """Description of the figure."""
    figures = [
        f"{label_class['name']} {label_class['f1']:.2f}"
        for label_class in classes
        if label_class["f1"] is not None
    ]
    return f"F1 of each class, counted in samples: {', '.join(figures) or 'unknown'}."


def _bars(classes: Sequence[dict[str, Any]], key: str, words: str, color: str) -> Figure:
    values = [label_class[key] for label_class in classes]
    around = [label_class.get(f"{key}_interval") for label_class in classes]
    trace: Figure = {
        "type": "bar",
        "orientation": "h",
        "name": f"F1 {words}",
        "y": list(range(len(values))),
        "x": [value or 0 for value in values],
        "marker": {"color": color, "cornerradius": 2},
        "hovertemplate": [
            f"{plain(str(label_class['name']))}: F1 {words} {_two(label_class[key])}<extra></extra>"
            for label_class in classes
        ],
    }
    if any(around):
        ends = [(pair or (value, value)) for pair, value in zip(around, trace["x"], strict=True)]
        trace["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": [high - value for (_, high), value in zip(ends, trace["x"], strict=True)],
            "arrayminus": [value - low for (low, _), value in zip(ends, trace["x"], strict=True)],
            "color": "#8b949e",
            "thickness": 1.2,
            "width": 3,
        }
    return trace


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
