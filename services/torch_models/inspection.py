"""Inspect an untrusted checkpoint in a separate process with limited memory and time.

``python -m services.torch_models.inspection FILE NAME LARGEST`` prints one JSON object: ``{"info": …}`` or
``{"refused": sentence}``. Effects of a malicious file are limited to that process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.errors import RefusedFile
from services.storage.paths import quoted
from services.torch_models.model import ModelInfo

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
SPARE = 512 * 1024 * 1024  # bytes in addition to torch's own memory and a few copies of the file


def inspect(file: Path, name: str, largest: int) -> ModelInfo:
    """Inspect a checkpoint in a separate process.

    Args:
        name: name of the file in messages.
        largest: maximum size in bytes.

    Raises:
        RefusedFile: it is unusable, with the reason.
    """
    command = [
        sys.executable,
        "-m",
        "services.torch_models.inspection",
        str(file.resolve()),
        name,
        str(largest),
    ]
    ours, theirs = os.pipe()  # the child ends when this end is closed
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdin=ours, capture_output=True, timeout=SECONDS, check=False
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise RefusedFile(
            f"{quoted(name)} took too long to open; it is not an ordinary checkpoint."
        ) from None
    except ValueError:  # it exceeded its limits, or crashed
        raise RefusedFile(
            f"{quoted(name)} could not be opened safely; it is not an ordinary checkpoint."
        ) from None
    finally:
        os.close(theirs)
        os.close(ours)
    if "refused" in answer:
        raise RefusedFile(answer["refused"])
    return ModelInfo.from_json(answer["info"])


def main(file: str, name: str, largest: str) -> None:
    """Entry point of the inspection process."""
    answer, _ = look(Path(file), name, int(largest))
    sys.stdout.write(json.dumps(answer))


def look(file: Path, name: str, largest: int) -> tuple[dict[str, Any], tuple[ModelInfo, Any] | None]:
    """Open a checkpoint with limited memory and processor time; only for a separate process.

    Returns:
        ``{"info": …}`` or ``{"refused": sentence}``, and the loaded checkpoint.
    """
    from services.torch_models import safe_loading

    try:
        safe_loading.check(file, name, largest)
        from services.torch_models import checkpoints  # imports torch

        with _limited(4 * file.stat().st_size + SPARE):
            info, tensors = checkpoints.load(file, name, largest)
        return {"info": info.to_json()}, (info, tensors)
    except RefusedFile as refusal:
        return {"refused": str(refusal)}, None
    except MemoryError:
        refused = f"{quoted(name)} needs far more memory than its size; it is not a checkpoint."
        return {"refused": refused}, None


@contextmanager
def _limited(spare: int) -> Iterator[None]:
    """Limit memory and processor time of this process, if supported (not on Windows)."""
    try:
        import resource
    except ImportError:
        yield
        return
    import psutil

    seconds = int(time.process_time()) + SECONDS
    limits = {resource.RLIMIT_AS: psutil.Process().memory_info().vms + spare, resource.RLIMIT_CPU: seconds}
    before = {kind: resource.getrlimit(kind) for kind in limits}
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, before[kind][1]))
    try:
        yield
    finally:
        for kind, limit in before.items():
            resource.setrlimit(kind, limit)


def _end_with_parent() -> None:
    """End with the parent, which is killed when its job is cancelled."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    main(*sys.argv[1:])
