"""Deciding many suggestions at once: selection and text of each button."""

from __future__ import annotations

from components.ids import ReviewIds
from components.label import decide

SCORES = {"m1": [0.95, 0.9, 0.2], "": [0.5]}


def test_buttons_show_the_number_of_their_suggestions() -> None:
    words, disabled = decide.buttons(SCORES, 0.9, "")
    assert words == ["Accept 2 ≥ 0.90", "Reject 2 < 0.90", "Accept all 4", "Reject all 4…"]
    assert disabled == [False] * 4


def test_a_model_is_chosen_among_those_that_suggested_something() -> None:
    assert decide.buttons(SCORES, 0.1, "m1") == (
        ["Accept 3 ≥ 0.10", "Reject 0 < 0.10", "Accept all 3", "Reject all 3…"],
        [False, True, False, False],
    )
    assert [one["label"] for one in decide.models(SCORES, {"m1": "Trend"})] == ["all models", "Trend"]
    assert decide.models(SCORES, {})[1]["label"] == "a deleted model"


def test_a_choice_is_a_command() -> None:
    above = decide.choice(ReviewIds.ABOVE, 0.5, "m1")
    assert above.command() == {"what": "accept", "model": "m1", "least": 0.5}
    assert decide.choice(ReviewIds.NONE, 0.5, "").command() == {"what": "reject"}
    assert above.done(1) == "Accepted 1 suggestion."


def test_where_nothing_waits_the_next_file_is_offered() -> None:
    arguments = {"about": "none", "waiting": 0}
    assert decide.no_suggestion(arguments, 7)["action"] == {"text": "Next file", "press": ReviewIds.NEXT_FILE}
    assert decide.no_suggestion(arguments, None)["text"] == "No file has open suggestions."
    text = decide.no_suggestion({"about": "next", "waiting": 3}, None)["text"]
    assert text == "No other file has open suggestions."
