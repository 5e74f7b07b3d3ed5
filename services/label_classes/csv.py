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
    classes = rows.of_set(connection, label_set)
    usual = [*HOTKEYS, *[None] * len(classes)]
    more = any(
        label_class.exclusive or label_class.hotkey != usual[place]
        for place, label_class in enumerate(classes)
    )
    return write_classes(
        ClassRow(
            label_class.model_index,
            label_class.name,
            label_class.color,
            key=(label_class.hotkey or "") if more else None,
            exclusive=label_class.exclusive if more else None,
        )
        for label_class in classes
    )


def plan(connection: Connection, label_set: int, text: str, name: str) -> ImportPlan:
    """Dry run of :func:`import_csv`; changes nothing.

    Raises:
        RefusedFile: not a class CSV.
    """
    rows_by_name, refused = _read(text, name)
    existing = {label_class.name: label_class for label_class in rows.of_set(connection, label_set)}
    steps = [_step(row, existing.get(row.name)) for row in rows_by_name]
    named = {row.name for row in rows_by_name}
    by_index = {row.index: row.name for row in rows_by_name if row.index is not None}
    clashes = [
        f"The index {label_class.model_index} is {quoted(label_class.name)} now; "
        f"it will be {quoted(by_index[label_class.model_index])}."
        for label_class in existing.values()
        if label_class.model_index in by_index and label_class.name not in named
    ]
    by_key = {row.key: row.name for row in rows_by_name if row.key}
    clashes += [
        f"The key {label_class.hotkey} is {quoted(label_class.name)} now; "
        f"it will be {quoted(by_key[label_class.hotkey])}."
        for label_class in existing.values()
        if label_class.hotkey in by_key and label_class.name not in named
    ]
    return ImportPlan(steps, clashes, refused)


def import_csv(connection: Connection, label_set: int, text: str, name: str, author: str = "") -> ImportPlan:
    """Add or update the classes of a CSV in a set; returns the effects.

    An index or a key in the file is taken from the class that has it. Invalid lines are skipped.

    Raises:
        RefusedFile: not a class CSV.
    """
    done = plan(connection, label_set, text, name)
    rows_by_name, _ = _read(text, name)
    indices, keys = {row.index for row in rows_by_name}, {row.key for row in rows_by_name if row.key}
    existing = {label_class.name: label_class for label_class in rows.of_set(connection, label_set)}
    for label_class in existing.values():
        if label_class.model_index in indices:
            rows.set_values(connection, label_class.id, model_index=None)
        if label_class.hotkey in keys:
            rows.set_values(connection, label_class.id, hotkey=None)
    for row in rows_by_name:
        here, values = existing.get(row.name), _values(row)
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
    rows_read, refused = read_classes(text, name)
    rows_by_name: list[ClassRow] = []
    names: dict[str, int] = {}
    indices: dict[int, int] = {}
    keys: dict[str, int] = {}
    for row in rows_read:
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


def _step(row: ClassRow, existing: LabelClass | None) -> ClassChange:
    if existing is None:
        return ClassChange("added", row.name, row.color, row.index, "new")
    words = []
    if existing.color != row.color:
        words.append(f"colour {existing.color} → {row.color}")
    if existing.model_index != row.index:
        words.append(f"index {_index_text(existing.model_index)} → {_index_text(row.index)}")
    if row.key is not None and (row.key or None) != existing.hotkey:
        words.append(f"key {existing.hotkey or 'none'} → {row.key or 'none'}")
    if row.exclusive is not None and row.exclusive != existing.exclusive:
        words.append("exclusive" if row.exclusive else "no longer exclusive")
    return ClassChange(
        "changed" if words else "same", row.name, row.color, row.index, ", ".join(words) or "unchanged"
    )


def _index_text(index: int | None) -> str:
    return "none" if index is None else str(index)
