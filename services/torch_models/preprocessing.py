"""Preprocessing steps between samples and network: named functions over float64 [rows, channels].

A step gets ``halo`` additional rows on each side, so that a long recording can be processed in pieces with identical
results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.errors import Invalid, RefusedFile

Samples = NDArray[np.float64]
TRUNCATE = 4.0  # kernel radius in standard deviations: scipy's default


@dataclass(frozen=True)
class Step:
    """A preprocessing step, with the number of rows that it needs before and after a row.

    ``apply(samples, first)``: ``samples`` [rows, channels]; ``first``: they begin at the recording's first row; the
    result has the same number of rows. Rows within the halo of a cut edge are invalid.
    """

    before: int
    after: int
    apply: Callable[[Samples, bool], Samples]


def gaussian_smoothing(sigma: float) -> Step:
    """``scipy.ndimage.gaussian_filter1d`` of each channel in its default ``reflect`` mode, with identical bits."""
    from scipy.ndimage import gaussian_filter1d  # import takes 0.3 s

    radius = int(TRUNCATE * float(sigma) + 0.5)

    def apply(samples: Samples, _first: bool) -> Samples:
        smoothed: Samples = gaussian_filter1d(samples, sigma, axis=0, truncate=TRUNCATE)
        return smoothed

    return Step(radius, radius, apply)


def log_return() -> Step:
    """``ln(x_t / x_{t-1})``; the first row of the recording is 0.

    Raises (when applied):
        Invalid: a value is zero or below.
    """

    def apply(samples: Samples, first: bool) -> Samples:
        if (samples <= 0).any():
            raise Invalid(
                "This model takes log returns, which need values above zero; the recording has values of zero or below."
            )
        result = np.zeros_like(samples)
        np.log(samples[1:] / samples[:-1], out=result[1:])
        if not first:
            result[:1] = np.nan
        return result

    return Step(1, 0, apply)


def standardise(mean: Sequence[float], std: Sequence[float]) -> Step:
    """``(x - mean) / std`` with mean and standard deviation per channel."""
    middle, scale = np.asarray(mean, np.float64), np.asarray(std, np.float64)

    def apply(samples: Samples, _first: bool) -> Samples:
        result: Samples = (samples - middle) / scale
        return result

    return Step(0, 0, apply)


_STEPS: dict[str, tuple[Callable[..., Step], frozenset[str]]] = {
    "gaussian_smoothing": (gaussian_smoothing, frozenset({"sigma"})),
    "log_return": (log_return, frozenset()),
    "standardise": (standardise, frozenset({"mean", "std"})),
}


def check(described: Any, channels: int) -> None:
    """Validate the preprocessing steps in a checkpoint's metadata.

    Raises:
        RefusedFile: a step is invalid.
    """
    if not isinstance(described, list | tuple) or len(described) > 20:
        raise RefusedFile("Its preprocessing is not a list of steps.")
    for step in described:
        allowed = _STEPS.get(str(step.get("name"))) if isinstance(step, dict) else None
        if allowed is None:
            raise RefusedFile(f"Its preprocessing has an unknown step: {str(step)[:80]}.")
        if step.keys() - {"name"} != allowed[1]:
            raise RefusedFile(f"Its step {step['name']} needs the parameters {sorted(allowed[1])}.")
    for step in described:
        if step["name"] == "gaussian_smoothing" and not 0.1 <= _number(step["sigma"]) <= 10_000:
            raise RefusedFile("The sigma of its gaussian_smoothing must be between 0.1 and 10,000 samples.")
        if step["name"] == "standardise":
            _check_scaling(step, channels)


def _check_scaling(step: dict[str, Any], channels: int) -> None:
    for name in ("mean", "std"):
        values = step[name]
        if not isinstance(values, list | tuple) or len(values) != channels:
            raise RefusedFile(f"The {name} of its standardise must have {channels} numbers, one a channel.")
        if any(
            not np.isfinite(_number(value)) or (name == "std" and _number(value) <= 0) for value in values
        ):
            raise RefusedFile(
                f"The {name} of its standardise must be finite{' and above zero' * (name == 'std')}."
            )


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")


def steps(described: Sequence[dict[str, Any]]) -> list[Step]:
    """The steps of a validated list."""
    return [
        _STEPS[step["name"]][0](**{name: value for name, value in step.items() if name != "name"})
        for step in described
    ]


class Pipeline:
    """Several steps in sequence, on any range of a recording."""

    def __init__(
        self, described: Sequence[dict[str, Any]], read: Callable[[int, int], Samples], rows: int
    ) -> None:
        """``read(start, stop)`` returns samples [stop - start, channels] of a recording with ``rows`` rows."""
        self._steps = steps(described)
        self._read = read
        self._rows = rows
        self._before = sum(step.before for step in self._steps)
        self._after = sum(step.after for step in self._steps)

    def __call__(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows ``start`` to ``stop - 1`` as input of the network, float32 [stop - start, channels].

        Raises:
            Invalid: a step cannot process a value.
        """
        low, high = max(0, start - self._before), min(self._rows, stop + self._after)
        samples = self._read(low, high)
        for step in self._steps:
            samples = step.apply(samples, low == 0)
            cut_low = 0 if low == 0 else step.before
            cut_high = 0 if high == self._rows else step.after
            samples = samples[cut_low : len(samples) - cut_high]
            low, high = low + cut_low, high - cut_high
        return samples[start - low : len(samples) - (high - stop)].astype(np.float32)
