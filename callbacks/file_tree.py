"""File tree: rows, filter, sorting, folding, next and previous file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from dash import Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.feedback import go, toast
from components.files import tree
from components.files.tree_rows import GridState, TreeFilter, neighbour, passing
from components.files.tree_update import FOLD_ALL, TreeRequest, TreeUpdate, draw
from components.ids import ShellIds
from components.urls import HOME, inside, label, recording_of
from services.accounts import acting
from services.web.container import Services

SORT = "files:sort"  # name of the preference
PANEL = (ShellIds.FILES_STATE, ShellIds.FILES_LABEL, ShellIds.FILES_SORT)  # created when the panel is opened
CHOICE = (ShellIds.FILES_FILTER, *PANEL)


def register(app: Dash, services: Services) -> None:
    """Register the tree."""
    _rows(app, services)
    _panel(app, services)
    _steps(app, services)


def choice_values(kind: type[Input | State]) -> list[Any]:
    """The controls :data:`CHOICE` as inputs or states of a callback."""
    return [kind(control, "value", allow_optional=control in PANEL) for control in CHOICE]


def choice_of(services: Services, values: Sequence[str | None]) -> TreeFilter:
    """The values of the controls :data:`CHOICE`; None for those of an unopened panel."""
    text, state, label, sort = values
    order = sort or stored_sort(services)
    return TreeFilter(text or "", _filter_value(state), _filter_value(label), order, acting.name())


def _filter_value(value: str | None) -> str:
    return "" if value in {None, tree.ANY} else str(value)


def _rows(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ShellIds.FILES_TREE, "rowData"),
        Output(ShellIds.FILES_TREE, "rowTransaction"),
        Output(ShellIds.FILES_EMPTY, "children"),
        Output(ShellIds.FILES_COUNT, "children"),
        Output(ShellIds.FILES_DRAWN, "data"),
        Output(ShellIds.FILES_CLOSED, "data"),
        inputs={
            "_version": Input(ShellIds.FILES_VERSION, "data"),
            "fold": Input(ShellIds.FILES_FOLD, "data"),
            "fold_all": Input(ShellIds.FILES_FOLD_ALL, "n_clicks", allow_optional=True),
            "closed": Input(ShellIds.FILES_CLOSED, "data"),
            "path": Input("_pages_location", "pathname"),
            "values": choice_values(Input),
            "drawn": State(ShellIds.FILES_DRAWN, "data"),
        },
    )
    def rows(
        _version: Any,
        fold: dict[str, str] | None,
        fold_all: int | None,
        closed: list[str] | None,
        path: str | None,
        values: list[Any],
        drawn: dict[str, Any] | None,
    ) -> tuple[Any, ...]:
        files = services.file_lists.current()
        samples = not files.files and services.uploads.is_reading_samples()
        choice = choice_of(services, values)
        before = GridState(**drawn) if drawn else GridState()
        opened, folding = recording_of(path), folded(before, fold, fold_all)
        update = draw(files, TreeRequest(choice, closed or [], folding, opened, samples), before)
        if drawn and not before.files and update.first and inside(path) == HOME:
            go(label(update.first))  # the first files were added
        same = update.closed == (closed or [])
        return *outputs(update, [fold, fold_all]), no_update if same else update.closed


def folded(before: GridState, fold: dict[str, str] | None, fold_all: int | None) -> str | None:
    """The requested folding: a folder, or all; also one whose answer Dash dropped, since another request followed."""
    handled, triggers = before.folds or [None, None], ctx.triggered_prop_ids.values()
    if fold_all and (ShellIds.FILES_FOLD_ALL in triggers or fold_all != handled[1]):
        return FOLD_ALL
    return fold["path"] if fold and fold != handled[0] else None


def outputs(update: TreeUpdate, folds: list[Any]) -> tuple[Any, ...]:
    """An update as rowData and rowTransaction of the grid, the empty state, the count, and the drawn rows with the
    requests to fold that they have.
    """
    rows = no_update if update.rows is None else update.rows
    empty = no_update if update.empty is None else update.empty
    transaction = {"update": update.changed, "async": False} if update.changed else no_update
    return rows, transaction, empty, update.count, {**asdict(update.drawn), "folds": folds}


def stored_sort(services: Services) -> str:
    """The stored sort order."""
    sort = services.preferences.get(SORT)
    return sort if sort in tree.SORTS else "name"


def _panel(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ShellIds.FILES_PANEL, "hidden"),
        Output(ShellIds.FILES_FUNNEL, "aria-expanded"),
        Output(ShellIds.FILES_PANEL, "children"),
        Input(ShellIds.FILES_FUNNEL, "n_clicks"),
        State(ShellIds.FILES_STATE, "value", allow_optional=True),
        prevent_initial_call=True,
    )
    def panel(clicks: int | None, state: str | None) -> tuple[bool, str, Any]:
        if not clicks:
            raise PreventUpdate
        opened = clicks % 2 == 1
        labels = tree.label_options(services.progress.classes())
        if state is None:
            made = tree.choices(stored_sort(services), labels, team=bool(acting.user().id))
            return not opened, str(opened).lower(), made
        set_props(ShellIds.FILES_LABEL, {"options": labels})
        return not opened, str(opened).lower(), no_update

    @app.callback(
        Output(ShellIds.FILES_FUNNEL, "className"),
        [Input(control, "value") for control in PANEL],
        prevent_initial_call=True,
    )
    def chosen(state: str | None, label: str | None, sort: str | None) -> str:
        if ctx.triggered_id == ShellIds.FILES_SORT and sort != stored_sort(services):
            services.preferences.set(SORT, sort)
        active = choice_of(services, ["", state, label, sort]).active
        return f"{tree.FUNNEL} bi bi-funnel{' tm-active' if active else ''}"


def _steps(app: Dash, services: Services) -> None:
    @app.callback(
        inputs={
            "asked": Input(ShellIds.FILE_STEP, "data"),
            "href": State("_pages_location", "href"),  # pathname follows later
            "values": choice_values(State),
        },
        prevent_initial_call=True,
    )
    def step(asked: dict[str, Any] | None, href: str | None, values: list[Any]) -> None:
        opened = recording_of(urlsplit(href or "").path)
        if not asked or not opened:
            raise PreventUpdate
        shown = passing(services.file_lists.current().files, choice_of(services, values))
        following = neighbour(shown, opened, asked["by"])
        if following:
            go(label(following))
        else:
            toast("This is the last file." if asked["by"] > 0 else "This is the first file.")
