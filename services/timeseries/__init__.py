"""Stored recordings: columns, min/max pyramid, windows of the plot.

- :mod:`.store`, :mod:`.info`, :mod:`.lines`: the columns of a recording and their metadata
- :mod:`.window`, :mod:`.pyramid`, :mod:`.candles`, :mod:`.encoding`: data of the visible range
- :mod:`.ticks`, :mod:`.time_ticks`, :mod:`.sample_axis`: ticks of the time axis, also without gaps
- :mod:`.knots`: conversion between samples and times for a time axis without gaps
- :mod:`.clock`, :mod:`.moments`, :mod:`.durations`: times as text
- :mod:`.intervals`: algebra of segments of sample indices
"""

from __future__ import annotations

from services.timeseries.candles import Candles, candles
from services.timeseries.encoding import encode
from services.timeseries.info import ChannelInfo, Reading, StoreInfo, TimeInfo, TimeKind
from services.timeseries.sample_axis import ticks_by_sample
from services.timeseries.store import Store
from services.timeseries.time_ticks import time_ticks
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
    "ticks_by_sample",
    "time_ticks",
    "window",
]
