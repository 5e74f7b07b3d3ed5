"""What cannot be read exactly is refused in one sentence with its place, and leaves nothing behind."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from services.errors import RefusedFile
from services.ingest.convert import ingest

HEAD = b"time,close\n"
MANY = b"0,1\n" * 5000
DATES = b"date,v\n2023-01-01 00:00:00,1\n2023-01-02 00:00:00,1\n"

REFUSED: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", "the file is empty"),
    "white space only": (b" \n\n\t\n", "only white space"),
    "a header only": (HEAD, "no row of data"),
    "a NUL byte": (HEAD + b"0,1\n1,\x002\n", "line 3: there is a NUL byte"),
    "a late NUL byte": (HEAD + b"0,1\n" * 2_000_000 + b"1,\x002\n", "line 2000002: there is a NUL byte"),
    "a PNG picture": (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    "an XLSX workbook": (b"PK\x03\x04..[Content_Types].xml", "an Excel workbook"),
    "a ZIP archive": (b"PK\x03\x04..data.csv", "a ZIP archive"),
    "gzip": (gzip.compress(HEAD), "compressed with gzip"),
    "Parquet": (b"PAR1\x15\x04", "a Parquet table"),
    "a web page": (b"<!DOCTYPE html><html>", "a web page"),
    "control characters": (bytes(range(1, 200)) * 20, "not a text file"),
    "UTF-32": ("time,close\n0,1\n".encode("utf-32"), "UTF-32"),
    "broken UTF-16": (
        b"\xff\xfe" + "time,v\n0,1\n".encode("utf-16-le") + b"\x00\xd8\x00\xd8\n\x00",
        "not valid UTF-16",
    ),
    "two encodings": ("time,é\n0,1\n".encode() + b"1,\xe9\n", "line 3: the text mixes UTF-8"),
    "two encodings, late": (
        "time,é,t\n".encode() + b"0,1,a\n" * 300_000 + b"1,2,\xe9\n",
        "line 300002: the text mixes UTF-8",
    ),
    "an open quote at the end": (b'time,v,t\n0,1,ok\n1,2,"abc\n2,3,ok\n', "line 3: a quotation mark"),
    "an open quote that would swallow a row": (
        b'time,v,t\n0,1,"ok"\n1,2,"abc\n2,3,"ok"\n',
        "line 3: a quotation mark",
    ),
    "too few cells": (HEAD + b"0,1\n1\n", "line 3: the row has 1 cell where the header has 2"),
    "too many cells, late": (HEAD + MANY + b"7,1,2\n", "line 5002: the row has 3 cells"),
    "a lone carriage return": (HEAD + b"0,1\r1,2\n2,3\n", "line 2: a carriage return"),
    "a late lone carriage return": (HEAD + MANY + b"0,1\r1,2\n2,3\n", "line 5002: a carriage return"),
    "thousands points": (
        b"time;v\n0;1.234,5\n1;2.345,6\n",
        "line 2, column “v”: “1.234,5” has thousands separators",
    ),
    "thousands commas": (
        b'time,v\n0,"1,234.5"\n1,"2,345.5"\n',
        "line 2, column “v”: “1,234.5” has thousands",
    ),
    "thousands spaces": (b"time;v\n0;1 234\n1;2 345\n", "line 2, column “v”: “1 234” has thousands"),
    "thousands, late": (b"time;v\n" + b"0;1,5\n" * 5000 + b"1;1.234,5\n", "line 5002, column “v”"),
    "thousands or decimals": (b"time;v\n0;1,234\n1;5,678\n", "line 2: “1,234” could be a decimal number"),
    "text among numbers": (
        HEAD + b"0,1\n" * 20 + b"1,error\n",
        "line 22, column “close”: “error” is not a number",
    ),
    "text among numbers, late": (HEAD + MANY + b"1,error\n", "line 5002, column “close”: “error”"),
    "text after blank lines": (HEAD + MANY + b"\n\n1,error\n", "line 5004, column “close”: “error”"),
    "text in a column that began empty": (
        b"time,v,s\n" + b"0,1,\n" * 3000 + b"1,2,4.5\n" * 19 + b"1,2,x\n",
        "line 3021, column “s”: “x” is not a number",
    ),
    "infinity": (HEAD + b"0,1\n1,inf\n", "line 3, column “close”: “inf” is infinite"),
    "a number above float64": (HEAD + b"0,1\n1,1e400\n", "line 3, column “close”: “1e400” is larger"),
    "a 400-digit integer as only channel": (
        HEAD + b"0,1\n1," + b"9" * 400 + b"\n",
        "more digits than can be kept",
    ),
    "a very long first line": (b"x" * 20_000_000, "line 1: the line is longer than 1 MB"),
    "a very long second line": (HEAD + b"1" * 50_000_000 + b",1\n", "line 2: the line is longer than 1 MB"),
    "lines above the header": (
        b"Device X\ntime,close\n0,1\n1,2\n",
        "line 1: most rows have 2 cells and the first line has 1; delete what stands above the header",
    ),
    "a very long later line": (HEAD + b"0,1\n1," + b"1" * 20_000_000 + b"\n", "line 3: the line is longer"),
    "200,000 columns": (
        b",".join(b"c%d" % i for i in range(200_000)) + b"\n1,2\n",
        "more than 2,000 columns",
    ),
    "3,000 columns": (b",".join([b"1"] * 3000) + b"\n", "line 1: there are more than 2,000 columns"),
    "a missing date": (
        b"date,v\n2023-01-01,1\n,2\n2023-01-03,3\n",
        "line 3, column “date”: the time is missing",
    ),
    "a missing number as time": (b"time,v\n1,1\n,2\n3,3\n", "line 3, column “time”: the time is missing"),
    "an impossible date": (
        DATES + b"2023-02-30 00:00:00,2\n",
        "line 4, column “date”: “2023-02-30 00:00:00” is no poss",
    ),
    "text as date": (DATES + b"soon,2\n", "line 4, column “date”: “soon” is not a time"),
    "a date that cannot be kept": (DATES + b"2500-01-02,2\n", "“2500-01-02” is outside the years"),
    "a tenth decimal": (DATES + b"2023-01-03 00:00:00.1234567891,2\n", "is finer than a nanosecond"),
    "a zone among times without": (
        DATES + b"2023-01-02 00:00:00+01:00,2\n",
        "line 4, column “date”: “2023-01-02 00:00:0",
    ),
    "no zone among times with one": (
        b"date,v\n2023-01-01 00:00Z,1\n2023-01-02 00:00Z,1\n2023-01-03,2\n",
        "line 4, column “date”: “2023-01-03” has no zone",
    ),
    "only a time column": (b"time\n1\n2\n", "no column of numbers"),
    "only empty channels": (b"time,v\n0,\n1,\n", "“v”: every cell is empty"),
    "JSON": (b'{"a":1,\n"b":2}\n', "a JSON document"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_in_one_sentence_that_names_the_place(tmp_path: Path, case: str) -> None:
    data, words = REFUSED[case]
    source = tmp_path / "source"
    source.write_bytes(data)
    with pytest.raises(RefusedFile) as caught:
        ingest(source, name="ward/bad.csv", store_root=tmp_path / "store")
    sentence = str(caught.value)
    assert sentence.startswith("“ward/bad.csv”")
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400
    assert list((tmp_path / "store").iterdir()) == []
