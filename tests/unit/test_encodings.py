"""Encodings without a byte order mark: detected, marked as doubtful, overridden by the user."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.errors import RefusedFile
from services.ingest.encoding import CODECS, detect
from services.ingest.preview import preview
from services.ingest.reading_options import ENCODINGS, ReadingOptions
from services.recordings.source_text import source_text
from tests.unit.test_reading_options import read, refused, times

ROWS = "".join(f"2024-01-{day:02} 10:00:00,{day}.5,{day * day}\n" for day in range(1, 29))
NAMES = {
    "Windows-1251": ("Время", "Температура", "Давление"),
    "Shift-JIS": ("日時", "温度", "電圧"),
    "EUC-KR": ("시간", "온도", "압력"),
    "GB18030": ("时间", "温度", "压力"),
    "Big5": ("時間", "溫度", "壓力"),
}


@pytest.mark.parametrize("encoding", NAMES)
def test_names_in_another_script_are_read_and_marked_as_a_guess(tmp_path: Path, encoding: str) -> None:
    names = NAMES[encoding]
    data = (",".join(names) + "\n" + ROWS).encode(CODECS[encoding])
    store = read(tmp_path, data)
    assert store.info.reading.encoding == encoding
    assert (store.info.time.name, *(channel.name for channel in store.info.channels)) == names
    assert np.asarray(store.channel(0)).tolist() == [day + 0.5 for day in range(1, 29)]
    assert times(store)[27] == "2024-01-28 10:00:00"
    (doubt,) = store.info.reading.doubts
    assert encoding in doubt and names[0] in doubt
    assert source_text(store, 27, [0, 1]).values == ("28.5", "784")


@pytest.mark.parametrize("encoding", NAMES)
def test_the_encoding_that_the_user_names_is_no_guess(tmp_path: Path, encoding: str) -> None:
    names = NAMES[encoding]
    data = (",".join(names) + "\n" + ROWS).encode(CODECS[encoding])
    store = read(tmp_path, data, encoding=encoding)
    assert [channel.name for channel in store.info.channels] == list(names[1:])
    assert store.info.reading.doubts == ()
    other = read(tmp_path, data, encoding="Latin-1")
    assert other.info.channels[0].name != names[1]
    seen = preview(tmp_path / "source.csv", "a.csv", ReadingOptions(encoding=encoding))
    assert [column.name for column in seen.columns] == list(names)


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        ("日期,value", "gb18030", "GB18030"),
        ("Дата,value", "cp1251", "Windows-1251"),
        ("дата;№;value", "cp1251", "Windows-1251"),
        ("날짜,값", "euc_kr", "EUC-KR"),
        ("日期,電壓", "big5", "Big5"),
        ("時刻,ﾁｬﾝﾈﾙ", "cp932", "Shift-JIS"),
        ("Zeit;Größe;°C", "cp1252", "Windows-1252"),
        ("Temp °C,µV,±", "cp1252", "Windows-1252"),
        ("Durée,Tempé", "latin-1", "Windows-1252"),
        ("t,25 °C,ÀÉ", "cp1252", "Windows-1252"),
    ],
)
def test_short_heads_are_distinguished(text: str, codec: str, found: str) -> None:
    assert detect(f"{text}\n1,2\n".encode(codec), "a.csv") == (found, 0)


def test_western_text_that_all_western_encodings_share_is_certain(tmp_path: Path) -> None:
    store = read(tmp_path, "Zeit,Größe °C\n0,1\n1,2\n".encode("cp1252"))
    assert store.info.reading.doubts == ()
    doubted = read(tmp_path, "Čas,výška\n0,1\n1,2\n".encode("cp1250"))
    assert "Windows-1252" in doubted.info.reading.doubts[0]
    right = read(tmp_path, "Čas,výška\n0,1\n1,2\n".encode("cp1250"), encoding="Windows-1250")
    assert [channel.name for channel in right.info.channels] == ["výška"]


def test_text_in_another_script_far_below_the_head_is_marked_too(tmp_path: Path) -> None:
    rows = "".join(f"{row},{row % 9},ok ok ok ok ok ok ok ok\n" for row in range(180_000))
    data = ("time,v,note\n" + rows).encode() + "180000,1,Ошибка\n".encode("cp1251")
    store = read(tmp_path, data)
    assert store.info.reading.encoding == "Windows-1251"
    assert "Ошибка" in store.info.reading.doubts[-1]


def test_bytes_that_are_not_in_the_encoding_are_refused_by_line(tmp_path: Path) -> None:
    data = (",".join(NAMES["Big5"]) + "\n" + ROWS).encode("big5")
    assert "the text is not UTF-8; choose another encoding" in str(refused(tmp_path, data, encoding="UTF-8"))
    broken = data + b"2024-01-29 10:00:00,1,\xff\n"
    assert "line 30: the text is not Big5" in str(refused(tmp_path, broken, encoding="Big5"))
    later = data + (ROWS * 1500).encode() + b"2024-01-29 10:00:00,1,\xff\n"
    with pytest.raises(RefusedFile, match="not valid Big5; choose its encoding"):
        read(tmp_path, later)


def test_every_encoding_that_is_offered_is_known() -> None:
    assert set(ENCODINGS) == set(CODECS)


def test_a_character_does_not_continue_on_the_next_line(tmp_path: Path) -> None:
    """A first byte of two at the end of a line is no Shift-JIS."""
    assert detect(b"\x89@\xa1\x81\r\x01", "a.csv")[0] != "Shift-JIS"
    assert detect(b"\x89@\xa1\x81\x40\r\x01", "a.csv")[0] == "Shift-JIS"
