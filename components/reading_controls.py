"""Form controls of reading options with a preview: in the details of a file, and for a refused file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import reading_form
from components.ids import DetailsIds, ReadingForm
from components.parts import aria
from services.ingest.reading_options import DATES, STARTS, TABLES, UNITS
from services.uploads.transfers import ALL, LATER, THIS


def page_of(ids: ReadingForm) -> str:
    """Prefix of the ids of a form."""
    return "details" if ids is DetailsIds else "sent"


def error_id(field: Any, ids: ReadingForm = DetailsIds) -> dict[str, Any]:
    """Error message of an option."""
    return {"type": f"{page_of(ids)}-error", "field": field}


def unit_id(channel: Any, ids: ReadingForm = DetailsIds) -> dict[str, Any]:
    """Control of the unit of a channel."""
    return {"type": f"{page_of(ids)}-unit", "channel": channel}


def zone_options(zones: Sequence[str]) -> list[Component]:
    """Options: names of time zones."""
    return [html.Option(value=zone) for zone in zones]


def scope_choice(ids: ReadingForm, others: str) -> Component:
    """Scope of the options; ``others``: text for the files besides this one."""
    words = {THIS: "for this file only", LATER: "and later files of its shape", ALL: f"these, and {others}"}
    options = [{"value": value, "label": label} for value, label in words.items()]
    control = dbc.Select(id=ids.SCOPE, options=options, value=LATER, size="sm")
    name = html.Span("For which files", className="visually-hidden")
    return html.Label([name, control], className="tm-reading-scope")


def unit_fields(units: Mapping[str, str], ids: ReadingForm = DetailsIds) -> list[Component]:
    """A field per channel for its unit."""
    return [
        html.Label(
            [
                html.Span(name, title=name, className="flex-fill text-truncate"),
                dbc.Input(
                    id=unit_id(name, ids),
                    value=unit,
                    maxLength=30,
                    placeholder="none",
                    size="sm",
                ),
            ],
            className="d-flex align-items-center gap-2",
        )
        for name, unit in units.items()
    ]


def reading_controls(ids: ReadingForm) -> Component:
    """The controls and the preview, filled by ``callbacks/rereading.py``."""
    zone = dbc.Input(
        id=ids.ZONE,
        list=ids.ZONES,
        placeholder="None, or Europe/Berlin, +01:00",
        autoComplete="off",
        size="sm",
    )
    rate = dbc.Input(id=ids.RATE, placeholder="Rows are counted", size="sm")
    fields = [
        _field(ids, "time", "Time column", _select(ids.TIME, reading_form.time_choices(None, {}))),
        _field(ids, "clock", "joined with", _several(ids.CLOCK)),
        _field(ids, "dates", "Dates such as 01/02/2023", _select(ids.DATES, _named(DATES, "Automatic"))),
        _field(ids, "zone", "Zone of dates without one", zone),
        _field(ids, "unit", "A time in numbers is in", _select(ids.UNIT, _named(UNITS, "As found"))),
        _field(ids, "rate", "Without a time column, rows a second", rate),
        _field(ids, "start", "Times count from", _select(ids.START, _named(STARTS, "As found"))),
        _field(ids, "tables", "Tables next to each other", _select(ids.TABLES, _named(TABLES, "As found"))),
        _select_field(ids, "DELIMITER", "Columns are separated by"),
        _select_field(ids, "DECIMAL", "Decimal sign"),
        _select_field(ids, "HEADER", "First line"),
        _select_field(ids, "ENCODING", "Encoding"),
        _field(ids, "begins", "Table begins at line", _typed(ids.BEGINS, "As found")),
        _field(ids, "units_row", "Units are in line", _typed(ids.UNITS_ROW, "As found")),
        _field(ids, "missing", "Words for missing, such as -9999", _typed(ids.MISSING, "As found")),
        _field(
            ids,
            "series",
            "Channels named by",
            _select(ids.SERIES, reading_form.series_choices(None, {})),
        ),
    ]
    units = [
        html.H3("Units of channels", className="mt-3 mb-2"),
        html.Div(id=ids.UNITS, className="tm-reading-units d-grid row-gap-2 column-gap-3 overflow-auto"),
    ]
    return html.Div(
        [
            html.Div(fields, className="tm-reading-fields d-grid row-gap-2 column-gap-3"),
            html.Datalist(id=ids.ZONES),
            html.Div([*units, _error(ids, "units")]),
            html.H3("The first rows", className="mt-3 mb-2"),
            _preview(ids),
        ],
        className="tm-reading",
    )


def _preview(ids: ReadingForm) -> Component:
    grid = dag.AgGrid(
        id=ids.ROWS,
        columnDefs=[],
        rowData=[],
        defaultColDef={"sortable": False, "resizable": True, "cellDataType": False, "minWidth": 110},
        columnSize="autoSize",
        dashGridOptions={
            "rowHeight": 24,
            "headerHeight": 44,
            "animateRows": False,
            "suppressMovableColumns": True,
            "localeText": {"noRowsToShow": "The rows are here as soon as the file can be read."},
        },
        className="tm-table-grid tm-fill tm-reading-grid",
        style={"height": "100%"},
    )
    parts = [
        html.P(id=ids.PROBLEM, className="text-danger text-break"),
        html.Div(grid, className="tm-reading-rows border rounded overflow-hidden"),
    ]
    notes = html.Ul(id=ids.NOTES, className="small text-body-secondary mt-2")
    return html.Div([*parts, notes], id=ids.PREVIEW, **aria(label="The first rows"))


def _typed(identity: str, otherwise: str) -> Component:
    return dbc.Input(id=identity, placeholder=otherwise, autoComplete="off", size="sm")


def _named(values: Mapping[str, str], otherwise: str) -> list[dict[str, str]]:
    named = [{"value": value, "label": label} for value, label in values.items()]
    return [{"value": reading_form.AS_FOUND, "label": otherwise}, *named]


def _select(identity: str, options: list[dict[str, str]]) -> Component:
    return dbc.Select(id=identity, options=options, value=reading_form.AS_FOUND, size="sm")


def _several(identity: str) -> Component:
    return dcc.Dropdown(
        id=identity, multi=True, options=[], value=[], placeholder="nothing", className="tm-reading-several"
    )


def _select_field(ids: ReadingForm, field: str, words: str) -> Component:
    name = field.lower()
    return _field(ids, name, words, _select(ids[field], reading_form.choices(name)))


def _field(ids: ReadingForm, name: str, words: str, control: Component) -> Component:
    return html.Label(
        [html.Span(words, className="small text-body-secondary"), control, _error(ids, name)],
        className="d-flex flex-column overflow-hidden p-1",
    )


def _error(ids: ReadingForm, name: str) -> Component:
    return html.Small(
        id=error_id(name, ids), className="tm-reading-error text-danger text-break", role="alert"
    )
