"""Size limits of JavaScript and CSS."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from components.bundles import ASSETS
from tests.support import ROOT

MOST_SCRIPT = 5323
MOST_STYLES = 2500
MOST_HANDLERS = 15
COMPONENTS = ROOT / "components"


def own(*endings: str) -> list[Path]:
    """Files of ours under components/, without vendored ones."""
    found = [path for ending in endings for path in COMPONENTS.rglob(f"*.{ending}")]
    return [path for path in found if "vendor" not in path.parts]


def lines(paths: Iterable[Path]) -> int:
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def test_scripts_are_where_a_callback_cannot_be_fast_enough() -> None:
    places = (COMPONENTS / "time_series_plot", COMPONENTS / "file_upload", ASSETS)
    scripts = own("js", "mjs")
    assert [str(path) for path in scripts if not any(path.is_relative_to(place) for place in places)] == []
    assert 0 < lines(scripts) <= MOST_SCRIPT


def test_styles_are_left_to_bootstrap_and_to_the_grid() -> None:
    assert 0 < lines(own("css")) <= MOST_STYLES


def test_no_style_depends_on_what_an_element_contains() -> None:
    """With ``:has()`` Chromium computes the styles of the whole page again whenever any element is added."""
    assert [str(path) for path in own("css") if ":has(" in path.read_text(encoding="utf-8")] == []


def test_routes_serve_bytes_only() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "routes").glob("*.py"))
    handlers = re.findall(r"^ *@server\.(?:get|post|put|patch|delete|route)\b", text, re.MULTILINE)
    assert 0 < len(handlers) <= MOST_HANDLERS
