"""Texts of uploads: result of each file, progress and summary."""

from __future__ import annotations

import json
from collections.abc import Sequence

from services.uploads.name_conflicts import FileState
from services.uploads.rows import ARRIVED, CHECKING, RECORDING, WAITING, Totals, Upload
from services.wording import counted

CHANGED = "The file was changed, moved or deleted after it was chosen. Choose it again."
DOUBTFUL = "⚠ Please check:"
WEIGHT = 50_000  # additional weight of every file in bytes, so that small files count too
SENT = 0.6  # share of sending in the work on a file; the rest is reading
DONE = (FileState.ADDED, FileState.HERE)
ASKING = (FileState.SAME_NAME, FileState.IN_TRASH)
REFUSED = (FileState.REFUSED, FileState.FAILED)
GROUPS: dict[str, tuple[str, tuple[str, ...] | None]] = {
    "all": ("All", None),
    "going": ("Going on", (WAITING, CHECKING)),
    "asking": ("To decide", ASKING),
    "trouble": ("Not added", (*REFUSED, FileState.CANCELLED, FileState.SKIPPED)),
    "here": ("Already here", (FileState.HERE,)),
    "added": ("Added", (FileState.ADDED,)),
}
LISTED = tuple(str(state) for _, states in GROUPS.values() for state in states or ())


def percent(fraction: float) -> str:
    """``45 %``, rounded down, at most 100."""
    return f"{int(min(1.0, max(0.0, fraction)) * 100)} %"


def size_text(number: float) -> str:
    """A number of bytes as text."""
    if number >= 999.5e6:
        return f"{number / 1e9:.2f} GB"
    if number >= 999.5e3:
        return f"{number / 1e6:.{1 if number < 9.95e6 else 0}f} MB"
    return f"{round(number / 1e3)} kB" if number >= 1000 else f"{number:.0f} bytes"


def duration(seconds: float) -> str:
    """Remaining time as text."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def file_text(row: Upload, sent: int | None = None) -> str:
    """Text for a file; ``sent``: bytes sent, None while none are being sent."""
    name = f"“{row.path}”: "  # the row has the name already
    reason = row.reason.removeprefix(name)
    as_other = row.place if row.place != row.path else ""
    if row.state == WAITING:
        return "waiting" if sent is None else f"uploading {percent(sent / (row.size or 1))}"
    if row.state == CHECKING:
        return f"reading {percent(row.progress)}" if row.running else "checking"
    if row.state == FileState.ADDED:
        words = reason or "added"
        return words if not as_other else f"{words}, as {as_other}" if reason else f"added as {as_other}"
    if row.state == FileState.HERE:
        return "already here, same bytes" + (f" as {as_other}" if as_other else "")
    if row.state in ASKING and reason:
        return reason
    if row.state == FileState.SAME_NAME:
        other = f"{as_other}, with other bytes, exists"
        return other if as_other else "a file of this name with other bytes exists"
    if row.state == FileState.SKIPPED:
        return "skipped; the existing file is unchanged"
    return f"{row.state}: {reason}" if reason else row.state


def read_text(row: Upload) -> str:
    """How an added file was read, with doubts."""
    detail = row.detail or {}
    if row.purpose != RECORDING or "read_as" not in detail:
        return ""
    return "\n".join([detail["read_as"], *(f"{DOUBTFUL} {doubt}" for doubt in detail["doubts"])])


def going_text(totals: Totals) -> str:
    """Number of files being sent, or else read."""
    if sending := totals.count(WAITING):
        return f"Uploading {counted(sending, 'file')}"
    return f"Reading {counted(totals.count(CHECKING), 'file')}"


def end_text(totals: Totals) -> str:
    """Results of finished files."""
    counts = [
        (totals.count(FileState.ADDED), "added"),
        (totals.count(FileState.HERE), "already here"),
        (totals.count(*ASKING), "to decide"),
        (totals.count(*REFUSED), "not added"),
        (totals.count(FileState.CANCELLED), "cancelled"),
        (totals.count(FileState.SKIPPED), "skipped"),
    ]
    return " · ".join(f"{number:,} {words}" for number, words in counts if number)


def is_going(totals: Totals) -> bool:
    """True while a file is being sent or read."""
    return totals.count(WAITING, CHECKING) > 0


def fraction(totals: Totals, sent: int) -> float:
    """Fraction of the work, 0 to 1; ``sent``: bytes sent of unfinished files."""
    weights = {
        state: totals.sizes[state] + WEIGHT * totals.files[state]
        for state in totals.files
        if state != ARRIVED
    }
    whole = sum(
        weight for state, weight in weights.items() if state in (*DONE, *ASKING, *REFUSED, WAITING, CHECKING)
    )
    ended = sum(weight for state, weight in weights.items() if state in (*DONE, *ASKING, *REFUSED))
    checking, number = weights.get(CHECKING, 0), totals.count(CHECKING)
    reading = checking * (SENT + (1 - SENT) * (totals.reading / number if number else 0))
    return min(1.0, (ended + reading + SENT * min(sent, weights.get(WAITING, 0))) / whole) if whole else 0.0


def progress_text(totals: Totals, sent: int, total: int, rate: float) -> str:
    """Line above the list: files, bytes, speed, remaining time; or results."""
    end = end_text(totals)
    if not is_going(totals):
        return f"Done: {end or 'nothing added'}" if _has_ended(totals) else ""
    parts = [going_text(totals)]
    if totals.count(WAITING) and total:
        parts.append(f"{size_text(sent)} of {size_text(total)}")
        if rate:
            parts += [f"{size_text(rate)}/s", f"{duration((total - sent) / rate)} left"]
    return " — ".join(filter(None, [" · ".join(parts), end]))


def rate(pace: Sequence[Sequence[float]]) -> float:
    """Bytes per second.

    Args:
        pace: times and numbers of bytes sent, in order.
    """
    if len(pace) < 2 or pace[-1][0] - pace[0][0] < 0.4:
        return 0.0
    (began, before), (now, sent) = pace[0], pace[-1]
    return max(0.0, (sent - before) / (now - began))


def failure_text(status: int, body: str) -> str:
    """Why a file could not be sent; status 0: the browser could not read it."""
    if not status:
        return CHANGED
    try:
        return str(json.loads(body)["error"])
    except (ValueError, TypeError, KeyError):
        return f"The server answered {status}."  # a proxy's page


def _has_ended(totals: Totals) -> bool:
    return totals.count(*DONE, *ASKING, *REFUSED, FileState.CANCELLED, FileState.SKIPPED) > 0
