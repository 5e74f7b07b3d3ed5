"""Manifest of a backup: ``manifest.json``, with size and SHA-256 of each file.

::

    {"format": 1, "program": "0.1.0", "made_at": "2026-…", "kind": "sqlite", "revision": "0005",
     "files": {"data/uploads/ab/ab…": {"size": 12, "sha256": "ab…"}, …}, "missing": ["…"]}

``missing``: files referenced by the database that did not exist at the time of the backup.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from services.errors import Invalid

NAME = "manifest.json"
FORMAT = 1
SHA256 = re.compile(r"[0-9a-f]{64}")
DATABASE, DATA, MODELS, OUTPUTS = "database", "data", "models", "outputs"
TOPS = (DATABASE, DATA, MODELS, OUTPUTS)
COPIES = {"sqlite": f"{DATABASE}/tidemark.db", "postgresql": f"{DATABASE}/tidemark.dump"}


@dataclass(frozen=True)
class Manifest:
    """``files``: (size, SHA-256) by path in the backup."""

    program: str
    made_at: str
    kind: str
    revision: str
    files: dict[str, tuple[int, str]]
    missing: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Total size in bytes."""
        return sum(size for size, _ in self.files.values())

    def to_json(self) -> str:
        """The manifest as JSON."""
        content = asdict(self)
        content["files"] = {path: {"size": size, "sha256": sha} for path, (size, sha) in self.files.items()}
        return json.dumps({"format": FORMAT, **content}, indent=1)


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of the backup in ``folder``.

    Raises:
        Invalid: it is missing, of a newer program, or has a path outside the backup.
    """
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Invalid(
            f"{folder} is not a backup: it has no {NAME}. An interrupted backup has none; name a complete one."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise Invalid(f"{folder / NAME} cannot be read: {error}. Use another backup.") from error
    if isinstance(content, dict) and isinstance(content.get("format"), int) and content["format"] > FORMAT:
        raise Invalid(f"{folder} is a backup of a newer Tidemark. Restore it with that program.")
    try:
        return _parsed(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(f"{folder / NAME} is damaged ({error}). Use another backup.") from error


def _parsed(content: Any) -> Manifest:
    files = {}
    for path, entry in content["files"].items():
        size, sha256 = entry["size"], entry["sha256"]
        if not _is_inside(path) or not isinstance(size, int) or not SHA256.fullmatch(sha256):
            raise ValueError(f"the entry {path!r}")
        files[path] = (size, sha256)
    if content["kind"] not in COPIES or COPIES[content["kind"]] not in files:
        raise ValueError("no copy of a database")
    return Manifest(
        str(content["program"]),
        str(content["made_at"]),
        content["kind"],
        str(content["revision"]),
        files,
        tuple(map(str, content["missing"])),
    )


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return (
        pure.as_posix() == path and ".." not in pure.parts and len(pure.parts) > 1 and pure.parts[0] in TOPS
    )
