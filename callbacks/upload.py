"""Upload dialog: register chosen files as rows, show the list, apply decisions. routes/upload.py receives the bytes."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.feedback import files_changed, go
from callbacks.sent_reading import open_form
from callbacks.ticks import keep_ticking, one_more
from components import upload_dialog as dialog
from components import urls
from components.ids import ImportIds, ShellIds, UploadIds, upload_answer, upload_group
from components.upload_dialog import connection_id
from components.upload_words import ASKING, LISTED, failure_text, is_going, rate
from services.uploads.rows import ARE_LABELS, LEFT_OUT, WAITING
from services.uploads.transfers import SMALL, ChosenFile, FileToSend, Sender, Transfers
from services.web.container import Services

MANY = 100  # number of files above which the table is redrawn less often
SOMETIMES = 1.5  # seconds
PACE_SECONDS = 5.0  # period for measuring the speed
NO_SENDING = dialog.Sending()
PACK_FILES = 100  # small files per request
PACK_BYTES = 4 * 2**20


def register(app: Dash, services: Services) -> None:
    """Register the dialog."""
    _choosing(app, services)
    _list(app, services)
    _opening(app, services)
    show_connection(app, UploadIds.TRANSFER)


def show_connection(app: Dash, transfer: str) -> None:
    """Show the notices of a ``FileUpload``, in the browser: no callback runs while the server is unreachable."""
    app.clientside_callback(
        "connection => [connection !== 'lost', connection !== 'back']",
        Output(connection_id(transfer, "lost"), "hidden"),
        Output(connection_id(transfer, "back"), "hidden"),
        Input(transfer, "connection"),
    )


def _choosing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(UploadIds.TRANSFER, "plan"),
        Input(UploadIds.TRANSFER, "chosen"),
        State(UploadIds.TRANSFER, "sender"),
        State(UploadIds.FOLDER, "value"),
        State(UploadIds.KEEP, "value"),
        prevent_initial_call=True,
    )
    def announce(chosen: Any, sender: Any, folder: str | None, keep: bool) -> dict[str, Any]:
        return plan_of(services.transfers, sender, "recording", chosen, folder or "", bool(keep))

    @app.callback(
        Output(UploadIds.TRANSFER, "command"),
        Output(UploadIds.CHANGED, "data"),
        Input(UploadIds.LIST, "eventData"),
        Input(UploadIds.CANCEL_ALL, "n_clicks"),
        Input(UploadIds.CLEAR, "n_clicks"),
        Input(UploadIds.ADD_FOUND, "n_clicks"),
        Input(upload_answer(ALL, ALL), "n_clicks"),
        State(UploadIds.TRANSFER, "sender"),
        prevent_initial_call=True,
    )
    def act(_cell: Any, _cancel: Any, _clear: Any, _add: Any, _answers: Any, sender: Any) -> tuple[Any, str]:
        value = ctx.triggered[0]["value"]
        if not value or sender is None:
            raise PreventUpdate
        command = obey(services, Sender(**sender), ctx.triggered_id, value)
        return {**command, "id": uuid4().hex} if command else no_update, uuid4().hex

    app.callback(
        Output(UploadIds.GROUP, "data"), Input(upload_group(ALL), "n_clicks"), prevent_initial_call=True
    )(choose_group)


def _list(app: Dash, services: Services) -> None:
    @app.callback(
        output=PARTS,
        inputs=[
            Input(UploadIds.TRANSFER, "sender"),
            Input(UploadIds.TRANSFER, "summary"),
            Input(UploadIds.DIALOG, "is_open"),
            Input(UploadIds.GROUP, "data"),
            Input(UploadIds.TICK, "n_intervals"),
            Input(UploadIds.CHANGED, "data"),
            Input(UploadIds.TRANSFER, "plan"),
        ],
        state=[State(UploadIds.SHOWN, "data")],
    )
    def show(
        sender: Any, summary: Any, opened: bool, group: str, ticks: int | None, *more: Any
    ) -> dict[str, Any]:
        if sender is None:
            raise PreventUpdate
        sending = dialog.Sending(**summary) if summary else NO_SENDING
        note_failures(services.transfers, sending.failed)
        drawn = UploadParts(services.transfers, Sender(**sender), sending, group, more[-1] or {})
        if drawn.just_ended:
            files_changed(services)
        return {**drawn.parts(opened), "ticks": one_more(ticks)}

    keep_ticking(app, UploadIds.TICK)


def _opening(app: Dash, services: Services) -> None:
    @app.callback(
        Output(UploadIds.DIALOG, "is_open"),
        Input(ShellIds.UPLOAD_BUTTON, "n_clicks"),
        Input(UploadIds.INDICATOR, "n_clicks"),
        Input(UploadIds.CLOSE, "n_clicks"),
        Input(ImportIds.TAKE, "n_clicks"),
        Input(UploadIds.TRANSFER, "dropping"),
        prevent_initial_call=True,
    )
    def open_or_close(*_clicks: Any) -> bool:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        return ctx.triggered_id not in {UploadIds.CLOSE, ImportIds.TAKE}

    @app.callback(
        Output(UploadIds.FOUND, "className"),
        Output(UploadIds.FOUND_TEXT, "children"),
        Output(UploadIds.FOLDERS, "children"),
        Input(UploadIds.DIALOG, "is_open"),
        Input(UploadIds.CHANGED, "data"),
        prevent_initial_call=True,
    )
    def opened(is_open: bool, _changed: Any) -> tuple[str, list[Any], list[Any]]:
        if not is_open:
            raise PreventUpdate
        files, paths = services.uploads.discover(), services.uploads.paths()
        return dialog.notice_class(bool(files)), dialog.found_text(files), dialog.folder_options(paths)


# ---- functions of the callbacks -----------------------------------------------------------------------------------


def choose_group(_clicks: list[int | None]) -> str:
    """The group of files whose button was pressed, to show only its files."""
    if not ctx.triggered[0]["value"]:
        raise PreventUpdate
    return str(ctx.triggered_id["group"])


def plan_of(
    transfers: Transfers, sender: Any, purpose: str, chosen: Any, folder: str = "", keep_top: bool = True
) -> dict[str, Any]:
    """Announce the files that a ``FileUpload`` reports as ``chosen``; returns its ``plan``."""
    if not chosen or not sender:
        raise PreventUpdate
    files = [ChosenFile(*values) for values in chosen["files"]]
    go = transfers.announce(Sender(**sender), purpose, chosen["batch"], files, folder, keep_top)
    sizes = {file.place: file.size for file in files}
    return {
        "id": chosen["id"],
        "go": [
            [[upload.place, upload.key, upload.offset] for upload in request]
            for request in requests_of(go, [sizes[upload.place] for upload in go])
        ],
    }


def requests_of(files: Sequence[FileToSend], sizes: Sequence[int]) -> list[list[FileToSend]]:
    """Group files into requests: large files alone, many small files together."""
    requests: list[list[FileToSend]] = []
    together: list[FileToSend] = []
    size_together = 0
    for file, size in zip(files, sizes, strict=True):
        if size >= SMALL:
            requests.append([file])
            continue
        if len(together) == PACK_FILES or size_together + size > PACK_BYTES or not together:
            together, size_together = [], 0
            requests.append(together)
        together.append(file)
        size_together += size
    return requests


def note_failures(transfers: Transfers, failed: Sequence[Sequence[Any]]) -> None:
    """Mark files that the browser could not send, listed in ``UploadSummary.failed``."""
    transfers.fail((key, failure_text(status, body)) for key, status, body in failed)


def obey(services: Services, sender: Sender, trigger: Any, value: Any) -> dict[str, Any] | None:
    """Apply a button of the dialog; returns a task for the queue in the browser, if any."""
    transfers = services.transfers
    if trigger == UploadIds.LIST:
        return obey_row(services, value["data"]["rowId"], value["data"]["value"]["do"])
    if trigger == UploadIds.CANCEL_ALL:
        return {"do": "cancel", "keys": transfers.cancel_all(sender, "recording")}
    if trigger == UploadIds.CLEAR:
        transfers.clear(sender, "recording")
    elif trigger == UploadIds.ADD_FOUND:
        services.uploads.add_discovered()
    else:
        transfers.decide(transfers.keys(sender, trigger["state"]), trigger["decision"])
    return None


def obey_row(services: Services, key: str, act: str) -> dict[str, Any] | None:
    """Apply a button in the row of a file, also those that open something."""
    if act == dialog.READ:
        open_form(services, key)
    elif act == dialog.OPEN:
        go(urls.label(services.transfers.recording(key)))
        set_props(UploadIds.DIALOG, {"is_open": False})
    else:
        return act_on(services.transfers, key, act)
    return None


def act_on(transfers: Transfers, key: str, act: str) -> dict[str, Any] | None:
    """Apply a button in the row of a file."""
    if act == "cancel":
        transfers.cancel([key])
        return {"do": "cancel", "keys": [key]}
    if act == "again":
        missing = transfers.retry([key])
        return {"do": "retry", "keys": missing} if missing else None
    transfers.decide([key], act)
    return None


PARTS = {
    "overall": Output(UploadIds.OVERALL, "children"),
    "questions": Output(UploadIds.QUESTIONS, "children"),
    "filters": Output(UploadIds.FILTERS, "children"),
    "table": Output(UploadIds.TABLE, "hidden"),
    "height": Output(UploadIds.LIST, "style"),
    "rows": Output(UploadIds.LIST, "rowData"),
    "more": Output(UploadIds.MORE, "children"),
    "skipped": Output(UploadIds.SKIPPED, "children"),
    "live": Output(UploadIds.LIVE, "children"),
    "drop": Output("upload-drop", "className"),
    "offer": Output(ImportIds.OFFER, "className"),
    "offer_text": Output(ImportIds.OFFER_TEXT, "children"),
    "cancel_all": Output(UploadIds.CANCEL_ALL, "disabled"),
    "clear": Output(UploadIds.CLEAR, "disabled"),
    "indicator": Output(UploadIds.INDICATOR, "children"),
    "hidden": Output(UploadIds.INDICATOR, "hidden"),
    "kind": Output(UploadIds.INDICATOR, "className"),
    "style": Output(UploadIds.INDICATOR, "style"),
    "idle": Output(UploadIds.TICK, "disabled"),
    "ticks": Output(UploadIds.TICK, "max_intervals"),
    "shown": Output(UploadIds.SHOWN, "data"),
}


class UploadParts:
    """Content of the parts of the dialog; only those that changed since ``shown`` are sent."""

    def __init__(
        self,
        transfers: Transfers,
        sender: Sender,
        sending: dialog.Sending,
        group: str,
        shown: Mapping[str, Any],
    ) -> None:
        self._transfers = transfers
        self._sender = sender
        self._sending = sending
        self._totals = transfers.totals(sender)
        self._group = dialog.group_of(self._totals, group)
        self._before = shown
        self._now: dict[str, Any] = dict(shown)

    @property
    def just_ended(self) -> bool:
        """True when the last file was just read: the list of recordings must be re-read."""
        return bool(self._before.get("going")) and not is_going(self._totals)

    def parts(self, opened: bool) -> dict[str, Any]:
        """Values for :data:`PARTS`; those inside the dialog only while it is open."""
        going = is_going(self._totals)
        self._now |= {"going": going, "seen": opened or (bool(self._before.get("seen")) and not going)}
        self._now["pace"] = self._pace()
        inside = self._inside() if opened else {}
        text, kind, style = dialog.indicator(self._totals, self._sending, self._now["seen"])
        outside = {
            "indicator": text,
            "hidden": not text,
            "kind": kind,
            "style": style,
            "idle": not (going or self._sending.busy),
        }
        return {**dict.fromkeys(PARTS, no_update), **inside, **outside, "shown": self._now}

    def _inside(self) -> dict[str, Any]:
        totals, sending = self._totals, self._sending
        going, number = is_going(totals), totals.count(*LISTED)
        skipped = dialog.left_out_count(totals)
        clearable = number + skipped > totals.count(WAITING, "checking", *ASKING)
        return {
            "overall": dialog.overall(totals, sending, rate(self._now["pace"])),
            "questions": self._when_new(
                "questions", [totals.count(state) for state in ASKING], self._questions
            ),
            "filters": self._when_new("filters", [self._group, totals.files], self._filters),
            "skipped": self._when_new("skipped", skipped, self._skipped),
            "rows": self._rows(),
            "table": number == 0,
            "height": dialog.list_style(totals.count(*dialog.states_of(self._group))),
            "more": dialog.more_text(totals, self._group),
            "live": dialog.live_text(totals, sending),
            "drop": f"tm-upload-drop{' tm-compact' if number else ''}",
            "offer": dialog.notice_class(totals.count(ARE_LABELS) > 0),
            "offer_text": dialog.labels_text(totals),
            "cancel_all": not going,
            "clear": not clearable,
        }

    def _pace(self) -> list[list[float]]:
        """Times and received bytes of the last seconds."""
        if not self._sending.busy:
            return []
        now = time.time()
        recent = [
            measurement
            for measurement in self._before.get("pace", [])
            if now - measurement[0] <= PACE_SECONDS
        ]
        return [*recent, [now, self._sending.gone]]

    def _when_new(self, part: str, signature: Any, make: Any) -> Any:
        """The content of a part, unless unchanged, so that its buttons keep the focus and trigger nothing."""
        if self._before.get(part) == signature:
            return no_update
        self._now[part] = signature
        return make()

    def _questions(self) -> list[Any]:
        return dialog.questions(self._totals)

    def _filters(self) -> list[Any]:
        return dialog.filters(self._totals, self._group)

    def _skipped(self) -> list[Any]:
        rows = self._transfers.listed(self._sender, "recording", [LEFT_OUT, ARE_LABELS], dialog.MOST_LEFT_OUT)
        return dialog.left_out(rows, dialog.left_out_count(self._totals))

    def _rows(self) -> Any:
        current = self._sending.current or {}
        signature = [self._group, self._totals.version, current]
        age = time.time() - self._before.get("at", 0)
        many = self._totals.count(*dialog.states_of(self._group)) > MANY and is_going(self._totals)
        if self._before.get("rows") == signature or (many and age < SOMETIMES):
            return no_update
        self._now |= {"rows": signature, "at": time.time()}
        rows = self._transfers.listed(
            self._sender, "recording", dialog.states_of(self._group), dialog.MOST_ROWS
        )
        large = [row for row in rows if row.state == WAITING and row.size >= SMALL and row.key not in current]
        resumed = {row.key: self._transfers.offset(row) for row in large}
        readable = {row.key for row in rows if self._transfers.is_readable(row)}
        return dialog.row_data(rows, self._sender.page, current, resumed, readable)
