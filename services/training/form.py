"""Training form: options for the chosen files, validation, and conversion to a training request."""

from __future__ import annotations

import glob
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.training.recipe import BETWEEN, TrainingRequest

ALL, FOLDER, SOME = "all", "folder", "some"  # scopes of training files
CHOICE, LATER, FILES, NONE = "choice", "later", "files", "none"  # ways to evaluate a model
OWN_CLASS = "class"  # of ``unmarked``: unlabelled samples are a separate class
FEW_FILES = 30  # maximum number of files selected by default
SEPARATOR = "\x1f"  # between the names of channels in the key of a group


@dataclass(frozen=True)
class LabelledFile:
    """A recording with accepted labels; ``marked``: number of segments by class name."""

    id: int
    path: str
    channels: tuple[str, ...]
    marked: dict[str, int]

    @property
    def labels(self) -> int:
        """Total number of segments."""
        return sum(self.marked.values())


@dataclass(frozen=True)
class TrainingChoices:
    """Available training data: files by path, colours of classes by name in the order of their sets.

    ``longest``: maximum length of a model's name.
    """

    files: tuple[LabelledFile, ...]
    classes: dict[str, str]
    longest: int


@dataclass(frozen=True)
class Group:
    """Files with the same key: names of their channels, or their folder."""

    key: str
    files: tuple[LabelledFile, ...]

    @property
    def labels(self) -> int:
        """Total number of segments of all files."""
        return sum(file.labels for file in self.files)


@dataclass(frozen=True)
class FormValues:
    """Values of the form.

    Args:
        scope: all files with labels, those of a folder, or some.
        alike: key of the group of files with the same channels, for scope ``all``; unknown keys select the first.
        folder: path of the folder, for scope ``folder``.
        files: ids, for scope ``some``.
        classes: names of the classes to learn; None: all.
        channels: names of the channels to use; None: all.
        unmarked: meaning of unlabelled samples: "", ``between`` (see :class:`TrainingRequest`) or a separate
        class.
        background: name of that class.
        judged: evaluation: by choice, on later segments, on the files ``held`` (ids), or not at all.
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
class FormOffer:
    """Choices for some files: segments by class, common channels, ways of evaluation."""

    files: tuple[LabelledFile, ...]
    classes: dict[str, int] = field(default_factory=dict)
    channels: tuple[str, ...] = ()

    @property
    def ways(self) -> tuple[str, ...]:
        """Possible evaluations: with one file only on its later segments, or not at all."""
        return (CHOICE, LATER, FILES, NONE) if len(self.files) > 1 else (CHOICE, NONE)


def alike(choices: TrainingChoices) -> list[Group]:
    """Groups of files with the same channels, most labels first."""
    return _groups(choices.files, lambda file: SEPARATOR.join(sorted(file.channels)))


def folders(choices: TrainingChoices) -> list[Group]:
    """Folders with labelled files, most labels first."""
    return _groups(choices.files, lambda file: file.path.rpartition("/")[0])


def _groups(files: Iterable[LabelledFile], key: Callable[[LabelledFile], str]) -> list[Group]:
    by_key: dict[str, list[LabelledFile]] = {}
    for file in files:
        by_key.setdefault(key(file), []).append(file)
    groups = [Group(name, tuple(members)) for name, members in by_key.items()]
    return sorted(groups, key=lambda group: -group.labels)


def ticked_at_first(choices: TrainingChoices) -> tuple[int, ...]:
    """Ids of the files of the largest group; none if there are many."""
    groups = alike(choices)
    return tuple(file.id for file in groups[0].files) if groups and len(groups[0].files) < FEW_FILES else ()


def chosen_files(choices: TrainingChoices, values: FormValues) -> tuple[LabelledFile, ...]:
    """The training files."""
    if values.scope == SOME:
        ids = set(values.files)
        return tuple(file for file in choices.files if file.id in ids)
    groups, key = (
        (folders(choices), values.folder) if values.scope == FOLDER else (alike(choices), values.alike)
    )
    chosen = next((group for group in groups if group.key == key), groups[0] if groups else None)
    return chosen.files if chosen else ()


def offer(choices: TrainingChoices, files: tuple[LabelledFile, ...]) -> FormOffer:
    """Choices of the form for some files."""
    counts: dict[str, int] = {}
    for file in files:
        for name, count in file.marked.items():
            counts[name] = counts.get(name, 0) + count
    known_classes = {name: counts[name] for name in choices.classes if name in counts}
    shared = (
        [name for name in files[0].channels if all(name in file.channels for file in files)] if files else []
    )
    return FormOffer(files, known_classes, tuple(shared))


def unclear(offered: FormOffer, values: FormValues) -> str:
    """Why the values are incomplete, with the remedy; "" if they are complete."""
    held = set(values.held) & {file.id for file in offered.files}
    problems = (
        (not offered.files, "Choose the files to learn from."),
        (not kept(offered.classes, values.classes), "Choose the classes to learn."),
        (
            bool(offered.channels) and not kept(offered.channels, values.channels),
            "Choose at least one channel.",
        ),
        (
            values.unmarked == OWN_CLASS and not values.background.strip(),
            "Enter the class of unlabelled samples.",
        ),
        (values.judged == FILES and not held, "Choose the files for the evaluation."),
        (
            values.judged == FILES and len(held) == len(offered.files),
            "All files are held out for the evaluation; leave at least one for training.",
        ),
    )
    return next((sentence for wrong, sentence in problems if wrong), "")


def described(offered: FormOffer, values: FormValues) -> TrainingRequest:
    """The training request of complete values (see :func:`unclear`).

    Raises:
        Invalid: a value has the wrong type.
    """
    classes, channels = kept(offered.classes, values.classes), kept(offered.channels, values.channels)
    held = set(values.held)
    return TrainingRequest.from_json(
        {
            "recordings": [file.id for file in offered.files],
            "everywhere": values.scope == ALL,
            "folder": values.folder if values.scope == FOLDER else None,
            "classes": classes if len(classes) < len(offered.classes) else (),
            "channels": channels if len(channels) < len(offered.channels) else (),
            "unmarked": values.background if values.unmarked == OWN_CLASS else values.unmarked,
            "holdout": [file.path for file in offered.files if file.id in held]
            if values.judged == FILES
            else (),
            "later": values.judged == LATER,
            "measured": values.judged != NONE,
            "seconds": values.seconds,
            "name": values.name,
        }
    )


def kept(names: Iterable[str], chosen: Collection[str] | None) -> list[str]:
    """The chosen ``names`` in their order; all if ``chosen`` is None."""
    return [name for name in names if chosen is None or name in chosen]


def refilled(choices: TrainingChoices, recipe: dict[str, Any]) -> FormValues:
    """Values for an earlier training, with its existing files."""
    request = TrainingRequest.from_json(recipe)
    files = tuple(file for file in choices.files if file.id in set(request.recordings))
    scope = ALL if request.everywhere else FOLDER if request.folder is not None else SOME
    own = request.unmarked not in ("", BETWEEN)
    held = {file.id for file in files if glob.escape(file.path) in request.holdout}
    return FormValues(
        scope=scope,
        alike=SEPARATOR.join(sorted(files[0].channels)) if files else "",
        folder=request.folder or "",
        files=tuple(file.id for file in files),
        classes=request.classes or None,
        channels=request.channels or None,
        unmarked=OWN_CLASS if own else request.unmarked,
        background=request.unmarked if own else "",
        judged=NONE if not request.measured else LATER if request.later else FILES if held else CHOICE,
        held=tuple(sorted(held)),
        seconds=request.seconds,
        name=request.name,
    )


def proposed_name(classes: Sequence[str], used_names: Collection[str], longest: int) -> str:
    """A name for a model of ``classes``: letters, digits and spaces, not in ``used_names``.

    >>> proposed_name(["P", "QRS", "T+"], {"p qrs t"}, 30)
    'P QRS T 2'
    """
    plain = re.sub(r"[^\w ]|_", " ", " ".join(classes))
    name = re.sub(r"\s+", " ", plain)[:longest].strip() or "Trained model"
    lower = {name.lower() for name in used_names}
    candidate, number = name, 2
    while candidate.lower() in lower:
        candidate = f"{name[: longest - len(str(number)) - 1].rstrip()} {number}"
        number += 1
    return candidate
