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
    lows = [version["f1"] if version["low"] is None else version["low"] for version in versions]
    low = max(0.0, math.floor((min(lows) - 0.001) * 10) / 10)
    labels = [version["labels"] for version in versions]
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
    points = [version for version in versions if version["same"] == same]
    bounds = [
        (point["f1"], point["f1"]) if point["low"] is None else (point["low"], point["high"])
        for point in points
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers" if same else "markers",
        "x": [point["labels"] for point in points],
        "y": [point["f1"] for point in points],
        "line": {"color": MAIN, "width": 1.5},
        "marker": {
            "color": MAIN if same else CLEAR,
            "size": 7,
            "line": {"color": MAIN, "width": 0 if same else 1.5},
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [high - point["f1"] for (_, high), point in zip(bounds, points, strict=True)],
            "arrayminus": [point["f1"] - low for (low, _), point in zip(bounds, points, strict=True)],
            "color": MAIN,
            "thickness": 1,
            "width": 0,
        },
        "hovertext": [_version_text(point) for point in points],
        "hoverinfo": "text",
    }


def _version_text(version: dict[str, Any]) -> str:
    around = "" if version["low"] is None else f" ({version['low']:.2f}–{version['high']:.2f})"
    other = "" if version["same"] else ", evaluated on other segments"
    labels = counted(version["labels"], "label")
    return f"Version {version['version']}: {version['f1']:.2f}{around} from {labels}{other}."
