"""Hidden Markov model that smooths class probabilities of frames with segment durations and order.

Each class is a short chain of states; the last state may last long. A segment cannot be much shorter than the labelled
segments, and the order of classes is as likely as in the labels. The forward-backward algorithm (Rabiner 1989) gives
the probability of each class in each frame given all frames around: it selects the class and is its score. Frames are
processed in blocks with ``CONTEXT`` more frames on each side.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

BLOCK, CONTEXT = 256, 256
CHAIN = 3  # states of a class
ORDER, PROVEN = 3.0, 6.0  # neighbours that “any class may follow” counts as more, until so many were seen
TAIL = 1.5  # the last state's mean duration, in usual durations of the class


def switching(order: Sequence[Sequence[int]], durations: Sequence[float], chain: int = CHAIN) -> Tensor:
    """Transition probabilities of the states, float32 [classes × chain, classes × chain].

    Args:
        order: the classes of adjacent labelled segments, by time; a gap between them begins another sequence.
        durations: the usual length of a segment of each class, in frames.
    """
    classes = len(durations)
    counts = np.zeros((classes, classes))
    for recording in order:
        for one, other in pairwise(recording):
            if one != other:
                counts[one, other] += 1
    doubt = 1 + ORDER * np.exp(-counts.sum(1, keepdims=True) / PROVEN)
    follows = counts + doubt * (1.0 - np.eye(classes))
    follows /= np.maximum(follows.sum(1, keepdims=True), 1e-9)
    chance = np.zeros((classes * chain, classes * chain))
    for label, duration in enumerate(durations):
        first = label * chain
        for place in range(chain - 1):
            leave = 1 / max(1.0, 0.5 * duration / max(1, chain - 1))
            chance[first + place, first + place] = 1 - leave
            chance[first + place, first + place + 1] = leave
        last = first + chain - 1
        leave = 1 / max(1.25, TAIL * duration) if classes > 1 else 0.0
        chance[last, last] = 1 - leave
        chance[last, ::chain] += leave * follows[label]
    return torch.from_numpy(chance.astype(np.float32))


def posterior(logs: Tensor, chance: Tensor, sharpness: float) -> Tensor:
    """Probability of each class in each frame given its surroundings.

    Args:
        logs: float32 [classes, frames], the learners' log probabilities.
        chance: of :func:`switching`.
        sharpness: weight of each frame; adjacent frames are not independent.

    Returns:
        float32 [classes, frames].
    """
    classes, count = logs.shape
    chain = len(chance) // classes
    blocks = -(-count // BLOCK)
    places = torch.arange(blocks)[:, None] * BLOCK + torch.arange(-CONTEXT, BLOCK + CONTEXT)[None]
    seen = (logs - logs.max(0).values).mul(sharpness).exp()
    inside = ((places >= 0) & (places < count))[..., None]
    given = torch.where(inside, seen.T[places.clamp(0, count - 1)], 1.0)  # [blocks, steps, classes]
    given = given.repeat_interleave(chain, 2).transpose(0, 1).contiguous()
    both = _run(given, chance)[CONTEXT:-CONTEXT] * _back(given, chance)[CONTEXT:-CONTEXT]
    summed = both.reshape(BLOCK, blocks, classes, chain).sum(3)
    summed = (summed / summed.sum(2, keepdim=True).clamp_min(1e-30)).permute(2, 1, 0)
    return summed.reshape(classes, -1)[:, :count].contiguous()


def _run(given: Tensor, chance: Tensor) -> Tensor:
    state = torch.full(given.shape[1:], 1 / given.shape[2])
    result = torch.empty_like(given)
    for step in range(len(given)):
        state = (state @ chance if step else state) * given[step]
        state = state / state.sum(1, keepdim=True).clamp_min(1e-30)
        result[step] = state
    return result


def _back(given: Tensor, chance: Tensor) -> Tensor:
    state = torch.full(given.shape[1:], 1.0)
    result = torch.empty_like(given)
    back = chance.T.contiguous()
    for step in reversed(range(len(given))):
        result[step] = state
        state = (state * given[step]) @ back
        state = state / state.amax(1, keepdim=True).clamp_min(1e-30)
    return result
