"""Appendable one-dimensional ``.npy`` file, whose header is completed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from io import SEEK_END, BytesIO, FileIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from services.storage.files import sync_path
from services.timeseries.mapped import mapped

_CHUNK = 1 << 17  # values per step when changing them
_WORTH = 1 << 14  # bytes for which a file is opened to append them


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
            _write(file, values)


def _write(file: BinaryIO | FileIO, values: NDArray[Any]) -> None:
    view = np.ascontiguousarray(values).view(np.uint8).data
    while len(view):
        view = view[file.write(view) :]


def finish(path: Path, dtype: np.dtype[Any], length: int) -> None:
    """Write the header for the final ``length``."""
    with path.open("r+b") as file:
        file.write(_header(dtype, length))


def save(path: Path, values: NDArray[Any]) -> None:
    """Write a whole array, of any number of dimensions."""
    with path.open("wb", buffering=0) as file:
        file.write(_header(values.dtype, *values.shape))
        _write(file, values.reshape(-1))


@lru_cache(256)
def _header(dtype: np.dtype[Any], *shape: int) -> bytes:
    class Sink(list[bytes]):
        write = list.append

    sink: Any = Sink()
    fields = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    npy.write_array_header_1_0(sink, fields)
    return b"".join(sink)


def open_rw(path: Path) -> BinaryIO:
    """Open an array to change it in place."""
    return path.open("r+b")


class GrowingArray:
    """Array that is appended to: in a file, or (``held``) in memory until it is finished.

    Each step on a file opens it: descriptors are few, columns may be many. For small files this takes longer than to
    read them, so small parts wait in memory until they are worth it.
    """

    def __init__(self, path: Path, dtype: np.dtype[Any], held: bool) -> None:
        self.path = path
        self._memory = BytesIO(_header(dtype, 0)) if held else None
        self._waiting: list[NDArray[Any]] = [] if held else [np.frombuffer(_header(dtype, 0), np.uint8)]

    def append(self, *parts: NDArray[Any]) -> None:
        """Add ``parts`` at the end."""
        if self._memory is not None:
            self._memory.seek(0, SEEK_END)
            for values in parts:
                _write(self._memory, values)
            return
        self._waiting += parts
        if sum(values.nbytes for values in self._waiting) >= _WORTH:
            self._write_waiting()
        else:  # the memory of the block can be released
            self._waiting = [
                np.concatenate([np.ascontiguousarray(values).view(np.uint8) for values in self._waiting])
            ]

    def _write_waiting(self) -> None:
        if self._waiting:
            append(self.path, *self._waiting)
            self._waiting = []

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The file, to change it in place."""
        if self._memory is not None:
            yield self._memory
            return
        self._write_waiting()
        with open_rw(self.path) as file:
            yield file

    def rewrite(
        self, change: Callable[[Any], Any], dtypes: tuple[np.dtype[Any], np.dtype[Any]], length: int
    ) -> None:
        """Replace the values by ``change(values)``, piece by piece; ``dtypes``: before and after, of equal size."""
        start, size = header_size(dtypes[0]), dtypes[0].itemsize
        with self.opened() as file:
            for first in range(0, length, _CHUNK):
                file.seek(start + size * first)
                values = np.frombuffer(file.read(size * _CHUNK), dtypes[0])
                file.seek(start + size * first)
                file.write(change(values).astype(dtypes[1], copy=False).tobytes())

    def values(self, dtype: np.dtype[Any], length: int) -> Slices:
        """The values so far."""
        if self._memory is None:
            self._write_waiting()
            finish(self.path, dtype, length)
            return SlicedArray(self.path)
        return np.frombuffer(self._memory.getvalue(), dtype, length, header_size(dtype))

    def finish(self, stem: str, dtype: np.dtype[Any], length: int) -> None:
        """Complete the header and give the file its final name."""
        target = self.path.with_name(f"{stem}.npy")
        if self._memory is None:
            self._write_waiting()
            finish(self.path, dtype, length)
            self.path.rename(target)
        else:
            with target.open("wb", buffering=0) as file:
                file.write(_header(dtype, length))
                _write(file, np.frombuffer(self._memory.getvalue(), np.uint8, -1, header_size(dtype)))
        self.path = target

    def flush(self) -> None:
        """Write what is in the file so far to the disk."""
        if self._memory is None:
            with suppress(FileNotFoundError):  # not made yet, or removed meanwhile
                sync_path(self.path)

    def remove(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)


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


Slices = SlicedArray | NDArray[Any]  # values that are read in slices
