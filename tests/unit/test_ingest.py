"""Automatic reading of CSV files."""

from __future__ import annotations

import errno
import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.errors import NotFound, RefusedFile, StorageFull
from services.ingest import blocks, convert, npyfile, pools, sniff
from services.ingest.assemble import Assembly
from services.ingest.blocks import Block
from services.ingest.convert import ingest
from services.ingest.plan import ReadingPlan
from services.timeseries import Store, StoreInfo
from tests.support import PATIENCE, ROOT

Read = Callable[[bytes], Store]


def names(store: Store) -> list[str]:
    return [channel.name for channel in store.info.channels]


def values(store: Store, channel: int = 0) -> list[float]:
    return list(np.asarray(store.channel(channel)).tolist())


def test_the_demo_data_has_a_date_axis_and_its_channels_in_order(read: Read) -> None:
    store = read(
        b"date,open,close,SMA_5\n2023-12-25 02:50:00+00:00,1.5,4,\n2023-12-25 02:51:00+00:00,1.25,5,4.5\n"
    )
    assert (store.info.time.kind, store.info.time.zone) == ("datetime", "UTC")
    assert names(store) == ["open", "close", "SMA_5"]
    assert values(store, 0) == [1.5, 1.25]
    assert [channel.dtype for channel in store.info.channels] == ["float64", "int64", "float64"]
    assert [channel.missing for channel in store.info.channels] == [0, 0, 1]


@pytest.mark.parametrize(
    "data",
    [
        b"time;v\n0;2,5\n1;3,25\n",
        b"time\tv\n0\t2.5\n1\t3.25",
        b"time|v\r\n0|2.5\r\n1|3.25\r\n",
        b"\xef\xbb\xbftime,v\n0,2.5\n1,3.25\n",
        b"time,v\r0,2.5\r1,3.25\r",
        b'"time","v"\n"0","2.5"\n"1","3.25"\n',
        b"\n\ntime,v\n\n0,2.5\n\n\n1,3.25\n\n",
        b"time, v\n0, 2.5\n1, +3.25\n",
        "time,v\n0,2.5\n1,3.25\n".encode("utf-16"),
        "time,v\n0,2.5\n1,3.25\n".encode("utf-16-be"),
        "time,v,Gerät\n0,2.5,é\n1,3.25,ü\n".encode("latin-1"),
        b'time,v,note\n0,2.5,"two\nlines"\n1,3.25,5" pipe\n',
    ],
)
def test_delimiters_encodings_line_ends_and_quotes_give_the_same_numbers(read: Read, data: bytes) -> None:
    store = read(data)
    assert names(store) == ["v"]
    assert values(store) == [2.5, 3.25]
    assert store.x_of([0, 1]).tolist() == [0, 1]
    assert b"25" in store.source_line(1)


LONG = "".join(f"{row // 2},{'ab'[row % 2]},{row / 8}\n" for row in range(1200))
KINDS = {
    "ordered": "t,v,w\n" + "".join(f"{row},{row / 4},{row % 7}\n" for row in range(1500)),
    "unordered": "t,v\n" + "".join(f"{row ^ 1},{row / 4}\n" for row in range(1500)),
    "missing": "t,v\n" + "".join(f"{row},{row % 9 or ''}\n" for row in range(1500)),
    "gaps": "t,v\n" + "".join(f"{row + row // 100 * 50},{row / 4}\n" for row in range(1500)),
    "midnight": "clock,v\n"
    + "".join(f"{row // 60 % 24:02}:{row % 60:02}:00,{row}\n" for row in range(1200, 2700)),
    "dates": "date,v\n"
    + "".join(f"2024-02-{1 + row // 1440:02} 10:{row % 60:02}:00,{row}\n" for row in range(60)),
    "unix": "time,v\n" + "".join(f"{1_700_000_000 + row},{row}\n" for row in range(1500)),
    "rows": "v\n" + "".join(f"{(row * 7) % 10 / 4}\n" for row in range(1500)),
    "series": "t,name,v\n" + LONG,
}


@pytest.mark.parametrize("kind", KINDS)
def test_columns_held_in_memory_are_stored_as_those_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    source = tmp_path / "a.csv"
    source.write_text(KINDS[kind])
    held = ingest(source, name="a.csv", store_root=tmp_path / "held")
    monkeypatch.setattr(pools, "SMALL", 0)
    assert ingest(source, name="a.csv", store_root=tmp_path / "written") == held
    stored = [
        {file.name: file.read_bytes() for file in (tmp_path / root).glob("??/*/*")}
        for root in ("held", "written")
    ]
    assert stored[0] == stored[1] and "c0.pyramid.npy" in stored[0]


def test_a_semicolon_and_a_decimal_comma_without_header_are_two_columns(read: Read) -> None:
    store = read(b"1;2,5\n2;3,5\n")
    assert values(store) == [1, 2]
    assert values(store, 1) == [2.5, 3.5]


def test_a_leading_zero_anywhere_shows_that_the_comma_is_decimal(read: Read) -> None:
    assert values(read(b"time;v\n0,002;1,234\n0,004;5,678\n")) == [1.234, 5.678]


@pytest.mark.parametrize("cell", [b"", b"NaN", b"nan", b"null", b"NULL", b"NA", b"N/A", b'""'])
def test_missing_cells_are_nan_and_are_counted(read: Read, cell: bytes) -> None:
    store = read(b"time,v\n0,1\n1," + cell + b"\n2,3\n")
    assert store.info.channels[0].missing == 1
    assert np.isnan(values(store)[1])


def test_columns_without_name_or_with_a_second_one_are_renamed_with_a_note(read: Read) -> None:
    store = read(b"time,close,close,,__proto__\n0,1,2,3,4\n1,2,1,3,4\n")
    assert names(store) == ["close", "close (2)", "column 4", "__proto__"]
    assert any("close (2)" in note for note in store.info.reading.notes)


def test_units_in_brackets_are_split_from_the_name(read: Read) -> None:
    store = read(b"Time [s],acc_x [g]\n0,1\n0.5,2\n")
    assert (store.info.time.name, store.info.time.unit) == ("Time", "s")
    assert (store.info.channels[0].name, store.info.channels[0].unit) == ("acc_x", "g")


def test_text_columns_empty_columns_and_formulas_are_listed_with_the_reason(read: Read) -> None:
    store = read(b"time,v,state,gone,f\n0,1,ok,,=cmd()\n1,2,no,,=1+1\n")
    skipped = dict(store.info.reading.skipped)
    assert names(store) == ["v"]
    assert "“ok” in line 2" in skipped["state"]
    assert skipped["gone"] == "every cell is empty"
    assert "=cmd()" in skipped["f"]


def test_whole_numbers_stay_int64_to_the_last_digit(read: Read) -> None:
    store = read(b"time,v\n0,9007199254740993\n1,9223372036854775807\n")
    assert values(store) == [9007199254740993, 9223372036854775807]


@pytest.mark.parametrize("cell", [b"1.5", b""])
def test_a_late_fraction_or_missing_cell_widens_whole_numbers_exactly(read: Read, cell: bytes) -> None:
    store = read(b"time,v\n" + b"0,9007199254740991\n" * 400_000 + b"1," + cell + b"\n")
    assert store.info.channels[0].dtype == "float64"
    assert set(values(store)[:-1]) == {9007199254740991.0}


@pytest.mark.parametrize(
    "cells", [(b"9007199254740993", b""), (b"9007199254740993", b"1.5"), (b"1", b"9" * 400)]
)
def test_a_column_that_would_lose_digits_is_left_out_with_a_reason(
    read: Read, cells: tuple[bytes, bytes]
) -> None:
    store = read(b"time,v,w\n0,%b,1\n1,%b,2\n" % cells)
    assert names(store) == ["w"]
    assert "more digits than can be kept" in dict(store.info.reading.skipped)["v"]


def test_a_column_that_begins_empty_becomes_numbers_or_text_by_what_follows(read: Read) -> None:
    store = read(b"time,v,w\n" + b"0,,\n" * 3000 + b"1,4.5,yes\n")
    assert names(store) == ["v"]
    assert store.info.channels[0].missing == 3000
    assert "yes" in dict(store.info.reading.skipped)["w"]


def test_the_same_bytes_are_stored_once_under_their_hash(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"time,v\n0,1\n1,2\n")
    first = ingest(source, name="a.csv", store_root=tmp_path / "store")
    folder = tmp_path / "store" / first.sha256[:2] / first.sha256
    stamp = (folder / "meta.json").stat().st_mtime_ns
    assert ingest(source, name="b.csv", store_root=tmp_path / "store") == first
    assert first.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert (folder / "meta.json").stat().st_mtime_ns == stamp
    assert StoreInfo.from_json(first.to_json()) == first


def test_a_damaged_store_folder_is_written_again(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"time,v\n0,1\n1,2\n")
    info = ingest(source, name="a.csv", store_root=tmp_path / "store")
    folder = tmp_path / "store" / info.sha256[:2] / info.sha256
    (folder / "meta.json").unlink()
    with pytest.raises(NotFound):
        Store.open(folder)
    ingest(source, name="a.csv", store_root=tmp_path / "store")
    assert Store.open(folder).rows == 2


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"time,v\n" + b"0,1\n" * 10_000_000)

    def append(_share: float, _text: str) -> None:
        with source.open("ab") as file:
            file.write(b"1,2\n")

    with pytest.raises(RefusedFile, match="changed while it was read"):
        ingest(source, name="a.csv", store_root=tmp_path / "store", progress=append)
    assert list((tmp_path / "store").iterdir()) == []


def test_a_full_disk_is_reported_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"time,v\n" + b"0,1\n" * 4_000_000)
    written = 0

    def fail(*_arguments: object) -> None:
        nonlocal written
        written += 1
        if written > 4:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(npyfile, "append", fail)
    with pytest.raises(StorageFull, match="no room"):
        ingest(source, name="a.csv", store_root=tmp_path / "store")
    assert list((tmp_path / "store").iterdir()) == []
    monkeypatch.undo()
    assert ingest(source, name="a.csv", store_root=tmp_path / "store").rows == 4_000_000


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="not there any more"):
        ingest(tmp_path / "no.csv", name="no.csv", store_root=tmp_path / "store")


def test_progress_is_given_in_megabytes_and_stays_between_0_and_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert, "_EVERY", 0.0)
    source = tmp_path / "a.csv"
    source.write_bytes(b"time,v\n" + b"0,1\n" * 4_000_000)
    seen: list[tuple[float, str]] = []
    ingest(source, name="a.csv", store_root=tmp_path / "store", progress=lambda *args: seen.append(args))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] <= 1
    assert seen[0][1] == "Reading 3 of 16 MB"


@pytest.mark.parametrize("block", [64, 100, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_blocks_of_any_size_give_the_same_rows_and_source_lines(
    read: Read, monkeypatch: pytest.MonkeyPatch, block: int, encoding: str
) -> None:
    rows = [f'{i},{i * 0.1!r},"n{i}\nü"' if i % 7 == 0 else f"{i},{i * 0.1!r},ok" for i in range(500)]
    monkeypatch.setattr(blocks, "BLOCK", block)
    monkeypatch.setattr(blocks, "_BLOCK_UTF16", block)
    monkeypatch.setattr(blocks, "_PIECE", 50)
    store = read(("time,v,note\n" + "\n".join(rows) + "\n").encode(encoding))
    assert values(store) == [i * 0.1 for i in range(500)]
    assert [store.source_line(i).decode() for i in range(500)] == rows


def writer_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """No block is parsed before the one before it is written."""
    written = threading.Semaphore(1)
    parse, add = convert.parse, Assembly.add

    def wait_and_parse(plan: ReadingPlan, block: Block, *ahead: Any) -> Any:
        if block.line not in seen:  # else it is parsed once more
            assert written.acquire(timeout=PATIENCE)
            seen.add(block.line)
        return parse(plan, block, *ahead)

    def add_and_tell(self: Assembly, *args: Any) -> None:
        add(self, *args)
        written.release()

    seen: set[int] = set()
    monkeypatch.setattr(convert, "parse", wait_and_parse)
    monkeypatch.setattr(Assembly, "add", add_and_tell)


def parser_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first block is written when the second one is parsed (or refused)."""
    parsed = threading.Semaphore(0)
    parse, add = convert.parse, Assembly.add

    def parse_and_tell(plan: ReadingPlan, block: Block, *ahead: Any) -> Any:
        try:
            return parse(plan, block, *ahead)
        finally:
            parsed.release()

    def wait_and_add(self: Assembly, *args: Any) -> None:
        if not self.rows:
            assert all(parsed.acquire(timeout=PATIENCE) for _ in range(2))
        add(self, *args)

    monkeypatch.setattr(convert, "parse", parse_and_tell)
    monkeypatch.setattr(Assembly, "add", wait_and_add)


ORDERS = pytest.mark.parametrize("order", [writer_first, parser_first])
TWO_BLOCKS = 4096


def in_two_blocks(read: Read, monkeypatch: pytest.MonkeyPatch, first: str, second: str) -> Store:
    """Ingest a file whose first block begins with ``first`` and whose second one begins with ``second``."""
    monkeypatch.setattr(blocks, "BLOCK", TWO_BLOCKS)
    monkeypatch.setattr(pools, "SMALL", 0)  # blocks are parsed and written in threads
    monkeypatch.setattr(sniff, "SAMPLE_ROWS", 1)  # it takes twenty at least
    lines = [f"{row},{row % 7}," for row in range(20)]
    data = "t,v,late\n" + "\n".join([*lines, first])
    while len(data) < TWO_BLOCKS:
        data += f"\n{len(data) + 1000},1,"
    return read((data + "\n" + second + "\n").encode())


@ORDERS
def test_text_in_a_column_that_had_numbers_is_refused_however_fast_blocks_are_written(
    read: Read, monkeypatch: pytest.MonkeyPatch, order: Callable[[pytest.MonkeyPatch], None]
) -> None:
    order(monkeypatch)
    with pytest.raises(RefusedFile, match="column “late”.*“text”"):
        in_two_blocks(read, monkeypatch, "20,1,0.5", "9000,1,text")


def test_the_first_fault_is_reported_although_later_blocks_are_read_already(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", TWO_BLOCKS)
    monkeypatch.setattr(pools, "SMALL", 0)
    rows = [b"%d,1" % row for row in range(300_000)]
    rows[298_000], rows[299_000] = b"298000,x", b"299000,\0"  # both after the sample
    with pytest.raises(RefusedFile, match="line 298002"):
        read(b"t,v\n" + b"\n".join(rows) + b"\n")


def test_a_row_longer_than_a_block_is_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", TWO_BLOCKS)
    monkeypatch.setattr(pools, "SMALL", 0)
    long = b"2," + b"0" * (TWO_BLOCKS * 3) + b"5\n"
    store = read(b"t,v\n" + b"".join(b"%d,1\n" % row for row in range(2)) + long + b"3,4\n" * 2_000)
    assert store.channel(0)[:4].tolist() == [1, 1, 5, 4]


@ORDERS
def test_text_in_a_column_without_numbers_leaves_it_out_however_fast_blocks_are_written(
    read: Read, monkeypatch: pytest.MonkeyPatch, order: Callable[[pytest.MonkeyPatch], None]
) -> None:
    order(monkeypatch)
    store = in_two_blocks(read, monkeypatch, "20,1,", "9000,1,text")
    assert names(store) == ["v"]
    assert store.info.reading.skipped[0][0] == "late"


@ORDERS
def test_text_in_a_column_that_was_left_out_is_no_error_however_fast_blocks_are_written(
    read: Read, monkeypatch: pytest.MonkeyPatch, order: Callable[[pytest.MonkeyPatch], None]
) -> None:
    order(monkeypatch)
    store = in_two_blocks(read, monkeypatch, "20,1,12345678901234567", "9000,1,text")
    assert names(store) == ["v"]
    assert "more digits than can be kept" in dict(store.info.reading.skipped)["late"]


def test_a_temporary_folder_that_vanishes_meanwhile_is_passed_over(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "store" / ".new-gone"
    monkeypatch.setattr(Path, "glob", lambda _folder, _pattern: [gone])
    assert read(b"t,v\n0,1\n1,2\n").rows == 2


def test_numbers_are_read_without_pandas(tmp_path: Path) -> None:
    """It takes 0.3 s and 35 MB; pyarrow imports it at the first conversion of a Python value."""
    (tmp_path / "a.csv").write_text("time,a\n" + "".join(f"{row},{row}.5\n" for row in range(60)))
    program = (
        "import sys; from pathlib import Path; from services.ingest.convert import ingest; "
        "ingest(Path(sys.argv[1]), name='a.csv', store_root=Path(sys.argv[2])); print('pandas' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.csv"), str(tmp_path / "store")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
