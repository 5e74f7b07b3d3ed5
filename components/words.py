"""Formatting of numbers, sizes and dates."""

from __future__ import annotations

from datetime import datetime

from services.wording import counted


def file_size(size_bytes: int) -> str:
    """File size with a suitable unit.

    >>> file_size(980), file_size(1500), file_size(2_340_000)
    ('980 bytes', '1.5 kB', '2.3 MB')
    """
    if size_bytes < 1000:
        return counted(size_bytes, "byte")
    unit, size = ("kB", size_bytes / 1e3) if size_bytes < 1e6 else ("MB", size_bytes / 1e6)
    return f"{size:,.1f} {unit}".replace(".0 ", " ")


def day(iso: str) -> str:
    """Date of an ISO timestamp, such as ``29 November 2026``."""
    moment = datetime.fromisoformat(iso)
    return f"{moment.day} {moment:%B %Y}"


def percent(share: float) -> str:
    """A share as ``83 %``."""
    return f"{share:.0%}".replace("%", " %")
