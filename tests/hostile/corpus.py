"""Corpus of malformed files and names, with the expected messages.

``REFUSED`` and ``READ`` are the contents of CSV files: what cannot be read exactly is refused in one sentence that names
the place, the problem and the remedy; unusual but readable files are read. ``REFUSED_NAMES`` are names.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass

HEAD = b"time,close\n"
MANY = b"0,1\n" * 5000
DATES = b"date,v\n2023-01-01 00:00:00,1\n2023-01-02 00:00:00,1\n"


@dataclass(frozen=True)
class Refused:
    """``sentence`` is what follows the quoted name of the file."""

    name: str
    data: bytes
    sentence: str


@dataclass(frozen=True)
class Read:
    """``channels``: their names; ``says``: expected parts of notes, reasons and zone."""

    name: str
    data: bytes
    rows: int
    channels: tuple[str, ...]
    says: str = ""


REFUSED = (
    Refused("an empty file", b"", ": the file is empty; export the recording again."),
    Refused(
        "white space only",
        b" \n\n\t\n",
        ": there is only white space in the file; export the recording again.",
    ),
    Refused("a header only", HEAD, ": there is a header but no row of data; export the recording again."),
    Refused(
        "a NUL byte",
        HEAD + b"0,1\n1,\x002\n",
        ", line 3: there is a NUL byte, so the file is damaged or not text; export it again.",
    ),
    Refused(
        "a late NUL byte",
        HEAD + b"0,1\n" * 2_000_000 + b"1,\x002\n",
        ", line 2000002: there is a NUL byte, so the file is damaged or not text; export it again.",
    ),
    Refused(
        "a PNG picture",
        b"\x89PNG\r\n\x1a\n",
        ": this is a PNG picture, not a CSV file; save the table as CSV and add that.",
    ),
    Refused(
        "an XLSX workbook",
        b"PK\x03\x04..[Content_Types].xml",
        ": this is an Excel workbook, not a CSV file; save the table as CSV and add that.",
    ),
    Refused(
        "a ZIP archive",
        b"PK\x03\x04..data.csv",
        ": this is a ZIP archive, not a CSV file; unpack it and add the CSV file that is in it.",
    ),
    Refused(
        "gzip in gzip",
        gzip.compress(gzip.compress(HEAD)),
        ": this is compressed with gzip, not a CSV file; unpack it and add the CSV file that is in it.",
    ),
    Refused(
        "gzip that is cut off",
        gzip.compress(HEAD)[:-9],
        ": the compressed file is cut off or damaged; pack it again and add it again.",
    ),
    Refused(
        "Parquet",
        b"PAR1\x15\x04",
        ": this is a Parquet table, not a CSV file; save the table as CSV and add that.",
    ),
    Refused(
        "a web page",
        b"<!DOCTYPE html><html>",
        ": this is a web page, not a CSV file; save the table as CSV and add that.",
    ),
    Refused(
        "control characters",
        bytes(range(1, 200)) * 20,
        ": this is not a text file; export the recording as CSV and add that.",
    ),
    Refused(
        "UTF-32",
        "time,close\n0,1\n".encode("utf-32"),
        ": the text is encoded as UTF-32, which Tidemark does not read; save it as UTF-8 and add it again.",
    ),
    Refused(
        "broken UTF-16",
        b"\xff\xfe" + "time,v\n0,1\n".encode("utf-16-le") + b"\x00\xd8\x00\xd8\n\x00",
        ", line 2: the text is not valid UTF-16 LE; save it as UTF-8 and add it again.",
    ),
    Refused(
        "two encodings",
        "time,é\n0,1\n".encode() + b"1,\xe9\n",
        ", line 3: the text mixes UTF-8 with another encoding; save it as UTF-8 and add it again.",
    ),
    Refused(
        "two encodings, late",
        "time,é,t\n".encode() + b"0,1,a\n" * 300_000 + b"1,2,\xe9\n",
        ", line 300002: the text mixes UTF-8 with another encoding; save it as UTF-8 and add it again.",
    ),
    Refused(
        "an open quote at the end",
        b'time,v,t\n0,1,ok\n1,2,"abc\n2,3,ok\n',
        ", line 3: a quotation mark opens in this row and is never closed; correct it and add the file again.",
    ),
    Refused(
        "an open quote that would swallow a row",
        b'time,v,t\n0,1,"ok"\n1,2,"abc\n2,3,"ok"\n',
        ", line 3: a quotation mark opens in this row and is never closed; correct it and add the file again.",
    ),
    Refused(
        "too few cells",
        b"time,a,b\n0,1,2\n1\n2,3,4\n",
        ", line 3: the row has 1 cell where the header has 3; correct the row and add the file again.",
    ),
    Refused(
        "too many cells in the last of two rows",
        HEAD + b"0,1\n1,2,3\n",
        ", line 3: the row has 3 cells where the header has 2; correct the row and add the file again.",
    ),
    Refused(
        "rows of another width above, without a header",
        b"0,1\n1,2,3\n2,3,4\n3,4,5\n",
        ", line 2: the row has 3 cells where the first row has 2; correct the row and add the file again.",
    ),
    Refused(
        "too many cells, late",
        HEAD + MANY + b"7,1,2\n",
        ", line 5002: the row has 3 cells where the header has 2; correct the row and add the file again.",
    ),
    Refused(
        "a lone carriage return",
        HEAD + b"0,1\r1,2\n2,3\n",
        ", line 2: a carriage return without a line feed is in the text; write all line ends alike and add the file again.",
    ),
    Refused(
        "a late lone carriage return",
        HEAD + MANY + b"0,1\r1,2\n2,3\n",
        ", line 5002: a carriage return without a line feed is in the text; write all line ends alike and add the file again.",
    ),
    Refused(
        "thousands, late",
        b"time;v\n" + b"0;1,5\n" * 5000 + b"1;1.234\n",
        ", line 5002, column “v”: “1.234” has thousands separators; write numbers without them and add the file again.",
    ),
    Refused(
        "thousands or decimals",
        b"time;v\n0;1,234\n1;5,678\n",
        ", line 2: “1,234” could be a decimal number or have a thousands separator; choose the decimal sign with “Read it differently”, or write numbers without thousands separators.",
    ),
    Refused(
        "text among numbers",
        HEAD + b"0,1\n" * 20 + b"1,fifty\n",
        ", line 22, column “close”: “fifty” is not a number; if it means missing, say so with “Read it differently” (words for missing), or correct the cell.",
    ),
    Refused(
        "text among numbers, late",
        HEAD + MANY + b"1,fifty\n",
        ", line 5002, column “close”: “fifty” is not a number; if it means missing, say so with “Read it differently” (words for missing), or correct the cell.",
    ),
    Refused(
        "text after blank lines",
        HEAD + MANY + b"\n\n1,fifty\n",
        ", line 5004, column “close”: “fifty” is not a number; if it means missing, say so with “Read it differently” (words for missing), or correct the cell.",
    ),
    Refused(
        "text in a column that began empty",
        b"time,v,s\n" + b"0,1,\n" * 3000 + b"1,2,4.5\n" * 19 + b"1,2,x\n",
        ", line 3021, column “s”: “x” is not a number; if it means missing, say so with “Read it differently” (words for missing), or correct the cell.",
    ),
    Refused(
        "infinity",
        HEAD + b"0,1\n1,inf\n",
        ", line 3, column “close”: “inf” is infinite; correct the cell or leave it empty, and add the file again.",
    ),
    Refused(
        "a number above float64",
        HEAD + b"0,1\n1,1e400\n",
        ", line 3, column “close”: “1e400” is larger than any number that can be kept; correct the cell or leave it empty, and add the file again.",
    ),
    Refused(
        "a 400-digit integer as only channel",
        HEAD + b"0,1\n1," + b"9" * 400 + b"\n",
        ": there is no column of numbers to show (“close”: “99999999999999999999999…” has more digits than can be kept exactly (line 3)); export the signals as numbers.",
    ),
    Refused(
        "a very long first line",
        b"x" * 20_000_000,
        ", line 1: the line is longer than 1 MB; write one row per sample, each on its line.",
    ),
    Refused(
        "a very long second line",
        HEAD + b"1" * 50_000_000 + b",1\n",
        ", line 2: the line is longer than 1 MB; write one row per sample, each on its line.",
    ),
    Refused(
        "a very long later line",
        HEAD + b"0,1\n1," + b"1" * 20_000_000 + b"\n",
        ", line 3: the line is longer than 5 MB; write one row per sample, each on its own line.",
    ),
    Refused(
        "200,000 columns",
        b",".join(b"c%d" % i for i in range(200_000)) + b"\n1,2\n",
        ", line 1: there are more than 2,000 columns; put one row per sample, or split the file.",
    ),
    Refused(
        "3,000 columns",
        b",".join([b"1"] * 3000) + b"\n",
        ", line 1: there are more than 2,000 columns; put one row per sample, or split the file.",
    ),
    Refused(
        "a missing date",
        b"date,v\n2023-01-01,1\n,2\n2023-01-03,3\n",
        ", line 3, column “date”: the time is missing; fill it in or delete the row, and add the file again.",
    ),
    Refused(
        "a missing number as time",
        b"time,v\n1,1\n,2\n3,3\n",
        ", line 3, column “time”: the time is missing; fill it in or delete the row, and add the file again.",
    ),
    Refused(
        "an impossible date",
        DATES + b"2023-02-30 00:00:00,2\n",
        ", line 4, column “date”: “2023-02-30 00:00:00” is no possible date and time; correct the cell and add the file again.",
    ),
    Refused(
        "text as date",
        DATES + b"soon,2\n",
        ", line 4, column “date”: “soon” is not a time; correct the cell and add the file again.",
    ),
    Refused(
        "a date that cannot be kept",
        DATES + b"2500-01-02,2\n",
        ", line 4, column “date”: “2500-01-02” is outside the years 1678 to 2261 that can be kept; write dates of the Gregorian calendar, or correct the cell, and add the file again.",
    ),
    Refused(
        "a tenth decimal",
        DATES + b"2023-01-03 00:00:00.1234567891,2\n",
        ", line 4, column “date”: “2023-01-03 00:00:00.1234567891” is finer than a nanosecond; correct the cell and add the file again.",
    ),
    Refused(
        "a zone among times without",
        DATES + b"2023-01-02 00:00:00+01:00,2\n",
        ", line 4, column “date”: “2023-01-02 00:00:00+01:00” has a zone while other times have none; write all times with their zone.",
    ),
    Refused(
        "no zone among times with one",
        b"date,v\n2023-01-01 00:00Z,1\n2023-01-02 00:00Z,1\n2023-01-03,2\n",
        ", line 4, column “date”: “2023-01-03” has no zone while other times have one; write all times with their zone.",
    ),
    Refused(
        "only a time column",
        b"time\n1\n2\n",
        ": there is no column of numbers to show; export the signals as numbers.",
    ),
    Refused(
        "only empty channels",
        b"time,v\n0,\n1,\n",
        ": there is no column of numbers to show (“v”: every cell is empty); export the signals as numbers.",
    ),
    Refused(
        "JSON",
        b'{"a":1,\n"b":2}\n',
        ": this is a JSON document, not a CSV file; save the table as CSV and add that.",
    ),
)

READ = (
    Read("thousands points", b"time;v\n0;1.234,5\n1;2.345,6\n", 2, ("v",), "thousands separators"),
    Read("thousands commas", b'time,v\n0,"1,234.5"\n1,"2,345.5"\n', 2, ("v",), "thousands separators"),
    Read("thousands blanks", b"time;v\n0;1 234\n1;2 345\n", 2, ("v",), "thousands separators"),
    Read("no header", b"0,1\n1,2\n", 2, ("column 1", "column 2")),
    Read("lines above the header", b"Device X\ntime,close\n0,1\n1,2\n", 2, ("close",), "begins at line 2"),
    Read("a missing last cell", HEAD + b"0,1\n1\n2,3\n", 3, ("close",), "1 cell of 2"),
    Read("a word for missing", HEAD + b"0,1\n1,error\n", 2, ("close",), "“error” means missing"),
    Read("a total at the end", DATES + b"Total,2\n", 2, ("v",)),
    Read("only carriage returns", b"time,v\r0,1\r1,2\r", 2, ("v",)),
    Read("no line end at the end", b"time,v\n0,1\n1,2", 2, ("v",)),
    Read("blank lines", b"\n\ntime,v\n\n0,1\n\n1,2\n", 2, ("v",), "Blank lines are left out."),
    Read("comments above the table", b"# device\n# fs 500\ntime,v\n0,1\n1,2\n", 2, ("v",), "begin with #"),
    Read("Latin-1", "time,température\n0,1\n1,2\n".encode("latin-1"), 2, ("température",)),
    Read("UTF-16 without a mark", "time,v\n0,1\n1,2\n".encode("utf-16-le"), 2, ("v",)),
    Read("a mark of UTF-8", "\ufefftime,v\n0,1\n1,2\n".encode(), 2, ("v",)),
    Read("a quoted line end", b'time,v,t\n0,1,"a\nb"\n1,2,c\n', 2, ("v",), "text"),
    Read(
        "duplicate and unnamed columns",
        b"time,v,v,,v (2)\n0,1,2,3,4\n1,2,3,4,5\n",
        2,
        ("v", "v (3)", "column 4", "v (2)"),
        "A second column",
    ),
    Read(
        "columns named like parts of every object",
        b"time,__proto__,constructor,toString\n0,1,2,3\n1,2,3,4\n",
        2,
        ("__proto__", "constructor", "toString"),
    ),
    Read("a decimal comma", b"time;v\n0;1,5\n1;-2,25\n", 2, ("v",)),
    Read("spaces around numbers", b"time, v\n0, 1\n1, 2\n", 2, ("v",)),
    Read(
        "a 400-digit integer beside a channel",
        b"time,v,w\n0,1,1\n1,2," + b"9" * 400 + b"\n",
        2,
        ("v",),
        "has more digits than can be kept exactly",
    ),
    Read("unsorted and duplicate times", b"time,v\n3,1\n1,2\n1,3\n2,4\n", 4, ("v",), "sorted by time"),
    Read(
        "a change of the clock with offsets",
        b"date,v\n2023-10-29 02:30:00+02:00,1\n2023-10-29 02:30:00+01:00,2\n",
        2,
        ("v",),
        "times are shown in UTC",
    ),
    Read("a day that may be a month", b"date,v\n01/02/2023,1\n02/02/2023,2\n", 2, ("v",), "day or the month"),
    Read("an empty column", b"time,v,w\n0,1,\n1,2,\n", 2, ("v",), "every cell is empty"),
    Read("formulas", b'time,v,f\n0,1,=1+1\n1,2,"=HYPERLINK(""http://x"")"\n', 2, ("v",), "text, not numbers"),
    Read(
        "HTML in the header",
        b'time,<img src=x onerror=alert(1)> [<b>],"""><script>alert(1)</script>"\n0,1,2\n1,2,3\n',
        2,
        ("<img src=x onerror=alert(1)>", '"><script>alert(1)</script>'),
    ),
    Read("text that turns in the header", "time,abc\u202edef\n0,1\n1,2\n".encode(), 2, ("abc def",)),
    Read(
        "200 columns", (b",".join([b"1"] * 200) + b"\n") * 60, 60, tuple(f"column {n}" for n in range(1, 201))
    ),
)

REFUSED_NAMES = {
    "../x.csv": "“../x.csv” leads out of its folder, or has a name of only dots or spaces. Select the folder itself.",
    "a/../../x.csv": "“a/../../x.csv” leads out of its folder, or has a name of only dots or spaces. Select the folder itself.",
    "a/.. /x.csv": "“a/.. /x.csv” leads out of its folder, or has a name of only dots or spaces. Select the folder itself.",
    "...": "“...” leads out of its folder, or has a name of only dots or spaces. Select the folder itself.",
    "/etc/passwd.csv": "“/etc/passwd.csv” is not a relative path: it starts with / or a drive, or has a backslash. Select the folder itself, or rename the file.",
    "C:\\x.csv": "“C:\\x.csv” is not a relative path: it starts with / or a drive, or has a backslash. Select the folder itself, or rename the file.",
    "C:x.csv": "“C:x.csv” is not a relative path: it starts with / or a drive, or has a backslash. Select the folder itself, or rename the file.",
    "c:/x.csv": "“c:/x.csv” is not a relative path: it starts with / or a drive, or has a backslash. Select the folder itself, or rename the file.",
    "\\\\server\\share\\x.csv": "“\\\\server\\share\\x.csv” is not a relative path: it starts with / or a drive, or has a backslash. Select the folder itself, or rename the file.",
    "//server/share/x.csv": "“//server/share/x.csv” is not a relative path: it starts with / or a drive, or has a backslash. Select the folder itself, or rename the file.",
    "a\\b.csv": "“a\\b.csv” is not a relative path: it starts with / or a drive, or has a backslash. Select the folder itself, or rename the file.",
    "a\0.csv": "“a�.csv” has a control character, or one that hides or turns text, in its name. Rename the file.",
    "a\nb.csv": "“a�b.csv” has a control character, or one that hides or turns text, in its name. Rename the file.",
    "a\x1b[2J.csv": "“a�[2J.csv” has a control character, or one that hides or turns text, in its name. Rename the file.",
    "a\x85b.csv": "“a�b.csv” has a control character, or one that hides or turns text, in its name. Rename the file.",
    "a" * 300
    + ".csv": "“aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.csv”: a name may have 240 bytes at most. Rename the file.",
    "é" * 130
    + ".csv": "“éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé…éééééééééééééééééééééééééééééééééééééééééééééééééééééééé.csv”: a name may have 240 bytes at most. Rename the file.",
    "/".join(["deep"] * 40)
    + "/a.csv": "“deep/deep/deep/deep/deep/deep/deep/deep/deep/deep/deep/deep/…deep/deep/deep/deep/deep/deep/deep/deep/deep/deep/deep/a.csv” is too long: at most 1,024 bytes and 32 folders. Select a folder further down.",
    "/".join(["long" * 20] * 20)
    + "/a.csv": "“longlonglonglonglonglonglonglonglonglonglonglonglonglonglong…nglonglonglonglonglonglonglonglonglonglonglonglonglong/a.csv” is too long: at most 1,024 bytes and 32 folders. Select a folder further down.",
    "evil\u202evsc.exe.csv": "“evil�vsc.exe.csv” has a control character, or one that hides or turns text, in its name. Rename the file.",
    "zero\u200bwidth.csv": "“zero�width.csv” has a control character, or one that hides or turns text, in its name. Rename the file.",
    "half\ud800.csv": "“half�.csv” has a control character, or one that hides or turns text, in its name. Rename the file.",
    "CON.csv": "“CON.csv”: Windows reserves the name “CON.csv” for a device. Rename the file.",
    "nul": "“nul”: Windows reserves the name “nul” for a device. Rename the file.",
    "com1.txt": "“com1.txt”: Windows reserves the name “com1.txt” for a device. Rename the file.",
    "a/LPT9.csv/b.csv": "“a/LPT9.csv/b.csv”: Windows reserves the name “LPT9.csv” for a device. Rename the file.",
    "COM¹.csv": "“COM¹.csv”: Windows reserves the name “COM¹.csv” for a device. Rename the file.",
    "aux .csv": "“aux .csv”: Windows reserves the name “aux .csv” for a device. Rename the file.",
    "": "A file without a name cannot be added. Give it a name that ends in .csv.",
    "   ": "“   ” leads out of its folder, or has a name of only dots or spaces. Select the folder itself.",
    ".": "A file without a name cannot be added. Give it a name that ends in .csv.",
    "./.": "A file without a name cannot be added. Give it a name that ends in .csv.",
}
