"""Import labels: upload label files, dry run, choice of recordings, import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4
from zlib import crc32

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.feedback import files_changed, labels_changed, toast
from callbacks.ticks import keep_ticking, one_more
from callbacks.upload import choose_group, note_failures, plan_of, show_connection
from components import import_dialog as dialog
from components.ids import ImportIds, import_control, import_group
from services.label_import.sent_files import SentLabels
from services.uploads.transfers import Sender
from services.web.container import Services

COPIED = "The report is on the clipboard."
NOT_COPIED = "This browser does not allow access to the clipboard. Download the report instead."


def register(app: Dash, services: Services) -> None:
    """Register the dialog."""
    _choosing(app, services)
    _list(app, services)
    _report(app, services)
    _opening(app, services)
    show_connection(app, ImportIds.TRANSFER)


def _choosing(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ImportIds.TRANSFER, "plan"),
        Input(ImportIds.TRANSFER, "chosen"),
        State(ImportIds.TRANSFER, "sender"),
        prevent_initial_call=True,
    )
    def announce(chosen: Any, sender: Any) -> dict[str, Any]:
        return plan_of(services.transfers, sender, "labels", chosen)

    @app.callback(
        Output(ImportIds.CHANGED, "data"),
        Output(ImportIds.RUN, "data"),
        Input(ImportIds.TAKE, "n_clicks"),
        Input(ImportIds.AGAIN, "n_clicks"),
        Input(ImportIds.CLEAR, "n_clicks"),
        Input(ImportIds.STOP, "n_clicks"),
        Input(ImportIds.START, "n_clicks"),
        Input(import_control("tick", ALL), "value"),
        Input(import_control("select", ALL), "value"),
        Input(import_control("path", ALL), "value"),
        State(ImportIds.TRANSFER, "sender"),
        State(ImportIds.MODE, "value"),
        prevent_initial_call=True,
    )
    def act(*values: Any) -> tuple[str, Any]:
        sender, mode = Sender(**values[-2]), values[-1]
        triggers = [
            (name, trigger["value"])
            for trigger, name in zip(ctx.triggered, ctx.triggered_prop_ids.values(), strict=True)
        ]
        done = [obey(services, sender, name, value, mode) for name, value in triggers]
        if not any(done):
            raise PreventUpdate
        return uuid4().hex, next((run for run in done if isinstance(run, str)), no_update)

    app.callback(
        Output(ImportIds.GROUP, "data"), Input(import_group(ALL), "n_clicks"), prevent_initial_call=True
    )(choose_group)


def _list(app: Dash, services: Services) -> None:
    @app.callback(
        output=PARTS,
        inputs=[
            Input(ImportIds.TRANSFER, "sender"),
            Input(ImportIds.DIALOG, "is_open"),
            Input(ImportIds.GROUP, "data"),
            Input(ImportIds.MODE, "value"),
            Input(ImportIds.RUN, "data"),
            Input(ImportIds.TRANSFER, "summary"),
            Input(ImportIds.TICK, "n_intervals"),
            Input(ImportIds.CHANGED, "data"),
            Input(ImportIds.TRANSFER, "plan"),
        ],
        state=[State(ImportIds.SHOWN, "data")],
        prevent_initial_call=True,
    )
    def show(
        sender: Any,
        opened: bool,
        group: str,
        mode: str,
        run: str | None,
        summary: Any,
        ticks: int | None,
        *more: Any,
    ) -> dict[str, Any]:
        if sender is None:
            raise PreventUpdate
        note_failures(services.transfers, (summary or {}).get("failed", ()))
        services.sent_labels.step(Sender(**sender))
        drawn = ImportParts(
            services.sent_labels, Sender(**sender), group, mode == "replace", run or "", more[-1] or {}
        )
        drawn.tell(services)
        return {**drawn.parts(opened), "ticks": one_more(ticks)}

    keep_ticking(app, ImportIds.TICK)

    @app.callback(
        Output(import_control("lines", MATCH), "children"),
        Input(import_control("summary", MATCH), "n_clicks"),
        State(ImportIds.TRANSFER, "sender"),
        prevent_initial_call=True,
    )
    def unfold(clicks: int | None, sender: Any) -> list[Any]:
        if not clicks:
            raise PreventUpdate
        key = ctx.triggered_id["key"]
        files = services.sent_labels.list(Sender(**sender)).files
        return [part for file in files if file.key == key for part in dialog.inside(file)]


def _report(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ImportIds.FILE, "data"),
        Input(ImportIds.DOWNLOAD, "n_clicks"),
        State(ImportIds.TRANSFER, "sender"),
        prevent_initial_call=True,
    )
    def download(clicks: int | None, sender: Any) -> dict[str, Any]:
        if not clicks:
            raise PreventUpdate
        content = "\ufeff" + services.sent_labels.report(Sender(**sender))
        return {"content": content, "filename": "labels-report.csv", "type": "text/csv"}

    @app.callback(
        Output(ImportIds.REPORT, "data"),
        Input(ImportIds.COPY, "n_clicks"),
        State(ImportIds.TRANSFER, "sender"),
        prevent_initial_call=True,
    )
    def copy(clicks: int | None, sender: Any) -> dict[str, Any]:
        if not clicks:
            raise PreventUpdate
        return {
            "text": services.sent_labels.report(Sender(**sender)),
            "done": COPIED,
            "failed": NOT_COPIED,
            "number": clicks,
        }

    app.clientside_callback(
        ClientsideFunction("clipboard", "copy"), Input(ImportIds.REPORT, "data"), prevent_initial_call=True
    )


def _opening(app: Dash, services: Services) -> None:
    @app.callback(
        Output(ImportIds.DIALOG, "is_open"),
        Input(ImportIds.OPEN, "n_clicks"),
        Input(ImportIds.TAKE, "n_clicks"),
        Input(ImportIds.CLOSE, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_or_close(*_values: Any) -> bool:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        return ctx.triggered_id in {ImportIds.OPEN, ImportIds.TAKE}

    @app.callback(
        Output(ImportIds.RECORDINGS, "children"),
        Input(ImportIds.DIALOG, "is_open"),
        prevent_initial_call=True,
    )
    def opened(is_open: bool) -> list[Any]:
        if not is_open:
            raise PreventUpdate
        return dialog.recording_options(services.label_import.targets())


# ---- functions of the callbacks -----------------------------------------------------------------------------------


def obey(services: Services, sender: Sender, trigger: Any, value: Any, mode: str) -> bool | str:
    """Apply a control of the dialog; False for a control that was just created, the id of the run for Import."""
    labels = services.sent_labels
    if not isinstance(trigger, str):
        return _about_a_file(labels, trigger["type"], trigger["key"], value)
    if not value:
        return False
    if trigger == ImportIds.START:
        return labels.start(sender, mode == "replace")
    if trigger == ImportIds.TAKE:
        services.transfers.hand_over(sender)
    else:
        {ImportIds.AGAIN: labels.recheck, ImportIds.CLEAR: labels.clear, ImportIds.STOP: labels.cancel}[
            ImportIds(trigger)
        ](sender)
    return True


def _about_a_file(labels: SentLabels, control: str, key: str, value: Any) -> bool:
    if control == "import-tick":
        return labels.choose(key, bool(value))
    if not value:
        return False
    if control == "import-select":
        return labels.aim(key, int(value))
    if problem := labels.aim_at_path(key, value):
        toast(problem, "warning")
    return True


PARTS = {
    "progress": Output(ImportIds.PROGRESS, "hidden"),
    "bar": Output(ImportIds.BAR, "children"),
    "sums": Output(ImportIds.SUMS, "children"),
    "options": Output(ImportIds.OPTIONS, "hidden"),
    "filters": Output(ImportIds.FILTERS, "children"),
    "rows": Output(ImportIds.LIST, "children"),
    "skipped": Output(ImportIds.SKIPPED, "children"),
    "live": Output(ImportIds.LIVE, "children"),
    "drop": Output("import-drop", "className"),
    "again": Output(ImportIds.AGAIN, "disabled"),
    "clear": Output(ImportIds.CLEAR, "disabled"),
    "copy": Output(ImportIds.COPY, "disabled"),
    "download": Output(ImportIds.DOWNLOAD, "disabled"),
    "start": Output(ImportIds.START, "disabled"),
    "start_text": Output(ImportIds.START, "children"),
    "start_color": Output(ImportIds.START, "color"),
    "idle": Output(ImportIds.TICK, "disabled"),
    "ticks": Output(ImportIds.TICK, "max_intervals"),
    "shown": Output(ImportIds.SHOWN, "data"),
}


class ImportParts:
    """Content of the parts of the dialog; only those that changed since ``shown`` are sent."""

    def __init__(
        self,
        labels: SentLabels,
        sender: Sender,
        group: str,
        replacing: bool,
        run: str,
        shown: Mapping[str, Any],
    ) -> None:
        self._list = labels.list(sender)
        self._task = self._list.task
        self._group = group if any(dialog.GROUPS[group][1](file) for file in self._list.files) else "all"
        self._replacing = replacing
        self._brought, self._failed = self._list.ended(run) if self._task.name != "bring" else ([], [])
        self._run = run if self._brought or self._failed else ""
        self._before = shown
        self._now = dict(shown)

    def tell(self, services: Services) -> None:
        """Show the result of a run once; parts that show labels and files re-read them."""
        if self._run and self._run != self._before.get("result"):
            self._now["result"] = self._run
            text = dialog.ended_text(self._brought, self._failed)
            toast(f"{text}.", "warning" if self._failed else "success")
            labels_changed()
            files_changed(services)

    def parts(self, opened: bool) -> dict[str, Any]:
        """Values for :data:`PARTS`; those inside the dialog only while it is open."""
        inside = self._inside() if opened else {}
        return {**dict.fromkeys(PARTS, no_update), **inside, "idle": not self._task.name, "shown": self._now}

    def _inside(self) -> dict[str, Any]:
        files, task = self._list.files, self._task
        included = [file for file in self._list.included if file.changes(self._replacing)]
        sums = dialog.sums_text(
            self._list, dialog.ended_text(self._brought, self._failed) if self._run else ""
        )
        removes = self._replacing and any(file.report.get("others") for file in included)
        idle = not task.name
        return {
            "progress": idle,
            "bar": [] if idle else dialog.task_bar(task),
            "sums": sums,
            "options": not files,
            "filters": self._when_new(
                "filters", self._signature(bare=True), lambda: dialog.filters(self._list, self._group)
            ),
            "rows": self._when_new("rows", self._signature(), lambda: dialog.rows(self._list, self._group)),
            "skipped": dialog.left_out_files(self._list.left_out),
            "live": sums if idle else no_update,
            "drop": f"tm-upload-drop{' tm-compact' if files else ''}",
            "again": not (idle and any(file.state != "brought" for file in files)),
            "clear": not (idle and (files or self._list.left_out)),
            "copy": not (idle and files),
            "download": not (idle and files),
            "start": not (idle and included),
            "start_text": dialog.start_text(included, self._replacing),
            "start_color": "danger" if removes else "primary",
        }

    def _signature(self, bare: bool = False) -> list[Any]:
        """Changes with the rows; ``bare``: with the numbers of the groups."""
        if bare:
            return [
                self._group,
                *[sum(map(belongs, self._list.files)) for _, belongs in dialog.GROUPS.values()],
            ]
        busy = self._task.name == "bring"
        file_states = [[file.key, file.state, file.sentence, str(file.target)] for file in self._list.files]
        return [self._group, busy, crc32(repr(file_states).encode())]

    def _when_new(self, part: str, signature: Any, make: Any) -> Any:
        """The content of a part, unless unchanged, so that its controls keep the focus and trigger nothing."""
        if self._before.get(part) == signature:
            return no_update
        self._now[part] = signature
        return make()
