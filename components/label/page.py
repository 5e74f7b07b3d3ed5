"""Content of ``/label/<recording>``: the workbench, or the reason why a recording cannot be opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from dash import dcc, html
from dash.development.base_component import Component

from components import sent_dialog
from components.files import tree
from components.ids import LabelIds
from components.keymap import PREFERENCE
from components.keys_shown import with_keys
from components.label import (
    autolabel,
    decide,
    doubts,
    gaps,
    history,
    label_view,
    layers,
    review,
    selection,
    training,
)
from components.label.model_panel import chosen_parts
from components.parts import empty_state
from components.recording import describe, facts, shape
from components.roles import for_role
from services.accounts import acting
from services.annotations import exchange
from services.annotations.layers import ALL
from services.errors import NotFound
from services.recordings.repository import Recording, reading_version
from services.recordings.trash import Trashed
from services.storage.paths import quoted
from services.timeseries import Store
from services.web.container import Services

LEAST_ROOM = 50  # samples on either side of a place that an address names
PREFERENCES = (
    "time",
    "readout",
    "confidence",
    "review",
    "scope",
    "snap",
    "table",
)  # of the plot and its table


def label_page(services: Services, recording: str | None, view: Sequence[Any] = ()) -> Component:
    """The page; ``callbacks/open_file.py`` changes its content when the recording is deleted or restored.

    Args:
        recording: from the URL; None when Dash collects ids.
        view: first and last sample of the visible range, from the URL.
    """
    if recording is None:
        return html.Div([_page(label_view({}, []), None), *made_later()])
    return _page(label_content(services, recording, view), about_recording(services, recording))


def _page(content: Component, about: dict[str, Any] | None) -> Component:
    parts = [
        dcc.Store(id=LabelIds.PAGE_ABOUT, data=about),
        html.Div(content, id=LabelIds.PAGE, style={"display": "contents"}, **shows(about)),
    ]
    return html.Div(parts, style={"display": "contents"})


def made_later() -> list[Component]:
    """Components that callbacks create later, for Dash's validation of ids."""
    return [
        history.history(),
        *history.history_tools(["Ann", "Bo"]),
        *review.review_content(),
        *decide.panel({}, {}),
        *doubts.made_later(),
        *selection.selection_content(),
        *tree.choices(),
        *sent_dialog.content("", ""),
        *training.made_later(),
        *autolabel.made_later(),
        *layers.layers_parts(ALL),
    ]


def about_recording(services: Services, recording: str | int) -> dict[str, Any] | None:
    """The recording of the page and its details except labels; None for an invalid URL.

    ``page`` identifies this rendering. The heartbeat writes the other values into ``ShellIds.OPENED`` when they
    change, so that label edits and changes of other files cost nothing.
    """
    try:
        identity = int(recording)
    except ValueError:
        return None
    return state_of(services, identity, str(uuid4())) | {"others": []}  # updated by the first heartbeat


def state_of(services: Services, identity: int, page: str) -> dict[str, Any]:
    """Details of a recording, except labels, that can change while its ``page`` is open."""
    file = services.file_lists.current().by_id.get(identity)
    state: dict[str, Any] = {"page": page, "recording": identity, "there": file is not None}
    if file is None:
        return state
    state["others"] = services.presence.other_users(identity, page)
    reading = reading_version(services.recordings.get(identity))
    return state | {"path": file.path, "done": file.done, "reading": reading}


def shows(about: dict[str, Any] | None) -> dict[str, Any]:
    """Attribute of the page: whether it shows a recording or a message."""
    return {"data-there": "yes" if about and about["there"] else ""}


def label_content(services: Services, recording: str, view: Sequence[Any] = ()) -> Component:
    """The workbench of a recording, or a message."""
    try:
        if trashed := services.trash.find(int(recording)):
            return deleted(trashed)
        recording_row = services.recordings.get(int(recording))
    except (ValueError, NotFound):
        return missing(f"There is no recording “{recording}”.")
    try:
        store = services.recordings.store(recording_row.id)
    except NotFound as away:
        return missing(f"{quoted(recording_row.path)}: {away}")
    lane = services.preferences.get("confidence") is not False
    info = store.info
    shown = described(services, recording_row, store) | {"go_to": stretch(store, *view) if view else None}
    shown["sure"] = lane and services.runs.confidence(recording_row.id) is not None
    shown["layers"] = services.layers.of(recording_row.id) if several_people(services) else None
    shown["done"] = recording_row.done_at is not None
    fact_list = facts(recording_row.path, info, recording_row.sha256, recording_row.reading)
    model = chosen_parts(services.models.list(), services.preferences.get("model"))
    labels = exchange.answer(services.annotations, recording_row.id)
    preferences = {name: services.preferences.get(name) for name in PREFERENCES}
    keys = services.preferences.get(PREFERENCE)
    page = label_view(shown, fact_list, labels, preferences, services.preferences.get("pane"), model, keys)
    return for_role(with_keys(page, keys), acting.user().role)


def several_people(services: Services) -> bool:
    """True if there are accounts, or labels of more than one author."""
    return bool(acting.user().id) or services.agreement.several()


def stretch(store: Store, first: Any, last: Any) -> dict[str, Any] | None:
    """Value of the property ``go_to`` of the plot for samples in the URL, with a margin; None without samples."""
    numbers = [
        text for text in (first, last) if isinstance(text, str) and text.isascii() and text.isdecimal()
    ]
    if len(numbers) < 2 or max(map(len, numbers)) > 15:
        return None
    start, end = sorted(min(int(text), store.rows - 1) for text in numbers)
    room = max(2 * (end - start), LEAST_ROOM)
    edges = [max(0, start - room), min(store.rows - 1, end + room)]
    x0, x1 = store.x_of(edges).tolist()
    return {"x0": x0, "x1": x1, "exact": True}


def described(services: Services, recording_row: Recording, store: Store) -> dict[str, Any]:
    """Description of a recording for the plot, with the stored look and time axis of its shape."""
    info = store.info
    look = services.preferences.get(f"view:{shape(info)}")
    shown = describe(recording_row.id, recording_row.path, info, reading_version(recording_row), look)
    kept = services.preferences.get(gaps.preference(store))
    return shown | {"gaps": gaps.hint(store), "axis": gaps.axis(store, kept)}


def restore_id(recording: Any) -> dict[str, Any]:
    """Id of the button that restores a deleted recording on its page."""
    return {"type": "restore-recording", "recording": recording}


def deleted(trashed: Trashed) -> Component:
    """The page of a recording in the trash."""
    count = f"{trashed.labels:,} {'label' if trashed.labels == 1 else 'labels'}"
    restore = html.Button(
        "Restore", id=restore_id(trashed.id), n_clicks=0, type="button", className="btn btn-primary"
    )
    return empty_state(
        "trash",
        f"{quoted(trashed.path)} was deleted on {trashed.deleted_at:%Y-%m-%d}.",
        f"The trash keeps it with {count} for {trashed.days} more {'day' if trashed.days == 1 else 'days'}.",
        restore,
        id="not-found-deleted",
    )


def missing(sentence: str) -> Component:
    """A message with what to do next."""
    return empty_state("signpost-split", sentence, "Choose a file on the left.", id="not-found-empty")
