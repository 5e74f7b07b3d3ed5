"""How a file was read, shown with the file, and the form that has it read differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.ids import DetailsIds, LabelIds
from components.parts import aria, button
from services.ingest.reading_options import DATES, DECIMALS, DELIMITERS, ENCODINGS, UNITS

AS_FOUND = "found"  # the value of a choice that says nothing
_TITLE = f"{LabelIds.DETAILS}-title"
_WIDE = "tm-reading-field tm-reading-wide"


def details_dialog(path: str, facts: list[tuple[str, str]]) -> Component:
    """A dialog listing ``facts`` (what, value) about the file at ``path``."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle(path, id=_TITLE)),
            dbc.ModalBody(
                [
                    html.Div(
                        [
                            html.Dl(terms(facts), id=DetailsIds.FACTS, className="tm-facts"),
                            button(
                                DetailsIds.CHANGE,
                                "sliders",
                                "Read it differently…",
                                size="sm",
                                outline=True,
                                color="primary",
                            ),
                        ],
                        className="tm-details-facts",
                    ),
                    _form(),
                ]
            ),
            _footer(),
            dcc.Store(id=DetailsIds.REOPEN),
        ],
        id=LabelIds.DETAILS,
        labelledBy=_TITLE,
        is_open=False,
        size="xl",
        scrollable=True,
        class_name="tm-details",
    )


def terms(facts: list[tuple[str, str]]) -> list[Component]:
    """``facts`` as terms and descriptions."""
    return [part for what, value in facts for part in (html.Dt(what), html.Dd(value))]


def _form() -> Component:
    """Not shown until it is asked for; the script fills it, and shows what would come of it."""
    return html.Div(
        [
            html.Div(
                [
                    _choice(DetailsIds.TIME, "Time column", {}),
                    _choice(DetailsIds.DATES, "Dates such as 01/02/2023", DATES, "Not guessed at"),
                    _field(
                        "Zone of dates without one",
                        dbc.Input(
                            id=DetailsIds.ZONE,
                            list=DetailsIds.ZONES,
                            placeholder="None, or Europe/Berlin, +01:00",
                            autoComplete="off",
                            debounce=400,
                            size="sm",
                        ),
                    ),
                    _choice(DetailsIds.UNIT, "A time in numbers is in", UNITS),
                    _field(
                        "Without a time column, rows a second",
                        dbc.Input(
                            id=DetailsIds.RATE, placeholder="Rows are counted", debounce=400, size="sm"
                        ),
                    ),
                    _choice(DetailsIds.DELIMITER, "Columns are separated by", DELIMITERS),
                    _choice(DetailsIds.DECIMAL, "Decimal sign", DECIMALS),
                    _choice(DetailsIds.HEADER, "First line", {"yes": "names of columns", "no": "data"}),
                    _choice(DetailsIds.ENCODING, "Encoding", {name: name for name in ENCODINGS}),
                ],
                className="tm-reading-fields",
            ),
            html.Datalist(id=DetailsIds.ZONES),
            html.Div(
                [
                    html.H3("Units of channels"),
                    html.Div(id=DetailsIds.UNITS, className="tm-reading-units"),
                    html.Small(className="tm-reading-error", role="alert"),
                ],
                className=_WIDE,
            ),
            html.H3("The first rows"),
            html.Div(
                id=DetailsIds.PREVIEW,
                className="tm-reading-preview",
                tabIndex=0,
                **aria(label="The first rows"),
            ),
        ],
        className="tm-reading",
    )


def _footer() -> Component:
    return dbc.ModalFooter(
        [
            html.Div(id=DetailsIds.STATE, className="tm-reading-state", role="status"),
            button(DetailsIds.BACK, "arrow-left", "Back", size="sm", color="link"),
            button(DetailsIds.FOUND, "arrow-counterclockwise", "As found", size="sm", color="link"),
            button(DetailsIds.READ, "arrow-repeat", "Read again", size="sm", disabled=True),
        ]
    )


def _choice(identity: str, words: str, values: Mapping[str, str], otherwise: str = "As found") -> Component:
    options: list[Any] = [{"value": AS_FOUND, "label": otherwise}]
    options += [{"value": value, "label": label} for value, label in values.items()]
    return _field(words, dbc.Select(id=identity, options=options, value=AS_FOUND, size="sm"))


def _field(words: str, control: Component) -> Component:
    error = html.Small(className="tm-reading-error", role="alert")
    return html.Label([html.Span(words), control, error], className="tm-reading-field")
