"""File states, counts and sizes as text."""

from __future__ import annotations

from services.recordings.file_list import FileList
from services.recordings.repository import RecordingState, RecordingSummary
from services.timeseries.durations import text as duration_text

# By state: Bootstrap icon, words for the tree. In the order in which files are sorted by state.
STATES: dict[str, tuple[str, str]] = {
    RecordingState.NONE: ("circle", "No labels"),
    RecordingState.IN_PROGRESS: ("circle-half", "In progress"),
    RecordingState.UNSAVED: ("circle-fill", "Labels not saved to outputs/ yet"),
    RecordingState.SAVED: ("check-circle-fill", "Saved"),
}
_SIZES = ("B", "kB", "MB", "GB", "TB")


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun.

    >>> count(1, "file"), count(1200, "file"), count(2, "file has", "files have")
    ('1 file', '1,200 files', '2 files have')
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def state_icon(file: RecordingSummary) -> tuple[str, str, str]:
    """Icon, colour class and text for the state of a file."""
    icon, words = STATES[file.state]
    kind = f"tm-state-{file.state.replace(' ', '-')}"
    if file.done:
        return "check2-all", f"{kind} tm-state-done tm-fine", f"Done. {words}"
    return icon, kind, words


def state_word(file: RecordingSummary) -> str:
    """State of a file for the table."""
    if file.done:
        return "done, unsaved" if file.state == RecordingState.UNSAVED else "done"
    return "no labels" if file.state == RecordingState.NONE else str(file.state)


def tally(files: FileList, shown: int | None = None) -> str:
    """Number of files and their progress; ``shown`` pass a filter.

    Such as ``4 files · 2 labelled · 2 unsaved``.
    """
    if not files.files:
        return ""
    total = count(len(files.files), "file")
    numbers = [(word, files.counts[word]) for word in ("labelled", "to review", "unsaved", "done")]
    parts = [total if shown is None else f"{shown:,} of {total}"]
    return " · ".join([*parts, *(f"{number:,} {word}" for word, number in numbers if number)])


def size(number: int) -> str:
    """A number of bytes with at most three digits.

    >>> size(1234567)
    '1.23 MB'
    """
    value, step = float(number), 0
    while value >= 999.5 and step < len(_SIZES) - 1:
        value, step = value / 1000, step + 1
    return f"{float(f'{value:.3g}'):g} {_SIZES[step]}"


def length(seconds: float | None) -> str:
    """A duration with about three digits; "" for None."""
    if seconds is None:
        return ""
    return duration_text(float(f"{seconds:.3g}") if seconds < 60 else round(seconds))


def share(part: float, whole: float) -> str:
    """A part of a whole in percent.

    >>> share(2, 3), share(1, 50)
    ('67 %', '2.0 %')
    """
    if not whole:
        return ""
    return f"{100 * part / whole:.{1 if part and part / whole < 0.1 else 0}f} %"
