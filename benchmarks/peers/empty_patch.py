"""Lower bound of a change of the view through Dash: the same points in a dcc.Graph, and a callback without changes.

``python -m benchmarks.peers.empty_patch PORT POINTS``
"""

from __future__ import annotations

import sys

import numpy as np
import plotly.graph_objects as go
import waitress
from dash import Dash, Input, Output, Patch, dcc, html

from benchmarks.signals import CHANNELS, signals


def build(points: int) -> Dash:
    """An app with one graph of three stacked channels with ``points`` points each."""
    x = np.linspace(0, 1, points)
    figure = go.Figure(layout={"dragmode": "pan", "hovermode": False, "showlegend": False})
    for place, y in enumerate(signals(points)):
        figure.add_scatter(x=x, y=y, mode="lines", yaxis=f"y{place + 1}", line={"width": 1.2})
        domain = [place / CHANNELS, (place + 0.9) / CHANNELS]
        figure.update_layout({f"yaxis{place + 1}": {"domain": domain, "fixedrange": True}})
    app = Dash(__name__)
    app.layout = html.Div(dcc.Graph(id="graph", figure=figure, style={"height": "500px"}))

    @app.callback(Output("graph", "figure"), Input("graph", "relayoutData"), prevent_initial_call=True)
    def nothing(_view: object) -> Patch:
        return Patch()

    return app


if __name__ == "__main__":
    waitress.serve(build(int(sys.argv[2])).server, host="127.0.0.1", port=int(sys.argv[1]), threads=4)
