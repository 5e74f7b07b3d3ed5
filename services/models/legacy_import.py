"""Import of the predecessor's model list from the folder of models."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from services.errors import TidemarkError
from services.formats.model_list_csv import Listed, is_model_list, read_model_list
from services.formats.text import decode
from services.models.fields import Told, made_to_fit
from services.models.storage import in_folder

LARGEST_LIST = 4 << 20  # bytes


@dataclass(frozen=True)
class Wanted:
    """A checkpoint to be inspected, with its description; ``source`` is its current path."""

    file: str
    said: Told
    source: str = ""


@dataclass(frozen=True)
class Note:
    """Why a checkpoint could not be imported."""

    id: str
    file: str
    sentence: str


def read_folder(folder: Path) -> tuple[list[Wanted], list[Note]]:
    """The checkpoints in the lists of a folder, and notes on the entries that cannot be used."""
    found: dict[str, Wanted] = {}
    notes: list[Note] = []
    for path in sorted(folder.glob("*.csv")):
        try:
            listed, bad = _read(path)
        except TidemarkError as error:
            notes.append(_note("", str(error)))
            continue
        notes += [_note("", sentence) for sentence in bad]
        for one in listed:
            name = PurePosixPath(
                one.file.replace("\\", "/")
            ).name  # the old tool kept a path in some versions
            try:
                found.setdefault(name, _wanted(folder, name, one))
            except TidemarkError as error:
                notes.append(_note(name, f"{path.name} names a model that could not be taken: {error}"))
    return list(found.values()), notes


def _read(path: Path) -> tuple[list[Listed], list[str]]:
    try:
        if path.stat().st_size > LARGEST_LIST:
            return [], []
        data = path.read_bytes()
    except OSError:
        return [], []
    text = decode(data)
    return read_model_list(text, path.name) if is_model_list(text) else ([], [])


def _wanted(folder: Path, name: str, listed: Listed) -> Wanted:
    state = in_folder(folder, name).stat()
    said = made_to_fit(
        {"name": listed.name, "remarks": listed.remarks, "short_description": listed.short_description},
        fallback="Model",
    )
    return Wanted(name, said, f"{name}|{state.st_size}|{state.st_mtime_ns}")


def _note(file: str, sentence: str) -> Note:
    return Note(hashlib.sha256(sentence.encode()).hexdigest()[:16], file, sentence)
