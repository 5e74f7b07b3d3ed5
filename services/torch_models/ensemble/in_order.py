"""Compute pieces on several threads, in order.

Each piece is computed by one thread with one thread of torch, so that no sum depends on the number of processors.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch

from services.processors import cores

MOST_THREADS = 4  # each needs the memory of a piece
Result = TypeVar("Result")


def in_parallel(compute: Callable[[int], Result], pieces: Sequence[int]) -> Iterator[Result]:
    """``compute`` of each piece, in order; at most as many are computed ahead as there are threads."""
    threads = max(1, min(cores(), MOST_THREADS, len(pieces)))
    before = torch.get_num_threads()
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    ahead: deque[Future[Result]] = deque()
    try:
        for piece in pieces:
            if len(ahead) == threads:
                yield ahead.popleft().result()
            ahead.append(pool.submit(compute, piece))
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(before)
