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

ClassOverride = dict[str, Any]  # index, and the user's settings of name, color, skip


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
    info: ModelInfo, overrides: Iterable[ClassOverride] | None, label_classes: Iterable[LabelClass]
) -> dict[int, ModelClass]:
    """The label class of each class index of a model, given the ``label_classes`` of a set."""
    by_name = {label_class.name: label_class for label_class in label_classes}
    by_index = {
        label_class.model_index: label_class
        for label_class in by_name.values()
        if label_class.model_index is not None
    }
    by_override = {override["index"]: override for override in overrides or ()}
    labels = _labels(info)
    used = {label_class.color for label_class in by_name.values()}
    classes = {}
    for index in range(info.classes):
        own = by_override.get(index, {})
        name, color, source = _named(index, own, labels, by_index)
        label_class = by_name.get(name)
        color = label_class.color if label_class else (own.get("color") or color or _free(index, used))
        used.add(color)
        classes[index] = ModelClass(
            index, name, color, bool(own.get("skip")), source, label_class is not None
        )
    return classes


def _named(
    index: int,
    override: Mapping[str, Any],
    labels: Mapping[int, tuple[str, str | None]],
    by_index: Mapping[int, LabelClass],
) -> tuple[str, str | None, str]:
    """Name, colour if any, and source."""
    if override.get("name"):
        return override["name"], None, YOU
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
    labels: dict[int, tuple[str, str | None]] = {}
    for label in info.labels:
        try:
            name = clean_name(label.name)
        except Invalid:
            continue
        labels[label.index] = name, _color(label.color)
    return labels


def _color(color: str | None) -> str | None:
    try:
        return clean_color(color) if color else None
    except Invalid:
        return None


def change(
    info: ModelInfo, overrides: Iterable[ClassOverride] | None, index: Any, values: Mapping[str, Any]
) -> list[ClassOverride]:
    """The user's settings after setting ``values`` (name, color, skip) of a class index.

    An empty name or colour resets the setting.

    Raises:
        Invalid: unknown class index, invalid name or colour.
    """
    here = _checked(info, index)
    by_override = {override["index"]: dict(override) for override in overrides or ()}
    own = by_override.setdefault(here, {"index": here})
    if "name" in values:
        own["name"] = clean_name(values["name"]) if values["name"] else None
    if "color" in values:
        own["color"] = clean_color(values["color"]) if values["color"] else None
    if "skip" in values:
        own["skip"] = values["skip"] is True
    return [
        kept for _, override in sorted(by_override.items()) if len(kept := _without_defaults(override)) > 1
    ]


def forget(
    info: ModelInfo, overrides: Iterable[ClassOverride] | None, index: Any = None
) -> list[ClassOverride] | None:
    """The user's settings after resetting a class index, or (None) all.

    Raises:
        Invalid: unknown class index.
    """
    if index is None:
        return None
    here = _checked(info, index)
    return [override for override in overrides or () if override["index"] != here] or None


def renamed(meaning: Mapping[int, ModelClass], old: str, new: str, merged: bool) -> dict[int, str]:
    """The class indices mapped to the label class ``old``, with the name after its rename to ``new`` or merge.

    Mappings by the index of a label class follow as long as that class exists.
    """
    return {
        index: new
        for index, model_class in meaning.items()
        if model_class.name == old and (merged or model_class.source != CLASSES)
    }


def _without_defaults(override: ClassOverride) -> ClassOverride:
    return {key: value for key, value in override.items() if key == "index" or value}


def _checked(info: ModelInfo, index: Any) -> int:
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < info.classes:
        raise Invalid(f"The classes of this model are 0 to {info.classes - 1}.")
    return index
