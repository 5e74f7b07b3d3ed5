"""From the bytes a user brings to a store folder that is exact, or a refusal in words."""

from __future__ import annotations

from services.ingest.convert import ingest

__all__ = ["ingest"]
