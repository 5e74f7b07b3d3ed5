"""Agreement of the learners around each frame, which sets the temperature of its scores (local temperature scaling).

The frames of a segment are not independent, so the smoothed probability of a class is near 1 even where single frames
are doubtful or the learners contradict each other. How far they agree over about a segment shows its worth.
"""

from __future__ import annotations

import torch
from torch import Tensor

from services.torch_models.ensemble import hmm
from services.torch_models.ensemble.features import box

LEAST = 1e-3  # share and remainder that odds are computed from
LEAST_POSTERIOR = 1e-7
WIDEST = 2 * hmm.CONTEXT - 1  # frames: what is known on both sides of a piece


def votes(opinions: Tensor) -> Tensor:
    """The share of the learners that prefer each class in each frame.

    Args:
        opinions: [learners, classes, frames], log probabilities.
    """
    preferred = opinions.argmax(1)
    return torch.stack([(preferred == label).float().mean(0) for label in range(opinions.shape[1])])


def odds(posterior: Tensor, blended: Tensor, voted: Tensor, width: int) -> Tensor:
    """Odds of the most probable class of each frame, float32 [frames]: of the mean blended probability, times those of
    the share of votes. Both are means over a window, weighted by the smoothed probability of the class.

    Args:
        posterior: smoothed probabilities [classes, frames].
        blended: probabilities of single frames [classes, frames], 0 where all samples are missing.
        voted: of :func:`votes`.
        width: frames of the window, about a usual segment.
    """
    width = min(width, WIDEST)
    chosen = posterior.argmax(0, keepdim=True)
    weight = box(posterior, width).gather(0, chosen)[0].clamp_min(LEAST)
    product = torch.ones(posterior.shape[1])
    for certain in (blended, voted):
        share = box(posterior * certain, width).gather(0, chosen)[0] / weight
        share = share.clamp(LEAST, 1 - LEAST)
        product = product * share / (1 - share)
    return product


def tempered(posterior: Tensor, exponent: Tensor | float, least: float = LEAST_POSTERIOR) -> Tensor:
    """Probabilities, ``least`` or more, to a power of each frame, normalised; the order of the classes is the same."""
    return (posterior.clamp_min(least).log() * exponent).softmax(0)
