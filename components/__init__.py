"""Plain values in, Dash components out; also a Dash component library with our own browser components.

Dash registers the top-level package of a component's class, which is this one, and serves what ``_js_dist`` names under
``/_dash-component-suites/components/``. Modules that are ``dynamic`` are served but not put into the page: the classic
script loads them with ``import()``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

__version__ = "1.0.0"

_HERE = Path(__file__).parent


def _script(path: str, **more: Any) -> dict[str, Any]:
    return {"namespace": "components", "relative_package_path": path, **more}


def _modules(package: str) -> list[dict[str, Any]]:
    """The ES modules of a component, in alphabetical order."""
    found = sorted((_HERE / package / "modules").glob("*.mjs"))
    return [_script(f"{package}/modules/{path.name}", dynamic=True) for path in found]


_js_dist = [
    _script("time_series_plot/time_series_plot.js"),
    _script("time_series_plot/vendor/plotly-basic.min.js", dynamic=True),
    *_modules("time_series_plot"),
    _script("file_upload/file_upload.js"),
    _script("file_upload/vendor/tus.min.js", dynamic=True),
]
_css_dist: list[dict[str, Any]] = []
