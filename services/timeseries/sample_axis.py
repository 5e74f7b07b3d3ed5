"""Ticks of a time axis without gaps: x is the sample number, the texts are the times of these samples."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from services.timeseries import durations
from services.timeseries.store import Store
from services.timeseries.ticks import MARGIN, sample_ticks
from services.timeseries.time_ticks import (
    Clock,
    Ticks,
    clock_of,
    date_text,
    date_texts,
    decimals,
    even_ticks,
    round_instants,
    round_step,
)

APART = 0.75  # least distance of two ticks, as a share of the usual one
MOST_PLACES = 5_000  # round times that are looked up for one view
_SLACK = 1e-6  # of the usual step: a round time and a sample at it may differ by rounding

View = tuple[float, float]
Step = float | None  # None for months
Places = Callable[
    [float, float, float], tuple[list[float], Step]
]  # of round times from, to, at least so far apart


def ticks_by_sample(store: Store, form: str, zone: str, view: View, most: int) -> Ticks:
    """About ``most`` ticks in a view of sample numbers, and as many on either side.

    Each tick is at the first sample at or after a round time, and shows the time of that sample. Where ticks
    are too close, the first of a day stays.

    Args:
        form: see :func:`services.timeseries.time_ticks.time_ticks`; ``file`` may also be numbers.
        zone: the IANA name of the zone that ``local`` means.
        view: from and to, in samples of ``store``.

    Raises:
        KeyError: there is no such zone.
    """
    if form == "samples":
        ticks = sample_ticks(store.by_sample, *view, most)
        return {**ticks, "text": [f"{index:,}" for index in ticks["index"]]}
    if form == "elapsed" or not store.dated:
        return _number_ticks(store, form, view, most)
    return _date_ticks(store, clock_of(form, zone, store.info.time.zone), view, most)


def _date_ticks(store: Store, clock: Clock, view: View, most: int) -> Ticks:
    indices, step = _choose(
        store, view, most, lambda first, last, least: round_instants(first, last, least, clock)
    )
    shown = [instant + clock(instant) for instant in store.x_of(indices)]
    days = [date_text(instant) for instant in shown]
    first = [not place or day != days[place - 1] for place, day in enumerate(days)]
    kept = _apart(indices, first, (view[1] - view[0]) / most * APART)
    low = store.x_of([_within(store, ceil(view[0]))])[0]
    texts = date_texts([shown[place] for place in kept], low + clock(low), step, store.info.time.step)
    return {"x": indices[kept].tolist(), "text": texts}


def _number_ticks(store: Store, form: str, view: View, most: int) -> Ticks:
    time = store.info.time
    seconds = (durations.in_seconds(time, 1.0) or 1.0) if form == "elapsed" else 1.0
    zero = time.first if form == "elapsed" else 0.0

    def places(first: float, last: float, least: float) -> tuple[list[float], Step]:
        step = round_step(least * seconds)
        ticks = even_ticks((first - zero) * seconds, (last - zero) * seconds, step)
        return [zero + tick / seconds for tick in ticks], step

    indices, step = _choose(store, view, most, places)
    kept = _apart(indices, [False] * len(indices), (view[1] - view[0]) / most * APART)
    digits = decimals(min(step or 1.0, time.step * seconds))
    shown = ((store.x_of(indices[kept]) - zero) * seconds).tolist()
    return {"x": indices[kept].tolist(), "text": [f"{value:,.{digits}f}" for value in shown]}


def _choose(store: Store, view: View, most: int, places: Places) -> tuple[NDArray[np.int64], Step]:
    """Samples at the round times of the smallest step with at most ``most`` of them in the view, and the step."""
    margin = (view[1] - view[0]) * MARGIN
    ends = [_within(store, floor(view[0] - margin)), _within(store, ceil(view[1] + margin))]
    first, last = store.x_of(ends).tolist()
    least = max((view[1] - view[0]) / most * store.info.time.step, (last - first) / MOST_PLACES)
    while True:
        instants, step = places(first, last, least)
        samples = store.first_at(np.array(instants) - _SLACK * store.info.time.step)
        begin = [0] if ends[0] == 0 else []  # the first sample need not be at a round time
        indices = np.unique(np.concatenate([np.array(begin, np.int64), samples[samples < store.rows]]))
        if np.count_nonzero((indices >= view[0]) & (indices <= view[1])) <= most:
            return indices, step
        least = least * 2


def _within(store: Store, index: int) -> int:
    return min(max(index, 0), store.rows - 1)


def _apart(indices: NDArray[np.int64], preferred: list[bool], least: float) -> list[int]:
    """Places in ``indices`` of ticks that are at least so far apart; preferred ones are chosen first."""
    kept: list[int] = []
    order = sorted(range(len(indices)), key=lambda place: (not preferred[place], place))
    for place in order:
        if all(abs(indices[place] - indices[other]) >= least for other in kept):
            kept.append(place)
    return sorted(kept)
