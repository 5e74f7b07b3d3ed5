"""Memory maps of .npy files without an open file descriptor.

``numpy.memmap`` holds a descriptor for each map (``mmap`` duplicates it), so a server with many open recordings
runs out of them. An Arrow map stays valid after its file is closed: the buffer keeps the mapped region. Headers are not
read by numpy, which parses them as Python: in Python 3.11 this fails now and then if two threads do it
(https://github.com/python/cpython/issues/106905).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_MAGIC = b"\x93NUMPY\x01\x00"
_BEGIN = len(_MAGIC) + 2  # of the header; two bytes have its length
_JSON = str.maketrans("'()", '"[]')
_LAST_COMMA = re.compile(r",\s*([\]}])")


def mapped(path: Path) -> NDArray[Any]:
    """The array of the .npy file at ``path``: read-only, C order, memory-mapped without a descriptor.

    Raises:
        OSError: the file is missing or cannot be mapped.
        ValueError: not a .npy file of version 1.0 in C order, or truncated.
    """
    with pa.memory_map(str(path)) as file:
        buffer = file.read_buffer()
    head = bytes(buffer[:_BEGIN])
    if not head.startswith(_MAGIC):
        raise ValueError(f"{path.name} is not a .npy file of version 1.0")
    offset = _BEGIN + int.from_bytes(head[len(_MAGIC) :], "little")
    try:
        shape, fortran_order, dtype = _header(bytes(buffer[_BEGIN:offset]).decode("latin-1"))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} has no header of a .npy file") from error
    if fortran_order and len(shape) > 1:
        raise ValueError(f"{path.name} is not in C order")
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(buffer, dtype, count, offset).reshape(shape)


def _header(text: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order and type of ``{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }``."""
    plain = text.translate(_JSON).replace("True", "true").replace("False", "false")
    fields = json.loads(_LAST_COMMA.sub(r"\1", plain))
    descr = fields["descr"]
    dtype = np.dtype(descr if isinstance(descr, str) else [tuple(field) for field in descr])
    return tuple(fields["shape"]), fields["fortran_order"], dtype
