"""Limits of inference: memory, rows per call of a network, length of pieces of long sequences.

Sizes and sequence length are untrusted: a valid checkpoint may need sequences of a million rows through a layer of
thousands. So the widest intermediate array is bounded. Imports no torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from services.errors import Invalid
from services.storage.paths import quoted
from services.torch_models.model import ModelInfo, Recurrent

PIECE = 65_536  # rows per call; pieces begin at multiples of it, so that results do not depend on the range
MOST_NUMBERS = 1 << 26  # float32 values in the widest intermediate array
COPIES = 4  # concurrent copies of that array
LEAST_ROWS = 256
GATES: dict[Recurrent, int] = {"gru": 3, "lstm": 4, "rnn": 1}  # rows of weights per hidden unit


@dataclass(frozen=True)
class RowBlock:
    """Rows ``low`` to ``high - 1``, input of a network, of which the results of ``first`` to ``last - 1`` are used.

    ``fresh``: a sequence begins here; otherwise the state is continued.
    """

    low: int
    high: int
    first: int
    last: int
    fresh: bool = True


def rows_at_once(info: ModelInfo) -> int:
    """Rows per call of a recurrent network: ``PIECE``, or a smaller power of two if memory requires it."""
    rows = max(LEAST_ROWS, MOST_NUMBERS // max(1, _widest(info)))
    return PIECE if rows >= PIECE else 1 << (rows.bit_length() - 1)


def _widest(info: ModelInfo) -> int:
    """Values per row in the widest intermediate array."""
    directions = 2 if info.bidirectional else 1
    return max(GATES[info.recurrent] * info.hidden, directions * info.hidden, info.classes, info.features)


def is_cut(info: ModelInfo) -> bool:
    """True if sequences of fixed length exceed the limit and are cut."""
    return isinstance(info.sequence, int) and info.sequence > rows_at_once(info)


def overlap(info: ModelInfo) -> int:
    """Additional rows on each side of a piece of a cut sequence, for bidirectional networks."""
    return rows_at_once(info) // 4


def memory(info: ModelInfo) -> int:
    """Upper bound of the memory of a run of a recurrent network, in bytes; an ensemble has other limits."""
    if info.portfolio is not None:
        return 0
    kind = GATES[info.recurrent] * info.hidden
    width = info.hidden * (2 if info.bidirectional else 1)
    per_layer = kind * (max(info.features, width) + info.hidden + 2) * (2 if info.bidirectional else 1)
    weights = info.layers * per_layer + width * (width + info.classes)
    return 4 * (3 * weights + COPIES * rows_at_once(info) * _widest(info))


def check_memory(info: ModelInfo, name: str) -> None:
    """Check that there is enough memory for a run.

    Raises:
        Invalid: there is not enough.
    """
    needed, free = memory(info), psutil.virtual_memory().available
    if needed > free:
        raise Invalid(
            f"The model {quoted(name)} needs up to {needed / 1e9:.1f} GB of memory for a run, and {free / 1e9:.1f} GB "
            "are free. End other programs, or run it on a machine with more."
        )


@contextmanager
def enough_memory(name: str) -> Iterator[None]:
    """Convert a failed allocation, of Python or of torch, to a message.

    Raises:
        Invalid: not enough memory.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "allocate memory" not in str(error):
            raise
        raise Invalid(
            f"There was not enough memory to run the model {quoted(name)}. End other programs, or try the visible "
            "range only."
        ) from error


def row_blocks(info: ModelInfo, rows: int, start: int, stop: int) -> Iterator[RowBlock]:
    """The pieces of a recording with ``rows`` rows in which ``start`` to ``stop - 1`` are predicted.

    The pieces do not depend on the requested range.
    """
    size = rows_at_once(info)
    if not is_cut(info):
        window = info.sequence if isinstance(info.sequence, int) else 1
        size = max(1, size // window) * window
        for low in range(0 if info.sequence == "file" else start // size * size, stop, size):
            high = min(low + size, rows)
            yield RowBlock(low, high, low, high, fresh=info.sequence != "file" or low == 0)
        return
    window = int(info.sequence)
    around = overlap(info) if info.bidirectional else 0
    size -= 2 * around
    for begin in range(start // window * window, stop, window):
        end = min(begin + window, rows)
        for first in range(begin, min(end, stop), size):
            last = min(first + size, end)
            if info.bidirectional and last <= start:
                continue
            low, high = max(begin, first - around), min(end, last + around)
            yield RowBlock(low, high, first, last, fresh=info.bidirectional or first == begin)
