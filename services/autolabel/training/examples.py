"""Labelled recordings as training sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1


@dataclass(frozen=True)
class Example:
    """One recording: its samples, and what is known of each of them.

    Args:
        name: its path.
        signals: float32 [rows, channels], NaN where a value is missing.
        labels: int16 [rows], the index of the class, ``UNKNOWN`` where nobody said.
        ruled_out: bool [rows, classes], True where a row is known not to be of that class (a rejected suggestion).
        step: seconds from sample to sample, None where the recording has no time in seconds.
    """

    name: str
    signals: NDArray[np.float32]
    labels: NDArray[np.int16]
    ruled_out: NDArray[np.bool_] | None = None
    step: float | None = None
