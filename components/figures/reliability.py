"""Reliability diagram: the share of correct samples by score; on the diagonal the two are equal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components.figures import MAIN, Figure, axis, layout
from services.wording import counted

SIZE, WIDTH = 230, 320  # pixels
SMALLEST, LARGEST = 5.0, 18.0  # diameters of a point, by its share of all samples
Bins = Sequence[dict[str, Any]]


def reliability(bins: Bins) -> Figure:
    """The figure; ``bins`` as :func:`services.training.figures.figures` has them."""
    most = max((bucket["rows"] for bucket in bins), default=1)
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [bucket["score"] for bucket in bins],
        "y": [bucket["right"] for bucket in bins],
        "line": {"color": MAIN, "width": 1.2},
        "marker": {
            "color": MAIN,
            "opacity": 1,
            "line": {"width": 0},
            "size": [
                round(SMALLEST + (LARGEST - SMALLEST) * (bucket["rows"] / most) ** 0.5, 1) for bucket in bins
            ],
        },
        "hovertemplate": [
            f"{100 * bucket['right']:.0f} % correct at a score of {bucket['score']:.2f}, "
            f"{counted(bucket['rows'], 'sample')}<extra></extra>"
            for bucket in bins
        ],
        "cliponaxis": False,
    }
    ideal = {"type": "line", "x0": 0, "y0": 0, "x1": 1, "y1": 1}
    return {
        "data": [points],
        "layout": layout(
            SIZE,
            (34, 16, 12, 28),
            shapes=[{**ideal, "line": {"color": "#8b949e", "width": 1, "dash": "3px,3px"}}],
            xaxis=axis(range=[0, 1], nticks=6, tickformat=".1f", ticklabelstandoff=4),
            yaxis=axis(range=[0, 1.02], nticks=6, tickformat=".1f", ticklabelstandoff=4),
            annotations=[
                _named("score", x=1, xanchor="right", y=0, yanchor="bottom", yshift=2),
                _named("share correct", x=0, xanchor="left", y=1, yanchor="top", xshift=4),
            ],
        ),
    }


def _named(words: str, **place: Any) -> Figure:
    """What an axis shows, inside the figure."""
    return {"text": words, "showarrow": False, "xref": "paper", "yref": "paper", **place}


def reliability_words(bins: Bins) -> str:
    """Text alternative of the figure."""
    parts = [
        f"score {bucket['score']:.2f}: {100 * bucket['right']:.0f} % of {counted(bucket['rows'], 'sample')}"
        for bucket in bins
    ]
    return f"Share of correct samples by score. {'; '.join(parts)}."
