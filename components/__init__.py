"""Dash components from plain values; also a Dash component library with our browser components.

Dash registers the top-level package of a component's class (this one), and serves the files of ``_js_dist`` under
``/_dash-component-suites/components/``. ``dynamic`` files are served but not included in the page: our scripts load
them.
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
