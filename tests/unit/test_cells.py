"""Cells of AG Grid that are described in Python, and the HTML of the plot."""

from __future__ import annotations

from components import cells
from components.time_series_plot.elements import elements


def test_an_element_has_no_attributes_and_children_that_are_none() -> None:
    assert cells.element("b", None, "x", title=None, className="y") == ["b", {"className": "y"}, "x"]


def test_a_button_has_its_words_as_its_name_unless_they_are_on_it() -> None:
    for text, look, spoken in (
        (None, "tm-tool", "Delete it"),
        ("Aa", "tm-color", "Delete it"),
        ("Delete", "btn", None),
    ):
        tag, about, *children = cells.button("delete", "Delete it", text=text, className=look)
        assert (tag, about["do"], about["title"], about.get("aria-label")) == (
            "button",
            "delete",
            "Delete it",
            spoken,
        )
        assert children == ([text] if text else [])


def test_the_confidence_lane_is_hidden_until_a_model_was_run_over_the_file() -> None:
    assert 'id="plot-confidence"' in elements("label-plot", sure=False)
    assert [elements("p", sure).count("hidden>") for sure in (True, False)] == [3, 4]
