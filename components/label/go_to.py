"""Dialog that goes to a time or a sample, or sets the length of the view."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.dialogs import field, field_id, form
from components.ids import LabelIds
from services.errors import Invalid
from services.timeseries import Store, durations
from services.wording import counted

SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 86_400, 7 * 86_400, 30 * 86_400)
SAMPLES = (50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000)
LEAST = 4  # minimum number of samples in a view
AS_IT_IS = "as it is"
Choice = dict[str, Any]


def lengths(store: Store) -> list[Choice]:
    """Lengths of the view, from a few samples up to the whole file, in units of the axis."""
    time = store.info.time
    second = durations.in_seconds(time, 1.0)
    step = abs(time.step or 0) or (time.last - time.first) / max(1, store.rows - 1)
    if second:
        offered = [(durations.text(seconds), seconds / second) for seconds in SECONDS]
    else:
        offered = [(counted(samples, "sample"), samples * step) for samples in SAMPLES]
    fitting = [length for length in offered if LEAST * step <= length[1] < time.last - time.first]
    return [
        {"label": "As it is", "value": AS_IT_IS},
        *[{"label": words, "value": str(length)} for words, length in fitting],
        {"label": "The whole file", "value": str(time.last - time.first)},
    ]


def go_to_form(store: Store, recording: int, view: list[float]) -> Component:
    """Form for a recording; the sample in the centre of the view is filled in."""
    middle = store.time_saved(store.nearest((view[0] + view[1]) / 2))
    hint = f"A time in the format of the file, such as {store.time_saved(0)}, # and a sample number"
    hint += ", or + and seconds from the start." if durations.in_seconds(store.info.time, 1.0) else "."
    about = {"recording": recording, "middle": middle}
    return content(lengths(store), hint, about)


def content(options: list[Choice], hint: str, about: dict[str, Any]) -> Component:
    """Content of the dialog."""
    where = dbc.Input(
        id=field_id(LabelIds.GO_TO_DIALOG, "where"),
        value=about["middle"],
        maxLength=100,
        autocomplete="off",
        autofocus=True,
        class_name="tm-select-all",
    )
    length = dbc.Select(
        id=field_id(LabelIds.GO_TO_DIALOG, "length"), options=options, value=AS_IT_IS, size="sm"
    )
    message = html.P(hint, className="small text-body-secondary")
    body = [field("Middle of the view", where), message, field("Length of the view", length)]
    return form(LabelIds.GO_TO_DIALOG, "Go to", body, "Go", about)


def place(store: Store, text: str) -> float:
    """Axis position of a text: a time of the file, ``#`` and a sample, or ``+`` and seconds from the start.

    Raises:
        Invalid: the text is malformed or outside the recording.
    """
    time, typed = store.info.time, text.strip()
    if typed.startswith("#"):
        return float(store.x_of(store.sample_numbered(typed[1:].strip().replace(",", ""))))
    second = durations.in_seconds(time, 1.0)
    if typed.startswith("+") and second:
        return _within(store, time.first + _seconds(typed[1:]) / second, text)
    instant = store.read_instant(typed)
    if instant is None:
        raise Invalid(f"“{typed}” is not a time in the format of this file, such as {store.time_saved(0)}.")
    first, last = store.instant(0), store.instant(store.rows - 1)
    if not first <= instant <= last:
        raise _outside(store, typed)
    after = min(store.samples_at(instant)[0], store.rows - 1)
    return float(store.x_of([after])[0])


def _seconds(text: str) -> float:
    """Seconds of ``90``, ``1:30`` or ``1:00:30``."""
    try:
        parts = [float(part) for part in text.strip().split(":")]
    except ValueError:
        parts = []
    if not 1 <= len(parts) <= 3 or any(not 0 <= part < 1e12 for part in parts):
        raise Invalid("After + there must be seconds, or hours, minutes and seconds: +90, +1:30 or +1:00:30.")
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


def _within(store: Store, x: float, text: str) -> float:
    if x > store.info.time.last:
        raise _outside(store, text)
    return x


def _outside(store: Store, text: str) -> Invalid:
    ends = f"{store.time_saved(0)} to {store.time_saved(store.rows - 1)}"
    return Invalid(f"“{text}” is not in this recording, which goes from {ends}.")


def view_of(store: Store, about: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """Value of the property ``go_to`` of the plot for the form.

    Raises:
        Invalid: the text is malformed or outside the recording.
    """
    middle = place(store, fields["where"] or about["middle"])
    if fields["length"] in (None, AS_IT_IS):
        return {"x0": middle, "x1": middle, "center": True}
    length = float(fields["length"])
    if length >= store.info.time.last - store.info.time.first:
        return {"x0": store.info.time.first, "x1": store.info.time.last, "exact": True}
    return {"x0": middle - length / 2, "x1": middle + length / 2, "exact": True}
