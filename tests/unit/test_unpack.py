"""Compressed tables, and file suffixes of loggers."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from services.errors import RefusedFile
from services.ingest import folders
from services.ingest.convert import ingest
from services.ingest.magic import recognise
from services.ingest.unpack import unpack
from services.storage.paths import OTHER_REASON

CSV = b"time,v\n0,1.5\n1,2.5\n"


def test_a_compressed_table_is_read_as_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(CSV))
    (tmp_path / "a.txt").write_bytes(CSV)
    packed = ingest(tmp_path / "a.txt.gz", name="a.txt.gz", store_root=tmp_path / "store")
    assert packed == ingest(tmp_path / "a.txt", name="a.txt", store_root=tmp_path / "store")
    assert (packed.rows, packed.size_bytes) == (2, len(CSV))


def test_a_table_is_unpacked_up_to_a_limit_and_no_further(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(CSV))
    unpack(tmp_path / "a.gz", tmp_path / "plain", "a.gz", len(CSV))
    assert (tmp_path / "plain").read_bytes() == CSV
    with pytest.raises(RefusedFile, match="“a.gz”: it holds more than 0.0 GB unpacked; unpack it"):
        unpack(tmp_path / "a.gz", tmp_path / "plain", "a.gz", len(CSV) - 1)


def test_files_left_out_of_a_folder_are_listed_with_a_reason(tmp_path: Path) -> None:
    files = {
        "a.csv.gz": gzip.compress(CSV),
        "b.lvm": CSV,
        "c.log": CSV,
        "d.asc": CSV,
        "e.tab": CSV,
        "f.dat": CSV,
        "signal.dat": b"\x01\x00\x02\x00" * 100,
        "notes.md": b"x",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    found = {item.path: item.reason for item in folders.find([tmp_path], tmp_path)}
    assert found == {
        "a.csv": "",
        "b.lvm": "",
        "c.log": "",
        "d.asc": "",
        "e.tab": "",
        "f.dat": "",
        "signal.dat": "binary, not text",
        "notes.md": OTHER_REASON,
    }


def test_a_text_that_begins_like_another_format_is_a_text() -> None:
    assert recognise(b"PAR1,PAR2\n1,2\n") is None
    assert recognise(b"BZh,x\n1,2\n") is None
    assert recognise(b"PAR1\x15\x04\x15") == "a Parquet table"
