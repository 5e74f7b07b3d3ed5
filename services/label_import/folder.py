"""Find label files in folders, for the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace as replaced_by
from pathlib import Path

from services.errors import RefusedFile
from services.formats.label_file import is_label_file
from services.formats.spreadsheet import HEAD_BYTES
from services.ingest import folders
from services.ingest.folders import FolderFile
from services.label_import import FileReport, Given, LabelImport
from services.label_import.pairs import Partner, partner_of
from services.storage.paths import LABELS_REASON, OTHER_REASON


def find(paths: Iterable[Path], root: Path | None = None) -> Iterator[FolderFile]:
    """Label files in ``paths``, and all files given explicitly; ``root`` as in ``folders.find``."""
    return (file for file in folders.find(paths, root) if file.given or holds_labels(file))


def reports(
    label_import: LabelImport, files: Iterable[FolderFile], replace: bool, dry_run: bool
) -> Iterator[FileReport]:
    """Import files one after the other (or dry run); yields a report for each.

    If several files belong to one recording, only the first replaces its labels; the others add to them.
    """
    replaced: set[int] = set()
    by_path = {file.path: file for file in files}
    for file in by_path.values():
        try:
            given = Given(file.path, _bytes(file), partner=_partner(file, by_path))
        except RefusedFile as refusal:
            yield FileReport(file.path, reason=str(refusal))
            continue
        (report,) = label_import.check([given])
        if not dry_run and report.target and not report.reason and not report.instead:
            first = replace and report.target.id not in replaced
            replaced.add(report.target.id)
            (report,) = label_import.import_files([replaced_by(given, replace=first)])
        yield report


def holds_labels(file: FolderFile) -> bool:
    """True for a file that begins like a label file."""
    is_json = file.path.lower().endswith(".json")
    if file.reason not in ("", LABELS_REASON) and not (is_json and file.reason == OTHER_REASON):
        return False
    try:
        with file.file.open("rb") as stream:
            return is_label_file(stream.read(HEAD_BYTES))
    except OSError:
        return False


def _partner(file: FolderFile, by_path: Mapping[str, FolderFile]) -> Partner | None:
    """The other file of a pair, if it was given too and is readable."""
    path = partner_of(file.path, by_path)
    try:
        return Partner(path, _bytes(by_path[path])) if path else None
    except RefusedFile:  # reported with that file
        return None


def _bytes(file: FolderFile) -> bytes:
    if file.reason not in ("", LABELS_REASON) and not holds_labels(file):
        raise RefusedFile(file.reason)
    try:
        return file.file.read_bytes()
    except OSError as error:
        raise RefusedFile(f"it cannot be read: {error.strerror}") from error
