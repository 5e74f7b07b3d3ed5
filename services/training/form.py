"""The training form: its options for the chosen files, its validation, and the training it describes."""

from __future__ import annotations

import glob
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.training.recipe import BETWEEN, TrainingRequest

ALL, FOLDER, SOME = "all", "folder", "some"  # which files are learnt from
CHOICE, LATER, FILES, NONE = "choice", "later", "files", "none"  # ways to judge a model
OWN_CLASS = "class"  # of ``unmarked``: unlabelled samples are a class of their own
FEW_FILES = 30  # so many are ticked at first
SEPARATOR = "\x1f"  # between the names of channels in the key of a group


@dataclass(frozen=True)
class LabelledFile:
    """A recording with accepted labels; ``marked`` counts its segments by the name of the class."""

    id: int
    path: str
    channels: tuple[str, ...]
    marked: dict[str, int]

    @property
    def labels(self) -> int:
        """The number of its segments."""
        return sum(self.marked.values())


@dataclass(frozen=True)
class Choices:
    """What can be learnt from: files in the order of paths, colours of classes by name in the order of their sets.

    ``longest``: of a model's name, in characters.
    """

    files: tuple[LabelledFile, ...]
    classes: dict[str, str]
    longest: int


@dataclass(frozen=True)
class Group:
    """Files that have something in common, by a key: the names of their channels, or their folder."""

    key: str
    files: tuple[LabelledFile, ...]

    @property
    def labels(self) -> int:
        """The number of segments of all its files."""
        return sum(one.labels for one in self.files)


@dataclass(frozen=True)
class FormValues:
    """What is filled in.

    Args:
        scope: all files with labels, those of a folder, or some.
        alike: key of the group of files with the same channels, of scope ``all``; unknown ones are the first.
        folder: path of the folder, of scope ``folder``.
        files: ids, of scope ``some``.
        classes: names of the classes to learn; None: all.
        channels: names of those that are used; None: all.
        unmarked: what a stretch without a label is: "", ``between`` (see :class:`TrainingRequest`) or a class of its
        own.
        background: the name of that class.
        judged: how the model is judged: by choice, on later segments, on the files ``held`` (ids), or not.
    """

    scope: str = ALL
    alike: str = ""
    folder: str = ""
    files: tuple[int, ...] = ()
    classes: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    unmarked: str = BETWEEN
    background: str = ""
    judged: str = CHOICE
    held: tuple[int, ...] = ()
    seconds: float = 60.0
    name: str = ""


@dataclass(frozen=True)
class Offer:
    """What there is to be chosen for some files: segments by class, shared channels, ways to be judged."""

    files: tuple[LabelledFile, ...]
    classes: dict[str, int] = field(default_factory=dict)
    channels: tuple[str, ...] = ()

    @property
    def ways(self) -> tuple[str, ...]:
        """How a model can be judged: with one file only on its later segments, or not at all."""
        return (CHOICE, LATER, FILES, NONE) if len(self.files) > 1 else (CHOICE, NONE)


def alike(choices: Choices) -> list[Group]:
    """Groups of files with the same channels, those with the most labels first."""
    return _groups(choices.files, lambda one: SEPARATOR.join(sorted(one.channels)))


def folders(choices: Choices) -> list[Group]:
    """The folders that hold files with labels, those with the most labels first."""
    return _groups(choices.files, lambda one: one.path.rpartition("/")[0])


def _groups(files: Iterable[LabelledFile], key: Callable[[LabelledFile], str]) -> list[Group]:
    found: dict[str, list[LabelledFile]] = {}
    for one in files:
        found.setdefault(key(one), []).append(one)
    groups = [Group(name, tuple(members)) for name, members in found.items()]
    return sorted(groups, key=lambda group: -group.labels)


def ticked_at_first(choices: Choices) -> tuple[int, ...]:
    """Ids of the files of the largest group, none where there are many."""
    groups = alike(choices)
    return tuple(one.id for one in groups[0].files) if groups and len(groups[0].files) < FEW_FILES else ()


def chosen_files(choices: Choices, values: FormValues) -> tuple[LabelledFile, ...]:
    """The files whose labels are learnt."""
    if values.scope == SOME:
        ids = set(values.files)
        return tuple(one for one in choices.files if one.id in ids)
    groups, key = (
        (folders(choices), values.folder) if values.scope == FOLDER else (alike(choices), values.alike)
    )
    found = next((group for group in groups if group.key == key), groups[0] if groups else None)
    return found.files if found else ()


def offer(choices: Choices, files: tuple[LabelledFile, ...]) -> Offer:
    """What the form offers for some files."""
    counts: dict[str, int] = {}
    for one in files:
        for name, count in one.marked.items():
            counts[name] = counts.get(name, 0) + count
    known = {name: counts[name] for name in choices.classes if name in counts}
    shared = (
        [name for name in files[0].channels if all(name in one.channels for one in files)] if files else []
    )
    return Offer(files, known, tuple(shared))


def unclear(offered: Offer, values: FormValues) -> str:
    """Why the values describe no training, with the remedy; "" when they do."""
    held = set(values.held) & {one.id for one in offered.files}
    problems = (
        (not offered.files, "Choose the files whose labels are to be learnt."),
        (not kept(offered.classes, values.classes), "Choose the classes to learn."),
        (
            bool(offered.channels) and not kept(offered.channels, values.channels),
            "Choose a channel at least.",
        ),
        (
            values.unmarked == OWN_CLASS and not values.background.strip(),
            "Name the class of what is unlabelled.",
        ),
        (values.judged == FILES and not held, "Choose the files it is judged on."),
        (
            values.judged == FILES and len(held) == len(offered.files),
            "Every file is to be judged on; leave one to learn from.",
        ),
    )
    return next((sentence for wrong, sentence in problems if wrong), "")


def described(offered: Offer, values: FormValues) -> TrainingRequest:
    """The training that the values describe; :func:`unclear` has found nothing wrong with them.

    Raises:
        Invalid: a value is not of its kind.
    """
    classes, channels = kept(offered.classes, values.classes), kept(offered.channels, values.channels)
    held = set(values.held)
    return TrainingRequest.from_json(
        {
            "recordings": [one.id for one in offered.files],
            "everywhere": values.scope == ALL,
            "folder": values.folder if values.scope == FOLDER else None,
            "classes": classes if len(classes) < len(offered.classes) else (),
            "channels": channels if len(channels) < len(offered.channels) else (),
            "unmarked": values.background if values.unmarked == OWN_CLASS else values.unmarked,
            "holdout": [one.path for one in offered.files if one.id in held]
            if values.judged == FILES
            else (),
            "later": values.judged == LATER,
            "measured": values.judged != NONE,
            "seconds": values.seconds,
            "name": values.name,
        }
    )


def kept(names: Iterable[str], chosen: Collection[str] | None) -> list[str]:
    """Those of ``names`` that are chosen, in their order; all of them where ``chosen`` is None."""
    return [name for name in names if chosen is None or name in chosen]


def refilled(choices: Choices, recipe: dict[str, Any]) -> FormValues:
    """The values that describe a training that was started before, as far as its files are still there."""
    wanted = TrainingRequest.from_json(recipe)
    files = tuple(one for one in choices.files if one.id in set(wanted.recordings))
    scope = ALL if wanted.everywhere else FOLDER if wanted.folder is not None else SOME
    own = wanted.unmarked not in ("", BETWEEN)
    held = {one.id for one in files if glob.escape(one.path) in wanted.holdout}
    return FormValues(
        scope=scope,
        alike=SEPARATOR.join(sorted(files[0].channels)) if files else "",
        folder=wanted.folder or "",
        files=tuple(one.id for one in files),
        classes=wanted.classes or None,
        channels=wanted.channels or None,
        unmarked=OWN_CLASS if own else wanted.unmarked,
        background=wanted.unmarked if own else "",
        judged=NONE if not wanted.measured else LATER if wanted.later else FILES if held else CHOICE,
        held=tuple(sorted(held)),
        seconds=wanted.seconds,
        name=wanted.name,
    )


def proposed_name(classes: Sequence[str], taken: Collection[str], longest: int) -> str:
    """A name for a model that tells ``classes`` apart: of letters, digits and spaces, and not ``taken``.

    >>> proposed_name(["P", "QRS", "T+"], {"p qrs t"}, 30)
    'P QRS T 2'
    """
    plain = re.sub(r"[^\w ]|_", " ", " ".join(classes))
    name = re.sub(r"\s+", " ", plain)[:longest].strip() or "Trained model"
    lower = {one.lower() for one in taken}
    found, number = name, 2
    while found.lower() in lower:
        found = f"{name[: longest - len(str(number)) - 1].rstrip()} {number}"
        number += 1
    return found
