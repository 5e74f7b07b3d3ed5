"""Inspection job in the worker: hash an uploaded checkpoint and inspect it in a separate process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.errors import RefusedFile
from services.storage.cache import open_backend
from services.storage.files import sha256_of
from services.torch_models.inspection import inspect
from services.version import VERSION

log = logging.getLogger(__name__)

Report = Callable[[float, str], None]


def inspect_checkpoint(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Inspect the file ``full``; ``file`` is its name in messages, ``largest`` the maximum size in bytes.

    With ``cache`` (location of a cache), a file that was inspected before is not opened again.

    Returns:
        ``{"sha256", "info"}``, or ``{"refused": sentence}``.
    """
    full = Path(arguments["full"])
    report(0.05, "Comparing")
    try:
        sha256 = sha256_of(full)
        report(0.1, "Inspecting")
        return {"sha256": sha256, "info": _info(full, sha256, arguments)}
    except RefusedFile as refusal:
        return {"refused": str(refusal)}
    except OSError as error:
        return {"refused": f"“{arguments['file']}” cannot be read: {error.strerror}."}


def _info(full: Path, sha256: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Metadata of a checkpoint, cached by the hash of its bytes and the version of Tidemark."""
    if not arguments.get("cache"):
        return inspect(full, arguments["file"], arguments["largest"]).to_json()
    cache, key = open_backend(arguments["cache"]), f"checkpoint:{VERSION}:{sha256}"
    try:
        cached = cache.get(key)
    except Exception:  # an unavailable cache only costs time
        log.warning("The cache cannot be read.", exc_info=True)
        cached = None
    if cached:
        return dict(cached)
    info = inspect(full, arguments["file"], arguments["largest"]).to_json()
    try:
        cache.set(key, info)
    except Exception:
        log.warning("The cache cannot be written.", exc_info=True)
    return info
