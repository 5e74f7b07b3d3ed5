"""TimeSeriesPlot: the plot of a recording with its labels, as a Dash component without a build.

``time_series_plot.js`` is the React side, ``modules/`` holds ES modules that draw, ``vendor/`` plotly.js.
"""

from __future__ import annotations

import inspect
from typing import Any, Literal

from dash.development.base_component import Component

DragMode = Literal["pan", "zoom", "mark", "measure"]
Snap = Literal["sample", "extremum", "off"]
TimeForm = Literal["file", "utc", "local", "elapsed", "samples"]


class TimeSeriesPlot(Component):
    """Channels of a recording over time, with labels, overview and confidence lane.

    The properties are the complete interface between Python and the plot. A button with an attribute ``data-plot`` that
    contains an action (``components.parts.act``) needs no callback, and works while the server is unreachable. Actions:
    ``drag-pan``, ``drag-zoom``, ``drag-mark``, ``measure``, ``zoom-in``, ``zoom-out``, ``fit``, ``undo``, ``redo``,
    ``hide-labels``, ``snap``, ``submit``, ``cancel``, ``picture``, ``picture-svg``, ``delete``, ``merge``,
    ``review``, ``review-accept``, ``review-accept-next``, ``review-reject``, ``review-next``, ``review-previous``,
    ``review-order``, ``review-stop``, ``review-many``, ``accept-selected``,
    ``reject-selected``, ``reopen-selected``, ``confidence``, ``use-class``, ``refused-forget``; the last two apply to
    the class or edit in ``data-of`` of the button.

    Args:
        id: Id of the component and of the element of the plot.

        recording: The displayed recording, from :func:`components.recording.describe`. Another recording opens in the
            same component; the same recording is read again.
        labels: All labels of ``recording`` when the page is made, from :func:`services.annotations.exchange.answer`.
            Without them the plot requests them. Never a State: it would be uploaded.
        answer: Result of ``commands``: ``{"nonce", "answers"}`` of
            :func:`services.annotations.exchange.answer_all`.
        changes: Changes by others after ``since``: one answer of the same form.
        edit: An edit that the plot makes, such as ``{"uuid", "kind": "note", "ids": [...], "note": "..."}``: it is
            displayed and added to ``commands``. Each ``uuid`` is applied once; without ``ids`` it applies to the
            selected labels. ``{"uuid", "kind": "forget", "of"}`` discards the refused edit ``of``. Or a list of edits.

        elements: HTML of the component, from :func:`components.time_series_plot.elements.elements`.
        preferences: Preferences of the user about the plot, by name: ``time``, ``readout``, ``confidence``, ``review``,
            ``scope``, ``snap``, ``table``, ``view:<shape of the recording>``, when the page is made.
        channels: Look of the channels, from :func:`components.channel_look.drawn`, with the time at which it was made
            (``at``, in seconds), so that an earlier one that arrives late is not drawn. Initially it is ``look`` of
            ``recording``.
        axis: What x is: ``{"kind": "time"}``, or for a time axis without gaps, on which x is the sample number,
            ``{"kind": "samples", "index": [...], "x": [...], "jumps": [...]}``: samples and their times, between
            which times are in a straight line, and the samples before which time jumps. Initially it is ``axis`` of
            ``recording``.
        keymap: Keys of actions in the form of tooltips, ``{action: "Ctrl+Z"}``: :func:`components.keymap.all_written`.
        time_form: Form of displayed times. Saved times are always those of the file.
        hidden: ``{"labels": bool, "rejected": bool}``: labels that are not drawn. Rejected suggestions are hidden
            unless ``rejected`` is False.
        hidden_classes: Ids of label classes whose labels are not drawn, also under other names.
        highlight: Labels before and after an edit, drawn over the plot: ``{"before": [...], "after": [...]}``, each
            ``{"x0", "x1", "label"}``; None for no labels.
        scope: Channels of new labels: ``"all"`` channels, only the ``"row"`` where the mark begins, or a list of
            channels.
        snap: Targets that marks snap to.
        drag_mode: Action of dragging in the plot.
        go_to: ``{"x0", "x1"}``: scrolls to a stretch, unless a part of it is visible; with ``center``, its middle
            becomes that of the view; with ``exact``, the view becomes exactly this stretch; ``ids`` selects labels.
        path: Path of ``recording`` after a renaming.
        refresh: A new value makes the plot request changes by others at once.
        theme: ``"light"`` or ``"dark"``; None for the theme of the page.

        chosen: A preference that the user chose, ``{name: value}``; each is sent after the answer to the one before.
        commands: All edits without an answer, ``{"nonce", "requests": [{"recording", "commands", "since"}]}``, each
            command with its ``uuid``; one request at a time. They are kept in localStorage until they are answered.
        since: ``{"recording", "revision", "version", "asked"}``: the state of the plot, and the number of its requests;
            written every two seconds while the page is visible.
        view: ``[from, to]`` after a gesture, in ms since 1970 or the number of the time axis.
        mark: ``{"start", "end", "channels"}`` of the mark, ``end`` None while it is missing; None for no mark.
        selection: Selected labels: ``{"count", "note"`` (if all have the same, else None) ``, "channels"`` (those of
            all, None for all channels, False where they differ) ``}``.
        tally: ``{"accepted", "suggested", "rejected", "scores"}``: numbers of labels, scores of open suggestions by the
            id of their model.
        suggests: True if ``recording`` has, or had since it was opened, labels of a model or suggestions.
        review_asked: Request of the review: ``{"about", "recording", "order", "waiting", "count"}``, about ``"queue"``
            (the most informative order of suggestions), ``"next"`` (the next file with suggestions), ``"none"`` (this
            file has no suggestions), ``"bar"`` (it has some, and the review bar is empty) or ``"many"`` (open or close
            the panel that decides many).
        review_answer: ``{"recording", "ids"}``, the queue, ``{"open"}``, the file to open, or ``{"recording"}``, the
            review bar has its content.
        confirmed: ``{"recording", "revision", "saved"}``: the newest edit in the database, and the last saved revision;
            sent after edits, while no changes by others are waiting for display.
        refused: Edits that were refused because of earlier edits by others, newest first: ``[{"uuid", "reason", "at",
            "recording", "command", "was"}]``, ``was``: the labels before. The action ``refused-forget`` discards the
            edit in ``data-of``.
    """

    _namespace = "tidemark_components"
    _type = "TimeSeriesPlot"
    _children_props: list[str] = []  # noqa: RUF012  (form of Dash)
    _base_nodes: list[str] = ["children"]  # noqa: RUF012  (form of Dash)
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012  (form of Dash)
    available_wildcard_properties: list[str] = []  # noqa: RUF012  (form of Dash)

    def __init__(  # noqa: PLR0913  (a component has as many arguments as properties)
        self,
        id: str,  # noqa: A002  (Dash's name)
        *,
        recording: dict[str, Any] | None = None,
        labels: dict[str, Any] | None = None,
        answer: dict[str, Any] | None = None,
        changes: dict[str, Any] | None = None,
        edit: dict[str, Any] | list[dict[str, Any]] | None = None,
        elements: str = "",
        preferences: dict[str, Any] | None = None,
        channels: dict[str, Any] | None = None,
        axis: dict[str, Any] | None = None,
        keymap: dict[str, str] | None = None,
        time_form: TimeForm | None = None,
        hidden: dict[str, Any] | None = None,
        hidden_classes: list[int] | None = None,
        highlight: dict[str, Any] | None = None,
        scope: str | list[int] | None = None,
        snap: Snap | None = None,
        drag_mode: DragMode | None = None,
        go_to: dict[str, Any] | None = None,
        path: str | None = None,
        refresh: str | None = None,
        theme: Literal["light", "dark"] | None = None,
        chosen: dict[str, Any] | None = None,
        commands: dict[str, Any] | None = None,
        since: dict[str, Any] | None = None,
        view: list[float] | None = None,
        mark: dict[str, Any] | None = None,
        selection: dict[str, Any] | None = None,
        tally: dict[str, Any] | None = None,
        suggests: bool | None = None,
        review_asked: dict[str, Any] | None = None,
        review_answer: dict[str, Any] | None = None,
        confirmed: dict[str, Any] | None = None,
        refused: list[dict[str, Any]] | None = None,
    ) -> None:
        given = {
            name: value for name, value in locals().items() if name in self._prop_names and value is not None
        }
        super().__init__(**given)  # type: ignore[no-untyped-call]


TimeSeriesPlot._prop_names = [
    name for name in inspect.signature(TimeSeriesPlot.__init__).parameters if name != "self"
]
TimeSeriesPlot.available_properties = TimeSeriesPlot._prop_names  # type: ignore[attr-defined]
