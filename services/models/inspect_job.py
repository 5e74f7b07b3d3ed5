"""What the worker does with a checkpoint that has arrived: its hash, and a look into it in a process apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.errors import RefusedFile
from services.storage.files import sha256_of
from services.torch_models.inspection import inspect

Report = Callable[[float, str], None]


def look(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Look into ``full``; ``file`` is what sentences call it, ``largest`` the bytes it may have.

    Returns:
        ``{"sha256", "info"}``, or ``{"refused": sentence}``.
    """
    full = Path(arguments["full"])
    report(0.1, "Looking into it")
    try:
        info = inspect(full, arguments["file"], arguments["largest"])
        report(0.9, "Comparing")
        return {"sha256": sha256_of(full), "info": info.to_json()}
    except RefusedFile as refusal:
        return {"refused": str(refusal)}
    except OSError as error:
        return {"refused": f"“{arguments['file']}” cannot be read: {error.strerror}."}
