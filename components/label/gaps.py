"""Time axis without gaps: nights, weekends and pauses take no room, and x is the sample number."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from components.ids import LabelIds
from components.parts import icon_button
from components.recording import shape
from services.timeseries import Store, TimeInfo, TimeKind
from services.timeseries.knots import MOST

Axis = dict[str, Any]

LEAST_EMPTY = 0.1  # of the time; with less the button is not offered
STEEP = 1.5  # usual steps from one sample to the next that are a jump of time
SAMPLES = "samples"
TIME: Axis = {"kind": "time"}
ICON = "arrows-collapse-vertical"
REFUSED = (
    "The gaps of this file cannot be closed: samples have equal times, or their steps differ too often to be "
    "described exactly."
)


def preference(store: Store) -> str:
    """Name of the preference with the time axis of recordings of this shape."""
    return f"axis:{shape(store.info)}"


def empty_share(time: TimeInfo, rows: int) -> float:
    """Share of the time of a recording that has no samples."""
    if time.kind is TimeKind.ROW or time.uniform or time.last <= time.first:
        return 0.0
    return max(0.0, 1 - rows * time.step / (time.last - time.first))


def offered(store: Store) -> bool:
    """True if closing the gaps would save room, judged without reading the times."""
    time = store.info.time
    return empty_share(time, store.rows) >= LEAST_EMPTY and 2 * time.gaps < MOST


def axis(store: Store, kind: Any) -> Axis:
    """The property ``axis`` of the plot: without gaps if ``kind`` is "samples" and the times permit it."""
    if kind != SAMPLES or not offered(store) or (knots := store.knots) is None:
        return TIME
    x = store.x_of(knots)
    jumps = (knots[1:] - knots[:-1] == 1) & (x[1:] - x[:-1] > STEEP * store.info.time.step)
    return {"kind": SAMPLES, "index": knots.tolist(), "x": x.tolist(), "jumps": knots[1:][jumps].tolist()}


def other_kind(kind: Any) -> str | None:
    """The value of the preference after a press of the button; None is the time axis with gaps.

    >>> other_kind(None), other_kind("samples")
    ('samples', None)
    """
    return None if kind == SAMPLES else SAMPLES


def hint(store: Store) -> str:
    """How much of the time axis has no samples, such as ``79 % gaps``; "" where the button is not offered."""
    return f"{100 * empty_share(store.info.time, store.rows):.0f} % gaps" if offered(store) else ""


def button(recording: dict[str, Any]) -> Component:
    """The button in the toolbar, hidden where there is nothing to close."""
    words, title = recording.get("gaps", ""), "Close the gaps of the time axis, or show them"
    made = icon_button(
        LabelIds.GAPS,
        ICON,
        title,
        "gaps",
        hidden=not words,
        children=html.Span(words, className="w-auto text-nowrap"),
    )
    for name, value in look(recording.get("axis", TIME)).items():
        setattr(made, name, value)
    return made


def look(shown: Axis) -> dict[str, Any]:
    """Properties of the button that depend on the axis of the plot."""
    closed = shown["kind"] == SAMPLES
    return {
        "className": f"tm-tool tm-snap{' tm-on' if closed else ''} bi bi-{ICON}",
        "aria-pressed": str(closed).lower(),
    }
