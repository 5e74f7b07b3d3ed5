"""Tables of numbers, formatted with pandas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component


def numbers_table(
    caption: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], decimals: int
) -> Component:
    """A table with a heading per row.

    Args:
        rows: plain values; missing values are shown as a dash.
        columns: keys of the shown values with their titles; the first is the row heading.
        decimals: number of decimals of fractions.
    """
    import pandas

    frame = pandas.DataFrame(list(rows), columns=list(columns), dtype=object)
    written = frame.map(lambda value: _written(value, decimals))
    head = html.Thead(html.Tr([html.Th(title, scope="col") for title in columns.values()]))
    body = html.Tbody(
        [
            html.Tr([html.Th(first, scope="row", className="fw-semibold"), *map(html.Td, rest)])
            for first, *rest in written.itertuples(index=False)
        ]
    )
    return html.Table([html.Caption(caption), head, body], className="tm-numbers tm-ruled mb-3 tm-fine")


def _written(value: Any, decimals: int) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.{decimals}f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
