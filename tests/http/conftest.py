"""Fixtures of the HTTP tests: recordings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.web.container import Services

Bring = Callable[..., int]


@pytest.fixture
def bring(services: Services, tmp_path: Path) -> Bring:
    """Make a recording of CSV text (``bring("a,b\\n…", "folder/name.csv")``) and return its id."""

    def import_text(text: str, name: str = "a.csv") -> int:
        top = tmp_path / "brought"
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        chosen = top / Path(name).parts[0]
        states = [result.state for result in services.uploads.import_paths([chosen])]
        recording = services.recordings.by_path(name)
        assert recording is not None, states
        return recording.id

    return import_text


@pytest.fixture
def ecg(services: Services, samples: Path) -> int:
    """The id of a recording of three channels, 5,000 samples at 500 Hz."""
    list(services.uploads.import_paths([samples / "ecg" / "ludb_001.csv"]))
    recording = services.recordings.by_path("ludb_001.csv")
    assert recording is not None
    return recording.id
