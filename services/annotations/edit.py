"""Commands that change labels: edges, position, class, note, channels; split and merge."""

from __future__ import annotations

from typing import Any

from services.annotations.scope import Command, Scope
from services.errors import Invalid
from services.recordings.edit_log import Edit, Rows
from services.recordings.repository import ACCEPTED
from services.timeseries.intervals import hull
from services.timeseries.intervals import split as cut
from services.wording import counted

LONGEST_NOTE = 2000


def move(scope: Scope, command: Command) -> Edit:
    """``ids`` (one label) and new edges: positions ``x0``, ``x1``, or typed text ``startText``, ``endText``.

    An edge dragged across the other edge becomes the other edge: the segment is never empty. ``whole``: ``x0`` is the
    new start of the label, which keeps its number of samples and stops at the recording's ends.
    """
    row = scope.single(command)
    start = scope.edge(command, "x0", "startText", row["start_index"])
    if command.get("whole"):
        length = row["end_index"] - row["start_index"]
        start = min(start, scope.store.rows - 1 - length)
        end = start + length
    else:
        end = scope.edge(command, "x1", "endText", row["end_index"])
    start, end = min(start, end), max(start, end)
    if (start, end) == (row["start_index"], row["end_index"]):
        raise Invalid("The label already has these edges.")
    return Edit("change", "Move a label", [row], [scope.edited(row, start_index=start, end_index=end)])


def nudge(scope: Scope, command: Command) -> Edit:
    """``ids`` (one label), ``edge``: ``start`` or ``end``, ``by``: number of samples, limited by the other edge."""
    row = scope.single(command)
    by = _whole(command, "by")
    start, end = row["start_index"], row["end_index"]
    if command.get("edge") == "start":
        start = max(0, min(end, start + by))
    elif command.get("edge") == "end":
        end = min(scope.store.rows - 1, max(start, end + by))
    else:
        raise Invalid("The edge must be “start” or “end”.")
    if (start, end) == (row["start_index"], row["end_index"]):
        raise Invalid("The edge cannot be moved further.")
    return Edit("change", "Nudge an edge", [row], [scope.edited(row, start_index=start, end_index=end)])


def shift(scope: Scope, command: Command) -> Edit:
    """``ids``, ``by``: shift labels by a number of samples (negative: earlier), limited by the recording's ends."""
    rows = scope.named(command)
    by = _whole(command, "by")
    first, last = hull([(row["start_index"], row["end_index"]) for row in rows])
    by = max(-first, min(scope.store.rows - 1 - last, by))
    if by == 0:
        raise Invalid("The labels cannot be shifted further.")
    after = [
        scope.edited(row, start_index=row["start_index"] + by, end_index=row["end_index"] + by)
        for row in rows
    ]
    return Edit("change", f"Shift {counted(len(rows), 'label')}", rows, after)


def relabel(scope: Scope, command: Command) -> Edit:
    """``ids``, ``label``: set the class; an unknown name creates one. Relabelling a suggestion also accepts it."""
    rows = scope.named(command)
    label = scope.label_class(command)
    changed = [row for row in rows if row["label_class_id"] != label.id or row["status"] != ACCEPTED]
    if not changed:
        raise Invalid(f"These labels are already {label.name}.")
    after = [scope.edited(row, label_class_id=label.id) for row in changed]
    return Edit("change", f"Relabel {counted(len(changed), 'label')} as {label.name}", changed, after)


def note(scope: Scope, command: Command) -> Edit:
    """``ids``, ``note``: free text of at most 2,000 characters."""
    rows = scope.named(command)
    text = clean_note(command.get("note"))
    changed = [row for row in rows if row["note"] != text]
    if not changed:
        raise Invalid("The note already has this text.")
    return Edit(
        "change",
        f"Note on {counted(len(changed), 'label')}",
        changed,
        [scope.edited(row, note=text) for row in changed],
    )


def rescope(scope: Scope, command: Command) -> Edit:
    """``ids``, ``channels``: set the channels of labels, as indices; none or null: all channels."""
    rows = scope.named(command)
    channels = scope.channels(command)
    changed = [row for row in rows if row["channels"] != channels]
    if not changed:
        raise Invalid("These labels already have these channels.")
    after = [scope.edited(row, channels=channels) for row in changed]
    return Edit("change", f"Channels of {counted(len(changed), 'label')}", changed, after)


def split(scope: Scope, command: Command) -> Edit:
    """``ids`` (one label), ``x``: split before that sample; the first piece keeps the id, the second is new."""
    row = scope.single(command)
    try:
        left, other = cut((row["start_index"], row["end_index"]), scope.place(command, "x"))
    except ValueError:
        raise Invalid("Put the cursor inside the label to split it.") from None
    first = scope.edited(row, start_index=left[0], end_index=left[1])
    second = scope.new({**row, "start_index": other[0], "end_index": other[1]})
    return Edit("change", "Split a label", [row], [first, second])


def merge(scope: Scope, command: Command) -> Edit:
    """``ids``: merge labels of one class, from the first start to the last end, with the channels of all of them.

    Raises:
        Invalid: fewer than two labels, or several classes.
    """
    rows = sorted(scope.named(command), key=lambda row: (row["start_index"], row["end_index"]))
    if len(rows) < 2:
        raise Invalid("Select two or more labels to merge them.")
    if len({row["label_class_id"] for row in rows}) > 1:
        raise Invalid("Only labels of one class can be merged; relabel first.")
    start, end = hull([(row["start_index"], row["end_index"]) for row in rows])
    channels = scope.kept_channels(frozenset().union(*map(scope.channels_of, rows)))
    merged = scope.edited(rows[0], start_index=start, end_index=end, channels=channels, note=_joined(rows))
    return Edit("change", f"Merge {counted(len(rows), 'label')}", rows, [merged])


def _joined(rows: Rows) -> str:
    return "\n".join(dict.fromkeys(row["note"] for row in rows if row["note"]))[:LONGEST_NOTE]


def clean_note(text: Any) -> str:
    """A note without surrounding white space.

    Raises:
        Invalid: not a text, longer than 2,000 characters, or not storable.
    """
    if not isinstance(text, str) or len(text) > LONGEST_NOTE or not _storable(text):
        raise Invalid(f"A note is text of at most {LONGEST_NOTE:,} characters.")
    return text.strip()


def _storable(text: str) -> bool:
    """False for text that databases reject: NUL and lone surrogates."""
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text)


def _whole(command: Command, name: str) -> int:
    value = command.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid("The number of samples is missing.")
    return value
