"""Validate a ``.pth`` archive before torch opens it.

``torch.save`` writes a ZIP archive with one folder and no compression. Other archives (compressed, several folders,
overlapping records, wrong checksums) are damaged or from other programs, and are refused with a message, in
bounded memory.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from services.errors import RefusedFile
from services.storage.paths import quoted

MOST_ENTRIES = 10_000
LARGEST_PICKLE = 16 * 1024 * 1024  # bytes of the structure, without the tensors
_PIECE = 1 << 20
_SAVE_AGAIN = "save it again with torch.save(model.state_dict(), …)"
_LOCAL_HEADER = 30  # bytes before the name of an entry
_MAGIC = bytes.fromhex("6cfc9c46f9206aa85019")  # number at the beginning of a file of torch before 1.6
_CHOOSE = "choose the file that torch.save wrote"
_OTHERS = (  # other formats by their first bytes, and the remedy
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself; get it with git lfs pull"),
    (b"\x89HDF", f"an HDF5 file, as Keras writes it, not a torch checkpoint; {_CHOOSE}"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
)


def check(file: Path, name: str, largest: int) -> None:
    """Check that ``file`` is an archive in the format of ``torch.save``.

    Args:
        file: the checkpoint.
        name: name of the file in messages.
        largest: maximum size in bytes.

    Raises:
        RefusedFile: it is not, is damaged or too large.
    """
    size = file.stat().st_size
    if size == 0:
        raise _refusal(name, "is empty; upload it again")
    if size > largest:
        raise _refusal(name, f"has {size / 1e6:,.0f} MB; at most {largest / 1e6:,.0f} MB are allowed")
    with file.open("rb") as opened:
        head = opened.read(512)
    if not head.startswith(b"PK\x03\x04"):
        raise _refusal(name, _what_instead(head))
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(name, archive.infolist(), size)
            _check_contents(name, archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _refusal(name, "is damaged or incomplete; copy it again from its source") from error


def _refusal(name: str, reason: str) -> RefusedFile:
    return RefusedFile(f"{quoted(name)} {reason}.")


def _what_instead(head: bytes) -> str:
    """The format of a file without the signature of an archive."""
    for begin, words in _OTHERS:
        if head.startswith(begin):
            return f"is {words}"
    if head.startswith(b"\x80"):
        old = (
            "in the format of torch before 1.6"
            if _MAGIC in head[:32]
            else "a Python pickle, which may run code"
        )
        return f"is {old}; {_SAVE_AGAIN}{' of a newer torch' * (_MAGIC in head[:32])}"
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < LARGEST_PICKLE:
        return "is a safetensors file; load it with safetensors.torch.load_file and save that with torch.save"
    if b"\0" not in head and all(byte >= 32 or byte in b"\t\n\r" for byte in head):
        return f"is a text file, not a torch checkpoint; {_CHOOSE}"
    return f"is not a torch checkpoint; {_CHOOSE}"


def _check_entries(name: str, entries: list[zipfile.ZipInfo], size: int) -> None:
    """Check the table of contents before reading."""
    paths = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES:
        raise _refusal(name, f"has {len(entries):,} parts, more than any checkpoint needs")
    if all(path.endswith(".npy") for path in paths):
        raise _refusal(name, f"is an archive of NumPy arrays, not a torch checkpoint; {_CHOOSE}")
    if len(set(paths)) != len(paths) or any(_is_odd(path) for path in paths):
        raise _refusal(name, "has parts with names that torch.save never writes")
    if len({path.split("/")[0] for path in paths}) != 1:
        raise _refusal(name, "has several folders, so it is another kind of archive")
    inner = {path.partition("/")[2] for path in paths}
    if "constants.pkl" in inner or any(path.startswith("code/") for path in inner):
        raise _refusal(name, f"is a TorchScript program, which is never run here; {_SAVE_AGAIN}")
    if "data.pkl" not in inner:
        raise _refusal(name, "is an archive, but not one that torch.save wrote")
    if any(entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 for entry in entries):
        raise _refusal(name, f"is compressed or encrypted; {_SAVE_AGAIN}")
    if _overlap(entries, size):
        raise _refusal(name, "has overlapping parts, so it is malformed")
    structure = next(entry for entry in entries if entry.filename.endswith("/data.pkl"))
    if structure.file_size > LARGEST_PICKLE:
        raise _refusal(name, "has more than tensors: its structure is too large")


def _is_odd(path: str) -> bool:
    parts = path.split("/")
    return len(parts) < 2 or ".." in parts or "" in parts[:-1] or "\\" in path or path.endswith("/")


def _overlap(entries: Iterable[zipfile.ZipInfo], size: int) -> bool:
    """True if entries overlap or end beyond the file."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end or entry.compress_size != entry.file_size:
            return True
        end = entry.header_offset + _LOCAL_HEADER + len(entry.filename.encode()) + entry.file_size
    return end > size


def _check_contents(name: str, archive: zipfile.ZipFile) -> None:
    """Read every entry once; ``zipfile`` verifies its checksum."""
    for entry in archive.infolist():
        with archive.open(entry) as content:
            left = entry.file_size
            while piece := content.read(_PIECE):
                left -= len(piece)
        if left:
            raise _refusal(name, "is damaged or incomplete; copy it again from its source")
