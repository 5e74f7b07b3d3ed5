"""The plot's toolbar and opening a recording; the view itself is owned by the script in assets/."""

from __future__ import annotations

from dash import Dash

from callbacks.wiring import on_click
from components.ids import ChannelsIds, LabelIds, PlotIds
from services.web.container import Services


def register(app: Dash, _services: Services) -> None:
    """Wire the toolbar."""
    on_click(
        app,
        {
            LabelIds.PAN: "dragPans",
            LabelIds.ZOOM: "dragZooms",
            LabelIds.SELECT: "dragMarks",
            LabelIds.ZOOM_IN: "zoomIn",
            LabelIds.ZOOM_OUT: "zoomOut",
            LabelIds.FIT: "fit",
            LabelIds.UNDO: "undo",
            LabelIds.REDO: "redo",
            LabelIds.HIDE: "hideLabels",
            LabelIds.SNAP: "nextSnap",
            PlotIds.MEASURE: "measure",
            ChannelsIds.BUTTON: "toggleChannels",
            PlotIds.PICTURE_PNG: "picturePng",
            PlotIds.PICTURE_SVG: "pictureSvg",
        },
    )
