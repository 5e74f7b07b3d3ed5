"""Refused changes: description, repetition."""

from __future__ import annotations

from typing import Any

import pytest

from callbacks.refused import repeated
from components.label.history import refused_words

WAS = [{"id": "a", "label": "A", "startText": "10"}]
MOVE: dict[str, Any] = {"kind": "move", "ids": ["a"], "x0": 12, "x1": 14}


@pytest.mark.parametrize(
    ("command", "was", "words"),
    [
        (MOVE, WAS, "Move A 10 to 12 – 14"),
        ({"kind": "move", "ids": ["a"], "endText": "#7"}, WAS, "Move A 10 to #7"),
        ({"kind": "relabel", "ids": ["a"], "label": "B"}, WAS, "Relabel A 10 as B"),
        ({"kind": "delete", "ids": ["a", "b", "c"]}, WAS * 3, "Delete 3 labels"),
    ],
)
def test_a_refused_change_is_described(
    command: dict[str, Any], was: list[dict[str, Any]], words: str
) -> None:
    assert refused_words({"command": command, "was": was}, str) == words


def test_a_refused_change_is_repeated_on_the_labels_that_exist() -> None:
    change = {"uuid": "u", "command": MOVE | {"seen": {"a": 1}, "reading": "r", "uuid": "u"}, "was": WAS}
    forget, move = repeated(change, {"a"})
    assert (forget["kind"], forget["of"]) == ("forget", "u")
    assert move == MOVE | {"uuid": move["uuid"]}
    assert len({"u", forget["uuid"], move["uuid"]}) == 3


def test_a_refused_change_of_a_deleted_label_adds_the_label_again() -> None:
    row = WAS[0] | {"x0": 10, "x1": 11, "channels": [1], "note": "n"}
    _, add, note, move = repeated({"uuid": "u", "command": MOVE, "was": [row]}, {"b"})
    label = {"x0": 10, "x1": 11, "label": "A", "channels": [1]}
    assert add == {"uuid": add["uuid"], "kind": "add", "id": add["id"]} | label
    assert note == {"uuid": note["uuid"], "kind": "note", "ids": [add["id"]], "note": "n"}
    assert move == MOVE | {"uuid": move["uuid"], "ids": [add["id"]]}
    accept = {"kind": "accept", "ids": ["a"], "label": "B"}
    _, accepted, note = repeated({"uuid": "u", "command": accept, "was": [row]}, set())
    assert (accepted["label"], accepted["x0"], note["kind"]) == ("B", 10, "note")
