"""Class mapping: the label class of each class index of a model.

Priority: the user's setting, then the metadata of the checkpoint, then the label class with that model index, then a
number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.errors import Invalid
from services.label_classes.rows import LabelClass
from services.label_classes.validation import PALETTE, clean_color, clean_name, free_color
from services.torch_models.model import ModelInfo

YOU, CHECKPOINT, CLASSES, NUMBER = "you", "checkpoint", "classes", "number"

Said = dict[str, Any]  # index, and the user's settings of name, color, skip


@dataclass(frozen=True)
class ModelClass:
    """The label class of a class index.

    ``skip``: background, without labels. ``source`` of the name: you, checkpoint, classes (the index of a label class),
    number. ``known``: a label class of that name exists, whose colour is used.
    """

    index: int
    name: str
    color: str
    skip: bool = False
    source: str = NUMBER
    known: bool = False


def classes_of(
    info: ModelInfo, said: Iterable[Said] | None, label_classes: Iterable[LabelClass]
) -> dict[int, ModelClass]:
    """The label class of each class index of a model, given the ``label_classes`` of a set."""
    by_name = {one.name: one for one in label_classes}
    by_index = {one.model_index: one for one in by_name.values() if one.model_index is not None}
    told = {one["index"]: one for one in said or ()}
    labels = _labels(info)
    used = {one.color for one in by_name.values()}
    found = {}
    for index in range(info.classes):
        mine = told.get(index, {})
        name, color, source = _named(index, mine, labels, by_index)
        known = by_name.get(name)
        color = known.color if known else (mine.get("color") or color or _free(index, used))
        used.add(color)
        found[index] = ModelClass(index, name, color, bool(mine.get("skip")), source, known is not None)
    return found


def _named(
    index: int,
    mine: Mapping[str, Any],
    labels: Mapping[int, tuple[str, str | None]],
    by_index: Mapping[int, LabelClass],
) -> tuple[str, str | None, str]:
    """Name, colour if any, and source."""
    if mine.get("name"):
        return mine["name"], None, YOU
    if index in labels:
        return *labels[index], CHECKPOINT
    if index in by_index:
        return by_index[index].name, by_index[index].color, CLASSES
    return f"Class {index}", None, NUMBER


def _free(index: int, used: set[str]) -> str:
    """A deterministic palette colour, not used by another class if possible."""
    color = PALETTE[index % len(PALETTE)]
    return free_color(used) if color in used else color


def _labels(info: ModelInfo) -> dict[int, tuple[str, str | None]]:
    """Classes in the metadata of the checkpoint, if they are valid labels."""
    found: dict[int, tuple[str, str | None]] = {}
    for label in info.labels:
        try:
            name = clean_name(label.name)
        except Invalid:
            continue
        found[label.index] = name, _color(label.color)
    return found


def _color(color: str | None) -> str | None:
    try:
        return clean_color(color) if color else None
    except Invalid:
        return None


def change(info: ModelInfo, said: Iterable[Said] | None, index: Any, values: Mapping[str, Any]) -> list[Said]:
    """The user's settings after setting ``values`` (name, color, skip) of a class index.

    An empty name or colour resets the setting.

    Raises:
        Invalid: unknown class index, invalid name or colour.
    """
    here = _checked(info, index)
    told = {one["index"]: dict(one) for one in said or ()}
    mine = told.setdefault(here, {"index": here})
    if "name" in values:
        mine["name"] = clean_name(values["name"]) if values["name"] else None
    if "color" in values:
        mine["color"] = clean_color(values["color"]) if values["color"] else None
    if "skip" in values:
        mine["skip"] = values["skip"] is True
    return [kept for _, one in sorted(told.items()) if len(kept := _without_defaults(one)) > 1]


def forget(info: ModelInfo, said: Iterable[Said] | None, index: Any = None) -> list[Said] | None:
    """The user's settings after resetting a class index, or (None) all.

    Raises:
        Invalid: unknown class index.
    """
    if index is None:
        return None
    here = _checked(info, index)
    return [one for one in said or () if one["index"] != here] or None


def renamed(meaning: Mapping[int, ModelClass], old: str, new: str, merged: bool) -> dict[int, str]:
    """The class indices mapped to the label class ``old``, with the name after its rename to ``new`` or merge.

    Mappings by the index of a label class follow as long as that class exists.
    """
    return {
        index: new for index, one in meaning.items() if one.name == old and (merged or one.source != CLASSES)
    }


def _without_defaults(one: Said) -> Said:
    return {key: value for key, value in one.items() if key == "index" or value}


def _checked(info: ModelInfo, index: Any) -> int:
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < info.classes:
        raise Invalid(f"The classes of this model are 0 to {info.classes - 1}.")
    return index
