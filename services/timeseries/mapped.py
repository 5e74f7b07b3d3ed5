"""Memory maps of .npy files without an open file descriptor.

``numpy.memmap`` holds a descriptor for each map (``mmap`` duplicates it), so a server with many open recordings
runs out of them. An Arrow map stays valid after its file is closed: the buffer keeps the mapped region.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.lib import format as npy
from numpy.typing import NDArray

_HEADER = 1 << 16  # bytes; the header of a .npy file of version 1.0 is shorter


def mapped(path: Path) -> NDArray[Any]:
    """The array of the .npy file at ``path``: read-only, C order, memory-mapped without a descriptor.

    Raises:
        OSError: the file is missing or cannot be mapped.
        ValueError: not a .npy file of version 1.0 in C order, or truncated.
    """
    with pa.memory_map(str(path)) as file:
        buffer = file.read_buffer()
    head = BytesIO(memoryview(buffer)[:_HEADER])
    if npy.read_magic(head) != (1, 0):
        raise ValueError(f"{path.name} is not a .npy file of version 1.0")
    shape, fortran_order, dtype = npy.read_array_header_1_0(head)
    if fortran_order and len(shape) > 1:
        raise ValueError(f"{path.name} is not in C order")
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(buffer, dtype, count, head.tell()).reshape(shape)
