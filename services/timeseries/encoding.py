"""Binary encoding of a window for the browser: JSON header and float64 arrays."""

from __future__ import annotations

import json
from math import isnan
from typing import Any

import numpy as np

from services.timeseries.candles import Candles
from services.timeseries.window import Floats, Series, Window


class _Arrays:
    """Concatenated arrays; an array that is added twice is stored once."""

    def __init__(self) -> None:
        self.kept: list[Floats] = []
        self._places: dict[int, list[int]] = {}
        self._length = 0

    def place(self, array: Floats) -> list[int]:
        """Offset in bytes and number of values of ``array``."""
        if id(array) not in self._places:
            self._places[id(array)] = [self._length, len(array)]
            self.kept.append(array)
            self._length += 8 * len(array)
        return self._places[id(array)]


def encode(window: Window, candles: Candles | None = None, **more: Any) -> bytes:
    """A view for the browser, little-endian: u32 length of the header, JSON header padded with spaces
    to a multiple of 8 bytes, then the arrays as float64.

    The header is ``{"n", "start", "stop", "rows", "series": [{"channel", "x", "y", "min", "max"}], "candles":
    {"n", "x", "open", "high", "low", "close"} or null}``. Arrays are ``[offset in bytes from its end, count]``,
    and null for an extreme that does not exist. Series may share one x. ``more`` is added to the header.
    """
    arrays = _Arrays()
    head: dict[str, Any] = {
        "n": window.samples_per_point,
        "start": window.start,
        "stop": window.stop,
        "rows": window.rows,
        "series": [_series(series, arrays) for series in window.series],
        "candles": _candles(candles, arrays) if candles else None,
    }
    header = json.dumps(head | more).encode()
    header += b" " * (-(len(header) + 4) % 8)
    body = [np.asarray(array, "<f8").tobytes() for array in arrays.kept]
    return b"".join([len(header).to_bytes(4, "little"), header, *body])


def _series(series: Series, arrays: _Arrays) -> dict[str, Any]:
    x, y = arrays.place(series.x), arrays.place(series.y)
    return {
        "channel": series.channel,
        "x": x,
        "y": y,
        "min": _number(series.minimum),
        "max": _number(series.maximum),
    }


def _candles(candles: Candles, arrays: _Arrays) -> dict[str, Any]:
    columns = ("x", "open", "high", "low", "close")
    return {"n": candles.samples} | {name: arrays.place(getattr(candles, name)) for name in columns}


def _number(value: float) -> float | None:
    return None if isnan(value) else value
