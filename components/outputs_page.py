"""Outputs page: states of saved files, actions, preview of a file."""

from __future__ import annotations

from collections import Counter
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components import output_list
from components.dialogs import dialog, form
from components.ids import OutputsIds
from components.label.save_form import save_form_field
from components.parts import aria, button, empty_state, named
from services.outputs.saved_files import THERE, OutputFile, SavedPreview, SavedState
from services.outputs.service import SaveForm
from services.wording import counted

ALL = "all"
COLUMNS = (
    {"field": "labels", "headerName": "Labels", "width": 90, "type": "rightAligned"},
    {"field": "savedLabels", "headerName": "In the file", "width": 105, "type": "rightAligned"},
    {"field": "saved", "headerName": "Saved", "width": 180, "tooltipField": "saved"},
    {"field": "size", "headerName": "Size", "width": 95, "type": "rightAligned"},
)
NOTHING = "Nothing is saved, and no file has labels. Label a file and press Save."
NO_PREVIEW = "Choose one saved file to see its content."
EMPTY = "The file has no labels."
MOST_NAMED = 8


def outputs_page(save_form: SaveForm | None) -> Component:
    """The page, filled by callbacks; ``save_form``: what Save writes, None if only one person labelled."""
    return html.Div(
        [
            dcc.Store(id=OutputsIds.BEFORE, data=[]),
            dcc.Store(id=OutputsIds.SAVED),
            dcc.Location(id=OutputsIds.ADDRESS, refresh=True),
            html.Section(
                [_head(save_form), _bar(), _list()], className="tm-outputs-list d-flex flex-column py-3 px-3"
            ),
            _preview(),
            dialog(OutputsIds.DIALOG, scrollable=True),
        ],
        className="tm-outputs d-flex flex-column flex-md-row h-100",
    )


def _head(save_form: SaveForm | None) -> Component:
    choice = html.Span(
        ["Save writes", save_form_field(save_form)],
        hidden=save_form is None,
        className="" if save_form is None else "d-flex align-items-baseline gap-2",
    )
    return html.Div(
        [
            html.H1("Outputs"),
            html.P(id=OutputsIds.SUMMARY, className="tm-count mb-0", role="status"),
            html.Div(
                [choice, "ZIP of", output_list.zip_choice(OutputsIds.FILES)],
                className="tm-count d-flex align-items-baseline gap-2 ms-auto text-nowrap",
            ),
        ],
        className="d-flex flex-wrap align-items-baseline column-gap-3",
    )


def _bar() -> Component:
    filters = [(ALL, "All"), *((str(state), words) for state, (words, _) in output_list.STATES.items())]
    choice = dbc.Select(
        id=OutputsIds.STATE,
        options=[{"value": value, "label": words[0].upper() + words[1:]} for value, words in filters],
        value=ALL,
        size="sm",
    )
    search = dbc.Input(
        id=OutputsIds.SEARCH, type="search", placeholder="Search files", size="sm", autocomplete="off"
    )
    return html.Div(
        [
            named("Search files", search),
            named("Show", choice),
            html.Div(_tools(), className="d-flex flex-wrap align-items-center gap-2 ms-auto"),
        ],
        className="tm-outputs-bar d-flex flex-wrap align-items-center gap-2 my-2 mx-0",
    )


def _tools() -> list[Component]:
    more: dict[str, Any] = {"size": "sm", "outline": True, "color": "primary", "disabled": True}
    return [
        html.Span(id=OutputsIds.CHOSEN, className="tm-count"),
        button(
            OutputsIds.SAVE,
            "floppy",
            "Save",
            title="Save the chosen files where something is to be written",
            **more,
        ),
        button(OutputsIds.DOWNLOAD, "download", "Download ZIP", size="sm", disabled=True),
        button(OutputsIds.DELETE, "trash", "Delete…", **more | {"color": "danger"}),
    ]


def _list() -> Component:
    return html.Div(output_list.grid(OutputsIds.GRID, COLUMNS, NOTHING), className="tm-fill")


def _preview() -> Component:
    return html.Aside(
        [
            html.H2(id=OutputsIds.PREVIEW_NAME, className="text-break"),
            html.P(id=OutputsIds.PREVIEW_ROWS, className="tm-count"),
            html.Div(id=OutputsIds.PREVIEW, className="flex-fill"),
        ],
        className="tm-outputs-preview d-flex flex-column py-3 px-3 border-start",
        **aria(label="Content of a saved file"),
    )


def summary(files: list[OutputFile]) -> str:
    """Number of files in each state."""
    number = Counter(file.state for file in files)
    parts = [counted(len(files), "file")] if files else []
    parts += [
        f"{number[state]:,} {words}" for state, (words, _) in output_list.STATES.items() if number[state]
    ]
    return " · ".join(parts)


def filtered_files(files: list[OutputFile], state: str | None, text: str | None) -> list[OutputFile]:
    """Files in a state whose path contains every word of ``text``."""
    words = (text or "").lower().split()
    return [
        file
        for file in files
        if state in {None, ALL, file.state} and all(word in file.path.lower() for word in words)
    ]


def preview(saved: SavedPreview | None) -> tuple[str, str, Component]:
    """Name, number of rows and table of a saved file; None: a hint."""
    if saved is None:
        return "", "", empty_state("file-earmark-text", "", NO_PREVIEW)
    more = len(saved.table) < saved.rows
    words = (
        f"The first {len(saved.table):,} of {counted(saved.rows, 'label')}"
        if more
        else counted(saved.rows, "label")
    )
    table = dag.AgGrid(
        columnDefs=[
            {"field": f"c{at}", "headerName": str(name), "flex": 1, "minWidth": 62}
            for at, name in enumerate(saved.table.columns)
        ],
        rowData=[
            {f"c{at}": cell for at, cell in enumerate(row)} for row in saved.table.itertuples(index=False)
        ],
        defaultColDef={
            "cellDataType": False,
            "sortable": False,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        dashGridOptions={
            "rowHeight": 26,
            "headerHeight": 30,
            "localeText": {"noRowsToShow": "The file has no labels."},
        },
        style={"height": "100%"},
    )
    return saved.path, words, table


def confirm_delete(files: list[OutputFile]) -> Component:
    """Confirmation of the deletion of saved files."""
    names = [html.Li(file.path) for file in files[:MOST_NAMED]]
    if len(files) > MOST_NAMED:
        names.append(html.Li(f"and {len(files) - MOST_NAMED:,} more"))
    subject, pronoun = ("The file is", "it") if len(files) == 1 else ("The files are", "them")
    words = f"{subject} deleted from outputs/. The labels stay in Tidemark; Save writes {pronoun} again."
    body = [html.P(words), html.Ul(names, className="small text-break")]
    about = {"ids": [file.id for file in files]}
    title = f"Delete {counted(len(files), 'saved file')}?"
    return form(OutputsIds.DIALOG, title, body, "Delete", about=about, danger=True)


def can(selection: output_list.OutputSelection) -> tuple[bool, bool, bool]:
    """Whether saving, downloading and deleting are disabled for the selection."""
    there = selection.of(*THERE)
    unsaved = [state for state in selection.states if state != SavedState.SAVED]
    return not unsaved, not there, not there
