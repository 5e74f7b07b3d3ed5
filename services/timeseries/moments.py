"""Mean and standard deviation of a whole channel, for the display of channels with different units."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

_PIECE = 1 << 20  # samples per read: 8 MB


def moments(data: NDArray[np.generic]) -> tuple[float, float]:
    """Mean and (population) standard deviation of the non-missing samples; NaN if there are none.

    Pieces are combined as in Chan, Golub, LeVeque: Updating Formulae and a Pairwise Algorithm for Computing Sample
    Variances, 1979, so that a large offset does not reduce the precision of a small spread.
    """
    count, mean, squares = 0, 0.0, 0.0
    for first in range(0, len(data), _PIECE):
        part = np.asarray(data[first : first + _PIECE]).astype(np.float64)
        part = part[np.isfinite(part)]
        if not len(part):
            continue
        here = float(part.mean())
        apart, total = here - mean, count + len(part)
        squares += float(((part - here) ** 2).sum()) + apart * apart * count * len(part) / total
        mean += apart * len(part) / total
        count = total
    return (mean, sqrt(squares / count)) if count else (float("nan"), float("nan"))
