"""Descriptions of refused changes."""

from __future__ import annotations

from typing import Any

import pytest

from components.label.history import refused_words

ONE: dict[str, Any] = {"kind": "move", "count": 1, "first": "A 10", "label": None, "to": ["12", "14"]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "Move A 10 to 12 – 14"),
        ({"kind": "relabel", "label": "B", "to": []}, "Relabel A 10 as B"),
        ({"kind": "delete", "first": None, "count": 3, "to": []}, "Delete 3 labels"),
        ({"kind": "restore"}, "Restore from the history"),
    ],
)
def test_a_refused_change_is_described(change: dict[str, Any], words: str) -> None:
    assert refused_words(ONE | change) == words
