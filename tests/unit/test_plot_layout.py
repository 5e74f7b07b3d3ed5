"""Places of rows and axes in the plot, and which of them are on ECG paper."""

from __future__ import annotations

from typing import Any

import pytest

from components import plot_layout


def row(height: float, *axes: tuple[str, str]) -> dict[str, Any]:
    return {"height": height, "axes": [{"unit": unit, "scale": scale} for unit, scale in axes]}


def test_rows_fill_the_height_with_a_gap_between_them() -> None:
    rows = [row(1, ("mV", "")), row(2, ("V", ""))]
    plot_layout.place(rows, paper=False)
    assert rows[0]["top"] == 0
    assert rows[1]["share"] == pytest.approx(2 * rows[0]["share"])
    assert rows[1]["top"] - rows[0]["share"] == pytest.approx(plot_layout.GAP)
    assert rows[1]["top"] + rows[1]["share"] == pytest.approx(1)
    assert rows[1]["axes"][0]["layout"]["domain"] == pytest.approx([0, rows[1]["share"]])


def test_further_axes_of_a_row_overlay_the_first_on_the_right() -> None:
    rows = [row(1, ("mV", "")), row(1, ("mV", ""), ("V", ""), ("", "z"))]
    layout = plot_layout.place(rows, paper=False)
    assert [axis["name"] for axis in rows[1]["axes"]] == ["y2", "y3", "y4"]
    looks = [axis["layout"] for axis in rows[1]["axes"]]
    assert [look.get("overlaying") for look in looks] == [None, "y2", "y2"]
    assert [look.get("showticklabels") for look in looks] == [None, True, False]
    assert (layout["xaxis"]["anchor"], layout["margin"]["r"]) == ("y2", plot_layout.SECOND)


def test_only_axes_in_volts_on_their_own_scale_are_on_paper() -> None:
    axes = [("uV", ""), (" V", ""), ("mV", "z"), ("bpm", "")]
    for paper, expected in ((True, [1e-3, 1e3, 0, 0]), (False, [0, 0, 0, 0])):
        rows = [row(1, axis) for axis in axes]
        layout = plot_layout.place(rows, paper)
        found = [row["axes"][0] for row in rows]
        assert [axis["paper"] for axis in found] == expected
        assert [axis["layout"]["showgrid"] for axis in found] == [not one for one in expected]
        assert layout["xaxis"]["showgrid"] is not paper


def test_a_plot_without_rows_has_a_hidden_axis() -> None:
    layout = plot_layout.place([], paper=True)
    assert layout["yaxis"]["visible"] is False
    assert (layout["xaxis"]["anchor"], layout["margin"]["r"]) == ("y", plot_layout.RIGHT)


def test_rows_with_a_span_are_next_to_each_other() -> None:
    spans = [[0, 0.5], [0.5, 1], [0, 1]]
    rows = [row(1, ("mV", "")) | {"span": span} for span in spans]
    plot_layout.place(rows, paper=True)
    assert rows[0]["top"] == rows[1]["top"] == 0
    assert rows[0]["share"] == rows[1]["share"] == pytest.approx(rows[2]["share"])
    assert rows[2]["top"] + rows[2]["share"] == pytest.approx(1)
    looks = [row["axes"][0]["layout"] for row in rows]
    assert [look.get("overlaying") for look in looks] == [None, "y", None]
