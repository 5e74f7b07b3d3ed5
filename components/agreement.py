"""The page of agreement: files with labels of several authors, figures of each pair, disagreements to settle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import cells
from components.ids import AgreementIds
from components.parts import SELECT_MANY, aria, button, compact_grid, name_of, name_option, name_value, named
from components.urls import place
from services.agreement.figures import PairFigures
from services.agreement.places import DisagreementKind
from services.agreement.service import Comparison, Disagreement, Mark, SharedFile
from services.wording import NO_AUTHOR, counted

Row = dict[str, Any]
ONLY_REVIEWERS = "Only a reviewer settles disagreements"
KINDS = {
    DisagreementKind.MISSING: "Only some labelled it",
    DisagreementKind.CLASS: "Other class",
    DisagreementKind.EXTENT: "Other extent",
    DisagreementKind.CHANNELS: "Other channels",
    DisagreementKind.BOUNDARY: "Boundary",
}
NO_FILES = "No file has labels of two people yet. Let two people label the same file."
NO_PLACES = "No open disagreement."
MOVABLE = {"sortable": True, "resizable": True}  # defaults of all columns
EXPLAINED = (
    "F1: segments of one class with at least half of their samples in common match. Kappa: Cohen's, of samples, where "
    "“no label” is a category; the second one of samples that both labelled. Boundaries: distance of starts and ends "
    "of matching segments, in samples."
)


def agreement_page() -> Component:
    """The page; ``callbacks/agreement.py`` fills it."""
    return html.Div(
        [
            *[dcc.Store(id=store) for store in (AgreementIds.SEEN, AgreementIds.AGAIN, AgreementIds.UNDO)],
            html.Section(
                [
                    html.Div(
                        [
                            html.H1("Agreement"),
                            html.P(id=AgreementIds.SUMMARY, className="tm-count mb-0", role="status"),
                        ],
                        className="d-flex align-items-baseline gap-3",
                    ),
                    html.Div(_files(), className="flex-shrink-0 mt-2", style={"height": "27%"}),
                    html.Div(
                        [_bar(), html.Div(_places(), className="tm-fill")],
                        id=AgreementIds.COMPARED,
                        className=compared_look(shown=False),
                    ),
                ],
                className="tm-outputs-list d-flex flex-column py-3 px-3",
            ),
            html.Aside(
                [
                    html.Div(id=AgreementIds.FIGURES),
                    html.P(EXPLAINED, className="small text-body-secondary mt-auto mb-0"),
                ],
                className="tm-outputs-preview d-flex flex-column py-3 px-3 border-start overflow-y-auto",
                **aria(label="Figures"),
            ),
        ],
        className="tm-outputs d-flex flex-column flex-md-row h-100",
    )


def compared_look(shown: bool) -> str:
    """Classes of what is below the files, which is shown if there are any."""
    return "tm-fill d-flex flex-column" if shown else "d-none"


def _files() -> Component:
    columns = [
        {"field": "path", "headerName": "File", "flex": 2, "minWidth": 180},
        {"field": "authors", "headerName": "Labels of", "flex": 2, "minWidth": 160},
    ]
    return compact_grid(AgreementIds.FILES, columns, NO_FILES, MOVABLE, **SELECT_MANY)


def _places() -> Component:
    single = {"mode": "singleRow"}
    return compact_grid(AgreementIds.PLACES, place_columns([]), NO_PLACES, MOVABLE, rowSelection=single)


def _bar() -> Component:
    authors = dbc.Checklist(id=AgreementIds.AUTHORS, options=[], value=[], inline=True)
    tolerance = dbc.Input(
        id=AgreementIds.TOLERANCE, type="number", min=0, step=1, value=0, size="sm", debounce=True
    )
    keep = dbc.Select(id=AgreementIds.KEEP, options=[], size="sm")
    look: Row = {
        "size": "sm",
        "outline": True,
        "color": "primary",
        "style": {"pointerEvents": "auto"},
    }  # tooltip
    settle = button(AgreementIds.SETTLE, "check2-all", "Keep", disabled=True, **look)
    return html.Div(
        [
            html.Div(
                [html.Span("Compare"), authors],
                className="tm-count d-flex align-items-center gap-2",
                role="group",
                **aria(label="Compare"),
            ),
            html.Label(
                ["Boundaries may differ by", tolerance, "samples"],
                className="tm-count d-flex align-items-center gap-2 text-nowrap",
            ),
            html.Div(
                [
                    html.Span("Where all agree, keep labels of"),
                    named("Author of the kept labels", keep),
                    settle,
                ],
                className="tm-count d-flex align-items-center gap-2 ms-auto text-nowrap",
            ),
        ],
        className="tm-outputs-bar d-flex flex-wrap align-items-center gap-2 my-2 mx-0",
    )


def name(author: str) -> str:
    """An author as the page writes it."""
    return author or NO_AUTHOR


def file_rows(files: Sequence[SharedFile]) -> list[Row]:
    """The rows of the files."""
    return [
        {
            "id": str(file.id),
            "path": file.path,
            "authors": " · ".join(f"{name(author)} {count:,}" for author, count in file.labels.items()),
        }
        for file in files
    ]


def chosen_files(selected: Any) -> list[int]:
    """The ids in ``selectedRows``: a list of rows, or the value set by a callback."""
    ids = selected.get("ids", []) if isinstance(selected, dict) else [row["id"] for row in selected or []]
    return [int(identity) for identity in ids]


def place_columns(authors: Sequence[str]) -> list[Row]:
    """The columns of the disagreements: one for the labels of each author, the last one with buttons."""
    shown: Row = {"sortable": False, "tooltipField": "path"}
    return [
        {"field": "name", "headerName": "Place", "cellRenderer": "TidemarkFileLink", "width": 95, **shown},
        {"field": "kind", "headerName": "Difference", "width": 118},
        {"field": "off", "headerName": "Samples", "width": 88, "type": "rightAligned"},
        *[
            {
                "field": f"label{number}",
                "headerName": name(author),
                "flex": 1,
                "minWidth": 95,
                "tooltipField": f"label{number}",
            }
            for number, author in enumerate(authors)
        ],
        {
            "field": "settle",
            "headerName": "Keep the label of",
            **cells.CELL,
            "width": 60 + 55 * max(2, len(authors)),
            "pinned": "right",
            "sortable": False,
        },
    ]


def place_rows(comparison: Comparison, may_settle: bool) -> list[Row]:
    """The rows of the disagreements; a click on the first column leads to the place in the plot."""
    return [_row(number, place, comparison, may_settle) for number, place in enumerate(comparison.places)]


def _row(number: int, disagreement: Disagreement, comparison: Comparison, may_settle: bool) -> Row:
    several = len(comparison.revisions) > 1
    values = {
        f"label{place}": "; ".join(map(_mark, disagreement.marks.get(author, ())))
        for place, author in enumerate(comparison.authors)
    }
    return {
        "id": f"{place(disagreement.recording, *disagreement.segment).rpartition('/')[2]}&place={number}",
        "folder": f"{disagreement.path.rpartition('/')[2]} " if several else "",
        "name": disagreement.start,
        "path": disagreement.path,
        "kind": f"{KINDS[disagreement.kind]}{_settled(disagreement.settled)}",
        "off": disagreement.off
        if disagreement.kind in {DisagreementKind.BOUNDARY, DisagreementKind.EXTENT}
        else None,
        "settle": _buttons(disagreement, comparison.authors, may_settle),
        **values,
    }


def _settled(by: str | None) -> str:
    return "" if by is None else f" · settled by {by}" if by else " · settled"


def _mark(mark: Mark) -> str:
    channels = f" on {mark.channels}" if mark.channels else ""
    return f"{mark.label} {mark.start} – {mark.end}{channels}"


def _buttons(place: Disagreement, authors: Sequence[str], may_settle: bool) -> cells.Element:
    about = {"recording": place.recording, "ids": place.ids, "seen": place.revision}
    choices = [(author, name(author)) for author in authors if author in place.marks]
    return cells.buttons(
        *[
            cells.button(
                json.dumps({**about, "keep": keep}),
                None if may_settle else ONLY_REVIEWERS,
                text=text,
                className="btn btn-sm btn-link p-0 me-3",
                disabled=not may_settle,
            )
            for keep, text in [*choices, (None, "None")]
        ]
    )


def summary(comparison: Comparison | None, files: Sequence[Row] | None) -> str:
    """How many disagreements are open, and which are in the list; ``files``: rows of the files."""
    if comparison is None:
        return "Choose files." if files else ""
    parts = [f"{counted(comparison.open, 'open disagreement')}", f"{comparison.settled:,} settled"]
    if comparison.open + comparison.settled > len(comparison.places):
        parts.append(f"the first {len(comparison.places):,} are listed")
    return " · ".join(parts)


def options(comparison: Comparison | None) -> list[dict[str, str]]:
    """Options for the compared authors."""
    return [_option(author) for author in (comparison.authors if comparison else ())]


def kept_options(comparison: Comparison | None) -> list[dict[str, str]]:
    """Options of the author to keep where all agree."""
    return [
        {"value": author, "label": name(author)} for author in (comparison.compared if comparison else ())
    ]


def _option(author: str) -> dict[str, str]:
    return name_option(author, name(author))


def chosen_authors(values: Sequence[str] | None) -> list[str]:
    """The authors that the values of :func:`options` mean."""
    return [name_of(value) for value in values or []]


def values(comparison: Comparison | None) -> list[str]:
    """The values of :func:`options` that are compared."""
    return [name_value(author) for author in (comparison.compared if comparison else ())]


def settle_words(comparison: Comparison | None) -> str:
    """Text of the button that keeps one label of each agreed place."""
    return f"Keep ({comparison.agreed:,})" if comparison else "Keep"


def figures(comparison: Comparison | None) -> list[Component]:
    """The figures of each pair, and of each class."""
    if comparison is None or not comparison.pairs:
        return []
    return [part for pair in comparison.pairs for part in _pair(pair, comparison.classes)]


def _pair(pair: PairFigures, classes: Mapping[int, str]) -> list[Component]:
    both = (name(pair.one), name(pair.other))
    facts = [
        ("F1", _number(pair.f1)),
        ("Kappa", _number(pair.kappa)),
        ("Kappa where both labelled", _number(pair.kappa_labelled)),
        ("Boundaries, median", _samples(pair.boundary_median)),
        ("Boundaries, 95 %", _samples(pair.boundary_p95)),
    ]
    rows = [
        [
            classes.get(figures_of_class.label_class, ""),
            f"{figures_of_class.one:,}",
            f"{figures_of_class.other:,}",
            f"{figures_of_class.matched:,}",
            _number(figures_of_class.f1),
        ]
        for figures_of_class in pair.classes
    ]
    return [
        html.H2(" and ".join(both), className="text-break"),
        _table([], facts),
        _table(["Class", *both, "Match", "F1"], rows),
    ]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Component:
    right = "text-end"
    head = [html.Th(text, className=right if place else "") for place, text in enumerate(heads)]
    body = [
        html.Tr([html.Td(text, className=right if place else "text-break") for place, text in enumerate(row)])
        for row in rows
    ]
    parts = [html.Thead(html.Tr(head))] if heads else []
    return dbc.Table([*parts, html.Tbody(body)], size="sm", className="tm-fine mb-3")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _samples(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}".removesuffix(".0")
