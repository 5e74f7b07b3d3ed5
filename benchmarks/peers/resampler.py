"""plotly-resampler with the same samples: ``python -m benchmarks.peers.resampler PORT ROWS`` in its environment."""

from __future__ import annotations

import sys

import numpy as np
import plotly.graph_objects as go
import waitress
from dash import Dash, dcc, html
from plotly_resampler import FigureResampler

CHANNELS = 3


def build(rows: int) -> Dash:
    """An app with one resampled graph of three stacked channels."""
    generator = np.random.default_rng(20240229)
    walks = np.round(np.cumsum(generator.normal(size=(CHANNELS, rows)), axis=1), 4)
    x = np.arange(rows) * 0.001
    figure = FigureResampler(go.Figure(layout={"dragmode": "pan", "hovermode": False, "showlegend": False}))
    for place, y in enumerate(walks):
        trace = go.Scatter(mode="lines", yaxis=f"y{place + 1}", line={"width": 1.2})
        figure.add_trace(trace, hf_x=x, hf_y=y, max_n_samples=4000)
        domain = [place / CHANNELS, (place + 0.9) / CHANNELS]
        figure.update_layout({f"yaxis{place + 1}": {"domain": domain, "fixedrange": True}})
    app = Dash(__name__)
    app.layout = html.Div(dcc.Graph(id="graph", figure=figure, style={"height": "500px"}))
    figure.register_update_graph_callback(app, "graph")
    return app


if __name__ == "__main__":
    waitress.serve(build(int(sys.argv[2])).server, host="127.0.0.1", port=int(sys.argv[1]), threads=4)
