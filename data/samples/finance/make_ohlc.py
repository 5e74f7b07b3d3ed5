"""Make ohlc_minutes.csv: invented prices, a bar a minute, closed at weekends.

There is no free minute-by-minute source, so these prices follow no market. Only ``random()`` the four basic
operations and exact sums are used: their results are the same on every machine, and so is the file, byte for byte.

    python data/samples/finance/make_ohlc.py
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import fsum
from pathlib import Path
from random import Random

SEED = 20231225
ROWS = 20_000
START = datetime(2023, 12, 25, 2, 50, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HEADER = "date,open,high,low,close,SMA_5,SMA_10,EMA_10"
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
CLOSING_HOUR = 22  # UTC, on Friday; trading begins again on Sunday at the same hour
DRIFTS = (-30.0, -10.0, 0.0, 0.0, 10.0, 30.0)  # millionths a minute: trends worth labelling
Bar = tuple[int, int, int, int]


def csv_text() -> str:
    """The whole file."""
    lines = [HEADER]
    closes: list[int] = []
    ema = 0.0
    for minute, bar in zip(open_minutes(), bars(), strict=True):
        closes.append(bar[3])
        ema = _next_ema(ema, closes)
        averages = [
            _average(closes, 5),
            _average(closes, 10),
            f"{ema / 100:.4f}" if len(closes) >= 10 else "",
        ]
        lines.append(",".join([minute.isoformat(" "), *(f"{cents / 100:.2f}" for cents in bar), *averages]))
    return "\n".join(lines) + "\n"


def open_minutes() -> Iterator[datetime]:
    """``ROWS`` minutes from ``START`` in which the market is open."""
    minute, made = START, 0
    while made < ROWS:
        if is_open(minute):
            yield minute
            made += 1
        minute += MINUTE


def is_open(minute: datetime) -> bool:
    """Closed from Friday to Sunday, 22:00 UTC."""
    day, late = minute.weekday(), minute.hour >= CLOSING_HOUR
    return not ((day == FRIDAY and late) or day == SATURDAY or (day == SUNDAY and not late))


def bars() -> Iterator[Bar]:
    """Open, high, low and close in cents: a walk whose drift changes every few hours and whose swing is uneven."""
    random = Random(SEED)
    price, drift, left, swing = 42_500_00.0, 0.0, 0, 300.0
    for _ in range(ROWS):
        if left == 0:
            left, drift = 60 + int(random.random() * 400), DRIFTS[int(random.random() * len(DRIFTS))]
        left -= 1
        swing = 300.0 + 0.97 * (swing - 300.0) + 40.0 * _bell(random) * random.random()
        steps = [price]
        for _ in range(4):
            steps.append(steps[-1] * (1 + (drift + abs(swing) * _bell(random)) / 4_000_000))
        price = steps[-1]
        yield round(steps[0]), round(max(steps)), round(min(steps)), round(price)


def _bell(random: Random) -> float:
    """Very nearly normal, mean 0, deviation 1: the sum of twelve uniform numbers."""
    return fsum(random.random() for _ in range(12)) - 6


def _average(closes: list[int], width: int) -> str:
    return f"{sum(closes[-width:]) / width / 100:.4f}" if len(closes) >= width else ""


def _next_ema(ema: float, closes: list[int]) -> float:
    """The exponential average over 10, which starts as the plain average of the first 10."""
    if len(closes) <= 10:
        return sum(closes) / 10
    return ema + (closes[-1] - ema) * 2 / 11


if __name__ == "__main__":
    Path(__file__).with_name("ohlc_minutes.csv").write_text(csv_text(), encoding="utf-8", newline="\n")
