"""Labelled frames as a feature table, for learners that classify each frame independently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from services.learning.data.augmentation import copies
from services.learning.data.windows import TrainingWindow
from services.torch_models.ensemble import rocket
from services.torch_models.ensemble.features import Framing, statistics
from services.torch_models.ensemble.rocket import Kernels, fit_linear

MOST_ROWS = 10_000


@dataclass(frozen=True)
class Table:
    """Rows of ``statistics`` and kernel ``shares`` [rows, features], ``targets`` [rows, classes], ``groups`` and
    ``folds`` [rows].
    """

    statistics: NDArray[np.float32]
    shares: NDArray[np.float32]
    targets: NDArray[np.float32]
    groups: NDArray[np.int64]
    folds: NDArray[np.int64]

    def without(self, fold: int) -> Table:
        """The rows of all other folds."""
        kept = self.folds != fold
        return Table(
            self.statistics[kept],
            self.shares[kept],
            self.targets[kept],
            self.groups[kept],
            self.folds[kept],
        )


def table_of(
    parts: Sequence[TrainingWindow], framing: Framing, fixed: dict[str, Tensor], balance: Tensor, seed: int
) -> Table:
    """At most ``MOST_ROWS`` labelled frames, and those with ruled-out classes.

    Args:
        fixed: the kernels' ``weight`` and ``threshold``.
        balance: [classes], weight of a frame of each class.
    """
    parts = [*parts, *copies(parts, framing, seed)]
    chosen = _chosen(parts, seed)
    rows = []
    for part, where in zip(parts, chosen, strict=True):
        if len(where):
            at = torch.from_numpy(where)
            rows.append(
                (
                    statistics(part.framed, framing, at).T.numpy(),
                    rocket.shares(part.framed, fixed, framing, at).T.numpy(),
                    (part.targets * balance[:, None])[:, at].T.numpy(),
                    part.group[where],
                    part.fold[where],
                    _ruled(part, where),
                )
            )
    columns = [np.concatenate([row[place] for row in rows]) for place in range(6)]
    table = Table(*(np.ascontiguousarray(column) for column in columns[:5]))
    return _with_ruled(table, columns[5], fixed, framing) if columns[5].any() else table


def _chosen(parts: Sequence[TrainingWindow], seed: int) -> list[NDArray[np.int64]]:
    """Frames of each stretch; long segments have more, but less than in proportion to their length."""
    labelled = [_labelled_frames(part) for part in parts]
    total = sum(len(frames) for frames in labelled)
    if total <= MOST_ROWS:
        return labelled
    weight = np.concatenate(
        [
            np.maximum(part.targets.sum(0).numpy()[frames], 0.01)
            for part, frames in zip(parts, labelled, strict=True)
        ]
    ).astype(np.float64)
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.choice(total, MOST_ROWS, replace=False, p=weight / weight.sum()))
    ends = np.cumsum([len(frames) for frames in labelled])
    return [
        frames[drawn[(drawn >= end - len(frames)) & (drawn < end)] - (end - len(frames))]
        for frames, end in zip(labelled, ends, strict=True)
    ]


def _labelled_frames(part: TrainingWindow) -> NDArray[np.int64]:
    is_labelled = part.targets.sum(0).numpy() > 0
    if part.ruled is not None:
        is_labelled = is_labelled | part.ruled.any(0)
    return np.flatnonzero(is_labelled)


def _ruled(part: TrainingWindow, where: NDArray[np.int64]) -> NDArray[np.bool_]:
    if part.ruled is None:
        return np.zeros((len(where), len(part.targets)), bool)
    return part.ruled[:, where].T


def _with_ruled(table: Table, ruled: NDArray[np.bool_], fixed: dict[str, Tensor], framing: Framing) -> Table:
    """Rows with only ruled-out classes: shared among the other classes in proportion to a first fit."""
    targets, some = table.targets.copy(), ruled.any(1) & ~ruled.all(1)
    there = table.targets.sum(0) > 0
    usual = float(table.targets.sum(1)[table.targets.sum(1) > 0].mean())
    soft = (~ruled & there).astype(np.float32)
    for _ in range(2):
        targets[some] = 0.5 * usual * (soft / np.maximum(soft.sum(1, keepdims=True), 1e-6))[some]
        first = fit_linear(torch.from_numpy(table.shares), torch.from_numpy(targets))
        thought = (
            Kernels(framing, fixed | first).of_shares(torch.from_numpy(table.shares.T.copy())).exp().T.numpy()
        )
        soft = thought * ~ruled + 1e-6 * (~ruled & there)
    return Table(table.statistics, table.shares, targets, table.groups, table.folds)
