"""Train a network on crops around labelled segments, for a fixed number of steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from services.learning.data.windows import Span, TrainingWindow
from services.torch_models.ensemble.features import Framing
from services.torch_models.ensemble.networks import bare, chosen

BATCH, CROP = 8, 384
SMALL_BATCH = 4  # where there is hardly any time
REPORTED = 10  # steps from one report of the loss to the next
RATE = 4e-3
HIDDEN = (
    0.3  # dropout probability of the views with the level, so that the network does not depend on one view
)
Report = Callable[
    [int, float, float | None], None
]  # steps done, loss, loss on segments of the hidden fold if any


@dataclass(frozen=True)
class NetworkPlan:
    """A network to train: its kind and width, number of steps, hidden fold, seed, and crops of a step."""

    kind: str
    width: int
    steps: int
    hidden_fold: int
    seed: int
    batch: int = BATCH


class _Crops:
    """Crops around segments, with equal class frequencies, stretched and squeezed a little in time."""

    def __init__(
        self, windows: Sequence[TrainingWindow], plan: NetworkPlan, rng: np.random.Generator
    ) -> None:
        self._windows, self._rng, self._batch = windows, rng, plan.batch
        self._spans: dict[int, list[tuple[int, Span]]] = {}
        for place, window in enumerate(windows):
            for span in window.spans:
                if span.fold < 0 or span.fold != plan.hidden_fold:
                    self._spans.setdefault(span.label, []).append((place, span))
            if window.ruled is not None and window.ruled.any():
                inside = np.flatnonzero(window.ruled.any(0))
                span = Span(int(inside[0]), int(inside[-1]) + 1, -1, -1)
                self._spans.setdefault(-1, []).append((place, span))
        self._targets = [_visible(window, plan.hidden_fold) for window in windows]

    def __call__(self) -> tuple[Tensor, Tensor, Tensor]:
        """Frames [batch, views, frames], targets and ruled-out classes [batch, classes, frames]."""
        parts = [self._sample() for _ in range(self._batch)]
        return (
            torch.stack([sample[0] for sample in parts]),
            torch.stack([sample[1] for sample in parts]),
            torch.stack([sample[2] for sample in parts]),
        )

    def _sample(self) -> tuple[Tensor, Tensor, Tensor]:
        rng, labels = self._rng, sorted(self._spans)
        spans = self._spans[labels[rng.integers(len(labels))]]
        place, span = spans[rng.integers(len(spans))]
        middle = int(rng.integers(span.start, span.stop))
        speed = float(np.exp(0.1 * rng.standard_normal()))
        offset = int(rng.integers(-CROP // 3, CROP // 3))
        at = np.round(middle + (np.arange(CROP) - CROP // 2 + offset) * speed).astype(np.int64)
        window = self._windows[place]
        count = window.framed.shape[1]
        inside = torch.from_numpy((at >= 0) & (at < count))
        where = torch.from_numpy(at.clip(0, count - 1))
        ruled = (
            torch.from_numpy(window.ruled)[:, where] & inside
            if window.ruled is not None
            else torch.zeros((len(window.targets), CROP), dtype=torch.bool)
        )
        return window.framed[:, where], self._targets[place][:, where] * inside, ruled


def _visible(window: TrainingWindow, hidden: int) -> Tensor:
    if hidden < 0:
        return window.targets
    return window.targets * torch.from_numpy(window.fold != hidden)


def _left_out(windows: Sequence[TrainingWindow], hidden: int) -> tuple[Tensor, Tensor] | None:
    """Crops around segments of the hidden fold, evenly chosen: frames and targets; None where nothing is hidden."""
    spans = [(window, span) for window in windows for span in window.spans if 0 <= span.fold == hidden]
    if not spans:
        return None
    crops = []
    for place in np.unique(np.linspace(0, len(spans) - 1, BATCH).astype(int)):
        window, span = spans[place]
        at = (span.start + span.stop) // 2 + np.arange(CROP) - CROP // 2
        inside = torch.from_numpy((at >= 0) & (at < window.framed.shape[1]))
        where = torch.from_numpy(at.clip(0, window.framed.shape[1] - 1))
        is_labelled = torch.from_numpy(window.fold == hidden)[where] & inside
        crops.append((window.framed[:, where], window.targets[:, where] * is_labelled))
    return torch.stack([frames for frames, _ in crops]), torch.stack([targets for _, targets in crops])


@torch.inference_mode()
def _loss_on(
    module: nn.Module, left: tuple[Tensor, Tensor] | None, framing: Framing, balance: Tensor
) -> float | None:
    """The loss on the hidden fold; draws no random numbers, so that training does not depend on it."""
    if left is None:
        return None
    framed, targets = left
    module.eval()
    logs = module(chosen(framed, framing)).log_softmax(1)
    module.train()
    return float(_loss(logs, targets * balance[:, None], torch.zeros_like(targets, dtype=torch.bool)))


def fit_network(
    plan: NetworkPlan,
    windows: Sequence[TrainingWindow],
    framing: Framing,
    balance: Tensor,
    report: Report,
) -> dict[str, Tensor]:
    """Train a network and return its tensors.

    Args:
        balance: float32 [classes], weight of a frame of each class.
    """
    rng = np.random.default_rng(plan.seed)
    noise = torch.Generator().manual_seed(plan.seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        module = bare(plan.kind, framing, len(balance), plan.width)
        crops = _Crops(windows, plan, rng)
        left = _left_out(windows, plan.hidden_fold)
        optimiser = torch.optim.AdamW(module.parameters(), RATE, weight_decay=1e-2, fused=True)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, max(2, plan.steps), pct_start=0.2)
        for step in range(plan.steps):
            framed, targets, ruled = crops()
            logs = module(chosen(_varied(framed, framing, noise), framing)).log_softmax(1)
            loss = _loss(logs, targets * balance[:, None], ruled)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            if step % REPORTED == REPORTED - 1:
                report(step, float(loss.detach()), _loss_on(module, left, framing, balance))
    return {key: value.detach() for key, value in module.state_dict().items()}


def _loss(logs: Tensor, targets: Tensor, ruled: Tensor) -> Tensor:
    """Cross entropy where a class is known; where classes are only ruled out, the log probability of all others."""
    labelled_loss = -(targets * logs).sum() / targets.sum().clamp_min(1e-6)
    if not ruled.any():
        return labelled_loss
    wrong = (logs.exp() * ruled).sum(1)[ruled.any(1)]
    return labelled_loss - 0.5 * (1 - wrong).clamp_min(1e-4).log().mean()


def _varied(framed: Tensor, framing: Framing, noise: torch.Generator) -> Tensor:
    """Augmentation: other gains, other levels, some noise; sometimes without the views that contain the level."""
    batch, count = len(framed), framing.channels
    result = framed.clone()

    def gain() -> Tensor:
        return torch.randn((batch, count, 1), generator=noise).mul(0.2).exp()

    def offset() -> Tensor:
        return torch.randn((batch, count, 1), generator=noise) * 0.2

    shown = (torch.rand((batch, 2, 1, 1), generator=noise) > HIDDEN).float()
    result[:, :count] = (result[:, :count] * gain() + offset()) * shown[:, 0]
    result[:, count : 2 * count] = (result[:, count : 2 * count] * gain() + offset()) * shown[:, 1]
    result[:, -count:] *= gain()
    result += torch.randn(result.shape, generator=noise) * 0.05
    return result
