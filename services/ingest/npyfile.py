"""Appendable one-dimensional ``.npy`` file, whose header is completed at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from services.timeseries.mapped import mapped


def header_size(dtype: np.dtype[Any]) -> int:
    """Bytes before the data; the same for any length, because numpy pads the header."""
    return len(_header(dtype, 0))


def create(path: Path, dtype: np.dtype[Any]) -> None:
    """An empty array."""
    path.write_bytes(_header(dtype, 0))


def append(path: Path, *parts: NDArray[Any]) -> None:
    """Add ``parts`` at the end; the header is not changed."""
    with path.open("ab", buffering=0) as file:
        for values in parts:
            view = np.ascontiguousarray(values).view(np.uint8).data
            while len(view):
                view = view[file.write(view) :]


def finish(path: Path, dtype: np.dtype[Any], length: int) -> None:
    """Write the header for the final ``length``."""
    with path.open("r+b") as file:
        file.write(_header(dtype, length))


def save(path: Path, values: NDArray[Any]) -> None:
    """Write a whole array."""
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
    """Open an array to change it in place."""
    return path.open("r+b")


class SlicedArray:
    """A finished array that reads slices from disk; a memory map would count as memory in use."""

    def __init__(self, path: Path) -> None:
        values = mapped(path)
        self._path, self._start = path, path.stat().st_size - values.nbytes
        self.dtype: np.dtype[Any] = values.dtype
        self._length = len(values)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, key: slice) -> NDArray[Any]:
        first, last, step = key.indices(self._length)
        if step != 1:
            return np.asarray(mapped(self._path)[key])
        offset = self._start + first * self.dtype.itemsize
        return np.fromfile(self._path, self.dtype, max(0, last - first), offset=offset)

    def take(self, indices: NDArray[np.int64]) -> NDArray[Any]:
        """The elements at ``indices``."""
        return np.asarray(mapped(self._path)[indices])
