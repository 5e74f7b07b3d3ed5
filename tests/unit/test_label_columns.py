"""Columns of the table of labels: the user's choice."""

from __future__ import annotations

from typing import Any

import pytest

from components.label import columns
from components.label.columns import arranged, choose, column_id, move, visible


def ids(kept: Any, suggests: bool = False) -> list[str]:
    return [column_id(column) for column in arranged(kept, suggests)]


@pytest.mark.parametrize("kept", [None, {}, {"columns": "no"}, {"columns": [{"colId": "no"}, 3]}])
def test_whatever_was_kept_every_column_is_there_once(kept: Any) -> None:
    assert ids(kept) == list(columns.BY_ID)


def test_status_and_score_come_with_suggestions_unless_it_was_chosen() -> None:
    assert not {"status", "score"} & set(visible(None, False))
    assert {"status", "score"} <= set(visible(None, True))
    without = [one for one in visible(None, True) if one != "score"]
    kept = choose(None, without, True)
    assert kept["own"] is True
    assert visible(kept, True) == without
    assert "status" in visible(kept, False)


def test_a_hidden_column_keeps_its_place_and_the_others_stay() -> None:
    shown = [one for one in visible(None, False) if one != "source"]
    kept = choose(None, shown, False)
    assert kept["own"] is False
    assert visible(kept, False) == shown
    assert ids(kept) == list(columns.BY_ID)
    assert next(one for one in arranged(kept, False) if column_id(one) == "source")["hide"] is True


def test_order_and_width_are_kept() -> None:
    state = [
        {"colId": "note", "hide": False, "width": 300, "flex": None},
        {"colId": "ag-Grid-SelectionColumn"},
    ]
    kept = move({"own": True}, state)
    first = arranged(kept, False)[0]
    assert (column_id(first), first["width"], first["flex"]) == ("note", 300, None)
    assert kept["own"] is True
