"""Stored recordings: columns, pyramid, the window a plot shows."""

from __future__ import annotations

from services.timeseries.info import ChannelInfo, Reading, StoreInfo, TimeInfo, TimeKind
from services.timeseries.store import Store
from services.timeseries.ticks import sample_ticks
from services.timeseries.window import Series, Window, encode, window

__all__ = [
    "ChannelInfo",
    "Reading",
    "Series",
    "Store",
    "StoreInfo",
    "TimeInfo",
    "TimeKind",
    "Window",
    "encode",
    "sample_ticks",
    "window",
]
