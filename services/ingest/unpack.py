"""Unpack text tables that are compressed with gzip, with a limit to their size."""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from services.ingest.plan import refusal

MAGIC = b"\x1f\x8b"
_PIECE = 1 << 20
_SPARE = 64 << 20  # bytes that must stay free on the disk


def is_packed(file: Path) -> bool:
    """Whether the content is compressed with gzip, independent of the name."""
    with file.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


def unpack(source: Path, target: Path, name: str, largest: int | None = None) -> None:
    """Write the decompressed content of ``source`` to ``target``.

    Args:
        name: name of the file in messages.
        largest: maximum number of unpacked bytes; by default the free space.

    Raises:
        RefusedFile: the file is damaged, or larger than that.
    """
    room = max(0, shutil.disk_usage(target.parent).free - _SPARE)
    limit = room if largest is None else min(largest, room)
    written = 0
    try:
        with gzip.open(source, "rb") as packed, target.open("wb") as plain:
            while piece := packed.read(_PIECE):
                written += len(piece)
                if written > limit:
                    problem = f"it holds more than {limit / 1e9:,.1f} GB unpacked"
                    raise refusal(name, f"{problem}; unpack it, split the table and add the parts.")
                plain.write(piece)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise refusal(
            name, "the compressed file is cut off or damaged; pack it again and add it again."
        ) from None


@contextmanager
def plain(source: Path, name: str) -> Iterator[Path]:
    """``source``, or its decompressed content in a temporary file, inside a ``with`` statement.

    Raises:
        RefusedFile: see :func:`unpack`.
    """
    if not is_packed(source):
        yield source
        return
    with TemporaryDirectory(prefix="tidemark-unpacked-") as folder:
        target = Path(folder) / "plain"
        unpack(source, target, name)
        yield target
