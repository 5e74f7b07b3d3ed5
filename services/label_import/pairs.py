"""Pairs of label CSV and label JSON of the same save: import only one of them.

The JSON has the exact samples, so it is preferred. If the CSV was changed since, neither is imported, because the
correct one is unknown.
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
    """The other file of a pair: the label JSON of a label CSV, or the reverse."""

    path: str
    data: bytes


def partner_of(path: str, given: Container[str]) -> str:
    """The path in ``given`` of the other file of the pair; "" if there is none."""
    is_json = path.lower().endswith(LABELS_JSON_SUFFIX)
    partner = csv_path(path) if is_json else labels_json_path(path)
    return partner if partner in given else ""


def csv_path(path: str) -> str:
    """The path of the recording of the label JSON at ``path``: inverse of ``labels_json_path``.

    >>> csv_path("ecg/a.labels.json"), csv_path("a.tsv.labels.json")
    ('ecg/a.csv', 'a.tsv')
    """
    stem = path[: -len(LABELS_JSON_SUFFIX)]
    return stem if stem.lower().endswith(tuple(CSV_SUFFIXES)) else f"{stem}.csv"


def imported_instead(path: str, data: bytes, partner: Partner | None) -> str:
    """The path of the file that is imported in place of the one at ``path``; "" if that one is imported.

    Raises:
        Conflict: both were given, and the CSV is not from the same save as the JSON.
    """
    if partner is None:
        return ""
    is_csv = is_label_csv(data)
    csv, json = (data, partner.data) if is_csv else (partner.data, data)
    if not is_label_csv(csv):
        return ""
    try:
        origin, _ = read_labels_json(json, path)
    except RefusedFile:  # reported with the JSON
        return ""
    if origin.csv_sha256 != hashlib.sha256(csv).hexdigest():
        first, other = sorted((path, partner.path))
        raise Conflict(
            f"{quoted(first)} and {quoted(other)} were not saved together, or one was changed since. "
            "Import only one of them."
        )
    return partner.path if is_csv else ""
