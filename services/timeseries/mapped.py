"""Memory maps of .npy files that hold no file descriptor.

``numpy.memmap`` keeps one descriptor for each map (``mmap`` duplicates it), so a server with many open recordings
runs out of them. Arrow's map stays valid after its file is closed: the buffer keeps the mapped region.
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
    """The array in the .npy file at ``path``, read-only, in C order, as a memory map without a descriptor.

    Raises:
        OSError: the file is not there or cannot be mapped.
        ValueError: it is no .npy file of version 1.0 in C order, or it is cut off.
    """
    with pa.memory_map(str(path)) as file:
        buffer = file.read_buffer()
    head = BytesIO(memoryview(buffer)[:_HEADER])
    if npy.read_magic(head) != (1, 0):
        raise ValueError(f"{path.name} is no .npy file of version 1.0")
    shape, fortran_order, dtype = npy.read_array_header_1_0(head)
    if fortran_order and len(shape) > 1:
        raise ValueError(f"{path.name} is not in C order")
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(buffer, dtype, count, head.tell()).reshape(shape)
