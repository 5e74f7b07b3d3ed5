"""Channels as one likes to see them: which row is where."""

from __future__ import annotations

from tests.browser.desk import Workbench


def test_the_plot_says_where_the_row_of_a_channel_is(bench: Workbench) -> None:
    rows, place = bench.page.evaluate(
        "() => [[0, 1, 2].map((channel) => tidemark.view.rowOf(channel)), tidemark.overlay.geometry()]"
    )
    assert rows[2] is None
    assert rows[0]["top"] == place["top"]
    assert rows[0]["bottom"] < rows[1]["top"]
    assert abs(rows[1]["bottom"] - place["bottom"]) < 0.01
