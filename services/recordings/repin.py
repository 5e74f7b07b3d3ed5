"""Map labels to the samples of a recording that was read again, or give the reason why a label does not fit.

The same bytes with other options: a label stays on its rows of the source. Other bytes (“same name, other bytes”): a
label stays at its times, which must all exist. Nothing is rounded or guessed: a label fits exactly or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.errors import Conflict
from services.recordings.edit_log import Rows
from services.timeseries import Store, TimeInfo, TimeKind

Row = dict[str, Any]
_SHOWN = 3
_SPAN = 1 << 20  # rows per comparison
_KINDS = {
    TimeKind.DATETIME: "dates with a zone",
    TimeKind.NAIVE: "dates without a zone",
    TimeKind.NUMERIC: "numbers",
    TimeKind.ROW: "row numbers",
}


class MisfitError(Exception):
    """The reason why a label does not fit; a message puts it after “the label from … to …:”."""


@dataclass(frozen=True)
class Misfit:
    """A label that does not fit the new samples; ``start`` and ``end`` are its times as text."""

    id: str
    start: str
    end: str
    reason: str


@dataclass(frozen=True)
class Repinned:
    """The result of mapping labels to new samples.

    ``before`` and ``after``: labels that fit, in pairs (the same dict if unchanged). ``axis``: the reason why the time
    axis does not fit; then every label is in ``misfits``.
    """

    before: Rows
    after: Rows
    misfits: list[Misfit]
    axis: str = ""

    @property
    def fits(self) -> bool:
        """True when every label fits."""
        return not self.misfits

    @property
    def changed(self) -> tuple[Rows, Rows]:
        """The pairs of ``before`` and ``after`` with changed sample numbers."""
        pairs = [(old, new) for old, new in zip(self.before, self.after, strict=True) if old is not new]
        return [old for old, _ in pairs], [new for _, new in pairs]

    @property
    def sentence(self) -> str:
        """Why labels do not fit; "" when all do."""
        if self.fits:
            return ""
        total = len(self.misfits) + len(self.before)
        words = (
            f"{len(self.misfits):,} of {total:,} labels {'does' if len(self.misfits) == 1 else 'do'} not fit"
        )
        if self.axis:
            return f"{words}: {self.axis}."
        shown = "; ".join(
            f"{misfit.start} – {misfit.end} ({misfit.reason})" for misfit in self.misfits[:_SHOWN]
        )
        more = len(self.misfits) - _SHOWN
        return f"{words}: {shown}{f'; and {more:,} more' if more > 0 else ''}."

    def require(self, remedy: str) -> None:
        """Raise if a label does not fit.

        Raises:
            Conflict: a label does not fit; the message ends with ``remedy``.
        """
        if not self.fits:
            raise Conflict(f"{self.sentence} {remedy}")


def refit(old: Store, new: Store, labels: Rows) -> Repinned:
    """Map ``labels`` (rows in the format of edits) to the samples of ``new``.

    With the same bytes they stay on their rows of the source; the rows of a label must still be adjacent. With other
    bytes the time axes must have the same kind, zone and unit, and the time of each edge must occur as often as before
    (a label keeps its position among samples of equal time). Without a time column the row number is the time. A label
    for some channels also needs channels of the same names.
    """
    same = old.info.sha256 == new.info.sha256
    axis = _rows_differ(old, new) if same else _axis_differs(old.info.time, new.info.time)
    if axis:
        return Repinned([], [], [_misfit(old, label, axis) for label in labels], axis)
    move = _by_row(old, new) if same else _by_time(old, new)
    before, after, misfits = [], [], []
    for label in labels:
        try:
            moved = _moved(label, move(label["start_index"], label["end_index"]), _channels(old, new, label))
        except MisfitError as misfit:
            misfits.append(_misfit(old, label, str(misfit)))
        else:
            before.append(label)
            after.append(moved)
    return Repinned(before, after, misfits)


def same_samples(old: Store, new: Store) -> bool:
    """True when all samples and channels have the same numbers: the same rows in the same order."""
    if [channel.name for channel in old.info.channels] != [channel.name for channel in new.info.channels]:
        return False
    if old.info.sha256 != new.info.sha256 or old.rows != new.rows:
        return False
    if old.info.reading.header != new.info.reading.header:
        return False
    before, now = old.info.reading, new.info.reading
    if (before.series, before.tables) != (now.series, now.tables):
        return False
    if not old.info.reading.sorted and not new.info.reading.sorted:
        return True
    spans = ((first, min(first + _SPAN, old.rows)) for first in range(0, old.rows, _SPAN))
    return all((old.source_rows(*span) == new.source_rows(*span)).all() for span in spans)


Move = Callable[[int, int], tuple[int, int]]


def _axis_differs(old: TimeInfo, new: TimeInfo) -> str:
    if old.kind is not new.kind:
        return f"the time was {_KINDS[old.kind]} and is {_KINDS[new.kind]} now"
    if old.zone != new.zone:
        return f"the zone was {old.zone or 'unknown'} and is {new.zone or 'unknown'} now"
    if old.unit != new.unit:
        return f"the time was in {old.unit or 'no unit'} and is in {new.unit or 'no unit'} now"
    return ""


def _rows_differ(old: Store, new: Store) -> str:
    shift = int(old.info.reading.header) - int(new.info.reading.header)
    before, now = old.source_count, new.source_count
    return "" if before + shift == now else f"the file is cut into {now:,} rows, it was {before:,}"


def _by_time(old: Store, new: Store) -> Move:
    def place(index: int, name: str) -> int:
        instant = old.instant(index)
        first, stop = new.samples_at(instant)
        if first == stop:
            if old.info.time.kind is TimeKind.ROW:
                raise MisfitError(f"there are only {new.rows:,} rows now")
            raise MisfitError(f"no sample has the time of its {name}")
        was, end = old.samples_at(instant)
        if end - was != stop - first:
            raise MisfitError(
                f"{stop - first:,} samples have the time of its {name}, there were {end - was:,}"
            )
        return first + index - was

    return lambda start, end: (place(start, "start"), place(end, "end"))


def _by_row(old: Store, new: Store) -> Move:
    """Map row numbers; accounts for a first line that changed between header and row 0."""
    shift = int(old.info.reading.header) - int(new.info.reading.header)
    places = new.row_samples() if new.info.reading.sorted else None
    several = old.row_samples() if old.info.reading.regrouped else None

    def rows_of(start: int, end: int) -> NDArray[np.int64]:
        if several is None:
            return old.source_rows(start, end + 1)
        return np.flatnonzero((several >= start) & (several <= end))

    def move(start: int, end: int) -> tuple[int, int]:
        rows = rows_of(start, end) + shift
        if rows.min() < 0 or rows.max() >= new.source_count:
            raise MisfitError("some of its rows are not data any more")
        if places is not None:
            rows = np.unique(places[rows])
        first, last = int(rows.min()), int(rows.max())
        if last - first + 1 != len(rows):
            raise MisfitError("its rows do not follow each other in the new order of time")
        return first, last

    return move


def _channels(old: Store, new: Store, label: Row) -> list[Any] | None:
    """Channels of a label in the new store, as names or numbers; None for all."""
    scope: list[Any] | None = label.get("channels")
    if not scope:
        return scope
    names = [channel.name for channel in new.info.channels]
    for channel in scope:
        name = old.info.channels[channel].name if isinstance(channel, int) else channel
        if name not in names:
            raise MisfitError(f"there is no channel “{name}” any more")
    return [
        names.index(old.info.channels[place].name) if isinstance(place, int) else place for place in scope
    ]


def _moved(label: Row, place: tuple[int, int], channels: list[Any] | None) -> Row:
    values: Row = {"start_index": place[0], "end_index": place[1]}
    if label.get("channels") != channels:
        values["channels"] = channels
    return label if all(label[name] == value for name, value in values.items()) else {**label, **values}


def _misfit(old: Store, label: Row, reason: str) -> Misfit:
    return Misfit(label["id"], old.time_text(label["start_index"]), old.time_text(label["end_index"]), reason)
