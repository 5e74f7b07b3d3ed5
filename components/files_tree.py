"""Folders and files as the rows of a grid, for lists of saved files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from components import urls
from services.recordings.file_list import natural


class Summary(Protocol):
    """What the tree shows of a recording."""

    @property
    def id(self) -> int: ...
    @property
    def path(self) -> str: ...
    @property
    def labels(self) -> int: ...
    @property
    def state(self) -> str: ...


def rows(recordings: Sequence[Summary]) -> list[dict[str, Any]]:
    """Folders and files in reading order: folders first, names as a person would sort them.

    Each row has ``id``, ``kind`` (``folder`` or ``file``), ``name``, ``depth`` and ``folders`` (ids of the
    folders around it); a file also has ``path``, ``href``, ``labels`` and ``state``.
    """
    root: dict[str, Any] = {}
    for recording in recordings:
        folder = root
        *parents, name = recording.path.split("/")
        for parent in parents:
            folder = folder.setdefault(f"{parent}/", {})
        folder[name] = recording
    return list(_walk(root, "", []))


def _walk(folder: dict[str, Any], path: str, parents: list[str]) -> Iterable[dict[str, Any]]:
    for name in sorted(folder, key=lambda name: (not name.endswith("/"), natural(name))):
        entry = folder[name]
        common = {"depth": len(parents), "folders": parents}
        if isinstance(entry, dict):
            identity = f"d{path}{name}"
            yield {"id": identity, "kind": "folder", "name": name[:-1], **common}
            yield from _walk(entry, f"{path}{name}", [*parents, identity])
        else:
            yield {
                "id": f"f{entry.id}",
                "kind": "file",
                "name": name,
                "path": entry.path,
                "href": urls.label(entry.id),
                "labels": entry.labels,
                "state": entry.state,
                **common,
            }
