"""Random convolutions at several dilations, the share of frames nearby above a threshold, and a linear layer over
these shares.

Source: Dempster, Schmidt and Webb 2021 (MiniRocket): kernels of nine taps, six of -1 and three of 2, which are
invariant to the offset; biases are quantiles of the convolution; here the share is computed around every frame, at two
widths.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from services.torch_models.ensemble.features import Framing, box

TAPS = 9
COUNT = 256
MOST_MIXED = 6  # channels in one kernel
STEPS = 40
DECAY = 3e-3
LIMIT = 5.0  # standard deviations of a share from the mean, at most


def dilations(framing: Framing) -> list[int]:
    """Dilations of the kernels, one group of kernels for each.

    The longest kernel spans about a usual segment. A longer one recognises the segments next to a training segment
    instead of the segment itself: with one segment per class of a beat, macro-F1 was .53 to .72 instead of .91 to .96.
    """
    if not framing.segment:
        return [1 << place for place in range(max(1, framing.levels - 2))]
    return [1 << place for place in range(max(1, (framing.segment // 4).bit_length() - 1))]


def widths(framing: Framing) -> tuple[int, int]:
    """Frames of the windows of the shares: about a quarter of a usual segment, and a whole segment."""
    if not framing.segment:
        return max(3, 1 << (framing.levels - 5) if framing.levels > 5 else 3), max(
            5, 1 << (framing.levels - 3)
        )
    return max(3, framing.segment // 4 | 1), max(5, framing.segment | 1)


def each(framing: Framing) -> int:
    """Number of kernels of one dilation."""
    return max(8, COUNT // len(dilations(framing)))


def draw(framing: Framing, seed: int) -> Tensor:
    """Random kernels float32 [kernels, channels, taps]."""
    rng = np.random.default_rng(seed)
    count = each(framing) * len(dilations(framing))
    weights = np.zeros((count, framing.channels, TAPS), np.float32)
    for kernel in weights:
        mixed = int(2 ** rng.uniform(0, np.log2(min(framing.channels, MOST_MIXED) + 1)))
        for channel in rng.choice(framing.channels, min(mixed, framing.channels), replace=False):
            taps = np.full(TAPS, -1.0)
            taps[rng.choice(TAPS, 3, replace=False)] = 2
            kernel[channel] = taps * (1 if rng.random() < 0.75 else -1)
    return torch.from_numpy(weights)


def convolved(framed: Tensor, weight: Tensor, framing: Framing) -> Tensor:
    """Output of the kernels, float32 [kernels, frames]."""
    own, size = framed[None, : framing.channels], each(framing)
    return torch.cat(
        [
            functional.conv1d(
                functional.pad(own, (TAPS // 2 * wide, TAPS // 2 * wide), mode="replicate"),
                weight[place * size : (place + 1) * size],
                dilation=wide,
            )[0]
            for place, wide in enumerate(dilations(framing))
        ]
    )


def thresholds(framed: Sequence[Tensor], weight: Tensor, framing: Framing, seed: int) -> Tensor:
    """A random quantile of the output of each kernel, float32 [kernels, 1]."""
    given = torch.cat([convolved(frames, weight, framing) for frames in framed], 1).numpy()
    places = np.random.default_rng(seed).uniform(0.15, 0.85, len(given)) * (given.shape[1] - 1)
    found = [
        np.partition(one, place)[place] for one, place in zip(given, places.astype(np.int64), strict=True)
    ]
    return torch.from_numpy(np.array(found, np.float32))[:, None]


def shares(framed: Tensor, tensors: dict[str, Tensor], framing: Framing, at: Tensor | None = None) -> Tensor:
    """Share of frames around each frame in which each kernel is above its threshold, float32 [kernels × 2, frames].

    Args:
        at: the frames that are wanted; None: all.
    """
    above = (convolved(framed, tensors["weight"], framing) > tensors["threshold"]).float()
    return torch.cat([box(above, wide, at) for wide in widths(framing)])


class Kernels:
    """The fitted layer: ``weight``, ``threshold``, ``mean``, ``deviation``, and for classes ``linear``, ``offset``."""

    def __init__(self, framing: Framing, tensors: dict[str, Tensor]) -> None:
        self._framing, self._tensors = framing, tensors

    def __call__(self, framed: Tensor) -> Tensor:
        """Log probabilities float32 [classes, frames]."""
        return self.of_shares(shares(framed, self._tensors, self._framing))

    def of_shares(self, responses: Tensor) -> Tensor:
        """Log probabilities of shares that are already computed."""
        return self.of_table(self.table(responses))

    def of_table(self, table: Tensor) -> Tensor:
        """Log probabilities of a table of :meth:`table`."""
        return (table @ self._tensors["linear"] + self._tensors["offset"]).log_softmax(1).T.contiguous()

    def table(self, responses: Tensor) -> Tensor:
        """Shares on the scale of the labelled frames, float32 [frames, kernels × 2]."""
        return _scaled(responses.T, self._tensors["mean"], self._tensors["deviation"])

    def seen(self, framed: Tensor) -> Tensor:
        """:meth:`table` of frames."""
        return self.table(shares(framed, self._tensors, self._framing))


def _scaled(table: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
    return ((table - mean) / deviation).clamp(-LIMIT, LIMIT)


def scaling(table: Tensor) -> dict[str, Tensor]:
    """Mean and deviation of shares [rows, features]."""
    return {"mean": table.mean(0), "deviation": table.std(0, correction=0) + 1e-3}


def fit_linear(table: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """A multinomial logistic regression on soft targets.

    Args:
        table: [rows, features]; targets: [rows, classes], each row's weight times its class shares.
    """
    scale = scaling(table)
    scaled, weight = _scaled(table, scale["mean"], scale["deviation"]), targets / targets.sum()
    # [classes, features], so that its gradient is a product over contiguous rows: several times faster
    linear = torch.zeros(targets.shape[1], table.shape[1], requires_grad=True)
    offset = torch.zeros(targets.shape[1], requires_grad=True)
    search = torch.optim.LBFGS([linear, offset], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        search.zero_grad()
        value = (
            -(weight * functional.linear(scaled, linear, offset).log_softmax(1)).sum()
            + DECAY / 2 * linear.square().sum()
        )
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(loss)  # type: ignore[no-untyped-call]
    return {
        **scale,
        "linear": linear.detach().T.contiguous(),
        "offset": offset.detach(),
    }
