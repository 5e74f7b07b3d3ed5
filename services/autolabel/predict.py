"""A class and its probability for each row of a recording, in memory that does not depend on its length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from services.autolabel.architectures import Tensors, network
from services.autolabel.model import ModelInfo
from services.autolabel.preprocessing import Pipeline, Samples
from services.autolabel.segments import NONE, Piece
from services.timeseries import Store

PIECE = (
    65_536  # rows at a time; pieces begin at multiples of it, so that a part of a recording is as the whole
)

Progress = Callable[[float, str], None]


def predict(
    info: ModelInfo,
    tensors: Tensors,
    store: Store,
    channels: Sequence[int],
    start: int = 0,
    stop: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Piece]:
    """Class and probability of each of the rows ``start`` to ``stop - 1``, piece by piece in order.

    Args:
        channels: indices of the recording's channels in the order of the model's features.
        progress: called after each piece with the share done.

    Yields:
        int64 [n] classes, -1 for a row that has a missing sample within reach, and float32 [n] probabilities.

    Raises:
        Invalid: a step of the preprocessing cannot take a value that is there.
    """
    stop = store.rows if stop is None else stop
    run, size = network(info, tensors), _piece(info)
    pipeline = Pipeline(info.preprocessing, reader(store, channels), store.rows)
    begin = 0 if info.sequence == "file" else start // size * size
    for low in range(begin, stop, size):
        high = min(low + size, store.rows)
        labels, scores = _classes(run, pipeline(low, high))
        inside = slice(max(start - low, 0), max(min(stop, high) - low, 0))
        yield labels[inside], scores[inside]
        if progress:
            progress((min(high, stop) - begin) / (stop - begin), f"{min(high, stop):,} of {stop:,} rows")


def reader(store: Store, channels: Sequence[int]) -> Callable[[int, int], Samples]:
    """Samples of some channels by rows, float64 [rows, channels]."""

    def read(start: int, stop: int) -> Samples:
        return np.stack([store.channel(index)[start:stop].astype(np.float64) for index in channels], axis=1)

    return read


def _piece(info: ModelInfo) -> int:
    """Rows at a time: whole windows, where the network works on windows."""
    window = info.sequence if isinstance(info.sequence, int) else 1
    return max(1, PIECE // window) * window


@torch.inference_mode()
def _classes(
    run: Callable[[torch.Tensor], torch.Tensor], rows: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    known = np.asarray(np.isfinite(rows).all(axis=1))
    logits = run(torch.from_numpy(rows if known.all() else np.where(known[:, None], rows, 0)))
    scores, labels = torch.softmax(logits, 1).max(1)
    found: NDArray[np.int64] = labels.numpy()
    if not known.all():
        found = np.where(known, found, NONE)
    return found, scores.numpy()
