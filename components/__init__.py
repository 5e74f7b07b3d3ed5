"""Plain values in, Dash components out; also a Dash component library with our own browser components.

Dash registers the top-level package of a component's class, which is this one, and serves what ``_js_dist`` names under
``/_dash-component-suites/components/``. What is ``dynamic`` is served but not put into the page: our scripts load it.
"""

from __future__ import annotations

from typing import Any

__version__ = "1.0.0"


def _script(path: str, **more: Any) -> dict[str, Any]:
    return {"namespace": "components", "relative_package_path": path, **more}


_js_dist = [
    _script("time_series_plot/time_series_plot.js"),
    _script("time_series_plot/vendor/plotly-basic.min.js", dynamic=True),
    _script("time_series_plot/vendor/svgcanvas.esm.js", dynamic=True),
    _script("file_upload/file_upload.js"),
    _script("file_upload/vendor/tus.min.js", dynamic=True),
]
_css_dist: list[dict[str, Any]] = []
