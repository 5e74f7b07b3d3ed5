"""A refused file is read with the user's options, which are stored for later files of its shape."""

from __future__ import annotations

import gzip
import io
from itertools import count
from pathlib import Path

import pytest

from services.errors import NotFound
from services.ingest.reading_options import ReadingOptions, WrongOption
from services.ingest.shape import first_fitting, shape_of
from services.recordings.remembered_options import RememberedReadings
from services.recordings.rereading import Rereading
from services.uploads.rows import Sender, Upload
from services.uploads.transfers import ALL, LATER, THIS, ChosenFile, Transfers
from tests.unit.test_uploads import Desk

HEAD = "depth,v\n"  # two names above three columns: which is missing cannot be known
ME = Sender("browser", "page")
AS_SAID = ReadingOptions(header=False, begins=2, time="column 1", unit="s")


def table(first: int = 0) -> bytes:
    rows = "".join(f"{row},{row * 2},{(row * 7) % 5}\n" for row in range(first, first + 30))
    return (HEAD + rows).encode()


class Sending(Desk):
    """A desk to which a browser sends files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.transfers = Transfers(self.database, self.settings, self.uploads)
        self._batches = count(1)

    def bring(self, path: str, data: bytes) -> Upload:
        """Send one file; returns its row once it was read or refused."""
        (go,) = self.transfers.announce(
            ME, "recording", next(self._batches), [ChosenFile(0, path, len(data), hash(path) % 1000)]
        )
        self.transfers.receive_many([(go.key, len(data))], io.BytesIO(data))
        return self.row(go.key)

    def row(self, key: str) -> Upload:
        """The row of a file when all jobs have ended."""
        self.jobs.work()
        return next(row for row in self.transfers.listed(ME) if row.key == key)


@pytest.fixture
def desk(tmp_path: Path) -> Sending:
    return Sending(tmp_path / "data")


def test_a_refused_file_is_previewed_and_read_with_options(desk: Sending) -> None:
    row = desk.bring("a.csv", table())
    assert row.state == "refused" and desk.transfers.is_readable(row)
    seen = desk.uploads.preview(row.key, row.path, AS_SAID)
    assert (seen["times"][2], seen["columns"][1]["role"]) == ("2", "channel")
    assert desk.transfers.read_so(ME, row.key, AS_SAID) == 1
    row = desk.row(row.key)
    assert (row.state, row.detail["read_as"]) == ("added", "time: column 1 in s · 2 channels")
    known = desk.recordings.get(row.recording_id)
    assert (known.path, known.rows, known.reading) == ("a.csv", 30, AS_SAID.to_json())
    assert desk.leftovers() == []


def test_a_choice_that_makes_no_sense_leaves_the_file_refused(desk: Sending) -> None:
    row = desk.bring("a.csv", table())
    with pytest.raises(WrongOption):
        desk.transfers.read_so(ME, row.key, ReadingOptions(header=False, begins=2, time="nothing"))
    assert desk.row(row.key).state == "refused" and desk.transfers.is_readable(row)


def test_later_files_of_the_shape_are_read_with_the_options_and_a_note(desk: Sending) -> None:
    first = desk.bring("a.csv", table())
    desk.transfers.read_so(ME, first.key, AS_SAID, LATER)
    desk.row(first.key)
    later = desk.bring("sub/b.csv", table(500))
    assert later.state == "added"
    assert later.detail["read_as"] == "time: column 1 in s · 2 channels · with the options of a.csv"
    assert desk.recordings.get(later.recording_id).reading == AS_SAID.to_json()
    other = desk.bring("c.csv", table().replace(b"depth", b"height"))
    assert other.state == "refused"


def test_options_for_this_file_only_are_not_remembered(desk: Sending) -> None:
    first = desk.bring("a.csv", table())
    desk.transfers.read_so(ME, first.key, AS_SAID, THIS)
    assert desk.row(first.key).state == "added"
    assert desk.bring("b.csv", table(500)).state == "refused"


def test_all_refused_files_of_the_shape_are_read_together(desk: Sending) -> None:
    rows = [desk.bring(f"{number}.csv", table(100 * number)) for number in range(3)]
    other = desk.bring("other.csv", table().replace(b"depth", b"height"))
    assert desk.transfers.read_so(ME, rows[0].key, AS_SAID, ALL) == 3
    assert [desk.row(row.key).state for row in (*rows, other)] == ["added", "added", "added", "refused"]


def test_a_later_file_that_cannot_be_read_so_is_read_as_found(desk: Sending) -> None:
    text = "time,v\n" + "".join(f"{row},{row}\n" for row in range(20))
    first = desk.bring("a.csv", text.encode())
    rereading = Rereading(desk.settings, desk.recordings, desk.jobs)
    rereading.remember(first.recording_id, ReadingOptions(unit="ms"))
    good = desk.bring("b.csv", text.replace("19,19", "19,20").encode())
    assert good.detail["read_as"].endswith("time: time in ms · 1 channel · with the options of a.csv")
    dated = "time,v\n" + "".join(f"2024-01-01 00:00:{row:02},{row}\n" for row in range(20))
    found = desk.bring("c.csv", dated.encode())
    assert (found.state, found.detail["read_as"]) == ("added", "time: time · 1 channel")
    rereading.remember(first.recording_id, ReadingOptions())  # as found again: forgotten
    last = desk.bring("d.csv", text.replace("19,19", "19,21").encode())
    assert last.detail["read_as"] == "time: time · 1 channel"


def test_bytes_of_a_refused_file_go_with_its_row_and_are_sent_again_when_it_is_chosen_again(
    desk: Sending,
) -> None:
    row = desk.bring("a.csv", table())
    assert desk.leftovers() == [f"{row.key}.full"]
    again = desk.bring("a.csv", table())
    assert (again.key, again.state) == (row.key, "refused") and desk.transfers.is_readable(again)
    desk.transfers.clear(ME, "recording")
    assert desk.leftovers() == [] and not desk.transfers.is_readable(again)
    with pytest.raises(NotFound):
        desk.transfers.read_so(ME, row.key, AS_SAID)


def test_a_compressed_file_is_read_as_its_content(desk: Sending) -> None:
    row = desk.bring("a.csv.gz", gzip.compress(table()))
    assert row.state == "refused"
    desk.transfers.read_so(ME, row.key, AS_SAID)
    assert desk.row(row.key).state == "added"


def test_options_are_kept_while_a_name_conflict_is_pending(desk: Sending) -> None:
    desk.bring("a.csv", b"t,v\n0,1\n1,2\n")
    row = desk.bring("a.csv", table())
    assert row.state == "same name"  # nothing was read yet
    desk.transfers.decide([row.key], "keep")
    assert desk.row(row.key).state == "refused"
    desk.transfers.read_so(ME, row.key, AS_SAID)
    assert desk.row(row.key).state == "same name"
    desk.transfers.decide([row.key], "keep")
    row = desk.row(row.key)
    assert (row.state, row.place) == ("added", "a (2).csv")


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(100)])
def test_a_binary_file_is_not_offered(desk: Sending, data: bytes) -> None:
    row = desk.bring("a.csv", data)
    assert row.state == "refused" and not desk.transfers.is_readable(row)
    assert desk.leftovers() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("head", ["", "Zeit;Größe\n", "Gerät X\n\nZeit;Größe\n(s);(mm)\n"])
def test_files_of_one_shape_are_recognised_by_their_names_or_their_first_row(
    tmp_path: Path, encoding: str, head: str
) -> None:
    one, two, other = (tmp_path / name for name in ("one.csv", "two.csv", "other.csv"))
    for file, first, names in ((one, 0, head), (two, 70, head), (other, 0, head.replace("Zeit", "Uhr"))):
        rows = "".join(f"{row};{row * 3 % 7},5\n" for row in range(first, first + 40))
        file.write_bytes((names + rows).encode(encoding))
    options = ReadingOptions(decimal=",")
    shape = shape_of(one, "one.csv", options)
    entry = {"mark": shape.mark, "digest": shape.digest, "options": options.to_json()}
    assert shape.mark
    assert first_fitting(two, "two.csv", [entry]) == entry
    assert (first_fitting(other, "other.csv", [entry]) is None) is bool(head)


def test_a_reading_replaces_the_earlier_one_of_its_shape_and_the_newest_are_kept(desk: Sending) -> None:
    remembered = RememberedReadings(desk.database)
    for number in range(60):
        remembered.remember(
            {"mark": "m", "digest": str(number), "options": {"unit": "s"}, "like": f"{number}.csv"}
        )
    remembered.remember({"mark": "m", "digest": "59", "options": {"unit": "ms"}, "like": "x.csv"})
    assert len(remembered.all()) == 50
    assert [one["like"] for one in remembered.all()[:2]] == ["x.csv", "58.csv"]
