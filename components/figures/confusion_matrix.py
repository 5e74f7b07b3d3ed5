"""Confusion matrix: rows are labelled classes, columns the shares of their samples by suggested class."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from components.figures import MAIN, Figure, axis, layout
from services.wording import counted

MANY = 6  # columns; from this number on, names are rotated
LARGE = 40  # columns; from this number on, cells have no numbers
DARKEST = 0.7  # opacity of a full cell: text has a contrast of 4.5:1 on it in both themes
LONGEST = 22  # characters of a name next to the matrix
NONE = "No suggestion"


def confusion_matrix(names: Sequence[str], counts: Sequence[Sequence[int]]) -> Figure:
    """The figure.

    Args:
        names: names of the classes.
        counts: samples [labelled class][suggested class, last: no suggestion].
    """
    columns = columns_of(names, counts)
    many, large = len(columns) > MANY, len(columns) > LARGE
    cells = [
        (row, column, count, sum(line))
        for row, line in enumerate(counts)
        for column, count in enumerate(line[: len(columns)])
    ]
    shares = [count / total if total else 0.0 for _, _, count, total in cells]
    size = 18 if large else 28 if many else 34
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": [row for row, *_ in cells],
        "x": [0.96] * len(cells),
        "base": [column - 0.48 for _, column, *_ in cells],
        "width": 0.92,
        "marker": {
            "color": MAIN,
            "opacity": [round(DARKEST * share, 3) for share in shares],
            "cornerradius": 3,
        },
        "text": [percent(count, share) for (_, _, count, _), share in zip(cells, shares, strict=True)],
        "textposition": "none" if large else "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "customdata": [
            f"{plain(names[row])} suggested as {plain(columns[column])}: {count:,} of {counted(total, 'sample')}"
            for row, column, count, total in cells
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    top = 8 + (7 * min(LONGEST, max(map(len, columns))) if many else 20)
    return {
        "data": [trace],
        "layout": layout(
            top + size * len(names) + 6,
            (8, 8, top, 4),
            barmode="overlay",
            xaxis=_names(columns, side="top", tickangle=-90 if many else 0, range=[-0.5, len(columns) - 0.5]),
            yaxis=_names(names, automargin=True, range=[len(names) - 0.5, -0.5]),
            shapes=[_frame(row, column) for row, column, *_ in cells] if not large else [],
        ),
    }


def confusion_width(names: Sequence[str], counts: Sequence[Sequence[int]]) -> int:
    """Width of the figure in pixels."""
    columns = len(columns_of(names, counts))
    size = 20 if columns > LARGE else 40 if columns > MANY else 90
    return 16 + 7 * min(LONGEST, max(map(len, names))) + size * columns


def columns_of(names: Sequence[str], counts: Sequence[Sequence[int]]) -> list[str]:
    """The classes, and a column for samples without a suggestion if there are any."""
    return [*names, NONE] if any(line[-1] for line in counts) else list(names)


def percent(count: int, share: float) -> str:
    """Text of a cell: per cent, ``<1`` for small values, nothing for 0."""
    if not count:
        return ""
    return "<1" if share < 0.005 else str(round(100 * share))


def plain(text: str) -> str:
    """A name escaped for plotly, which interprets some tags."""
    return escape(text, quote=False)


def _names(names: Sequence[str], **more: object) -> Figure:
    short = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in names]
    return axis(
        tickvals=list(range(len(names))), ticktext=[plain(name) for name in short], showgrid=False, **more
    )


def _frame(row: int, column: int) -> Figure:
    box = {"x0": column - 0.48, "x1": column + 0.48, "y0": row - 0.46, "y1": row + 0.46}
    return {"type": "rect", **box, "line": {"color": "rgba(128,128,128,0.28)", "width": 1}, "layer": "below"}
