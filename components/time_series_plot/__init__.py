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

    The properties are the whole contract between Python and the plot. A button with an attribute ``data-plot`` that
    names an act (``components.parts.act``) needs no callback, and works while the server is away. Acts: ``drag-pan``,
    ``drag-zoom``, ``drag-mark``, ``measure``, ``zoom-in``, ``zoom-out``, ``fit``, ``undo``, ``redo``, ``hide-labels``,
    ``snap``, ``submit``, ``cancel``, ``picture``, ``picture-svg``, ``delete``, ``merge``,
    ``review``, ``review-accept``, ``review-accept-next``, ``review-reject``, ``review-next``, ``review-previous``,
    ``review-order``, ``review-stop``, ``review-many``, ``channels``, ``choose-scope``, ``accept-selected``,
    ``reject-selected``, ``reopen-selected``, ``confidence``, ``use-class``, ``refused-again``, ``refused-forget``; the
    last three are about what ``data-of`` of the button names.

    Args:
        id: of the component; the element of the plot has it too.

        recording: What is shown: what :func:`components.recording.describe` gives. Another one is opened in the same
            component; the same one given again is read again.
        labels: All labels of ``recording`` when the page is made, from :func:`services.annotations.exchange.answer`.
            Without them the plot asks. Never a State: it would travel up.
        answer: What became of ``commands``: ``{"nonce", "answers"}`` of
            :func:`services.annotations.exchange.answer_all`.
        changes: What others changed after ``since``: one answer of the same form.
        edit: An edit for the plot to make, such as ``{"uuid", "kind": "note", "ids": [...], "note": "..."}``: it shows
            at once and goes into ``commands``. Each ``uuid`` is done once; without ``ids`` it is about the selected
            labels.

        preferences: What the user chose about the plot, by name: ``time``, ``readout``, ``confidence``, ``review``,
            ``table``, ``view:<shape of the recording>``, when the page is made.
        channels: Which channels are shown and how, from then on: what :func:`components.channel_look.drawn` gives. At
            first it is what ``recording`` has as ``look``.
        keymap: The keys of actions as tooltips say them, ``{action: "Ctrl+Z"}``: :func:`components.keymap.all_written`.
        time_form: How times are shown. What is saved is always the file's own time.
        hidden: ``{"labels": bool, "classes": [names], "rejected": bool}``: which labels are not drawn. Rejected
            suggestions are hidden unless ``rejected`` is False.
        hidden_classes: Ids of label classes of which no label is drawn, also under other names.
        highlight: Labels before and after an edit, drawn over the plot: ``{"before": [...], "after": [...]}``, each
            ``{"x0", "x1", "label"}``; None for none.
        scope: What new labels are about: ``"all"`` channels, only the ``"row"`` where the mark begins, or a list of
            channels.
        snap: What marks snap to.
        drag_mode: What dragging in the plot does.
        go_to: ``{"x0", "x1"}``: brings a stretch into view, unless some of it is in view; with ``exact``, the view
            becomes just this stretch.
        path: Path of ``recording`` after it was renamed.
        refresh: A new value makes the plot ask at once what others changed.
        theme: ``"light"`` or ``"dark"``; None is that of the page.

        chosen: Preferences that the user chose since the page was made.
        commands: All edits without an answer, ``{"nonce", "requests": [{"recording", "commands", "since"}]}``, each
            command with its ``uuid``; one request at a time. They are kept in localStorage until they are answered.
        since: ``{"recording", "revision", "version", "asked"}``: what the plot has, and how often it asked; written
            every two seconds while the page is visible.
        view: ``[from, to]`` after a gesture, in ms since 1970 or the number of the time axis.
        mark: ``{"start", "end", "channels"}`` of what is marked, ``end`` None while it is missing; None for nothing.
        selection: What is selected: ``{"count", "ids"`` (at most 500) ``, "suggested", "rejected", "labels"}`` (class
            names), ``"note"`` (the one of all, else None) ``, "channels"`` (those of all, None for all channels, False
            where they differ) ``}``.
        tally: ``{"accepted", "suggested", "rejected", "undo", "redo", "state", "revision", "saved_revision",
            "scores"}``: numbers of labels, words of what can be undone and redone, scores of open suggestions by the id
            of their model.
        review_asked: What the review asks: ``{"about", "recording", "order", "waiting", "count"}``, about ``"queue"``
            (in which order suggestions teach most), ``"next"`` (the next file with suggestions), ``"none"`` (there
            are none here) or ``"bar"`` (there are some, and the bar of the review is empty).
        review_answer: ``{"recording", "ids"}``, the queue, ``{"open"}``, the file to open, or ``{"recording"}``, the
            bar has its content.
        review: ``{"on", "order", "place", "of", "waiting", "id", "label", "color", "score", "decision"}``.
        confirmed: ``{"recording", "revision", "saved"}``: the newest edit that is in the database, and the one that was
            saved last; told after edits, while others are not waiting to be shown.
        refused: Edits that were refused since others were first, newest first: ``[{"uuid", "reason", "at", "kind",
            "count", "first", "label", "to"}]``. The acts ``refused-again`` and ``refused-forget`` are about the one in
            ``data-of``.
        restore: ``{"to", "uuid"}``: going back to that revision, which was refused, is to be tried again.
        toasts: The newest messages, ``[{"number", "text", "kind", "action", "until"}]``, for ``assets/toasts.js``.
        hint: What to do next, or where the mark is, as a sentence.
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
        edit: dict[str, Any] | None = None,
        preferences: dict[str, Any] | None = None,
        channels: dict[str, Any] | None = None,
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
        review_asked: dict[str, Any] | None = None,
        review_answer: dict[str, Any] | None = None,
        review: dict[str, Any] | None = None,
        confirmed: dict[str, Any] | None = None,
        refused: list[dict[str, Any]] | None = None,
        restore: dict[str, Any] | None = None,
        toasts: list[dict[str, Any]] | None = None,
        hint: str | None = None,
    ) -> None:
        given = {
            name: value for name, value in locals().items() if name in self._prop_names and value is not None
        }
        super().__init__(**given)  # type: ignore[no-untyped-call]


TimeSeriesPlot._prop_names = [
    name for name in inspect.signature(TimeSeriesPlot.__init__).parameters if name != "self"
]
TimeSeriesPlot.available_properties = TimeSeriesPlot._prop_names  # type: ignore[attr-defined]
