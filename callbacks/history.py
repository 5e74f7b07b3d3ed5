"""History pane below the plot: rows, showing an edit on the plot, restoring."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.dialogs import on_submit
from callbacks.feedback import files_changed, labels_changed, toast
from components.ids import HistoryIds, LabelIds, PaneIds
from components.label import history
from services.accounts import acting
from services.annotations.history import PAGE, ShownChanges
from services.web.container import Services
from services.wording import counted


def register(app: Dash, services: Services) -> None:
    """Register the pane and the history."""
    _pane(app, services)
    _rows(app, services)
    _register_highlight(app, services)
    _restore(app, services)


def _pane(app: Dash, services: Services) -> None:
    @app.callback(
        Output(PaneIds.HISTORY_PANEL, "children"),
        Output(PaneIds.HISTORY_TOOLS, "children"),
        Output(PaneIds.HISTORY_PANEL, "data-there"),
        Input(PaneIds.CHOICE, "data"),
        State(PaneIds.HISTORY_PANEL, "data-there"),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def fill(
        choice: dict[str, Any] | None, there: str | None, recording: dict[str, Any] | None
    ) -> tuple[Any, Any, str]:
        """Create the history only while it is shown; otherwise every edit would read it."""
        shown = "yes" if choice and choice["shown"] == "history" else ""
        if shown == (there or ""):
            raise PreventUpdate
        if not shown:
            return [], [], shown
        authors = services.history.authors(recording["id"]) if recording else []
        return history.history(), history.history_tools(authors), shown

    @app.callback(Input(PaneIds.CHOICE, "data"), prevent_initial_call=True)
    def keep(choice: dict[str, Any] | None) -> None:
        if not choice:
            raise PreventUpdate
        if choice["shown"] != "history" or choice["folded"]:
            set_props(LabelIds.PLOT, {"highlight": None})  # the preview of an edit
        kept = {name: choice[name] for name in ("height", "folded")}
        if services.preferences.get("pane") != kept:
            services.preferences.set("pane", kept)


def _rows(app: Dash, services: Services) -> None:
    @app.callback(
        Output(HistoryIds.GRID, "rowData"),
        Input(LabelIds.PLOT, "confirmed"),
        Input(HistoryIds.LIMIT, "data", allow_optional=True),  # the pane may be closed meanwhile
        Input(HistoryIds.CLOCK, "n_intervals", allow_optional=True),
        Input(HistoryIds.AUTHOR, "value", allow_optional=True),  # only with two or more authors
        State(LabelIds.PLOT, "recording"),
    )
    def show(
        _confirmed: Any, limit: int | None, _tick: Any, author: str | None, recording: dict[str, Any]
    ) -> Any:
        if limit is None:
            raise PreventUpdate
        page = services.history.newest(recording["id"], limit, history.author_of(author))
        return history.rows(page, datetime.now(UTC), "—" if acting.name() else "you")


def _register_highlight(app: Dash, services: Services) -> None:
    @app.callback(
        Output(LabelIds.PLOT, "highlight"),
        Input(HistoryIds.LOOK, "data", allow_optional=True),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def look(seen: dict[str, Any] | None, recording: dict[str, Any]) -> ShownChanges | None:
        """The edit below the pointer."""
        if not seen:
            raise PreventUpdate
        return services.history.shown(recording["id"], seen["point"]) if seen["point"] else None

    @app.callback(
        Output(LabelIds.PLOT, "go_to"),
        Output(HistoryIds.LIMIT, "data"),
        Input(HistoryIds.GRID, "eventData", allow_optional=True),
        State(HistoryIds.LIMIT, "data", allow_optional=True),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )
    def hear(event: dict[str, Any] | None, limit: int | None, recording: dict[str, Any]) -> tuple[Any, Any]:
        if not event or limit is None:
            raise PreventUpdate
        data = event["data"]
        if "more" in data:  # the end of the list is shown
            return no_update, limit + PAGE if data["more"] >= limit else no_update
        if "go" in data:
            shown = services.history.shown(recording["id"], data["go"]) if data["go"] else None
            return range_of_edit(shown, event["timestamp"]), no_update
        is_button = "value" in data  # of the row; otherwise its key
        wish(int(data["rowId"][1:]) if is_button else data["restore"])
        return no_update, no_update  # PreventUpdate would discard set_props


def wish(to: Any) -> None:
    """Request a restore of a revision, "saved" or "empty"; the browser first sends its unsent edits."""
    set_props(HistoryIds.TO, {"data": {"to": to, "once": str(uuid4())}})


def range_of_edit(shown: ShownChanges | None, at: int) -> Any:
    """The time range of an edit's labels; ``at`` makes it unique. No update for an edit without labels."""
    if shown is None or not shown["before"] + shown["after"]:
        return no_update
    if shown["hidden"]:
        toast(f"{counted(shown['hidden'], 'label')} more were changed; they are not drawn.")
    labels = shown["before"] + shown["after"]
    return {"x0": min(row["x0"] for row in labels), "x1": max(row["x1"] for row in labels), "at": at}


def _restore(app: Dash, services: Services) -> None:
    """A restore is requested by the browser after its unsent edits are in the database."""

    @app.callback(
        Input(HistoryIds.RESET_SAVED, "n_clicks", allow_optional=True),
        Input(HistoryIds.RESET_EMPTY, "n_clicks", allow_optional=True),
        prevent_initial_call=True,
    )
    def press(_saved: Any, _empty: Any) -> None:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        wish("saved" if ctx.triggered_id == HistoryIds.RESET_SAVED else "empty")

    app.clientside_callback(
        ClientsideFunction("time_series_plot", "saveWhenSent"),
        Output(HistoryIds.REQUEST, "data"),
        Input(HistoryIds.TO, "data"),
        State(LabelIds.PLOT, "recording"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(HistoryIds.DIALOG, "is_open"),
        Output(HistoryIds.DIALOG, "children"),
        Input(HistoryIds.REQUEST, "data"),
        prevent_initial_call=True,
    )
    def ask(request: dict[str, Any] | None) -> tuple[Any, Any]:
        if not request:
            raise PreventUpdate
        recording, to = request["recording"], request["to"]
        outlook = services.history.outlook(recording, to)
        words = ", ".join(history.changes(outlook))
        about = {"recording": recording, "to": to, "asked_at": outlook["revision"], "words": f"{words}."}
        if not words:
            toast("This file has no labels." if to == "empty" else "The labels are already in that state.")
        elif history.needs_confirmation(to, outlook):
            return True, history.confirm(to, outlook, about)
        else:
            go_back(about, {})
        return no_update, no_update  # PreventUpdate would discard the toast

    def go_back(about: dict[str, Any], _fields: dict[str, Any]) -> None:
        uuid = services.annotations.go_back(about["recording"], about["to"], about["asked_at"])
        toast(about["words"], undo=uuid)
        labels_changed()
        files_changed(services)

    on_submit(app, HistoryIds.DIALOG, go_back, controls=False)
