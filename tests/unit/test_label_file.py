"""Label files: both formats, files saved again by spreadsheets, unreadable lines."""

from __future__ import annotations

import pytest

from services.errors import RefusedFile
from services.formats.label_file import LabelFile, Line, is_label_csv, is_label_file, read_label_file
from services.formats.labels_csv import HEADER, LabelRow, write_labels
from services.formats.spreadsheet import HEAD_BYTES
from tests.saved_again import SAVED_AGAIN

HEAD = ",".join(HEADER)


def test_what_save_writes_is_read_line_by_line() -> None:
    text = write_labels([LabelRow("0.5", "2", "=QRS", "#d604a2"), LabelRow("3", "3", "it's", "red")])
    lines = (Line(2, "0.5", "2", "=QRS", "#d604a2"), Line(3, "3", "3", "it's", "red"))
    assert read_label_file(text.encode(), "a.csv") == LabelFile(lines, by_row=False)


def test_numbers_of_rows_are_the_other_form() -> None:
    file = read_label_file(b"start,end,label\r\n962,996,QRS\r\n\r\n1028,1151,T\r\n", "a.labels.csv")
    assert file == LabelFile((Line(2, "962", "996", "QRS"), Line(4, "1028", "1151", "T")), by_row=True)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_spreadsheets_may_write_it_in_their_own_way(delimiter: str, encoding: str) -> None:
    text = f"{HEAD}\r\n1,5,9,Übergang,black\r\n".replace(",", delimiter)
    data = text.encode(encoding)
    assert read_label_file(data, "a.csv").lines == (Line(2, "5", "9", "Übergang", "black"),)
    assert is_label_csv(data[:256])


ROWS = [
    HEADER,
    ["1", "2023-12-25T02:50:00+00:00", "2023-12-25T02:57:00+00:00", "P, Übergang", "#d604a2"],
    ["2", "-0.5", "7", "'=T \"wave\"; 'x'", "black"],
]


@pytest.mark.parametrize("kind", SAVED_AGAIN)
def test_a_label_csv_that_was_saved_again_is_one_and_has_the_same_labels(kind: str) -> None:
    data = SAVED_AGAIN[kind](ROWS)
    assert is_label_csv(data[:HEAD_BYTES]) and is_label_file(data[:HEAD_BYTES])
    file = read_label_file(data, "a.csv")
    assert [(line.start, line.end, line.label, line.color, line.problem) for line in file.lines] == [
        ("2023-12-25T02:50:00+00:00", "2023-12-25T02:57:00+00:00", "P, Übergang", "#d604a2", ""),
        ("-0.5", "7", "=T \"wave\"; 'x'", "black", ""),
    ]
    assert file.left_out == (("seen by",) if kind.startswith("another column") else ())


def test_decimal_commas_are_read_where_they_can_be_nothing_else() -> None:
    def edges(*rows: str, head: str = HEAD) -> list[tuple[str, str]]:
        text = "\n".join([head, *rows]).replace(",", ";").replace("_", ",")
        return [(line.start, line.end) for line in read_label_file(text.encode(), "a.csv").lines]

    assert edges("1,0_5,1_234,x,red", "2,3,4_5E-2,x,red") == [("0.5", "1.234"), ("3", "4.5E-2")]
    quoted = read_label_file(f'{HEAD}\n1,"0,5","1,25",x,red\n'.encode(), "a.csv")
    assert [(line.start, line.end) for line in quoted.lines] == [("0.5", "1.25")]
    assert edges("1,1_234,5_678,x,red") == [("1,234", "5,678")]  # may be 1234: no number, so unmatched


@pytest.mark.parametrize(
    "text",
    [
        "Item Number,Start Index,End Index,Label\n1,2,3,x\n",
        "Item Number,Start Index,End Index,Label,Label,Color\n",
        "time,Item Number\n0,1\n",
        "sep=;\n",
        "\n\n\n\n\n\n\n" + HEAD,
        "a" * 5000,
    ],
)
def test_what_only_looks_like_a_label_csv_is_none(text: str) -> None:
    assert not is_label_csv(text.encode()[:HEAD_BYTES])
    with pytest.raises(RefusedFile):
        read_label_file(text.encode(), "a.csv")


def test_a_cut_line_is_no_label_of_a_cut_name() -> None:
    file = read_label_file(f"{HEAD},,\n1,2,3,QRS,red,,\n2,4,5,QR".encode(), "a.csv")
    assert [line.problem for line in file.lines] == ["", "4 cells, expected 5"]
    file = read_label_file(f"{HEAD}\n1,2,3,QRS,red,more\n".encode(), "a.csv")
    assert file.lines[0].problem == "6 cells, expected 5"


def test_a_line_that_cannot_be_read_keeps_no_other_from_it() -> None:
    file = read_label_file(f"{HEAD}\n1,2,3\n,,,,\n2,5,6,T,red\n".encode(), "a.csv")
    assert file.lines == (Line(2, problem="3 cells, expected 5"), Line(4, "5", "6", "T", "red"))


def test_after_an_open_quote_nothing_is_guessed() -> None:
    (good, bad) = read_label_file(f'{HEAD}\n1,2,3,x,red\n2,3,4,"y,red\n3,4,5,z,red\n'.encode(), "a.csv").lines
    assert good.label == "x"
    assert "the rest was not read" in bad.problem


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1: the header is neither"),
        (b"date,open\n1,2\n", "line 1: the header is neither"),
        (b"\x89PNG\0\0", "is not a text file"),
        (b'"' + b"x" * 300_000, "line 1: the header is neither"),
    ],
)
def test_another_file_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(RefusedFile, match=words):
        read_label_file(data, "a.csv")


def test_only_the_exact_header_of_save_makes_any_file_one_of_labels() -> None:
    assert is_label_csv(f"\ufeff{HEAD}\r\n1,2".encode())
    assert not is_label_csv(b"start,end,label\n1,2,x\n")
    assert is_label_file(b"start,end,label\n1,2,x\n")
    assert not is_label_csv(HEAD.lower().encode())
    assert not is_label_csv(b"t,v\n" + "ä".encode()[:1])
