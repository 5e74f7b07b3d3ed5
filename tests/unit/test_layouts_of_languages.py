"""Digits, clocks, months, calendars and switches of other languages; marks, limits and exponents in cells."""
# ruff: noqa: RUF001 - letters of other scripts

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.test_layouts import read
from tests.unit.test_layouts_asked import channel, lines, offered, times

BEGIN = datetime(2024, 2, 20, 11, 5, tzinfo=UTC)


def dated(pattern: str, count: int = 20, minutes: int = 15) -> str:
    """Rows of a time and a value; the time has the format ``pattern``."""
    rows = [
        f"{(BEGIN + timedelta(minutes=minutes * row)).strftime(pattern)},{row}.5\n" for row in range(count)
    ]
    return "".join(rows)


def in_halves(pattern: str, morning: str, afternoon: str) -> str:
    """The same with a clock of twelve hours; ``HALF`` stands for the half of the day."""
    return "".join(
        line.replace("HALF", morning if row < 4 else afternoon)
        for row, line in enumerate(dated(pattern).splitlines(keepends=True))
    )


TIMES = {
    "Chinese halves of the day": "时间,a\n" + in_halves("%Y/%m/%d HALF%I:%M:%S", "上午", "下午"),
    "Japanese halves of the day": "日時,a\n" + in_halves("%Y/%m/%d HALF %I:%M:%S", "午前", "午後"),
    "Korean halves of the day": "시간,a\n" + in_halves("%Y-%m-%d HALF %I:%M:%S", "오전", "오후"),
    "Greek halves of the day": "Ημερομηνία,a\n" + in_halves("%d/%m/%Y %I:%M:%S HALF", "πμ", "μμ"),
    "Japanese signs": "日時,a\n" + dated("%Y年%m月%d日 %H時%M分%S秒"),
    "Chinese signs": "时间,a\n" + dated("%Y年%m月%d日%H时%M分"),
    "Korean signs": "시간,a\n" + dated("%Y년 %m월 %d일 %H시 %M분"),
    "Turkish months": "Tarih,a\n" + dated("%d Şubat %Y %H:%M"),
    "Russian months": "Дата,a\n" + dated("%d фев %Y %H:%M"),
    "Persian digits": "time,a\n" + dated("%Y-%m-%d %H:%M").translate({48 + d: 0x6F0 + d for d in range(10)}),
    "Thai digits": "time,a\n" + dated("%d/%m/%Y %H:%M").translate({48 + d: 0xE50 + d for d in range(10)}),
    "single quotation marks": "'time','a'\n" + dated("'%Y-%m-%d %H:%M:%S'"),
    "a clock before its date": "time,a\n" + dated("%H:%M:%S %d/%m/%Y"),
    "a clock before its date in brackets": "'Time and date','a'\n" + dated("'[%H:%M:%S.000 %d/%m/%Y]'"),
    "day of the year": "time,a\n" + dated("%Y-%jT%H:%M:%S"),
}


@pytest.mark.parametrize("kind", TIMES)
def test_a_time_in_another_language_is_read(kind: str, tmp_path: Path) -> None:
    store = read(TIMES[kind], tmp_path)
    assert times(store) == ["2024-02-20 11:05:00", "2024-02-20 11:20:00", "2024-02-20 15:50:00"]
    assert [float(store.channel(0)[0]), float(store.channel(0)[19])] == [0.5, 19.5]


@pytest.mark.parametrize("pattern", ["%d/%m/2567 %H:%M", "2567-%m-%d %H:%M:%S"])
def test_years_of_the_buddhist_era_are_read_with_a_doubt(pattern: str, tmp_path: Path) -> None:
    store = read("Date,a\n" + dated(pattern), tmp_path)
    assert times(store)[0] == "2024-02-20 11:05:00"
    assert any("2567 is 2024" in doubt for doubt in store.info.reading.doubts)


# cells of a column next to a time from 0 to 29, its values, and whether there is a doubt
CELLS: dict[str, tuple[list[str], list[float], bool]] = {
    "Arabic digits": (["٠٫٥", "١٫٢٥"], [0.5, 1.25], False),
    "Hindi digits": (["०.५", "१.२५"], [0.5, 1.25], False),
    "invisible characters": (["\u200b0.5", "\u200f1.25"], [0.5, 1.25], False),
    "an apostrophe before numbers": (["'0.5", "'1.25"], [0.5, 1.25], False),
    "exponents with D": (["5.0D-01", "1.25D+00"], [0.5, 1.25], False),
    "exponents without a letter": (["5.0-101", "1.25-100"], [5e-101, 1.25e-100], False),
    "powers of ten": (["0.5x10^3", "1.25·10³"], [500, 1250], False),
    "dashes as minus with three decimals": (["−0.125", "0.250"], [-0.125, 0.25], False),
    "German switches": (["Ein", "Aus"], [1, 0], False),
    "French switches": (["VRAI", "FAUX"], [1, 0], False),
    "Spanish switches": (["Sí", "No"], [1, 0], False),
    "Russian switches": (["вкл", "выкл"], [1, 0], False),
    "letters as switches": (["T", "F"], [1, 0], False),
    "stars behind numbers": (["0.5", "1.25", "2.5*"], [0.5, 1.25, 2.5], True),
    "letters behind some numbers": (["0.5", "1.25", "2.5 R"], [0.5, 1.25, 2.5], True),
    "uncertainties": (["0.5±0.1", "1.25±0.1"], [0.5, 1.25], True),
    "uncertain digits": (["0.5(3)", "1.25(4)"], [0.5, 1.25], True),
    "too wide for the field": (["0.5", "*****", "1.25"], [0.5, float("nan"), 1.25], False),
    "limits": (["0.5", "<0.01", "1.25"], [0.5, float("nan"), 1.25], True),
}


@pytest.mark.parametrize("kind", CELLS)
def test_numbers_in_another_form_are_read(kind: str, tmp_path: Path) -> None:
    cells, values, doubt = CELLS[kind]
    rows = "".join(f"{row},{cells[row % len(cells)]}\n" for row in range(30))
    store = read("time,a\n" + rows, tmp_path)
    assert channel(store, "a")[: len(values)] == pytest.approx(values, nan_ok=True)
    assert times(store) == ["0", "1", "29"]
    assert bool(store.info.reading.doubts) == doubt, store.info.reading.doubts


@pytest.mark.parametrize("late", ["7.5 # spike", "<0.01", "12.5*"])
def test_a_mark_far_below_the_head_is_a_doubt(late: str, tmp_path: Path) -> None:
    rows = "".join(f"{row},{row}.5\n" for row in range(3_000))
    store = read("time,a\n" + rows + f"3000,{late}\n3001,1.5\n", tmp_path)
    assert store.rows == 3002 and store.info.reading.doubts


def test_letters_that_may_be_multiples_are_no_marks(tmp_path: Path) -> None:
    rows = "".join(f"{row},{row}.5,{row}.5{'k' if row % 3 == 0 else ''}\n" for row in range(30))
    store = read("time,a,b\n" + rows, tmp_path)
    assert [item.name for item in store.info.channels] == ["a"]
    assert any(
        "left out although most of its cells are numbers" in doubt for doubt in store.info.reading.doubts
    )


def test_a_byte_order_mark_in_the_middle_and_a_control_character_at_the_end_are_left_out(
    tmp_path: Path,
) -> None:
    half = "".join(f"{row},{row}.5\n" for row in range(15))
    rest = "".join(f"{row},{row}.5\n" for row in range(15, 30))
    store = read("\ufefftime,a\n" + half + "\ufefftime,a\n" + rest + "\x1a", tmp_path)
    assert (store.rows, times(store)[2]) == (30, "29")


def test_blanks_of_other_kinds_are_between_columns(tmp_path: Path) -> None:
    for blank in ("\u00a0", "\x0b"):
        store = read(f"time{blank}a\n" + lines("{s} {v}").replace(" ", blank), tmp_path)
        assert times(store) == ["0", "0.1", "2.9"]


def test_a_number_and_a_code_in_one_cell_is_no_decimal(tmp_path: Path) -> None:
    rows = "".join(f'2024-02-20T{row:02d}:00,"+0{row:03d},1","10{row:03d},1",{row}\n' for row in range(24))
    store = read("DATE,TMP,SLP,a\n" + rows, tmp_path)
    assert [item.name for item in store.info.channels] == ["a"]
    assert len(store.info.reading.doubts) == 2


def test_the_number_of_samples_below_the_names_is_no_sample(tmp_path: Path) -> None:
    store = read("x.acq\n5 kHz\nmin,CH1,CH2,\n,30,30,\n" + lines("{s},{v},{w},"), tmp_path)
    assert (store.rows, times(store)[1]) == (30, "0.1")


def test_names_are_text_also_in_a_wide_table_and_as_numbers_next_to_a_time(tmp_path: Path) -> None:
    names = ",".join(f"c{place}" for place in range(300))
    store = read(f"time,{names}\n" + "".join(f"{row}{',1.5' * 300}\n" for row in range(20)), tmp_path)
    assert (store.rows, len(store.info.channels)) == (20, 300)
    store = read("time,40001,40002\n" + lines("2024-02-20 10:00:{ii},{i},{v}"), tmp_path / "b")
    assert [item.name for item in store.info.channels] == ["40001", "40002"]


def test_a_comment_with_the_rate_is_not_the_names(tmp_path: Path) -> None:
    rows = "".join(f"  {row / 8000:.10g}  {row % 5 / 10}\n" for row in range(30))
    store = read("; Sample Rate 8000\n; Channels 1\n" + rows, tmp_path)
    assert (times(store)[1], len(store.info.channels)) == ("0.000125", 1)


def test_times_in_cells_with_their_name_are_times(tmp_path: Path) -> None:
    store = read(lines("t={s} a={v}"), tmp_path)
    assert (times(store)[1], [item.name for item in store.info.channels]) == ("0.1", ["a"])


@pytest.mark.parametrize("cell", ["04JD005", "72A12"])
def test_the_number_of_a_station_is_no_quantity(cell: str, tmp_path: Path) -> None:
    store = read("time,ID,a\n" + lines(f"{{s}},{cell},{{v}}"), tmp_path)
    assert [item.name for item in store.info.channels] == ["a"]


def test_offsets_in_a_column_are_a_doubt_and_one_offset_is_the_zone_on_one_click(tmp_path: Path) -> None:
    text = "time,tz,a\n" + lines("2024-02-20 10:00:{ii},+01:00,{v}")
    store = read(text, tmp_path, offered(read(text, tmp_path))["Zone +01:00"])
    assert times(store)[0] == "2024-02-20 10:00:00+01:00" and not store.info.reading.doubts
    store = read("time,utc_offset,a\n" + lines("2024-02-20 10:00:{ii},60,{v}"), tmp_path / "b")
    assert any("offsets from UTC" in doubt for doubt in store.info.reading.doubts)


def test_years_before_christ_are_times(tmp_path: Path) -> None:
    store = read("year,a\n" + "".join(f"{row * 10 - 500},{row}.5\n" for row in range(20)), tmp_path)
    assert times(store) == ["-500", "-490", "-310"]
