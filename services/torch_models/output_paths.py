"""Paths of label files: never overwrite a recording, never write two files to one path."""

from __future__ import annotations

from pathlib import Path

from services.errors import Invalid
from services.formats.label_file import holds_other_than_labels, refuse_other_than_labels
from services.ingest.folders import FolderFile
from services.storage.paths import twin_key
from services.torch_models.rows_csv import SUFFIX


class Places:
    """Paths of the label CSVs of a run, below one folder."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._taken: dict[str, Path] = {}

    def of(self, file: FolderFile) -> Path:
        """Path of the labels of a file: that of the recording.

        Raises:
            Invalid: the file exists and is not a label file, or another file of this run has the same name.
        """
        place = self._out / file.path
        refuse_other_than_labels(place)
        other = self._taken.setdefault(twin_key(file.path), file.file)
        if other != file.file:
            raise Invalid(
                f"Its labels would overwrite those of {other}, which has the same name. "
                "Name the common folder of both, or use separate folders with --out."
            )
        return place


def are_probabilities(file: FolderFile) -> bool:
    """True for a file of probabilities written by a run: not a recording."""
    labels = file.file.with_name(file.file.name.removesuffix(SUFFIX) + ".csv")
    return (
        not file.given
        and file.file.name.endswith(SUFFIX)
        and labels.is_file()
        and not holds_other_than_labels(labels)
    )
