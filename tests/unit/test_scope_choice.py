"""Channel choice of labels: content of the list next to the label field, and its result."""

from __future__ import annotations

import pytest

from components.label import selection
from components.label.selection import scope_now, scope_of, scope_values


def test_all_channels_ticked_one_by_one_are_all_channels() -> None:
    assert scope_of("all", [1, 0], 2, by_mode=False) == "all"
    assert scope_of("all", [1], 2, by_mode=False) == [1]
    assert scope_of("row", [], 2, by_mode=True) == "row"


@pytest.mark.parametrize(
    ("scope", "values"), [(None, ("all", [0, 1])), ("row", ("row", [])), ([1], ("", [1])), ([], ("", []))]
)
def test_the_list_shows_what_holds(scope: selection.Scope, values: tuple[str, list[int]]) -> None:
    assert scope_values(scope, 2) == values


def test_a_mark_has_priority_over_the_selection() -> None:
    selected = {"count": 2, "channels": [1]}
    assert scope_now(selected, {"channels": None}, "all") == (None, True)
    assert scope_now(selected, None, "all") == ([1], False)
    assert scope_now({"count": 2, "channels": False}, None, "all") == ([], False)
    assert scope_now({"count": 0, "channels": None}, None, "row") == ("row", True)


def test_only_marks_can_take_the_row_they_begin_in() -> None:
    modes, _line, channels = selection.scope_list(["I", "II"], None, marks=False)
    assert [option["value"] for option in modes.options] == ["all"]
    assert channels.value == [0, 1]
