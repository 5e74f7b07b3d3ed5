"""The two networks over frames: a dilated convolutional network and a small one-dimensional U-Net.

Both depend on a fixed number of frames around each (``reach``), so that a long recording can be processed in pieces.
Sources: Bai, Kolter and Koltun 2018 (dilated residual convolutions, here not causal); Ronneberger, Fischer and
Brox 2015, and Perslev et al. 2019 (U-Net over time series).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from services.torch_models.ensemble.features import Framing


class Norm(nn.Module):
    """Scaling of each frame to a root mean square of 1 over its channels (Zhang and Sennrich 2019)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width, 1))

    def forward(self, series: Tensor) -> Tensor:
        """[batch, channels, frames] → the same."""
        return series * torch.rsqrt(series.square().mean(1, keepdim=True) + 1e-5) * self.gain


class Tcn(nn.Module):
    """Residual blocks of a dilated convolution each."""

    def __init__(self, inputs: int, classes: int, width: int = 32, levels: int = 7, kernel: int = 5) -> None:
        super().__init__()
        self.enter = nn.Conv1d(inputs, width, kernel, padding=kernel // 2)
        self.norms = nn.ModuleList([Norm(width) for _ in range(levels)])
        self.wide = nn.ModuleList(
            [
                nn.Conv1d(width, width, kernel, padding=(kernel // 2) << level, dilation=1 << level)
                for level in range(levels)
            ]
        )
        self.mix = nn.ModuleList([nn.Conv1d(width, width, 1) for _ in range(levels)])
        self.leave = nn.Conv1d(2 * width, classes, 1)
        self.drop = nn.Dropout1d(0.1)
        self.reach = (kernel // 2) * (1 << levels)

    def forward(self, series: Tensor) -> Tensor:
        """Logits [batch, classes, frames] of [batch, inputs, frames]."""
        state = first = self.enter(series)
        for norm, wide, mix in zip(self.norms, self.wide, self.mix, strict=True):
            state = state + self.drop(mix(functional.silu(wide(norm(state)))))
        joined: Tensor = self.leave(torch.cat([functional.silu(state), first], 1))
        return joined


class _Block(nn.Module):
    def __init__(self, inputs: int, width: int, kernel: int) -> None:
        super().__init__()
        self.one = nn.Conv1d(inputs, width, kernel, padding=kernel // 2)
        self.two = nn.Conv1d(width, width, kernel, padding=kernel // 2)
        self.norm_one, self.norm_two = Norm(width), Norm(width)

    def forward(self, series: Tensor) -> Tensor:
        state = functional.silu(self.norm_one(self.one(series)))
        done: Tensor = functional.silu(self.norm_two(self.two(state)))
        return done


class UNet(nn.Module):
    """A U-Net: down by halves, up again with skip connections; lengths must be multiples of 2^depth."""

    def __init__(self, inputs: int, classes: int, width: int = 16, depth: int = 4, kernel: int = 7) -> None:
        super().__init__()
        widths = [int(width * 1.4**level) for level in range(depth + 1)]
        self.down = nn.ModuleList(
            [
                _Block(inputs if level == 0 else widths[level - 1], widths[level], kernel)
                for level in range(depth + 1)
            ]
        )
        self.up = nn.ModuleList(
            [_Block(widths[level] + widths[level + 1], widths[level], kernel) for level in range(depth)]
        )
        self.leave = nn.Conv1d(widths[0], classes, 1)
        self.drop = nn.Dropout1d(0.1)
        self.depth = depth
        self.reach = (kernel // 2) * 4 * (2 << depth)

    def forward(self, series: Tensor) -> Tensor:
        """Logits [batch, classes, frames] of [batch, inputs, frames]."""
        state, kept = self.down[0](series), []
        for block in list(self.down)[1:]:
            kept.append(state)
            state = block(functional.max_pool1d(state, 2))
        state = self.drop(state)
        for level in reversed(range(self.depth)):
            above = functional.interpolate(state, scale_factor=2.0, mode="nearest")
            state = self.up[level](torch.cat([kept[level], above], 1))
        done: Tensor = self.leave(state)
        return done


KINDS = ("tcn", "unet")


class Network:
    """A fitted network for inference."""

    def __init__(self, module: Tcn | UNet, framing: Framing) -> None:
        self.reach = module.reach
        self._module, self._framing = module.eval(), framing

    def __call__(self, framed: Tensor) -> Tensor:
        """Log probabilities float32 [classes, frames]."""
        seen = chosen(framed, self._framing)
        short = -seen.shape[1] % 64
        padded = functional.pad(seen[None], (0, short), mode="replicate") if short else seen[None]
        logits: Tensor = self._module(padded)[0, :, : seen.shape[1]]
        return logits.log_softmax(0)


def chosen(framed: Tensor, framing: Framing) -> Tensor:
    """The views that are the input of a network; [views, frames] or [batch, views, frames]."""
    if framing.level:
        return framed
    count, moves = framing.channels, framing.moves
    rest = framed[..., 2 * count :, :]
    if not moves:
        return rest
    return torch.cat(
        [framed[..., count - moves : count, :], framed[..., 2 * count - moves : 2 * count, :], rest], -2
    )


def inputs(framing: Framing) -> int:
    """Number of views that are the input of a network."""
    return framing.views - 2 * (framing.channels - framing.levelled)


def bare(kind: str, framing: Framing, classes: int, width: int) -> Tcn | UNet:
    """An untrained network; a U-Net, which widens on its way down, begins with half the width."""
    if kind == "unet":
        return UNet(inputs(framing), classes, max(1, width // 2))
    return Tcn(inputs(framing), classes, width)


def build(kind: str, framing: Framing, classes: int, width: int, tensors: dict[str, Tensor]) -> Network:
    """A network with these tensors."""
    module = bare(kind, framing, classes, width)
    module.load_state_dict(tensors)
    return Network(module, framing)
