"""FileUpload: Dash component that sends files and folders over tus; without a build step.

``file_upload.js`` is the script, ``vendor/`` has tus-js-client (MIT).
"""

from __future__ import annotations

import inspect
from typing import Any, TypedDict

from dash.development.base_component import Component


class FileChoice(TypedDict):
    """Chosen files: ``[place, path, size, modified (ms), problem]`` each; ``turn`` counts repeats."""

    id: str
    batch: int
    files: list[list[Any]]
    turn: int


class UploadPlan(TypedDict):
    """Answer to the choice with that id: requests, each with ``[place, key, offset]`` of its files."""

    id: str
    go: list[list[list[Any]]]


class UploadSummary(TypedDict):
    """Progress of the upload.

    ``current``: bytes sent by key, of files sent alone; ``failed``: ``[key, status, body]`` of each error, status 0
    if the browser cannot read the file any more.
    """

    busy: bool
    gone: int
    total: int
    current: dict[str, int]
    failed: list[list[Any]]


class FileUpload(Component):
    """Upload queue in the browser. It renders nothing: a dialog shows the results of callbacks on its props.

    Three requests at a time; large files in pieces of 8 MiB, resumed at the byte the server has, also after a reload of
    the page or a crash of the server; many small files per request, according to ``plan``. Uploads pause while the
    connection is lost, and resume automatically.

    Usage (recordings: ``callbacks/upload.py``; labels: ``callbacks/imports.py``; checkpoints alike)::

        FileUpload("models-transfer", name="models", accept=".pth,.pt", multiple=False)  # in the layout
        html.Button("Choose a file", **{"data-chooses": "models-files-input"})  # opens the file picker
        html.Div(id="models-drop")  # takes drops while it is shown


        @app.callback(
            Output("models-transfer", "plan"),
            Input("models-transfer", "chosen"),
            State("models-transfer", "sender"),
            prevent_initial_call=True,
        )
        def announce(chosen, sender):  # may wait until a form is submitted: ``chosen`` then is a State
            return plan_of(services.transfers, sender, "model", chosen)  # of callbacks.upload

    ``services.transfers.listed(Sender(**sender), "model")`` has a row per file; its state is ``waiting`` while
    bytes are sent (see ``summary``), ``arrived`` when complete, else ``refused``, ``failed`` or
    ``cancelled`` with its reason. ``services.transfers.take(key, target)`` moves a received file to its destination,
    ``cancel([key])`` with the command ``{"do": "cancel", "keys": [key]}`` cancels it.

    Args:
        id: of the component.
        name: prefix of the ids of its elements: ``<name>-files-input`` and ``<name>-directory-input`` (its file
            inputs; a button with the attribute ``data-chooses`` opens one), ``<name>-drop`` (takes drops while shown).
        accept: file types that the picker offers.
        multiple: whether several files can be chosen.
        page_wide: accepts files dropped anywhere while no zone is shown.
        plan: written by Python, see :class:`UploadPlan`.
        command: written by Python, ``{"do": "cancel" | "retry", "keys": […], "id": anything new}``.
        sender: written by the component once, ``{"browser", "page"}``; see ``services.uploads.transfers.Sender``.
        chosen: written by the component, see :class:`FileChoice`; repeated every 5 s until ``plan`` answers.
        summary: written by the component every 300 ms while files are sent, see :class:`UploadSummary`.
        connection: written by the component: "lost", "back" or "". Only a clientside callback runs while the server
            is unreachable, see ``components.upload_dialog.connection_notice``.
        dropping: written by the component, a counter of drags into the window while no zone is shown.
    """

    _namespace = "tidemark_components"
    _type = "FileUpload"
    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes = ["children"]  # noqa: RUF012
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_wildcard_properties: list[str] = []  # noqa: RUF012

    def __init__(  # noqa: PLR0913  (one argument for each prop)
        self,
        id: str,  # noqa: A002  (Dash's name)
        *,
        name: str,
        accept: str | None = None,
        multiple: bool = True,
        page_wide: bool = False,
        plan: UploadPlan | None = None,
        command: dict[str, Any] | None = None,
        sender: dict[str, str] | None = None,
        chosen: FileChoice | None = None,
        summary: UploadSummary | None = None,
        connection: str | None = None,
        dropping: int | None = None,
    ) -> None:
        given = {
            name: value for name, value in locals().items() if name in self._prop_names and value is not None
        }
        super().__init__(**given)  # type: ignore[no-untyped-call]


FileUpload._prop_names = [
    name for name in inspect.signature(FileUpload.__init__).parameters if name != "self"
]
FileUpload.available_properties = FileUpload._prop_names  # type: ignore[attr-defined]
