"""TimeSeriesPlot: the plot of a recording with its labels, as a Dash component without a build.

``time_series_plot.js`` is the React side, ``modules/`` holds ES modules that draw, ``vendor/`` plotly.js.
"""

from __future__ import annotations

import inspect
from typing import Any

from dash.development.base_component import Component


class TimeSeriesPlot(Component):
    """Channels of a recording over time, with labels, overview and confidence lane.

    Args:
        id: of the component; the element of the plot has it too.
        recording: what :func:`components.recording.describe` gives; another one is opened in the same component.
    """

    _namespace = "tidemark_components"
    _type = "TimeSeriesPlot"
    _children_props: list[str] = []  # noqa: RUF012  (form of Dash)
    _base_nodes: list[str] = ["children"]  # noqa: RUF012  (form of Dash)
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012  (form of Dash)
    available_wildcard_properties: list[str] = []  # noqa: RUF012  (form of Dash)

    def __init__(self, id: str, *, recording: dict[str, Any] | None = None) -> None:  # noqa: A002  (Dash's name)
        given = {
            name: value for name, value in locals().items() if name in self._prop_names and value is not None
        }
        super().__init__(**given)  # type: ignore[no-untyped-call]


TimeSeriesPlot._prop_names = [
    name for name in inspect.signature(TimeSeriesPlot.__init__).parameters if name != "self"
]
TimeSeriesPlot.available_properties = TimeSeriesPlot._prop_names  # type: ignore[attr-defined]
