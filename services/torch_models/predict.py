"""Predict a class and its probability for each row of a recording, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from services.timeseries import Store
from services.torch_models.architectures import Tensors, network
from services.torch_models.ensemble.ensemble import Portfolio, Shape, labels_of
from services.torch_models.limits import RowBlock, row_blocks
from services.torch_models.model import ModelInfo
from services.torch_models.preprocessing import Pipeline
from services.torch_models.resampling import ModelInput, model_input
from services.torch_models.run_lengths import NONE, Piece

Progress = Callable[[float, str], None]
Network = Callable[[torch.Tensor, bool], torch.Tensor]


def predict(  # noqa: PLR0913, PLR0917  # the last four are optional
    info: ModelInfo,
    tensors: Tensors,
    store: Store,
    channels: Sequence[int],
    start: int = 0,
    stop: int | None = None,
    progress: Progress | None = None,
    factors: Sequence[float] = (),
) -> Iterator[Piece]:
    """Class and probability of the rows ``start`` to ``stop - 1``, in pieces.

    Args:
        channels: indices of the recording's channels in the order of the model's features, or ``MISSING``.
        progress: called after each piece with the finished share.
        factors: corrections of polarity and gain of each channel; empty: none.

    Yields:
        int64 [n] classes, -1 for a row with a missing sample within reach, and float32 [n] probabilities.

    Raises:
        Invalid: the preprocessing cannot process a value.
    """
    stop = store.rows if stop is None else stop
    given = model_input(info, store, channels, factors)
    if start == stop:
        return
    pieces = _predicted(info, tensors, given, *given.span(start, stop), progress)
    yield from given.back(pieces, start, stop)


def _predicted(
    info: ModelInfo, tensors: Tensors, given: ModelInput, start: int, stop: int, progress: Progress | None
) -> Iterator[Piece]:
    """Like :func:`predict`, for rows of the model."""
    if info.portfolio is not None:
        yield from _of_portfolio(info, tensors, given, start, stop, progress)
        return
    run = network(info, tensors)
    for rows, piece in _pieces(info, given, start, stop):
        kept = slice(max(start, piece.first) - piece.low, max(min(stop, piece.last) - piece.low, 0))
        labels, scores = _classes(info, run, rows, piece.fresh)
        yield labels[kept], scores[kept]
        if progress:
            done = min(piece.last, stop)
            progress(max(0, done - start) / (stop - start), f"{done:,} of {stop:,} rows")


def probabilities(
    info: ModelInfo, tensors: Tensors, store: Store, channels: Sequence[int], factors: Sequence[float] = ()
) -> Iterator[NDArray[np.float32]]:
    """The probability of every class for every row, float32 [n, classes] in pieces; NaN without a prediction.

    Raises:
        Invalid: as in :func:`predict`.
    """
    given = model_input(info, store, channels, factors)
    for (soft,) in given.back(((piece,) for piece in _soft_pieces(info, tensors, given)), 0, store.rows):
        yield soft


def _soft_pieces(info: ModelInfo, tensors: Tensors, given: ModelInput) -> Iterator[NDArray[np.float32]]:
    if info.portfolio is not None:
        model = Portfolio(Shape.from_plain(info.portfolio), tensors)
        for soft in model.pieces(_read(given), given.rows):
            yield np.ascontiguousarray(soft.T)
        return
    run = network(info, tensors)
    for rows, piece in _pieces(info, given, 0, given.rows):
        yield _probabilities(info, run, rows, piece.fresh)[piece.first - piece.low : piece.last - piece.low]


def _of_portfolio(
    info: ModelInfo, tensors: Tensors, given: ModelInput, start: int, stop: int, progress: Progress | None
) -> Iterator[Piece]:
    """Like :func:`_predicted`, for an ensemble trained here."""
    model, done = Portfolio(Shape.from_plain(info.portfolio or {}), tensors), 0
    for soft in model.pieces(_read(given), given.rows, start, stop):
        yield labels_of(soft.T)
        done += soft.shape[1]
        if progress:
            progress(done / (stop - start), f"{start + done:,} of {stop:,} rows")


def _read(given: ModelInput) -> Callable[[int, int], NDArray[np.float32]]:
    return lambda start, stop: given(start, stop).astype(np.float32)


def _pieces(
    info: ModelInfo, given: ModelInput, start: int, stop: int
) -> Iterator[tuple[NDArray[np.float32], RowBlock]]:
    """Preprocessed rows of each piece for the network."""
    pipeline = Pipeline(info.preprocessing, given, given.rows)
    for piece in row_blocks(info, given.rows, start, stop):
        yield pipeline(piece.low, piece.high), piece


@torch.inference_mode()
def _classes(
    info: ModelInfo, run: Network, rows: NDArray[np.float32], fresh: bool
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    (soft, is_known), threshold = _soft(info, run, rows, fresh), info.threshold or 0.0
    scores, labels = soft.max(1)
    if info.output == "binary":
        labels = (soft[:, 1] >= threshold).long()
        scores = soft.gather(1, labels[:, None])[:, 0]
    classes: NDArray[np.int64] = labels.numpy()
    if info.output == "sigmoid":
        is_known = is_known & (scores >= threshold).numpy()
    if not is_known.all():
        classes = np.where(is_known, classes, NONE)
    return classes, scores.numpy()


@torch.inference_mode()
def _probabilities(
    info: ModelInfo, run: Network, rows: NDArray[np.float32], fresh: bool
) -> NDArray[np.float32]:
    soft, is_known = _soft(info, run, rows, fresh)
    scores: NDArray[np.float32] = soft.numpy()
    return scores if is_known.all() else np.where(is_known[:, None], scores, np.float32(np.nan))


def _soft(
    info: ModelInfo, run: Network, rows: NDArray[np.float32], fresh: bool
) -> tuple[torch.Tensor, NDArray[np.bool_]]:
    """Probabilities [n, classes], and a mask of rows without missing samples."""
    is_known = np.asarray(np.isfinite(rows).all(axis=1))
    logits = run(torch.from_numpy(rows if is_known.all() else np.where(is_known[:, None], rows, 0)), fresh)
    if info.output == "softmax":
        return torch.softmax(logits, 1), is_known
    soft = torch.sigmoid(logits)
    return torch.cat([1 - soft, soft], 1) if info.output == "binary" else soft, is_known
