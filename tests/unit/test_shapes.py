"""File layouts that loggers, brokers, hospitals and spreadsheets write: read right, refused in words, or asked.

Each file of ``tests/shapes`` was made for this test after the facts of public reports (no data is copied). ``READ``
says what is right; ``doubt``: the reading may be wrong and says so where the file is shown.
"""
# ruff: noqa: E501 - a row of the tables is one line, and a sentence is not cut

from __future__ import annotations

from pathlib import Path

import pytest

from services.errors import RefusedFile
from services.ingest.convert import ingest
from services.timeseries import Store

SHAPES = Path(__file__).resolve().parents[1] / "shapes"

# file, rows, kind of time, first time, last time, first channels, number of channels, doubt
READ = [
    (
        "actigraph_raw.csv",
        128,
        "numeric",
        "0",
        "3.96875",
        ("Accelerometer X", "Accelerometer Y", "Accelerometer Z"),
        3,
        True,
    ),
    ("applewatch_ecg.csv", 600, "numeric", "0", "1.169921875", ("column 1",), 1, False),
    ("arduino_garbage.csv", 100, "numeric", "0", "990", ("ax", "ay"), 2, False),
    ("arduino_labels.txt", 80, "row", "0", "79", ("Temperature", "Humidity"), 2, False),
    ("asas_multispace.txt", 80, "numeric", "2707.90366", "2816.13366", ("MAG_2", "MAG_0", "MAG_1"), 6, False),
    ("axivity_after_excel.csv", 200, "row", "0", "199", ("column 2", "column 3", "column 4"), 3, True),
    (
        "axivity_raw.csv",
        300,
        "naive",
        "2015-06-19 10:00:03",
        "2015-06-19 10:00:05.990",
        ("column 2", "column 3", "column 4"),
        3,
        False,
    ),
    (
        "binance_spot_us_no_header.csv",
        120,
        "datetime",
        "2025-01-01 00:00:00+00:00",
        "2025-01-01 00:01:59+00:00",
        ("column 2", "column 3", "column 4"),
        11,
        False,
    ),
    ("cut_last_line.csv", 200, "numeric", "0", "1.99", ("ax", "ay", "az"), 3, True),
    ("cut_mid_number.csv", 201, "numeric", "0", "2", ("ax", "ay", "az"), 3, False),
    (
        "date_and_time_iso.csv",
        200,
        "naive",
        "2026-01-01 10:30:25",
        "2026-01-01 10:31:14.750",
        ("Temperature", "RPM"),
        2,
        False,
    ),
    ("digilent_waveforms.csv", 200, "numeric", "-0.000130832912", "0.000068167088", ("Channel 1",), 1, False),
    (
        "dmm_overload.tsv",
        120,
        "naive",
        "2022-02-17 12:21:55",
        "2022-02-17 12:23:54",
        ("Primary", "Max", "Avg"),
        5,
        True,
    ),
    (
        "dst_offsets.csv",
        96,
        "datetime",
        "2024-10-26 22:00:00+00:00",
        "2024-10-27 21:45:00+00:00",
        ("v",),
        1,
        False,
    ),
    (
        "dukascopy_gmt.csv",
        100,
        "naive",
        "2020-01-01 00:00:00",
        "2020-04-09 00:00:00",
        ("Open", "High", "Low"),
        5,
        False,
    ),
    (
        "dukascopy_local.csv",
        100,
        "datetime",
        "2018-01-01 00:00:00+02:00",
        "2018-04-10 00:00:00+02:00",
        ("Open", "High", "Low"),
        5,
        False,
    ),
    (
        "e4_ACC.csv",
        320,
        "datetime",
        "2019-05-28 10:40:00+00:00",
        "2019-05-28 10:40:09.968750+00:00",
        ("column 1", "column 2", "column 3"),
        3,
        True,
    ),
    (
        "e4_EDA.csv",
        200,
        "datetime",
        "2019-05-28 10:40:00+00:00",
        "2019-05-28 10:40:49.750+00:00",
        ("column 1",),
        1,
        True,
    ),
    (
        "edgetx.csv",
        100,
        "naive",
        "2025-12-06 14:03:00",
        "2025-12-06 14:03:49.500",
        ("1RSS", "RQly", "Alt"),
        5,
        False,
    ),
    (
        "energyplus.csv",
        72,
        "row",
        "0",
        "71",
        (
            "Environment:Site Outdoor Air Drybulb Temperature [C](Hourly)",
            "ZONE 1:Zone Mean Air Temperature [C](Hourly)",
        ),
        2,
        True,
    ),
    ("excel_resaved_us.csv", 60, "row", "0", "59", ("flow", "total"), 2, True),
    (
        "excel_serial_days.csv",
        100,
        "naive",
        "2022-02-10 08:25:20.510",
        "2022-02-10 08:26:59.510",
        ("HeartRate", "RR1"),
        2,
        True,
    ),
    ("excel_text_numbers.csv", 40, "numeric", "0", "39", ("v",), 1, False),
    (
        "finam_metastock.csv",
        100,
        "naive",
        "2001-01-02 23:01:00",
        "2001-01-03 00:40:00",
        ("<OPEN>", "<HIGH>", "<LOW>"),
        5,
        False,
    ),
    (
        "fingrid.csv",
        72,
        "datetime",
        "2022-11-21 00:00:00+00:00",
        "2022-11-23 23:00:00+00:00",
        ("MeteringPointGSRN", "Product Code", "Quantity"),
        3,
        False,
    ),
    ("fred_dots.csv", 180, "naive", "2013-10-14 00:00:00", "2014-06-20 00:00:00", ("DGS10",), 1, False),
    (
        "geneactiv_colon_ms.csv",
        150,
        "naive",
        "2013-03-25 12:34:56",
        "2013-03-25 12:34:57.490",
        ("x", "y", "z"),
        3,
        False,
    ),
    (
        "grafana_excel_sep.csv",
        60,
        "datetime",
        "2020-01-01 00:00:00+00:00",
        "2020-01-01 00:59:00+00:00",
        ("cpu", "mem"),
        2,
        False,
    ),
    (
        "grafana_units.csv",
        48,
        "naive",
        "2020-01-01 00:00:00",
        "2020-01-02 23:00:00",
        ("Temperature", "Humidity"),
        2,
        False,
    ),
    (
        "headerless_quoted_descending.csv",
        60,
        "naive",
        "2021-07-05 15:04:00",
        "2021-09-02 15:04:00",
        ("column 2",),
        1,
        False,
    ),
    ("hex_counter.csv", 100, "numeric", "0", "0.99", ("id", "data"), 2, False),
    (
        "historian_long_two_tags.csv",
        60,
        "datetime",
        "2021-01-01 00:00:00+00:00",
        "2021-01-01 00:59:00+00:00",
        ("tag-1", "tag-2"),
        2,
        False,
    ),
    (
        "historian_status_text.csv",
        120,
        "naive",
        "2024-03-01 00:00:00",
        "2024-03-01 00:19:50",
        ("FIC101.PV", "TIC102.PV"),
        2,
        False,
    ),
    (
        "hobo_boxcar.txt",
        100,
        "row",
        "0",
        "99",
        ("Temperature (*C) c:1", "High-Res Temp (*C) c:1 2", "RH (%) c:3"),
        3,
        True,
    ),
    ("hoboware.csv", 97, "row", "0", "96", ("column 1", "Temp, °C (LGR S/N: 1, SEN S/N: 1)"), 2, True),
    (
        "homeassistant_one.csv",
        60,
        "datetime",
        "2025-08-31 22:00:00+00:00",
        "2025-09-01 02:55:00.059+00:00",
        ("state",),
        1,
        False,
    ),
    (
        "homeassistant_two_entities.csv",
        118,
        "datetime",
        "2025-08-31 22:00:00+00:00",
        "2025-09-01 02:55:40.059+00:00",
        ("sensor.energy_in", "sensor.temp_out"),
        2,
        True,
    ),
    (
        "investing.csv",
        60,
        "naive",
        "2017-11-21 00:00:00",
        "2018-01-19 00:00:00",
        ("Price", "Open", "High"),
        5,
        True,
    ),
    ("nbsp_thousands.csv", 40, "numeric", "0", "39", ("kw",), 1, False),
    ("hour24.csv", 48, "naive", "2020-01-01 01:00:00", "2020-01-03 00:00:00", ("kwh",), 1, False),
    ("keysight.csv", 200, "numeric", "-0.11343185", "-0.11279505", ("TX1",), 1, False),
    ("labview.lvm", 100, "numeric", "0", "0.099", ("Voltage_0", "Voltage_1"), 2, False),
    ("labview_lvm_as.txt", 100, "numeric", "0", "0.099", ("Voltage_0", "Voltage_1"), 2, False),
    ("last_row_total.csv", 24, "naive", "2024-01-01 00:00:00", "2024-01-01 23:00:00", ("kwh",), 1, True),
    (
        "midnight_truncated.csv",
        80,
        "naive",
        "2020-01-01 22:00:00",
        "2020-01-02 11:10:00",
        ("VALUE",),
        1,
        False,
    ),
    ("month_names.csv", 90, "naive", "2020-01-01 00:00:00", "2020-01-01 01:29:00", ("flow",), 1, False),
    ("ms_of_day.csv", 600, "row", "0", "599", ("MsOfDay", "ecg"), 2, False),
    (
        "mt4_date_time.csv",
        90,
        "naive",
        "2021-12-08 18:49:00",
        "2021-12-08 20:18:00",
        ("Open", "High", "Low"),
        5,
        False,
    ),
    (
        "mt4_no_header.csv",
        90,
        "naive",
        "2021-12-08 18:49:00",
        "2021-12-08 20:18:00",
        ("column 3", "column 4", "column 5"),
        5,
        False,
    ),
    (
        "mt5_tab.csv",
        80,
        "naive",
        "2023-05-01 22:00:00",
        "2023-05-02 17:45:00",
        ("<OPEN>", "<HIGH>", "<LOW>"),
        7,
        False,
    ),
    (
        "naive_spring_gap.csv",
        120,
        "naive",
        "2025-03-30 01:30:00",
        "2025-03-30 03:29:00",
        ("value",),
        1,
        False,
    ),
    ("number_row_id_first.csv", 96, "row", "0", "95", ("No", "pm", "TEMP"), 3, False),
    (
        "openbci_raw.txt",
        250,
        "datetime",
        "2022-12-20 22:40:40.953868+00:00",
        "2022-12-20 22:40:41.949868+00:00",
        ("Sample Index", "EXG Channel 0", "EXG Channel 1"),
        8,
        False,
    ),
    ("percent_values.csv", 40, "numeric", "0", "39", ("duty", "level"), 2, False),
    (
        "perfmon.csv",
        60,
        "naive",
        "2016-04-27 23:59:10",
        "2016-04-28 00:00:09.767",
        (
            "\\\\SRV\\Processor Information(0,0)\\% DPC Time",
            "\\\\SRV\\Processor Information(0,1)\\% DPC Time",
            "\\\\SRV\\Memory\\Available MBytes",
        ),
        3,
        False,
    ),
    (
        "plc_bool_quality.csv",
        120,
        "naive",
        "2024-03-01 00:00:00",
        "2024-03-01 00:01:59",
        ("pump_on", "valve", "flow"),
        4,
        False,
    ),
    ("plc_decimal_comma_ms.csv", 100, "row", "0", "99", ("Druck", "Temperatur"), 2, True),
    (
        "polar_ecg.txt",
        260,
        "naive",
        "2024-03-26 17:30:49",
        "2024-03-26 17:30:50.992",
        ("sensor timestamp", "timestamp", "ecg"),
        3,
        False,
    ),
    ("rigol_ds1000z.csv", 300, "numeric", "0", "0.000598", ("X", "CH1"), 2, False),
    ("rising_counter_before_time.csv", 200, "numeric", "0", "0.796", ("packet", "ecg"), 2, False),
    (
        "sbfspot.csv",
        60,
        "naive",
        "2017-11-04 09:00:00",
        "2017-11-04 13:55:00",
        ("Serial", "Pdc1", "Idc1"),
        5,
        False,
    ),
    (
        "scanmytesla_sparse.csv",
        300,
        "numeric",
        "123",
        "11186",
        ("Battery voltage", "Battery current", "SOC"),
        5,
        False,
    ),
    (
        "sqlserver_datetimeoffset.csv",
        60,
        "datetime",
        "2018-02-28 00:00:00+00:00",
        "2018-02-28 00:00:59.900017700+00:00",
        ("Value",),
        1,
        False,
    ),
    ("t400_elapsed.csv", 120, "numeric", "0", "119", ("ambient", "sens0", "sens3"), 3, False),
    ("timestamp_ns_is_seconds.csv", 100, "numeric", "1757700000.25", "1757700001.24", ("P1", "P2"), 2, True),
    (
        "toa5_campbell.csv",
        120,
        "naive",
        "2021-06-07 13:00:00",
        "2021-06-07 13:00:05.950",
        ("RECORD", "Ux", "Uy"),
        5,
        False,
    ),
    (
        "toa5_campbell.dat",
        120,
        "naive",
        "2021-06-07 13:00:00",
        "2021-06-07 13:00:05.950",
        ("RECORD", "Ux", "Uy"),
        5,
        False,
    ),
    ("tow_msec_is_sec.csv", 100, "numeric", "146580.2", "146590.1", ("north", "east"), 2, False),
    ("trailing_comma_data_only.csv", 50, "row", "0", "49", ("2E", "2F", "32"), 4, False),
    ("units_round_brackets.csv", 200, "numeric", "0", "0.796", ("ECG II", "SpO2"), 2, False),
    ("utf16_tab.txt", 60, "numeric", "0", "5.9", ("value",), 1, False),
    ("whitespace_simple.txt", 100, "numeric", "0", "1.98", ("accx", "accy", "accz"), 3, False),
    (
        "yfinance_multiheader.csv",
        60,
        "naive",
        "2023-02-17 00:00:00",
        "2023-04-17 00:00:00",
        ("Close", "High", "Low"),
        5,
        False,
    ),
    (
        "ymdh_columns.csv",
        96,
        "naive",
        "2010-01-30 00:00:00",
        "2010-02-02 23:00:00",
        ("pm2.5", "TEMP"),
        2,
        False,
    ),
]

# file, the sentence after its quoted name
REFUSED = [
    (
        "binance_joined_ms_then_us.csv",
        ", line 62, column “open_time”: “1735689600000000” is not a Unix time in milliseconds between 1990 and now, unlike the times above it; correct the cell, or split the file where the unit changes, and add it again.",
    ),
    (
        "leap_second.csv",
        ", line 12, column “time”: “2016-12-31T23:59:60Z” is no possible date and time; correct the cell and add the file again.",
    ),
    (
        "madavi_more_cells.csv",
        ", line 2: the row has 9 cells where the header has 7; correct the row and add the file again.",
    ),
    (
        "philips_one_line.txt",
        ": all numbers are in one line; turn the table so that each line is a sample, and add the file again.",
    ),
    (
        "signal_only_one_line_per_lead.csv",
        ": each of its 2 lines seems to be a channel with 501 values; turn the table so that each line is a sample, and add the file again.",
    ),
    (
        "transposed_leads.csv",
        ": each of its 12 lines seems to be a channel with 1,000 values; turn the table so that each line is a sample, and add the file again.",
    ),
    (
        "unix_ms_one_value_too_large.csv",
        ", line 102, column “open_time”: “1735689640000000” is not a Unix time in milliseconds between 1990 and now, unlike the times above it; correct the cell, or split the file where the unit changes, and add it again.",
    ),
]


def stored(file: Path, folder: Path) -> Store:
    """Ingest a file and open what was stored."""
    info = ingest(file, name=file.name, store_root=folder)
    return Store.open(folder / info.sha256[:2] / info.sha256, file)


@pytest.mark.parametrize("shape", READ, ids=lambda shape: shape[0])
def test_a_layout_that_exists_in_the_world_is_read_right(
    tmp_path: Path, shape: tuple[str, int, str, str, str, tuple[str, ...], int, bool]
) -> None:
    name, rows, kind, first, last, channels, count, doubt = shape
    store = stored(SHAPES / name, tmp_path)
    names = tuple(channel.name for channel in store.info.channels)
    assert (store.rows, str(store.info.time.kind)) == (rows, kind)
    assert (store.time_text(0), store.time_text(rows - 1)) == (first, last)
    assert (names[:3], len(names)) == (channels, count)
    assert bool(store.info.reading.doubts) == doubt


@pytest.mark.parametrize(("name", "sentence"), REFUSED)
def test_a_layout_that_cannot_be_read_right_is_refused_in_words(
    tmp_path: Path, name: str, sentence: str
) -> None:
    with pytest.raises(RefusedFile) as refused:
        stored(SHAPES / name, tmp_path)
    assert str(refused.value) == f"“{name}”{sentence}"


def test_every_file_of_the_folder_has_its_right_answer() -> None:
    known = {shape[0] for shape in READ} | {name for name, _ in REFUSED}
    assert {file.name for file in SHAPES.iterdir()} == known


def test_the_source_line_of_a_sample_is_its_own_below_a_head_and_after_dropped_rows(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Device X\ntime,v\n0,5\n1,6\ntime,v\n2,7\nTotal,18\n", encoding="utf-8")
    store = stored(file, tmp_path / "store")
    assert [store.source_line(index) for index in range(3)] == [b"0,5", b"1,6", b"2,7"]
    assert "header is repeated in the file" in " ".join(store.info.reading.notes)


@pytest.mark.parametrize(
    ("rows", "kind", "doubt"),
    [
        ([*range(50), *range(50)], "row", True),  # a clock that starts again
        (
            [*range(50, 100), *range(50)],
            "numeric",
            True,
        ),  # blocks in another order, or a counter that overflows
        (list(range(99, -1, -1)), "numeric", False),  # newest first
        ([0, 2, 1, 3, 5, 4, 6, 8, 7, 9, 11, 10], "numeric", False),  # small swaps
    ],
)
def test_rows_of_several_runs_are_never_interleaved(
    tmp_path: Path, rows: list[int], kind: str, doubt: bool
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        "time,v\n" + "".join(f"{time},{place}\n" for place, time in enumerate(rows)), encoding="utf-8"
    )
    store = stored(file, tmp_path / "store")
    assert (str(store.info.time.kind), bool(store.info.reading.doubts)) == (kind, doubt)
