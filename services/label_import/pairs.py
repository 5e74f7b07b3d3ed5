"""Label CSV and label JSON that were saved together: only one of both is brought in.

The JSON says exactly which samples are meant, so it is preferred. Where the CSV was changed since, neither is: which
of the two is right cannot be known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container
from dataclasses import dataclass

from services.errors import Conflict, RefusedFile
from services.formats.label_file import is_label_csv
from services.formats.labels_json import read_labels_json
from services.storage.paths import CSV_SUFFIXES, LABELS_JSON_SUFFIX, labels_json_path, quoted


@dataclass(frozen=True)
class Partner:
    """The other file that was given: the label JSON of a label CSV, or the other way round."""

    path: str
    data: bytes


def partner_of(path: str, given: Container[str]) -> str:
    """Which of the ``given`` paths is the other file of the pair that ``path`` is of; "" when there is none."""
    is_json = path.lower().endswith(LABELS_JSON_SUFFIX)
    wanted = csv_path(path) if is_json else labels_json_path(path)
    return wanted if wanted in given else ""


def csv_path(path: str) -> str:
    """The path of the recording whose label JSON is at ``path``: inverse of ``labels_json_path``.

    >>> csv_path("ecg/a.labels.json"), csv_path("a.tsv.labels.json")
    ('ecg/a.csv', 'a.tsv')
    """
    stem = path[: -len(LABELS_JSON_SUFFIX)]
    return stem if stem.lower().endswith(tuple(CSV_SUFFIXES)) else f"{stem}.csv"


def brought_instead(path: str, data: bytes, partner: Partner | None) -> str:
    """The path of the file that is brought in instead of the one at ``path``; "" when that is brought in itself.

    Raises:
        Conflict: both were given, and the CSV is not the one that was saved with the JSON.
    """
    if partner is None:
        return ""
    is_csv = is_label_csv(data)
    csv, json = (data, partner.data) if is_csv else (partner.data, data)
    if not is_label_csv(csv):
        return ""
    try:
        origin, _ = read_labels_json(json, path)
    except RefusedFile:  # the JSON is reported itself
        return ""
    if origin.csv_sha256 != hashlib.sha256(csv).hexdigest():
        one, other = sorted((path, partner.path))
        raise Conflict(
            f"{quoted(one)} and {quoted(other)} were not saved together, or one was changed since. "
            "Bring in only one of them."
        )
    return partner.path if is_csv else ""
