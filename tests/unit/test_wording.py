"""Shared phrases of messages, and decoding of spreadsheet files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from services.formats.text import decode
from services.storage.files import sha256_of
from services.wording import counted, first_of, joined


def test_a_count_has_its_noun_in_singular_or_plural() -> None:
    assert [counted(count, "label") for count in (0, 1, 1200)] == ["0 labels", "1 label", "1,200 labels"]


def test_parts_are_joined_with_and_before_the_last() -> None:
    assert [joined("a"), joined("ab"), joined("abc")] == ["a", "a and b", "a, b and c"]


def test_a_long_list_ends_with_how_many_more_there_are() -> None:
    assert first_of(["a", "b", "c"], 2) == "a, b and 1 more"
    assert first_of(["a", "b"], 2) == "a, b"


def test_text_from_spreadsheets_is_read_whatever_its_encoding() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert decode("Größe".encode(encoding)) == "Größe"


def test_a_hash_is_of_the_bytes_and_reports_how_much_is_read(tmp_path: Path) -> None:
    file, seen = tmp_path / "bytes", []
    file.write_bytes(b"x" * 3_000_000)
    assert sha256_of(file, seen.append) == hashlib.sha256(file.read_bytes()).hexdigest()
    assert seen == sorted(seen) and seen[-1] == 1.0
