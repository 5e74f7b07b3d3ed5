"""Key map: the user's keys, reserved keys, key hints."""

from __future__ import annotations

import pytest
from dash import html

from components import key_choice
from components.help_dialog import button_class, button_content
from components.ids import LabelIds
from components.keymap import (
    ACTIONS,
    BUTTONS,
    all_written,
    by_key,
    choose,
    chosen_keys,
    first_key,
    is_taken,
    written_keys,
)
from components.keys_shown import parts, titled, with_keys
from components.label import label_view
from components.label.review import review_content


def test_no_two_actions_have_the_same_key_where_both_work() -> None:
    keys = [(action.within, key.lower()) for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))


def test_every_action_with_buttons_exists() -> None:
    assert set(BUTTONS) <= {action.name for action in ACTIONS}


def test_a_key_does_what_its_action_does_and_in_review_something_else() -> None:
    keys = by_key(None)["keys"]
    assert (keys[""]["x"], keys["review"]["x"]) == ("snap", "review-reject")
    assert by_key({"fit": ["g"]})["keys"][""]["g"] == "fit"
    assert "f" not in by_key({"fit": ["g"]})["keys"][""]


def test_a_key_that_was_chosen_stays_when_a_newer_version_has_it_for_something_else() -> None:
    kept = {"fit": ["g"]}  # chosen before there was “go to”, whose key it is at first
    assert (written_keys(kept, "fit"), written_keys(kept, "go-to")) == ("g", "")
    assert all_written(kept)["go-to"] == ""


@pytest.mark.parametrize("kept", [None, [], "x", {"nothing": ["a"]}, {"fit": "f"}, {"fit": [1]}])
def test_an_old_or_broken_choice_leaves_the_first_keys(kept: object) -> None:
    assert chosen_keys(kept) == {}
    assert written_keys(kept, "fit") == "f"


def test_an_action_loses_the_key_that_another_one_gets() -> None:
    assert choose(None, "split", ["f"]) == {"split": ["f"], "fit": []}
    assert choose({"split": ["g"]}, "redo", ["Ctrl+Z"]) == {"split": ["g"], "redo": ["Ctrl+Z"], "undo": []}
    assert choose(None, "review-accept", ["f"]) == {"review-accept": ["f"]}  # works in the review only
    assert first_key("fit", {"fit": []}) == ""


@pytest.mark.parametrize("key", ["Ctrl+W", "Ctrl+Shift+T", "Alt+x", "Tab", "F5", "Shift+Enter", "Space", "1"])
def test_keys_of_the_browser_and_of_every_field_cannot_be_chosen(key: str) -> None:
    assert is_taken(key)
    refused = key_choice.press(None, "fit", key)
    assert (refused.chosen, refused.waiting) == ({}, "fit")
    assert "cannot be chosen" in refused.message


def test_choosing_a_key_reports_its_action_and_the_action_that_lost_it() -> None:
    asked = key_choice.ask(None, "split", None)
    assert asked.waiting == "split"
    assert asked.message.startswith("Press the new key for “split the selected label at the cursor”.")
    taken = key_choice.press(None, "split", "f")
    assert taken.waiting is None
    assert (
        taken.message
        == "f now does “split the selected label at the cursor”. “show the whole file” lost this key."
    )
    assert key_choice.press(None, "split", "Delete").chosen == {"split": []}
    assert key_choice.press({"fit": ["g"]}, "split", "Escape") == key_choice.KeyChoice(
        {"fit": ["g"]}, None, ""
    )
    assert key_choice.ask(None, "split", "split").waiting is None


def test_the_button_of_an_action_shows_its_keys_or_that_one_is_waited_for() -> None:
    assert button_content("fit", None, "fit") == "Press a key…"
    assert button_content("fit", {"fit": []}).children == "no key"
    assert [identity.children for identity in button_content("redo", None)] == ["Ctrl+Shift+Z", "Ctrl+Y"]
    assert button_class("fit", {"fit": ["g"]}, "fit") == "tm-remap tm-changed tm-waiting"


def test_buttons_of_a_page_are_drawn_with_the_keys_that_were_chosen() -> None:
    view = with_keys(label_view({}, []), {"fit": ["g"], "save": [], "measure": []})
    by_id = {str(part.id): part for part in parts(view) if getattr(part, "id", None)}
    assert by_id[LabelIds.FIT].title == "Show the whole file (g)"
    assert by_id["plot-measure-button"].title == "Drag or two clicks measure"
    assert getattr(by_id[LabelIds.SAVE], "data-key") == ""
    assert getattr(by_id[LabelIds.SUBMIT], "data-key") == "Enter"
    bar = with_keys(html.Div(review_content()), {"save": [], "review-leave": ["g"]})
    hints = [getattr(part, "data-key") for part in parts(bar) if hasattr(part, "data-key")]
    titles = {str(part.id): part.title for part in parts(bar) if getattr(part, "title", None)}
    assert "" in hints and titles["review-leave-button"] == "Leave the review (g)"
    assert titled(label_view({}, []))[LabelIds.FIT] == ("fit", "Show the whole file")
