"""Extremely randomised trees, grown together level by level, stored as plain tensors.

Source: Geurts, Ernst and Wehenkel 2006. A node is split by the one of some random features, each with a random cut,
that leaves the purest halves. A cut is the value of a random row of the node.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

DEPTH = 18
LEAST = 2  # rows in a leaf
ROWS = 3_000  # training rows of one tree
MOST_TRIES = 32  # random cuts of a node
TOGETHER = 100_000  # rows times cuts that are computed together
PRIOR = 0.02  # a leaf's doubt, as a share of a row of each class
_Floats = NDArray[np.float32]


class Forest:
    """Trees as four arrays over all their nodes; node i < trees is the root of tree i.

    ``feature`` [nodes] is -1 in a leaf; ``cut`` [nodes]; ``child`` [nodes] is the left child, the right child is the
    next node; ``share`` [nodes, classes] has the shares of the classes.
    """

    def __init__(self, trees: int, tensors: dict[str, Tensor]) -> None:
        self._trees = trees
        self._feature = tensors["feature"].numpy().astype(np.int64)
        self._cut = tensors["cut"].numpy()
        self._child = tensors["child"].numpy().astype(np.int32)
        self._share = tensors["share"].numpy()

    def __call__(self, features: Tensor) -> Tensor:
        """Log probabilities float32 [classes, frames] of features [features, frames]."""
        table = np.ascontiguousarray(features.numpy())  # rows nearby read one feature, so these lie together
        total = np.zeros((table.shape[1], self._share.shape[1]), np.float32)
        for tree in range(self._trees):
            total += self._share[self._leaves(table, tree)]
        return torch.from_numpy(np.log(total / self._trees).T.copy())

    def _leaves(self, table: _Floats, tree: int) -> NDArray[np.int32]:
        """The leaf of each row in one tree; ``table`` [features, rows]."""
        flat, count = table.ravel(), table.shape[1]
        node = np.full(count, tree, np.int32)
        going = np.arange(count) if self._feature[tree] >= 0 else np.empty(0, np.int64)
        while len(going):
            here = node[going]
            right = flat[self._feature[here] * count + going] > self._cut[here]
            here = self._child[here] + right
            node[going] = here
            going = going[self._feature[here] >= 0]
        return node


def grow(
    table: _Floats, targets: _Floats, groups: NDArray[np.int64], trees: int, seed: int
) -> dict[str, Tensor]:
    """Grow trees on soft targets.

    Args:
        table: [rows, features].
        targets: [rows, classes], each row's weight times its class shares.
        groups: [rows] the segment of each row; the rows of a tree are spread evenly over the segments.

    Returns:
        The tensors of a :class:`Forest`.
    """
    rng = np.random.default_rng(seed)
    picked = [_rows(groups, rng) for _ in range(trees)]
    row = np.concatenate(picked)
    node = np.repeat(np.arange(trees), [len(sample) for sample in picked])
    grown = _Growing(table, targets, rng, trees)
    for _ in range(DEPTH):
        row, node = grown.split(row, node)
        if not len(row):
            break
    return grown.tensors()


def _rows(groups: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    if len(groups) <= ROWS:
        return np.arange(len(groups))
    chance = 1 / np.sqrt(np.bincount(groups)[groups])
    return rng.choice(len(groups), ROWS, replace=False, p=chance / chance.sum())


class _Growing:
    def __init__(self, table: _Floats, targets: _Floats, rng: np.random.Generator, trees: int) -> None:
        self._rows, self._features = table.shape
        self._columns = np.ascontiguousarray(table.T).ravel()  # values of a node are contiguous
        self._targets, self._rng = targets, rng
        self._tries = max(1, min(MOST_TRIES, math.isqrt(self._features)))
        self._feature = [np.full(trees, -1)]
        self._cut, self._child = [np.zeros(trees, np.float32)], [np.zeros(trees, np.int64)]
        self._share: list[_Floats] = []
        self._nodes, self._first = trees, 0

    def split(
        self, row: NDArray[np.int64], node: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Split the nodes of the newest level; returns the rows that remain, and their new nodes."""
        local, count = node - self._first, self._nodes - self._first
        weight = self._targets[row]
        sums = _sums(local, weight, count)
        size = np.bincount(local, minlength=count)
        self._share.append(sums)
        open_ = (size >= 2 * LEAST) & ((sums > 0).sum(1) > 1)
        kept = open_[local]
        row, local, weight = row[kept], local[kept], weight[kept]
        feature, cut, gain = self._best(row, local, weight, sums, count)
        splits = open_ & (gain > 0)
        kept = splits[local]
        row, local = row[kept], local[kept]
        rank = np.cumsum(splits) - 1
        child = np.where(splits, self._nodes + 2 * rank, 0)
        self._feature[-1], self._cut[-1], self._child[-1] = np.where(splits, feature, -1), cut, child
        right = self._values(feature[local], row) > cut[local]
        new = 2 * int(splits.sum())
        self._first, self._nodes = self._nodes, self._nodes + new
        for store, kind in ((self._feature, np.int64), (self._cut, np.float32), (self._child, np.int64)):
            store.append(np.full(new, -1 if store is self._feature else 0, kind))
        return row, child[local] + right

    def _best(
        self,
        row: NDArray[np.int64],
        local: NDArray[np.int64],
        weight: _Floats,
        sums: _Floats,
        count: int,
    ) -> tuple[NDArray[np.int64], _Floats, NDArray[np.float64]]:
        """The best of some random cuts of each node: feature, cut, and gain in purity (0: no cut)."""
        feature, cut, gain = np.zeros(count, np.int64), np.zeros(count, np.float32), np.zeros(count)
        if not len(row):
            return feature, cut, gain
        # rows of one node are contiguous: they read one column
        order = np.argsort(local, kind="stable")
        row, weight = row[order], weight[order]
        sizes = np.bincount(local, minlength=count)
        there = np.flatnonzero(sizes)
        rows_of_nodes = OpenRows(row, weight, sizes[there])
        before, best = _purity(sums[there]), np.full(len(there), 1e-9)
        together = max(1, TOGETHER // len(row))
        for first in range(0, self._tries, together):
            tries = min(together, self._tries - first)
            tried = self._rng.integers(0, self._features, (tries, len(there)))
            chosen = rows_of_nodes.random(self._rng, tries)
            at = self._values(tried, chosen)
            left = self._values(rows_of_nodes.spread(tried), row) <= rows_of_nodes.spread(at)
            held, inside = rows_of_nodes.counted(left)
            gains = _purity(held) + _purity(sums[there] - held) - before
            gains[(inside < LEAST) | (sizes[there] - inside < LEAST)] = 0
            which, place = gains.argmax(0), np.arange(len(there))
            better = gains[which, place] > best
            best[better] = gains[which, place][better]
            feature[there[better]] = tried[which, place][better]
            cut[there[better]] = at[which, place][better]
            gain[there[better]] = best[better]
        return feature, cut, gain

    def _values(self, feature: NDArray[np.int64], row: NDArray[np.int64]) -> _Floats:
        """The value of each of these features in each of these rows."""
        values: _Floats = np.take(self._columns, feature * self._rows + row)
        return values

    def tensors(self) -> dict[str, Tensor]:
        missing = self._nodes - sum(len(share) for share in self._share)
        classes = self._targets.shape[1]
        share = np.concatenate([*self._share, np.zeros((missing, classes), np.float32)])
        share = share + PRIOR * max(1e-6, float(self._targets.sum(1).mean())) / classes
        return {
            "feature": torch.from_numpy(np.concatenate(self._feature).astype(np.float32)),
            "cut": torch.from_numpy(np.concatenate(self._cut)),
            "child": torch.from_numpy(np.concatenate(self._child).astype(np.float32)),
            "share": torch.from_numpy((share / share.sum(1, keepdims=True)).astype(np.float32)),
        }


class OpenRows:
    """The rows of the open nodes, those of one node after another: their weights by class, and sums over some."""

    def __init__(self, row: NDArray[np.int64], weight: _Floats, sizes: NDArray[np.int64]) -> None:
        self._row, self._sizes, self._classes = row, sizes, weight.shape[1]
        self._starts = np.cumsum(sizes) - sizes
        self._node = np.repeat(np.arange(len(sizes)), sizes)
        self._some, label = np.nonzero(weight)  # an entry for each class of a row: most rows have one
        self._weight = weight[self._some, label].astype(np.float64)
        self._key = self._node[self._some] * self._classes + label

    def random(self, rng: np.random.Generator, tries: int) -> NDArray[np.int64]:
        """A random row of each node, [tries, nodes]."""
        places = self._starts + (rng.random((tries, len(self._sizes))) * self._sizes).astype(np.int64)
        rows: NDArray[np.int64] = self._row[places]
        return rows

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """The value of each node for each of its rows, [tries, nodes] → [tries, rows]."""
        return np.repeat(values, self._sizes, axis=1)

    def counted(self, left: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Weights by class of the rows that are true in ``left`` [tries, rows], [tries, nodes, classes]; their number,
        [tries, nodes].
        """
        tries, nodes = len(left), len(self._sizes)
        inside = np.add.reduceat(left, self._starts, axis=1, dtype=np.int64)
        key = np.arange(tries)[:, None] * (nodes * self._classes) + self._key
        weight = left[:, self._some] * self._weight
        held = np.bincount(key.ravel(), weight.ravel(), minlength=tries * nodes * self._classes)
        return held.reshape(tries, nodes, self._classes).astype(np.float64), inside


def _sums(place: NDArray[np.int64], weight: _Floats, count: int) -> _Floats:
    """Sum of the weights of each class in each place, [places, classes]."""
    return np.stack([np.bincount(place, column, minlength=count) for column in weight.T], axis=1).astype(
        np.float32
    )


def _purity(sums: NDArray[Any]) -> NDArray[np.float64]:
    """Gini: the sum of squares over the sum, larger when purer."""
    wide = sums.astype(np.float64).clip(0)
    purity: NDArray[np.float64] = np.square(wide).sum(-1) / np.maximum(wide.sum(-1), 1e-12)
    return purity
