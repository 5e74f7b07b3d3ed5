"""Digits, clocks, months, calendars and switches of other languages; marks, limits and exponents in cells."""
# ruff: noqa: E501, RUF001 - a row of a table is one line; letters of other scripts

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.errors import RefusedFile
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


MONTHS = {
    "Polish": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października - grudnia",
    "Czech": "ledna února března dubna května června července srpna září října listopadu prosince",
    "Hungarian": "január február március április május június július augusztus szeptember október november december",
    "Croatian": "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna - studenoga prosinca",
    "Romanian": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "Finnish": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "Greek": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
    "Ukrainian": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "French abbreviations": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
}


@pytest.mark.parametrize("language", MONTHS)
def test_months_are_read_in_many_languages(language: str, tmp_path: Path) -> None:
    named = [(number, word) for number, word in enumerate(MONTHS[language].split(), 1) if word != "-"]
    store = read(
        "time;a\n" + "".join(f"{number:02d} {word} 2024 10:00;{number}.5\n" for number, word in named),
        tmp_path,
    )
    expected = [f"2024-{number:02d}-{number:02d} 10:00:00" for number, _ in named]
    assert [store.time_text(row) for row in range(store.rows)] == expected


def test_a_month_that_is_another_one_in_another_language_is_a_doubt(tmp_path: Path) -> None:
    """``listopada`` is November in Polish and October in Croatian; ``marraskuu`` begins like March."""
    store = read(
        "time;a\n" + "".join(f"{row + 1:02d} listopada 2024;{row}.5\n" for row in range(20)), tmp_path
    )
    assert (str(store.info.time.kind), bool(store.info.reading.doubts)) == ("row", True)
    store = read(
        "time;a\n" + "".join(f"{row + 1:02d} marraskuuta 2024;1\n" for row in range(20)), tmp_path / "b"
    )
    assert times(store)[0] == "2024-11-01 00:00:00"


def test_years_of_japanese_and_chinese_eras_are_read(tmp_path: Path) -> None:
    rows = "".join(f"令和6年2月{row + 1}日,{row}.5\n" for row in range(20))
    assert times(read("日付,a\n" + rows, tmp_path))[0] == "2024-02-01 00:00:00"
    rows = "".join(f"民國113年02月{row + 1:02d}日 10:00,{row}.5\n" for row in range(20))
    assert times(read("時間,a\n" + rows, tmp_path / "b"))[0] == "2024-02-01 10:00:00"


@pytest.mark.parametrize(
    "date", ["1402/11/{ii}", "1402-11-{ii} 10:00", "{ii}/11/1402", "۱۴۰۲/۱۱/{ii}", "5784-07-{ii}"]
)
def test_years_of_other_calendars_are_never_gregorian_years(date: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 2, column “date”"):
        read("date,a\n" + "".join(date.format(ii=f"{row:02d}") + ",1.5\n" for row in range(11, 29)), tmp_path)


def test_other_years_in_columns_and_dates_are_doubts(tmp_path: Path) -> None:
    rows = "".join(f"1445,7,{row},{row}.5\n" for row in range(1, 29))
    assert "Gregorian" in read("year,month,day,a\n" + rows, tmp_path).info.reading.doubts[0]
    rows = "".join(f"113/02/{row:02d},{row}.5\n" for row in range(1, 29))
    store = read("日期,a\n" + rows, tmp_path / "b")
    assert store.time_text(0) == "2024-02-01 00:00:00" and "113 is 2024" in store.info.reading.doubts[0]


def test_hexadecimal_numbers_are_read_and_those_without_a_prefix_are_a_doubt(tmp_path: Path) -> None:
    store = read("time,adc,a\n" + "".join(f"{row},0x{row * 3:02X},{row}.5\n" for row in range(30)), tmp_path)
    assert channel(store, "adc") == [row * 3 for row in range(30)] and not store.info.reading.doubts
    text = "time,adc,a\n" + "".join(f"{row},0x{(row * 37) % 256:02X},{row}.5\n" for row in range(30))
    assert "two's complement" in read(text, tmp_path / "b").info.reading.doubts[0]
    bare = read(text.replace("0x", ""), tmp_path / "c").info.reading
    assert "write them as 0x1A" in bare.doubts[0] and bare.skipped[0][0] == "adc"
    with pytest.raises(RefusedFile, match="line 302, column “adc”: “broken” is not a number"):
        read(text + "".join(f"{row},0x01,1\n" for row in range(30, 300)) + "300,broken,1\n", tmp_path / "d")


def test_units_that_differ_between_cells_are_a_doubt(tmp_path: Path) -> None:
    cells = ("1.5 mV", "2 V", "400 µV") * 10
    store = read("time,u,a\n" + "".join(f"{row},{cell},1\n" for row, cell in enumerate(cells)), tmp_path)
    assert "“u” is left out although" in store.info.reading.doubts[0]
