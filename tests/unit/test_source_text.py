"""Source text of a sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.errors import NotFound
from services.ingest.convert import ingest
from services.recordings.source_text import SourceText, source_text
from services.timeseries import Store, StoreInfo


def stored(tmp_path: Path, data: bytes) -> Store:
    source = tmp_path / "source.csv"
    source.write_bytes(data)
    info = ingest(source, name="a.csv", store_root=tmp_path / "store")
    return Store.open(tmp_path / "store" / info.sha256[:2] / info.sha256, source)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_cells_are_quoted_digit_for_digit_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "größe,time,note,v\n1.10,0.00,é,9007199254740993\n0.1000000000000000055,0.50,“ü”,-0\n"
    store = stored(tmp_path, text.encode(encoding))
    assert source_text(store, 0, [1, 0]) == SourceText("0.00", ("9007199254740993", "1.10"))
    assert source_text(store, 1, [0]) == SourceText("0.50", ("0.1000000000000000055",))


def test_quoted_cells_and_rows_out_of_order_are_found(tmp_path: Path) -> None:
    store = stored(tmp_path, b'time,note,v\n2,"a,\n""b""",20\n1,,10\n')
    assert [source_text(store, index, [0]) for index in range(2)] == [
        SourceText("1", ("10",)),
        SourceText("2", ("20",)),
    ]


def test_a_file_without_a_time_column_has_no_text_of_the_time(tmp_path: Path) -> None:
    store = stored(tmp_path, b"v\n3.50\n1.0\n")
    assert source_text(store, 0, [0]) == SourceText(None, ("3.50",))


def test_without_the_source_there_is_nothing_to_quote(tmp_path: Path) -> None:
    store = Store.open(stored(tmp_path, b"t,v\n0,1\n1,2\n").folder)
    with pytest.raises(NotFound):
        source_text(store, 0, [0])


def test_a_link_in_place_of_the_source_is_not_followed(tmp_path: Path) -> None:
    store = stored(tmp_path, b"t,v\n0,1\n1,2\n")
    source = tmp_path / "source.csv"
    source.symlink_to(source.rename(tmp_path / "elsewhere.csv"))
    with pytest.raises(NotFound):
        source_text(store, 0, [0])


def test_a_recording_read_before_columns_were_noted_still_opens(tmp_path: Path) -> None:
    info = stored(tmp_path, b"t,v\n0,1\n1,2\n").info
    older = info.to_json().replace(', "column": 0', "").replace('"column": 1', '"column": null')
    assert StoreInfo.from_json(older).channels[0].column is None
