"""Validation of relative paths of recordings; names from browsers and folders are untrusted.

A path is data (it is shown, and it names the file in outputs/); source bytes are stored under their sha256.

Refused: absolute paths, drives and UNC paths, backslashes, ``..``, NUL and other control characters, characters that
turn or hide text (bidirectional overrides, zero-width spaces), lone surrogates, names reserved by Windows, names over
240 bytes, paths over 1,024 bytes or 32 folders deep, hidden files.

Allowed, because other systems allow them, and replaced only in ZIPs (:func:`windows_names`): ``< > : " ? * |``.

Normalised: empty parts and ``.`` are dropped, Unicode becomes NFC, white space around a name and dots at its end are
removed (Windows drops them silently, which would create duplicates).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from services.errors import RefusedFile

CSV_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".dat", ".lvm", ".log", ".asc", ".tab"})
PACKED = ".gz"
ACCEPTED = ",".join([*sorted(CSV_SUFFIXES), PACKED])  # for the file dialog of the browser
LABELS_SUFFIX = ".labels.csv"
LABELS_JSON_SUFFIX = ".labels.json"
LABELS_REASON = "labels of a recording, not a recording; “Bring labels in…” (import-labels) takes them"
OTHER_REASON = "not a .csv, .tsv, .txt, .dat, .lvm, .log, .asc or .tab file, nor one of them with .gz"
LONGEST_NAME = 240
LONGEST_PATH = 1024
DEEPEST = 32

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_NOT_ON_WINDOWS = re.compile(r'[<>:"?*|\\\x00-\x1f]')
_HIDING = frozenset("\u061c\u200b\u200e\u200f\u2028\u2029\u2060\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_DRIVE = re.compile(r"[A-Za-z]:")


def clean_path(text: str) -> str:
    """``text`` as a canonical path: relative, POSIX separators, NFC, no part that could leave a folder.

    Raises:
        RefusedFile: a rule of this module is violated; the message names the file and the remedy.
    """
    shown = quoted(text)
    _check_characters(text, shown)
    if text.startswith("/") or "\\" in text or _DRIVE.match(text):
        raise RefusedFile(
            f"{shown} is not a relative path: it starts with / or a drive, or has a backslash. "
            "Select the folder itself, or rename the file."
        )
    parts = [_clean_name(part, shown) for part in text.split("/") if part not in {"", "."}]
    if not parts:
        raise RefusedFile("A file without a name cannot be added. Give it a name that ends in .csv.")
    path = "/".join(parts)
    if len(path.encode()) > LONGEST_PATH or len(parts) > DEEPEST:
        raise RefusedFile(
            f"{shown} is too long: at most {LONGEST_PATH:,} bytes and {DEEPEST} folders. "
            "Select a folder further down."
        )
    return path


def csv_path(text: str) -> str:
    """:func:`clean_path` of a file that may become a recording; ``a.csv.gz`` becomes ``a.csv``.

    Raises:
        RefusedFile: as there, or the file is hidden, has no CSV suffix, or is a label file.
    """
    path = clean_path(text)
    reason = skip_reason(path)
    if reason:
        raise RefusedFile(f"{quoted(path)} was left out: {reason}.")
    return plain_path(path)


def plain_path(path: str) -> str:
    """The path of a text table without the suffix ``.gz``.

    >>> plain_path("x/a.csv.gz"), plain_path("a.tar.gz")
    ('x/a.csv', 'a.tar.gz')
    """
    stem = path[: -len(PACKED)]
    is_table = path.lower().endswith(PACKED) and PurePosixPath(stem.lower()).suffix in CSV_SUFFIXES
    return stem if is_table else path


def skip_reason(path: str) -> str:
    """The reason why a file of this name is no recording; "" if it may be a recording."""
    parts = path.split("/")
    name = plain_path(parts[-1].lower())
    if any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts):
        return "hidden file"
    if name.endswith((LABELS_SUFFIX, LABELS_JSON_SUFFIX)):
        return LABELS_REASON
    if PurePosixPath(name).suffix not in CSV_SUFFIXES:
        return OTHER_REASON
    return ""


def labels_json_path(path: str) -> str:
    """The path of the label JSON next to the label CSV at ``path``; unique for each path.

    >>> labels_json_path("ecg/a.csv"), labels_json_path("a.tsv"), labels_json_path("a.tsv.csv")
    ('ecg/a.labels.json', 'a.tsv.labels.json', 'a.tsv.csv.labels.json')
    """
    stem, suffix = path[:-4], path[-4:].lower()
    is_plain = suffix == ".csv" and not stem.lower().endswith(tuple(CSV_SUFFIXES))
    return (stem if is_plain else path) + LABELS_JSON_SUFFIX


def twin_key(path: str) -> str:
    """Equal for two paths that are the same on a case-insensitive file system."""
    return unicodedata.normalize("NFC", path.casefold())


def windows_name(name: str) -> str:
    """``name`` of a file or folder as Windows allows it: ``_`` for forbidden characters.

    >>> windows_name("10:30 <a>.csv"), windows_name("a. "), windows_name("CON.csv"), windows_name("b.csv")
    ('10_30 _a_.csv', 'a_', 'CON_.csv', 'b.csv')
    """
    cleaned = _NOT_ON_WINDOWS.sub("_", name)
    cut = cleaned.rstrip(". ")
    cleaned = f"{cut}_" if cut != cleaned or not cleaned else cleaned
    if _RESERVED.match(cleaned):
        stem, dot, rest = cleaned.partition(".")
        cleaned = f"{stem.rstrip()}_{dot}{rest}"
    return cleaned


def windows_names(paths: Iterable[str]) -> dict[str, str]:
    """A unique path for each path that Windows can unpack; allowed names are unchanged.

    Files of one folder stay in one folder. A number is added to resolve duplicates.
    """
    originals = list(paths)
    nodes = {node for path in originals for node in (*folders_of(path), path)}
    names, used = {"": ""}, set[str]()
    for node in sorted(nodes, key=lambda node: (node.count("/"), _is_renamed(node), node)):
        parent, _, name = node.rpartition("/")
        top = f"{names[parent]}/" if parent else ""
        new = top + windows_name(name)
        if _is_renamed(node):
            pure, number = PurePosixPath(new), 2
            while twin_key(new) in used:
                new = str(pure.with_name(f"{pure.stem} ({number}){pure.suffix}"))
                number += 1
        names[node] = new
        used.add(twin_key(new))
    return {path: names[path] for path in originals}


def _is_renamed(node: str) -> bool:
    name = node.rpartition("/")[2]
    return windows_name(name) != name


class UsedPaths:
    """Set of paths in use, for finding conflicts with a new path."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        for path in paths:
            self.add(path)

    def add(self, path: str) -> None:
        """Add a path."""
        key = twin_key(path)
        self._paths[key] = path
        for folder in folders_of(key):
            self._folders[folder] = path

    def twin(self, path: str) -> str | None:
        """The path in use that equals ``path`` on a case-insensitive file system, if any.

        Raises:
            RefusedFile: ``path`` needs a folder where a file exists, or the reverse.
        """
        key = twin_key(path)
        in_the_way = self._folders.get(key) or next(filter(None, map(self._paths.get, folders_of(key))), None)
        if in_the_way:
            raise RefusedFile(
                f"{quoted(path)} conflicts with {quoted(in_the_way)}: one is a folder where the other "
                "is a file. Rename one of them."
            )
        return self._paths.get(key)


def folders_of(path: str) -> list[str]:
    """The folders around a path, the outermost first.

    >>> folders_of("a/b/c.csv")
    ['a', 'a/b']
    """
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def numbered(path: str, is_taken: Callable[[str], bool]) -> str:
    """``path`` with the first free number: ``a.csv`` → ``a (2).csv``.

    Raises:
        RefusedFile: no such name is short enough.
    """
    pure = PurePosixPath(path)
    number = 2
    while is_taken(candidate := str(pure.with_name(f"{pure.stem} ({number}){pure.suffix}"))):
        number += 1
    return clean_path(candidate)


def quoted(text: str, longest: int = 120) -> str:
    """``text`` in quotation marks for a message: shortened, without control or invisible characters."""
    safe = "".join("�" if _is_hostile(character) else character for character in text)
    if len(safe) > longest:
        safe = f"{safe[: longest // 2]}…{safe[-longest // 2 :]}"
    return f"“{safe}”"


def _clean_name(part: str, shown: str) -> str:
    name = unicodedata.normalize("NFC", part).strip().rstrip(". ")
    if not name:
        raise RefusedFile(
            f"{shown} leads out of its folder, or has a name of only dots or spaces. Select the folder itself."
        )
    if _RESERVED.match(name):
        raise RefusedFile(f"{shown}: Windows reserves the name {quoted(name)} for a device. Rename the file.")
    if len(name.encode()) > LONGEST_NAME:
        raise RefusedFile(f"{shown}: a name may have {LONGEST_NAME} bytes at most. Rename the file.")
    return name


def _check_characters(text: str, shown: str) -> None:
    if has_hiding(text):
        raise RefusedFile(
            f"{shown} has a control character, or one that hides or turns text, in its name. Rename the file."
        )


def has_hiding(text: str) -> bool:
    """True when ``text`` has a control, invisible or text-turning character."""
    return any(map(_is_hostile, text))


def _is_hostile(character: str) -> bool:
    return character in _HIDING or unicodedata.category(character) in {"Cc", "Cs"}
