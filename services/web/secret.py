"""The secret of this installation, which signs values that browsers must not forge."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

log = logging.getLogger(__name__)

LENGTH = 32  # bytes


def installation_secret(file: Path) -> bytes:
    """The secret in ``file``, created if missing; shared by all processes of an installation.

    If the file cannot be written, the secret is valid for this process only: pages that follow a job must be
    reloaded after a restart.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        if not file.exists():
            handle = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(secrets.token_bytes(LENGTH))
            try:
                os.link(fresh, file)  # unlike a rename, never replaces the file of another process
            except FileExistsError:
                pass
            finally:
                fresh.unlink(missing_ok=True)
        kept = file.read_bytes()
        if len(kept) == LENGTH:
            return kept
    except OSError as error:
        log.warning("The secret %s cannot be stored: %s", file, error)
    return secrets.token_bytes(LENGTH)
