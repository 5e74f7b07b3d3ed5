"""File descriptors: raise the soft limit at start; compute the number of connections."""

from __future__ import annotations

import logging
from importlib.util import find_spec

log = logging.getLogger(__name__)

SOFT_LIMIT = 8192  # descriptors: enough for MOST_CONNECTIONS and RESERVED
RESERVED = 128  # for the database, files being uploaded or sent, workers, logs
MOST_CONNECTIONS = 4096  # concurrently open; a browser opens six per tab


def raise_soft_limit() -> int:
    """Raise the soft limit of open descriptors as far as the hard limit allows; returns the limit in force."""
    if find_spec("resource") is None:  # Windows has no such limit
        return SOFT_LIMIT
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return SOFT_LIMIT
    limit = SOFT_LIMIT if hard == resource.RLIM_INFINITY else min(SOFT_LIMIT, hard)
    if soft < limit:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            soft = limit
        except (OSError, ValueError):  # macOS refuses more than a fixed constant
            log.info("The limit of %d open files cannot be raised.", soft)
    return soft


def connections_within(limit: int) -> int:
    """Number of connections within a limit of descriptors."""
    return max(16, min(MOST_CONNECTIONS, limit - RESERVED))
