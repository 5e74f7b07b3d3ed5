"""How a file was read, shown with the file, and the form that has it read differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import reading_form
from components.ids import DetailsIds, LabelIds
from components.parts import FACTS, aria, button, terms
from services.ingest.reading_options import DATES, UNITS
from services.recordings.rereading import ASKS, WORKING, Reread

_TITLE = f"{LabelIds.DETAILS}-title"
STORES = (DetailsIds.FORM, DetailsIds.READ_SENT, DetailsIds.JOB)


def error_id(field: Any) -> dict[str, Any]:
    """Where the form says what is wrong with a choice."""
    return {"type": "details-error", "field": field}


def unit_id(channel: Any) -> dict[str, Any]:
    """The control with the unit of a channel."""
    return {"type": "details-unit", "channel": channel}


def act_id(act: Any) -> dict[str, Any]:
    """A button beside the progress of a reading: "stop", "drop" or "keep"."""
    return {"type": "details-act", "act": act}


def details_dialog(path: str, facts: list[tuple[str, str]]) -> Component:
    """A dialog listing ``facts`` (what, value) about the file at ``path``; the form is hidden until it is asked for."""
    change = button(
        DetailsIds.CHANGE,
        "sliders",
        "Read it differently…",
        size="sm",
        outline=True,
        color="primary",
        className="mt-3",
    )
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle(path, id=_TITLE)),
            dbc.ModalBody(
                [
                    html.Div(
                        [
                            html.Dl(
                                terms(facts),
                                id=DetailsIds.FACTS,
                                className=FACTS,
                            ),
                            change,
                        ],
                        className="tm-details-facts",
                    ),
                    _form(),
                ]
            ),
            _footer(),
        ],
        id=LabelIds.DETAILS,
        labelledBy=_TITLE,
        is_open=False,
        fade=False,
        size="xl",
        scrollable=True,
        class_name="tm-details",
    )


def details_stores() -> list[Component]:
    """What the dialog's callbacks keep; outside of it, so that they are there while it is closed."""
    return [dcc.Store(id=store) for store in STORES]


def zone_options(zones: Sequence[str]) -> list[Component]:
    """The names of time zones that are offered."""
    return [html.Option(value=zone) for zone in zones]


def unit_fields(units: Mapping[str, str]) -> list[Component]:
    """A field for the unit of each channel."""
    return [
        html.Label(
            [
                html.Span(name, title=name, className="flex-fill text-truncate"),
                dbc.Input(
                    id=unit_id(name), value=unit, maxLength=30, placeholder="none", size="sm", debounce=200
                ),
            ],
            className="d-flex align-items-center gap-2",
        )
        for name, unit in units.items()
    ]


def reading_state(reread: Reread) -> list[Component]:
    """Where a reading stands: its progress, or what must be decided before; nothing when it ended."""
    if reread.state == WORKING:
        bar = html.Progress(max="1", value=f"{reread.progress:.3f}", **aria(label="Reading"))
        return [bar, html.Span(reread.sentence or "Waiting"), _act("stop", "Stop", "btn-link")]
    if reread.state == ASKS:
        return [
            html.Span(reread.sentence, className="text-danger text-break"),
            _act("drop", "Read again and drop them", "btn-danger"),
            _act("keep", "Leave it as it is", "btn-outline-primary"),
        ]
    return []


def _act(act: str, words: str, look: str) -> Component:
    focus = act == "drop" or None
    return html.Button(
        words, id=act_id(act), n_clicks=0, type="button", className=f"btn btn-sm {look}", autoFocus=focus
    )


def _form() -> Component:
    """The controls and the preview; ``callbacks/rereading.py`` fills them."""
    zone = dbc.Input(
        id=DetailsIds.ZONE,
        list=DetailsIds.ZONES,
        placeholder="None, or Europe/Berlin, +01:00",
        autoComplete="off",
        debounce=400,
        size="sm",
    )
    rate = dbc.Input(id=DetailsIds.RATE, placeholder="Rows are counted", debounce=400, size="sm")
    fields = [
        _field("time", "Time column", _select(DetailsIds.TIME, reading_form.time_choices(None, {}))),
        _field("clock", "joined with", _several(DetailsIds.CLOCK)),
        _field(
            "dates", "Dates such as 01/02/2023", _select(DetailsIds.DATES, _named(DATES, "Not guessed at"))
        ),
        _field("zone", "Zone of dates without one", zone),
        _field("unit", "A time in numbers is in", _select(DetailsIds.UNIT, _named(UNITS, "As found"))),
        _field("rate", "Without a time column, rows a second", rate),
        _found(DetailsIds.DELIMITER, "Columns are separated by"),
        _found(DetailsIds.DECIMAL, "Decimal sign"),
        _found(DetailsIds.HEADER, "First line"),
        _found(DetailsIds.ENCODING, "Encoding"),
        _field("begins", "Table begins at line", _typed(DetailsIds.BEGINS, "As found")),
        _field("units_row", "Units are in line", _typed(DetailsIds.UNITS_ROW, "As found")),
        _field("missing", "Words for missing, such as -9999", _typed(DetailsIds.MISSING, "As found")),
        _field(
            "series",
            "Channels named by",
            _select(DetailsIds.SERIES, reading_form.series_choices(None, {})),
        ),
    ]
    units = [
        html.H3("Units of channels", className="mt-3 mb-2"),
        html.Div(
            id=DetailsIds.UNITS, className="tm-reading-units d-grid row-gap-2 column-gap-3 overflow-auto"
        ),
    ]
    return html.Div(
        [
            html.Div(fields, className="tm-reading-fields d-grid row-gap-2 column-gap-3"),
            html.Datalist(id=DetailsIds.ZONES),
            html.Div([*units, _error("units")]),
            html.H3("The first rows", className="mt-3 mb-2"),
            _preview(),
        ],
        className="tm-reading",
    )


def _preview() -> Component:
    grid = dag.AgGrid(
        id=DetailsIds.ROWS,
        columnDefs=[],
        rowData=[],
        defaultColDef={"sortable": False, "resizable": True, "cellDataType": False, "minWidth": 110},
        columnSize="autoSize",
        dashGridOptions={
            "rowHeight": 24,
            "headerHeight": 44,
            "animateRows": False,
            "suppressMovableColumns": True,
        },
        className="tm-table-grid tm-fill tm-reading-grid",
        style={"height": "100%"},
    )
    parts = [
        html.P(id=DetailsIds.PROBLEM, className="text-danger text-break"),
        html.Div(grid, className="tm-reading-rows border rounded overflow-hidden"),
    ]
    notes = html.Ul(id=DetailsIds.NOTES, className="small text-body-secondary mt-2")
    return html.Div([*parts, notes], id=DetailsIds.PREVIEW, **aria(label="The first rows"))


def _footer() -> Component:
    return dbc.ModalFooter(
        [
            html.Div(id=DetailsIds.STATE, className="tm-reading-state", role="status"),
            button(DetailsIds.BACK, "arrow-left", "Back", size="sm", color="link"),
            button(DetailsIds.FOUND, "arrow-counterclockwise", "As found", size="sm", color="link"),
            button(DetailsIds.READ, "arrow-repeat", "Read again", size="sm", disabled=True),
        ]
    )


def _typed(identity: str, otherwise: str) -> Component:
    return dbc.Input(id=identity, placeholder=otherwise, debounce=400, autoComplete="off", size="sm")


def _named(values: Mapping[str, str], otherwise: str) -> list[dict[str, str]]:
    named = [{"value": value, "label": label} for value, label in values.items()]
    return [{"value": reading_form.AS_FOUND, "label": otherwise}, *named]


def _select(identity: str, options: list[dict[str, str]]) -> Component:
    return dbc.Select(id=identity, options=options, value=reading_form.AS_FOUND, size="sm")


def _several(identity: str) -> Component:
    return dcc.Dropdown(
        id=identity, multi=True, options=[], value=[], placeholder="nothing", className="tm-reading-several"
    )


def _found(identity: str, words: str) -> Component:
    name = identity.removeprefix("details-")
    return _field(name, words, _select(identity, reading_form.choices(name)))


def _field(name: str, words: str, control: Component) -> Component:
    return html.Label(
        [html.Span(words, className="small text-body-secondary"), control, _error(name)],
        className="d-flex flex-column overflow-hidden p-1",
    )


def _error(name: str) -> Component:
    return html.Small(id=error_id(name), className="tm-reading-error text-danger text-break", role="alert")
