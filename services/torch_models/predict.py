"""Predict a class and its probability for each row of a recording, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from services.timeseries import Store
from services.torch_models.architectures import Tensors, network
from services.torch_models.ensemble.ensemble import Portfolio, Shape, labels_of
from services.torch_models.model import ModelInfo
from services.torch_models.preprocessing import Pipeline
from services.torch_models.resampling import Source, source
from services.torch_models.run_lengths import NONE, Piece

PIECE = (
    65_536  # rows at a time; pieces begin at multiples of it, so that a part of a recording is as the whole
)

Progress = Callable[[float, str], None]
Network = Callable[[torch.Tensor], torch.Tensor]


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
        channels: indices of the recording's channels in the order of the model's features, or ``MISSING``.
        progress: called after each piece with the share done.

    Yields:
        int64 [n] classes, -1 for a row that has a missing sample within reach, and float32 [n] probabilities.

    Raises:
        Invalid: a step of the preprocessing cannot take a value that is there.
    """
    stop = store.rows if stop is None else stop
    given = source(info, store, channels)
    if start == stop:
        return
    pieces = _predicted(info, tensors, given, *given.span(start, stop), progress)
    yield from given.back(pieces, start, stop)


def _predicted(
    info: ModelInfo, tensors: Tensors, given: Source, start: int, stop: int, progress: Progress | None
) -> Iterator[Piece]:
    """As :func:`predict`, of the rows that the model takes."""
    if info.portfolio is not None:
        yield from _of_portfolio(info, tensors, given, start, stop, progress)
        return
    run = network(info, tensors)
    for rows, inside, done in _pieces(info, given, start, stop):
        labels, scores = _classes(info, run, rows)
        yield labels[inside], scores[inside]
        if progress:
            progress(max(0, done - start) / (stop - start), f"{done:,} of {stop:,} rows")


def probabilities(
    info: ModelInfo, tensors: Tensors, store: Store, channels: Sequence[int]
) -> Iterator[NDArray[np.float32]]:
    """The probability of every class for every row, float32 [n, classes] piece by piece; NaN where there is none.

    Raises:
        Invalid: as in :func:`predict`.
    """
    given = source(info, store, channels)
    for (soft,) in given.back(((one,) for one in _soft_pieces(info, tensors, given)), 0, store.rows):
        yield soft


def _soft_pieces(info: ModelInfo, tensors: Tensors, given: Source) -> Iterator[NDArray[np.float32]]:
    if info.portfolio is not None:
        model = Portfolio(Shape.from_plain(info.portfolio), tensors)
        for soft in model.pieces(_read(given), given.rows):
            yield np.ascontiguousarray(soft.T)
        return
    run = network(info, tensors)
    for rows, _, _ in _pieces(info, given, 0, given.rows):
        yield _probabilities(info, run, rows)


def _of_portfolio(
    info: ModelInfo, tensors: Tensors, given: Source, start: int, stop: int, progress: Progress | None
) -> Iterator[Piece]:
    """As :func:`_predicted`, of a model that was trained here."""
    model, done = Portfolio(Shape.from_plain(info.portfolio or {}), tensors), 0
    for soft in model.pieces(_read(given), given.rows, start, stop):
        yield labels_of(soft.T)
        done += soft.shape[1]
        if progress:
            progress(done / (stop - start), f"{start + done:,} of {stop:,} rows")


def _read(given: Source) -> Callable[[int, int], NDArray[np.float32]]:
    return lambda start, stop: given(start, stop).astype(np.float32)


def _pieces(
    info: ModelInfo, given: Source, start: int, stop: int
) -> Iterator[tuple[NDArray[np.float32], slice, int]]:
    """Preprocessed rows, which of them were asked for, and up to which row all is done then."""
    size = _piece(info)
    pipeline = Pipeline(info.preprocessing, given, given.rows)
    for low in range(0 if info.sequence == "file" else start // size * size, stop, size):
        high = min(low + size, given.rows)
        yield pipeline(low, high), slice(max(start - low, 0), max(min(stop, high) - low, 0)), min(high, stop)


def _piece(info: ModelInfo) -> int:
    """Rows at a time: whole windows, where the network works on windows."""
    window = info.sequence if isinstance(info.sequence, int) else 1
    return max(1, PIECE // window) * window


@torch.inference_mode()
def _classes(
    info: ModelInfo, run: Network, rows: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    (soft, known), threshold = _soft(info, run, rows), info.threshold or 0.0
    scores, labels = soft.max(1)
    if info.output == "binary":
        labels = (soft[:, 1] >= threshold).long()
        scores = soft.gather(1, labels[:, None])[:, 0]
    found: NDArray[np.int64] = labels.numpy()
    if info.output == "sigmoid":
        known = known & (scores >= threshold).numpy()
    if not known.all():
        found = np.where(known, found, NONE)
    return found, scores.numpy()


@torch.inference_mode()
def _probabilities(info: ModelInfo, run: Network, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    soft, known = _soft(info, run, rows)
    found: NDArray[np.float32] = soft.numpy()
    return found if known.all() else np.where(known[:, None], found, np.float32(np.nan))


def _soft(info: ModelInfo, run: Network, rows: NDArray[np.float32]) -> tuple[torch.Tensor, NDArray[np.bool_]]:
    """Probabilities [n, classes], and which rows have all their samples."""
    known = np.asarray(np.isfinite(rows).all(axis=1))
    logits = run(torch.from_numpy(rows if known.all() else np.where(known[:, None], rows, 0)))
    if info.output == "softmax":
        return torch.softmax(logits, 1), known
    soft = torch.sigmoid(logits)
    return torch.cat([1 - soft, soft], 1) if info.output == "binary" else soft, known
