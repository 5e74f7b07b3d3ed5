"""A one-dimensional ``.npy`` file that grows, with a header that is put right at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray


def header_size(dtype: np.dtype[Any]) -> int:
    """Bytes before the data; the same for any length, because numpy pads the header for growth."""
    return len(_header(dtype, 0))


def create(path: Path, dtype: np.dtype[Any]) -> None:
    """An empty array."""
    path.write_bytes(_header(dtype, 0))


def append(path: Path, values: NDArray[Any]) -> None:
    """Add ``values`` at the end; the header is not changed."""
    with path.open("ab") as file:
        file.write(np.ascontiguousarray(values).data if values.dtype.names is None else values.tobytes())


def finish(path: Path, dtype: np.dtype[Any], length: int) -> None:
    """Write the header for the final ``length``."""
    with path.open("r+b") as file:
        file.write(_header(dtype, length))


def save(path: Path, values: NDArray[Any]) -> None:
    """A whole array at once."""
    create(path, values.dtype)
    append(path, values)
    finish(path, values.dtype, len(values))


def _header(dtype: np.dtype[Any], length: int) -> bytes:
    class Sink(list[bytes]):
        write = list.append

    sink: Any = Sink()
    fields = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": (length,)}
    npy.write_array_header_1_0(sink, fields)
    return b"".join(sink)


def open_rw(path: Path) -> BinaryIO:
    """For changing data in place."""
    return path.open("r+b")
