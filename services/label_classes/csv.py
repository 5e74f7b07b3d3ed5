"""Export the classes of a label set to CSV; import them, with a dry run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from services.errors import Invalid, TidemarkError
from services.formats.label_classes_csv import ClassRow, read_classes, write_classes
from services.label_classes import cascade, rows
from services.label_classes.rows import LabelClass
from services.label_classes.validation import HOTKEYS, clean_color, clean_index, clean_key, clean_name
from services.storage.paths import quoted


@dataclass(frozen=True)
class ClassChange:
    """Effect of an import on a class: ``added``, ``changed`` or ``same``, with a description."""

    kind: str
    name: str
    color: str
    index: int | None
    words: str


@dataclass
class ImportPlan:
    """Effects of an import: steps in file order, side effects, skipped lines."""

    steps: list[ClassChange] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def export(connection: Connection, label_set: int) -> str:
    """The CSV of the classes of a set, in order.

    Keys and exclusiveness are written if an import into an empty set would not reproduce them.
    """
    known = rows.of_set(connection, label_set)
    usual = [*HOTKEYS, *[None] * len(known)]
    more = any(one.exclusive or one.hotkey != usual[place] for place, one in enumerate(known))
    return write_classes(
        ClassRow(
            one.model_index,
            one.name,
            one.color,
            key=(one.hotkey or "") if more else None,
            exclusive=one.exclusive if more else None,
        )
        for one in known
    )


def plan(connection: Connection, label_set: int, text: str, name: str) -> ImportPlan:
    """Dry run of :func:`bring`; changes nothing.

    Raises:
        RefusedFile: not a class CSV.
    """
    rows_by_name, refused = _read(text, name)
    known = {one.name: one for one in rows.of_set(connection, label_set)}
    steps = [_step(row, known.get(row.name)) for row in rows_by_name]
    named = {row.name for row in rows_by_name}
    by_index = {row.index: row.name for row in rows_by_name if row.index is not None}
    clashes = [
        f"The index {one.model_index} is {quoted(one.name)} now; it will be {quoted(by_index[one.model_index])}."
        for one in known.values()
        if one.model_index in by_index and one.name not in named
    ]
    by_key = {row.key: row.name for row in rows_by_name if row.key}
    clashes += [
        f"The key {one.hotkey} is {quoted(one.name)} now; it will be {quoted(by_key[one.hotkey])}."
        for one in known.values()
        if one.hotkey in by_key and one.name not in named
    ]
    return ImportPlan(steps, clashes, refused)


def bring(connection: Connection, label_set: int, text: str, name: str, author: str = "") -> ImportPlan:
    """Add or update the classes of a CSV in a set; returns the effects.

    An index or a key in the file is taken from the class that has it. Invalid lines are skipped.

    Raises:
        RefusedFile: not a class CSV.
    """
    done = plan(connection, label_set, text, name)
    rows_by_name, _ = _read(text, name)
    indices, keys = {row.index for row in rows_by_name}, {row.key for row in rows_by_name if row.key}
    known = {one.name: one for one in rows.of_set(connection, label_set)}
    for one in known.values():
        if one.model_index in indices:
            rows.set_values(connection, one.id, model_index=None)
        if one.hotkey in keys:
            rows.set_values(connection, one.id, hotkey=None)
    for row in rows_by_name:
        here, values = known.get(row.name), _values(row)
        if here is None:
            rows.make(connection, label_set, row.name, **values)
            continue
        rows.set_values(connection, here.id, **values)
        if here.color != row.color:
            cascade.note(connection, here, f"Recolour label class {here.name}", author)
    return done


def _values(row: ClassRow) -> dict[str, Any]:
    """Columns of a class in a row of the file."""
    values: dict[str, Any] = {"color": row.color, "model_index": row.index}
    if row.key is not None:
        values["hotkey"] = row.key or None
    if row.exclusive is not None:
        values["exclusive"] = row.exclusive
    return values


def _read(text: str, name: str) -> tuple[list[ClassRow], list[str]]:
    """The consistent rows, and a message for each other line."""
    found, refused = read_classes(text, name)
    rows_by_name: list[ClassRow] = []
    names: dict[str, int] = {}
    indices: dict[int, int] = {}
    keys: dict[str, int] = {}
    for row in found:
        try:
            clean = _cleaned(row)
            _first(names, clean.name, row.line, quoted(clean.name))
            if clean.index is not None:
                _first(indices, clean.index, row.line, f"The index {clean.index}")
            if clean.key:
                _first(keys, clean.key, row.line, f"The key {clean.key}")
        except TidemarkError as error:
            refused.append(f"Line {row.line}: {error}")
        else:
            rows_by_name.append(clean)
    return rows_by_name, sorted(refused, key=lambda sentence: int(sentence.split(":")[0].split()[1]))


def _cleaned(row: ClassRow) -> ClassRow:
    clean_key(row.key)
    return replace(row, index=clean_index(row.index), name=clean_name(row.name), color=clean_color(row.color))


def _first(seen: dict[Any, int], value: Any, line: int, value_text: str) -> None:
    """Record the line of ``value``.

    Raises:
        Invalid: an earlier line has the same value.
    """
    if value in seen:
        raise Invalid(f"{value_text} is already in line {seen[value]}.")
    seen[value] = line


def _step(row: ClassRow, known: LabelClass | None) -> ClassChange:
    if known is None:
        return ClassChange("added", row.name, row.color, row.index, "new")
    words = []
    if known.color != row.color:
        words.append(f"colour {known.color} → {row.color}")
    if known.model_index != row.index:
        words.append(f"index {_index_text(known.model_index)} → {_index_text(row.index)}")
    if row.key is not None and (row.key or None) != known.hotkey:
        words.append(f"key {known.hotkey or 'none'} → {row.key or 'none'}")
    if row.exclusive is not None and row.exclusive != known.exclusive:
        words.append("exclusive" if row.exclusive else "no longer exclusive")
    return ClassChange(
        "changed" if words else "same", row.name, row.color, row.index, ", ".join(words) or "unchanged"
    )


def _index_text(index: int | None) -> str:
    return "none" if index is None else str(index)
