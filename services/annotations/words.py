"""Summaries of edits for the history: class names, times and counts, independent of the current labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from services.annotations.scope import Scope
from services.recordings.edit_log import Edit
from services.recordings.repository import REJECTED, SUGGESTED
from services.storage.tables import label_classes
from services.timeseries import Store, TimeKind
from services.wording import counted

Row = dict[str, Any]
MOST_NAMES = 3
LONGEST_NOTE = 60
NAMES = select(label_classes.c.id, label_classes.c.name).where(
    label_classes.c.id.in_(bindparam("ids", expanding=True))
)


def worded(scope: Scope, edit: Edit) -> Edit:
    """``edit`` with a summary of its labels: one label by name and times, several by names and counts."""
    names = _names(scope, {row["label_class_id"] for row in [*edit.before, *edit.after]})
    return replace(edit, summary=_summary(scope.store, names, edit))


def times(store: Store, start: int, end: int) -> str:
    """Time range of a segment: ``1.204 – 1.31 s``, ``2023-12-25 02:50:00 – 02:57:00``.

    Omits the zone, and the date of the end if it equals that of the start.
    """
    first, last = _clock(store, start), _clock(store, end)
    if start == end:
        return f"at {first}{_unit(store)}"
    day, _, rest = last.partition(" ")
    return f"{first} – {rest if rest and first.startswith(f'{day} ') else last}{_unit(store)}"


def _summary(store: Store, names: dict[int, str], edit: Edit) -> str:
    def which(row: Row) -> str:
        return f"{names[row['label_class_id']]} {times(store, row['start_index'], row['end_index'])}"

    if edit.kind == "restore":
        return edit.summary
    match edit.before, edit.after:
        case [old], [new]:
            return _change(store, names, old, new, which(old)) or edit.summary
        case [], [new]:
            return f"Add {which(new)}"
        case [old], []:
            return f"Delete {which(old)}"
        case [old], [_, _]:
            return f"Split {which(old)}"
    return f"{edit.summary} ({_tally(names[row['label_class_id']] for row in edit.before or edit.after)})"


def _change(store: Store, names: dict[int, str], old: Row, new: Row, which: str) -> str:
    """Summary of the change of one label; "" for a change that has no own wording."""
    if old["status"] != new["status"]:
        return _decision(store, names, old, new, which)
    start, end = (old["start_index"], new["start_index"]), (old["end_index"], new["end_index"])
    name = names[old["label_class_id"]]
    if start[0] != start[1] and end[0] != end[1]:
        return f"Move {name} {times(store, start[0], end[0])} → {times(store, start[1], end[1])}"
    for word, edge in (("start", start), ("end", end)):
        if edge[0] != edge[1]:
            unit = _unit(store)
            return f"Move {word} of {name} {_clock(store, edge[0])}{unit} → {_clock(store, edge[1])}{unit}"
    if old["label_class_id"] != new["label_class_id"]:
        return f"Relabel {which} as {names[new['label_class_id']]}"
    if old["note"] != new["note"]:
        return f"Note on {which}: {_quoted(new['note'])}" if new["note"] else f"Remove the note of {which}"
    return f"Channels of {which}" if old["channels"] != new["channels"] else ""


def _decision(store: Store, names: dict[int, str], old: Row, new: Row, which: str) -> str:
    if new["status"] == REJECTED:
        return f"Reject {which}"
    if new["status"] == SUGGESTED:
        return f"Take back the rejection of {which}"
    was = []
    if old["label_class_id"] != new["label_class_id"]:
        was.append(f"as {names[old['label_class_id']]}")
    edges, before = ((row["start_index"], row["end_index"]) for row in (new, old))
    if edges != before:
        was.append(times(store, *before))
    words = f"Accept {names[new['label_class_id']]} {times(store, *edges)}"
    return f"{words} (suggested {', '.join(was)})" if was else words


def _tally(names: Iterable[str]) -> str:
    """``QRS``, ``8 QRS, 4 T``, or the three most frequent and the number of others."""
    counts = sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))
    if len(counts) == 1:
        return counts[0][0]
    shown = ", ".join(f"{count:,} {name}" for name, count in counts[:MOST_NAMES])
    others = sum(count for _, count in counts[MOST_NAMES:])
    return f"{shown} and {counted(others, 'other')}" if others else shown


def _clock(store: Store, index: int) -> str:
    text = store.time_text(index)
    return text[:-6] if store.info.time.kind is TimeKind.DATETIME else text


def _unit(store: Store) -> str:
    unit = store.info.time.unit
    return f" {unit}" if unit and store.info.time.kind is TimeKind.NUMERIC else ""


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= LONGEST_NOTE else line[: LONGEST_NOTE - 1] + '…'}”"


def _names(scope: Scope, ids: set[int]) -> dict[int, str]:
    return {row.id: row.name for row in scope.connection.execute(NAMES, {"ids": list(ids)})}
