"""Learning curve over versions of a model: held-out macro-F1 with interval against the number of labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from components.figures import CLEAR, MAIN, Figure, axis, layout
from services.wording import counted

HEIGHT = 96
Versions = Sequence[dict[str, Any]]


def version_scores(versions: Versions) -> Figure:
    """The figure; ``versions`` from :func:`services.training.versions.version_json`, all evaluated."""
    lows = [one["f1"] if one["low"] is None else one["low"] for one in versions]
    low = max(0.0, math.floor((min(lows) - 0.001) * 10) / 10)
    labels = [one["labels"] for one in versions]
    first, last = min(labels), max(labels)
    room = max(1, last - first) * 0.06
    ends = [first] if first == last else [first, last]
    words = [counted(first, "label")] if first == last else [f"{first:,}", counted(last, "label")]
    return {
        "data": [_points(versions, True), _points(versions, False)],
        "layout": layout(
            HEIGHT,
            (26, 14, 6, 18),
            xaxis=axis(range=[first - room, last + room], tickvals=ends, ticktext=words, showgrid=False),
            yaxis=axis(range=[low - 0.02, 1.03], tickvals=[low, 1], tickformat=".1f"),
        ),
    }


def version_words(versions: Versions) -> str:
    """Description of the figure."""
    return f"Macro-F1 on held-out segments against the number of labels. {' '.join(map(_version_text, versions))}"


def _points(versions: Versions, same: bool) -> Figure:
    """Versions evaluated on the same segments as the newest, joined by a line; or the others."""
    points = [one for one in versions if one["same"] == same]
    bounds = [(one["f1"], one["f1"]) if one["low"] is None else (one["low"], one["high"]) for one in points]
    return {
        "type": "scatter",
        "mode": "lines+markers" if same else "markers",
        "x": [one["labels"] for one in points],
        "y": [one["f1"] for one in points],
        "line": {"color": MAIN, "width": 1.5},
        "marker": {
            "color": MAIN if same else CLEAR,
            "size": 7,
            "line": {"color": MAIN, "width": 0 if same else 1.5},
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [high - one["f1"] for (_, high), one in zip(bounds, points, strict=True)],
            "arrayminus": [one["f1"] - low for (low, _), one in zip(bounds, points, strict=True)],
            "color": MAIN,
            "thickness": 1,
            "width": 0,
        },
        "hovertext": [_version_text(one) for one in points],
        "hoverinfo": "text",
    }


def _version_text(one: dict[str, Any]) -> str:
    around = "" if one["low"] is None else f" ({one['low']:.2f}–{one['high']:.2f})"
    other = "" if one["same"] else ", evaluated on other segments"
    return f"Version {one['version']}: {one['f1']:.2f}{around} from {counted(one['labels'], 'label')}{other}."
