"""Import of the predecessor's model list from the folder of models."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from services.errors import TidemarkError
from services.formats.model_list_csv import ListedModel, is_model_list, read_model_list
from services.formats.spreadsheet import HEAD_BYTES
from services.formats.text import decode
from services.models.fields import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_REMARKS,
    ModelTexts,
    truncated_texts,
)
from services.models.storage import in_folder
from services.storage.paths import CSV_SUFFIXES, quoted

LARGEST_LIST = 4 << 20  # bytes


@dataclass(frozen=True)
class ListedCheckpoint:
    """A checkpoint to inspect, with its description; ``source`` is its current path."""

    file: str
    texts: ModelTexts
    source: str = ""


@dataclass(frozen=True)
class LegacyNote:
    """A message about an entry of a list; ``lost``: the entry did not become a model."""

    id: str
    file: str
    sentence: str
    lost: bool = True


def read_folder(folder: Path) -> tuple[list[ListedCheckpoint], list[LegacyNote]]:
    """The checkpoints in the lists of a folder, and notes about entries that are unusable or were changed."""
    files = (path for path in folder.glob("*") if path.suffix.lower() in CSV_SUFFIXES and path.is_file())
    entries_by_name: dict[str, LegacyModel] = {}
    notes: list[LegacyNote] = []
    for path in sorted(files):
        try:
            entries = _read(path)
        except OSError as error:
            notes.append(_note(f"{path.name} cannot be read: {error.strerror}."))
            continue
        notes += [
            note
            for value in entries
            for note in _take(folder, LegacyModel(path.name, value), entries_by_name)
        ]
    return [
        _checkpoint_to_inspect(folder, name, entry.listed) for name, entry in entries_by_name.items()
    ], notes


@dataclass(frozen=True)
class LegacyModel:
    """An entry of the list ``source``."""

    source: str
    listed: ListedModel

    @property
    def place(self) -> str:
        """Position of the entry."""
        return f"{self.source}, line {self.listed.line}"

    @property
    def file(self) -> str:
        """File name of the checkpoint; some versions of the predecessor stored a path."""
        return PurePosixPath(self.listed.file.replace("\\", "/")).name


def _read(path: Path) -> list[ListedModel]:
    """The entries of a CSV; none if it is not a model list.

    Raises:
        OSError: unreadable.
    """
    with path.open("rb") as stream:
        data = stream.read(HEAD_BYTES)
        if not is_model_list(decode(data)):
            return []
        data += stream.read(LARGEST_LIST + 1 - len(data))
    entries = list(read_model_list(decode(data[:LARGEST_LIST])))
    if len(data) > LARGEST_LIST:
        problem = f"the list is larger than {LARGEST_LIST >> 20} MB; the rest was not read."
        entries[-1:] = [ListedModel(line=entries[-1].line if entries else 1, problem=problem)]
    return entries


def _take(folder: Path, entry: LegacyModel, entries: dict[str, LegacyModel]) -> Iterator[LegacyNote]:
    """Add an entry to ``entries``, or yield a note with the reason."""
    if entry.listed.problem:
        yield _note(f"{entry.place}: {entry.listed.problem}")
        return
    try:
        in_folder(folder, entry.file)
    except TidemarkError as error:
        yield _note(f"{entry.source} names a model that could not be taken: {error}", entry.file)
        return
    first = entries.setdefault(entry.file, entry)
    if first is entry:
        yield from (_note(f"{entry.place}: {text}", lost=False) for text in _cut(entry.listed))
    elif replace(first.listed, line=0, file="") != replace(entry.listed, line=0, file=""):
        yield _note(
            f"{entry.place}: {quoted(entry.listed.name)} names {quoted(entry.file)}, as {quoted(first.listed.name)} in "
            f"{first.place} does. A file is one model: add what is missing to its remarks."
        )


def _cut(listed: ListedModel) -> list[str]:
    """Messages about texts of an entry that are truncated."""
    limits = (
        ("name", listed.name, LONGEST_NAME),
        ("short description", listed.short_description, LONGEST_DESCRIPTION),
        ("remarks", listed.remarks, LONGEST_REMARKS),
    )
    return [
        f"{quoted(text)} is too long for a {field}; only the first {most} characters are kept."
        if field != "remarks"
        else f"the remarks have {len(text):,} characters; only the first {most} are kept."
        for field, text, most in limits
        if len(text) > most
    ]


def _checkpoint_to_inspect(folder: Path, name: str, listed: ListedModel) -> ListedCheckpoint:
    state = in_folder(folder, name).stat()
    texts = truncated_texts(
        {"name": listed.name, "remarks": listed.remarks, "short_description": listed.short_description},
        fallback="Model",
    )
    return ListedCheckpoint(name, texts, f"{name}|{state.st_size}|{state.st_mtime_ns}")


def _note(sentence: str, file: str = "", lost: bool = True) -> LegacyNote:
    return LegacyNote(hashlib.sha256(sentence.encode()).hexdigest()[:16], file, sentence, lost)
