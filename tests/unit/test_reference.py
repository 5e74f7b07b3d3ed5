"""docs/reference.md has a heading for every setting, command, key and property."""

from __future__ import annotations

from dataclasses import fields

import pytest

from components.file_upload import FileUpload
from components.keymap import ACTIONS
from components.time_series_plot import TimeSeriesPlot
from docs.reference import FILE, reference
from services.settings import Settings


@pytest.fixture(scope="module")
def headings() -> list[str]:
    return [
        line.lstrip("# ") for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("#")
    ]


def test_the_reference_equals_its_sources() -> None:
    assert FILE.read_text(encoding="utf-8") == reference(), "run: make reference"


def test_every_setting_has_its_heading(headings: list[str]) -> None:
    assert {f"`TIDEMARK_{field.name.upper()}`" for field in fields(Settings)} <= set(headings)


def test_every_command_has_its_heading(headings: list[str]) -> None:
    assert {
        "`serve`",
        "`worker`",
        "`import`",
        "`import-labels`",
        "`autolabel`",
        "`train`",
        "`export`",
        "`backup`",
        "`restore`",
        "`doctor`",
    } <= set(headings)


def test_every_key_has_its_heading(headings: list[str]) -> None:
    assert sum(heading.startswith("`") and "TIDEMARK" not in heading for heading in headings) >= len(ACTIONS)
    assert "`Ctrl+Z`" in headings and "`Delete` or `Backspace`".replace("Delete", "Del") in headings


@pytest.mark.parametrize("component", [TimeSeriesPlot, FileUpload])
def test_every_property_has_its_heading(component: type, headings: list[str]) -> None:
    assert {f"`{name}`" for name in component._prop_names} <= set(headings)
