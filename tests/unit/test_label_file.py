"""Files of labels as people bring them: both forms, spreadsheets' habits, and lines that cannot be read."""

from __future__ import annotations

import pytest

from services.errors import RefusedFile
from services.formats.label_file import LabelFile, Line, is_label_csv, is_label_file, read_label_file
from services.formats.labels_csv import HEADER, LabelRow, write_labels

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


def test_a_line_that_cannot_be_read_keeps_no_other_from_it() -> None:
    file = read_label_file(f"{HEAD}\n1,2,3\n,,,,\n2,5,6,T,red\n".encode(), "a.csv")
    assert file.lines == (Line(2, problem="3 cells where 5 belong"), Line(4, "5", "6", "T", "red"))


def test_after_an_open_quote_nothing_is_guessed() -> None:
    (good, bad) = read_label_file(f'{HEAD}\n1,2,3,x,red\n2,3,4,"y,red\n3,4,5,z,red\n'.encode(), "a.csv").lines
    assert good.label == "x"
    assert "what follows was not read" in bad.problem


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
