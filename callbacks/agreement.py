"""The page of agreement: which files are compared, figures, disagreements, and how a reviewer settles them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from dash import Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.feedback import toast
from components import agreement
from components.ids import AgreementIds, ShellIds
from services.accounts import acting
from services.accounts.model import Role
from services.agreement.service import Comparison
from services.annotations import exchange
from services.errors import Conflict
from services.web.container import Services

Seen = dict[str, Any]  # state of the page: files, compared authors, tolerance, revisions


def register(app: Dash, services: Services) -> None:
    """Wire the page."""
    _show(app, services)
    _settle(app, services)


def _show(app: Dash, services: Services) -> None:
    @app.callback(
        Output(AgreementIds.FILES, "rowData"),
        Output(AgreementIds.FILES, "selectedRows"),
        Output(AgreementIds.COMPARED, "className"),
        Input(ShellIds.FILES_VERSION, "data"),
        State(AgreementIds.FILES, "rowData"),
    )
    def show(_version: str | None, versions: list[dict[str, Any]]) -> tuple[Any, ...]:
        rows = agreement.file_rows(services.agreement.files())
        if rows == versions:
            raise PreventUpdate
        selected = no_update if versions else {"ids": [row["id"] for row in rows[:1]]}
        return rows, selected, agreement.compared_look(shown=bool(rows))

    @app.callback(
        Output(AgreementIds.SUMMARY, "children"),
        Output(AgreementIds.PLACES, "columnDefs"),
        Output(AgreementIds.PLACES, "rowData"),
        Output(AgreementIds.FIGURES, "children"),
        Output(AgreementIds.AUTHORS, "options"),
        Output(AgreementIds.AUTHORS, "value"),
        Output(AgreementIds.KEEP, "options"),
        Output(AgreementIds.KEEP, "value"),
        *[Output(AgreementIds.SETTLE, name) for name in ("children", "disabled", "title")],
        Output(AgreementIds.SEEN, "data"),
        Input(AgreementIds.FILES, "selectedRows"),
        Input(AgreementIds.AUTHORS, "value"),
        Input(AgreementIds.TOLERANCE, "value"),
        Input(ShellIds.FILES_VERSION, "data"),
        Input(AgreementIds.AGAIN, "data"),
        State(AgreementIds.SEEN, "data"),
        State(AgreementIds.KEEP, "value"),
        State(AgreementIds.FILES, "rowData"),
    )
    def compare(
        selected: Any,
        authors: Any,
        tolerance: Any,
        _version: Any,
        _again: Any,
        seen: Any,
        keep: Any,
        files: Any,
    ) -> tuple[Any, ...]:
        ids = agreement.chosen_files(selected)
        if ctx.triggered_id == ShellIds.FILES_VERSION:
            _check_changed(services, ids, seen)
        if ctx.triggered_id == AgreementIds.FILES:
            authors = []  # other files have other authors
        names, samples = agreement.chosen_authors(authors), max(0, int(tolerance or 0))
        comparison = services.agreement.compare(ids, names, samples) if ids else None
        return *page_content(comparison, keep, files), comparison_state(comparison, ids, samples)


def _check_changed(services: Services, ids: list[int], seen: Seen | None) -> None:
    """Prevent the update if no label of the files changed since the comparison."""
    now = {str(identity): revision for identity, revision in services.agreement.revisions(ids).items()}
    if seen and now == seen["revisions"]:
        raise PreventUpdate


def page_content(comparison: Comparison | None, keep: str | None, files: Any) -> tuple[Any, ...]:
    """Content of the page for a comparison.

    Args:
        keep: the author chosen so far.
        files: rows of the files.
    """
    may = acting.user().role >= Role.REVIEWER
    compared = comparison.compared if comparison else []
    return (
        agreement.summary(comparison, files),
        agreement.place_columns(comparison.authors if comparison else []),
        agreement.place_rows(comparison, may) if comparison else [],
        agreement.figures(comparison),
        agreement.options(comparison),
        agreement.values(comparison),
        agreement.kept_options(comparison),
        keep if keep in compared else next(iter(compared), ""),
        agreement.settle_words(comparison),
        not (may and comparison and comparison.agreed),
        "One label of each place where all agree becomes final" if may else agreement.ONLY_REVIEWERS,
    )


def comparison_state(comparison: Comparison | None, ids: list[int], tolerance: int) -> Seen:
    """State of the shown comparison, for later callbacks."""
    if comparison is None:
        return {"ids": ids, "compared": [], "tolerance": tolerance, "revisions": {}}
    revisions = {str(identity): revision for identity, revision in comparison.revisions.items()}
    return {"ids": ids, "compared": list(comparison.compared), "tolerance": tolerance, "revisions": revisions}


@contextmanager
def compared_again() -> Iterator[None]:
    """Trigger a new comparison after the ``with`` block, even after an error."""
    try:
        yield
    finally:
        set_props(AgreementIds.AGAIN, {"data": str(uuid4())})


def _undoable(text: str, edits: list[list[Any]]) -> None:
    action = {"text": "Undo", "store": AgreementIds.UNDO, "data": {"edits": edits}}
    toast(text, "success", action=action)


def _settle(app: Dash, services: Services) -> None:
    @app.callback(Input(AgreementIds.PLACES, "eventData"), prevent_initial_call=True)
    def settle(clicked: dict[str, Any] | None) -> None:
        if not clicked:
            raise PreventUpdate
        about = json.loads(clicked["data"]["value"]["do"])
        with compared_again():
            uuid = services.agreement.settle(about["recording"], about["ids"], about["seen"], about["keep"])
        _undoable("Settled.", [[about["recording"], uuid]])

    @app.callback(
        Input(AgreementIds.SETTLE, "n_clicks"),
        State(AgreementIds.SEEN, "data"),
        State(AgreementIds.KEEP, "value"),
        prevent_initial_call=True,
    )
    def settle_agreed(clicks: int | None, seen: Seen, keep: str) -> None:
        if not clicks:
            raise PreventUpdate
        with compared_again():
            done, refused = services.agreement.settle_agreed_in(revisions_of(seen), *terms_of(seen), keep)
        words = f"Labels of {agreement.name(keep)} are final where all agree."
        _undoable(" ".join([words, *refused[:3]]), [list(edit) for edit in done])

    @app.callback(Input(AgreementIds.UNDO, "data"), prevent_initial_call=True)
    def undo(event: dict[str, Any] | None) -> None:
        if not event:
            raise PreventUpdate
        with compared_again():
            take_back(services, event["edits"])


def revisions_of(seen: Seen) -> dict[int, int]:
    """The revisions of the recordings that were compared; JSON has made texts of their ids."""
    return {int(identity): revision for identity, revision in seen["revisions"].items()}


def terms_of(seen: Seen) -> tuple[list[str], int]:
    """Who was compared, and with which tolerance."""
    return seen["compared"], seen["tolerance"]


def take_back(services: Services, edits: list[list[Any]]) -> None:
    """Undo edits that are the newest of their recordings.

    Raises:
        Conflict: an edit is not the newest, or its recording was deleted; the others are undone.
    """
    refused = []
    for recording, uuid in edits:
        command = {"uuid": str(uuid4()), "kind": "undo", "of": uuid}
        answer = exchange.answer(services.annotations, recording, [command])
        refused += (
            [answer["error"]]
            if "error" in answer
            else [rejected["reason"] for rejected in answer["rejected"]]
        )
    if refused:
        raise Conflict(" ".join(dict.fromkeys(refused)))
