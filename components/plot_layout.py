"""Rows and axes of the plot: places, scale of ECG paper, and Plotly's layout as far as the view does not matter."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

CLEAR = "rgba(0,0,0,0)"
LEFT, RIGHT, SECOND = 64, 14, 54  # px of the margins; SECOND: on the right, where a row has a second axis
GAP, ALL_GAPS = 0.03, 0.25  # shares of the height: between two rows, and most of all gaps together
LOW_ROW = 0.3  # share of the height; lower rows have few ticks
MILLIVOLTS = {"mv": 1.0, "uv": 1e-3, "µv": 1e-3, "μv": 1e-3, "v": 1e3}


def millivolts(unit: str | None) -> float:
    """Millivolts of a unit; 0 for other units."""
    return MILLIVOLTS.get((unit or "").strip().lower(), 0.0)


def place(rows: list[Row], paper: bool) -> dict[str, Any]:
    """Place rows from the top and complete their axes; return the layout of the plot.

    A row with ``span``, from and to as parts of the width, is next to the row before unless it begins at 0.
    A row gets ``top`` and ``share``, parts of the height; an axis gets ``name``, ``layout``, and ``paper``, the
    millivolts of its unit if it is on ECG paper, else 0.
    """
    lines = [row for row in rows if not _is_beside(row)]
    gap = min(GAP, ALL_GAPS / len(lines)) if len(lines) > 1 else 0.0
    whole = sum(row["height"] for row in lines)
    top, count, line = 0.0, 0, None
    for row in rows:
        if _is_beside(row) and line:
            row |= {"top": line["top"], "share": line["share"]}
        else:
            line = row
            row |= {"top": top, "share": row["height"] / whole * (1 - gap * (len(lines) - 1))}
            top += row["share"] + gap
        for axis in row["axes"]:
            count += 1
            axis["name"] = "y" if count == 1 else f"y{count}"
            axis["paper"] = millivolts(axis["unit"]) if paper and not axis["scale"] else 0.0
            axis["layout"] = _axis(row, axis)
        if line is not row:
            row["axes"][0]["layout"]["overlaying"] = line["axes"][0]["name"]
        if row.get("span", [0, 1]) != [0, 1]:  # each has its own baseline: no numbers for all of them
            row["axes"][0]["layout"]["showticklabels"] = False
    axes = [axis for row in rows for axis in row["axes"]]
    return {
        "margin": {"l": LEFT, "r": SECOND if any(len(row["axes"]) > 1 for row in rows) else RIGHT},
        "showlegend": False,
        "hovermode": False,
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": "inherit", "size": 11},
        "autosize": False,
        "xaxis": {
            "type": "linear",
            "anchor": rows[-1]["axes"][0]["name"] if rows else "y",
            "showgrid": not any(axis["paper"] for axis in axes),
            "zeroline": False,
        },
        "yaxis": {"visible": False, "fixedrange": True},
    }


def _is_beside(row: Row) -> bool:
    return row.get("span", [0])[0] > 0


def _axis(row: Row, axis: dict[str, Any]) -> dict[str, Any]:
    first = row["axes"][0]
    look = {
        "fixedrange": True,
        "anchor": "x",
        "showgrid": axis is first and not axis["paper"],
        "zeroline": False,
        "nticks": 6 if row["share"] > LOW_ROW else 3,
        "exponentformat": "SI",
    }
    if axis is first:
        return look | {"domain": [max(0.0, 1 - row["top"] - row["share"]), 1 - row["top"]]}
    second = axis is row["axes"][1]
    overlay = {"overlaying": first["name"], "side": "right", "tickmode": "auto", "showticklabels": second}
    return look | overlay
