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
from numpy.typing import NDArray
from torch import Tensor

BLOCK, CONTEXT = 256, 256
CHAIN = 3  # states of a class
ORDER, PROVEN = 3.0, 6.0  # pseudo-count of the uniform prior, and observed neighbours until it is reduced
MOST_BLOCKS = 256  # computed together: products so small need no threads of the algebra library
TINY = np.float32(1e-30)
TAIL = 1.5  # the last state's mean duration, in usual durations of the class
Floats = NDArray[np.float32]


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
    return posteriors([logs], chance, [sharpness])[0][0]


def posteriors(series: Sequence[Tensor], chance: Tensor, sharpnesses: Sequence[float]) -> list[list[Tensor]]:
    """:func:`posterior` of each of ``series`` at each of these sharpnesses, [sharpnesses][series]."""
    jobs = [(logs, sharpness) for sharpness in sharpnesses for logs in series]
    found: list[Tensor] = []
    while jobs:
        count, blocks = 1, _blocks(jobs[0][0])
        while count < len(jobs) and blocks + _blocks(jobs[count][0]) <= MOST_BLOCKS:
            blocks += _blocks(jobs[count][0])
            count += 1
        found += _together(jobs[:count], chance)
        jobs = jobs[count:]
    return [found[place : place + len(series)] for place in range(0, len(found), len(series))]


def _blocks(logs: Tensor) -> int:
    return -(-logs.shape[1] // BLOCK)


def _together(jobs: Sequence[tuple[Tensor, float]], chance: Tensor) -> list[Tensor]:
    """Posteriors of log probabilities and their sharpnesses; the steps of all blocks are computed together."""
    classes = len(jobs[0][0])
    chain = len(chance) // classes
    given = np.concatenate([_given(logs, sharpness, chain) for logs, sharpness in jobs], 1)
    table = chance.numpy()
    both = _run(given, table)[CONTEXT:-CONTEXT] * _back(given, table)[CONTEXT:-CONTEXT]
    summed = both.reshape(*both.shape[:2], classes, chain).sum(3)
    summed /= np.maximum(summed.sum(2, keepdims=True), TINY)
    found, first = [], 0
    for logs, _ in jobs:
        mine = summed[:, first : first + _blocks(logs)].transpose(2, 1, 0)
        first += _blocks(logs)
        found.append(torch.from_numpy(mine.reshape(classes, -1)[:, : logs.shape[1]].copy()))
    return found


def _given(logs: Tensor, sharpness: float, chain: int) -> Floats:
    """Evidence of each state in each step of each block, float32 [steps, blocks, states]."""
    count = logs.shape[1]
    steps = np.arange(-CONTEXT, BLOCK + CONTEXT)
    places = steps[:, None] + np.arange(_blocks(logs))[None] * BLOCK
    seen = (logs - logs.max(0).values).mul(sharpness).exp().T.numpy()
    inside = ((places >= 0) & (places < count))[..., None]
    given = np.where(inside, seen[places.clip(0, count - 1)], np.float32(1.0))
    return np.repeat(given, chain, axis=2)


def _run(given: Floats, chance: Floats) -> Floats:
    result = np.empty_like(given)
    state = np.full(given.shape[1:], 1 / given.shape[2], np.float32)
    for step, seen in enumerate(given):
        state = np.matmul(state, chance) if step else state
        state *= seen
        state /= np.maximum(state.sum(1, keepdims=True), TINY)
        result[step] = state
    return result


def _back(given: Floats, chance: Floats) -> Floats:
    result = np.empty_like(given)
    state = np.full(given.shape[1:], 1.0, np.float32)
    back = np.ascontiguousarray(chance.T)
    for step in reversed(range(len(given))):
        result[step] = state
        state *= given[step]
        state = np.matmul(state, back)
        state /= np.maximum(state.max(1, keepdims=True), TINY)
    return result
