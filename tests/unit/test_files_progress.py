"""Figures above the table of the Files page."""

from __future__ import annotations

import json

from plotly.utils import PlotlyJSONEncoder

from components.files.progress import progress
from services.annotations.progress import ClassShare


def test_a_class_whose_times_have_no_known_unit_has_a_dash_and_no_part_of_the_bar() -> None:
    classes = [
        ClassShare(1, "QRS", "red", "", labels=2, samples=400, seconds=4.0),
        ClassShare(2, "step", "blue", "", labels=2, samples=300, seconds=0.0),
        ClassShare(3, "spike", "green", "", labels=5, samples=5, seconds=0.0),
    ]
    text = json.dumps(progress([], classes), cls=PlotlyJSONEncoder)
    assert [text.count(words) for words in ('"4 s"', '"\\u2013"', '"0 ms"')] == [1, 1, 1]
    assert text.count('"title": "step 0 %"') == 0 and text.count('"title": "QRS 100 %"') == 1
