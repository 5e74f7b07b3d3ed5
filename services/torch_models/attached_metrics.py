"""Metrics as a record of a checkpoint's archive: of a model whose file was written before its evaluation.

Suggestions refer to the SHA-256 of the file that made them, so the file itself is never changed; a copy with its
metrics has one more record, ``metrics.json`` next to ``data.pkl``, which torch ignores: ``{"model_sha256": hash of the
file without it, "metrics": {…}}``.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RECORD = "metrics.json"
MOST_BYTES = 1 << 22


def with_metrics(file: Path, sha256: str, metrics: Mapping[str, Any]) -> io.BytesIO:
    """A copy of a checkpoint with its metrics, at position 0."""
    copy = io.BytesIO(file.read_bytes())
    with zipfile.ZipFile(copy, "a", zipfile.ZIP_STORED) as archive:
        folder = archive.namelist()[0].partition("/")[0]
        content = {"model_sha256": sha256, "metrics": dict(metrics)}
        archive.writestr(f"{folder}/{RECORD}", json.dumps(content, ensure_ascii=False))
    copy.seek(0)
    return copy


def attached(file: Path) -> Any:
    """The metrics in the record of a checkpoint that was checked (:mod:`.safe_loading`); None without one."""
    with zipfile.ZipFile(file) as archive:
        records = [entry for entry in archive.infolist() if entry.filename.partition("/")[2] == RECORD]
        if not records or records[0].file_size > MOST_BYTES:
            return None
        try:
            content = json.loads(archive.read(records[0]))
        except ValueError:
            return None
    return content.get("metrics") if isinstance(content, dict) else None
