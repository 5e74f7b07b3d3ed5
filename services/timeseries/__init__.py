"""Stored recordings: columns, pyramid, the window a plot shows."""

from __future__ import annotations

from services.timeseries.candles import Candles, candles
from services.timeseries.encoding import encode
from services.timeseries.info import ChannelInfo, Reading, StoreInfo, TimeInfo, TimeKind
from services.timeseries.store import Store
from services.timeseries.ticks import sample_ticks
from services.timeseries.window import Series, Window, window

__all__ = [
    "Candles",
    "ChannelInfo",
    "Reading",
    "Series",
    "Store",
    "StoreInfo",
    "TimeInfo",
    "TimeKind",
    "Window",
    "candles",
    "encode",
    "sample_ticks",
    "window",
]
