"""Layouts that loggers, oscilloscopes, brokers, weather services and telemetry export: right, doubted or refused.

Each text is generated; no data is copied. A wrong time or value without a word is the worst fault.
"""
# ruff: noqa: E501 - a row of a table is one line

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.errors import RefusedFile
from services.ingest.reading_options import ReadingOptions
from tests.unit.test_layouts import read
from tests.unit.test_layouts_of_devices import lines

Names = tuple[str, ...]

# text, names of the channels, first values, rows, first and last time, doubt
LAYOUTS: dict[str, tuple[str, Names, tuple[float, ...], int, str, str, bool]] = {
    # names above the data
    "names twice, the second time with units": (
        "Number,Date&Time,ms,CH1,CH2\nNO.,Time,ms,degC,V\n" + lines("{j},2023/02/14 00:00:{ii},500,{v},{v}"),
        ("Number", "CH1", "CH2"), (1, 0.5, 0.5), 12, "2023-02-14 00:00:00.500", "2023-02-14 00:00:11.500", False,
    ),
    "units in brackets behind a stroke": (
        "A_Timestamp_Unix_CAL,A_Accel_X\nms,m/(s^2)\n" + lines("16763328{ii}000,{v}"),
        ("A_Accel_X",), (0.5,), 12, "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:11+00:00", False,
    ),
    "a format of the time below the names": (
        "A_Timestamp,A_Accel_X\nyyyy/mm/dd hh:mm:ss.000,m/(s^2)\n" + lines("2023/02/14 00:00:{ii}.000,{v}"),
        ("A_Accel_X",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "remarks below names and units": (
        "Time\tVoltage\ns\tmV\nComments\tRun 1\n" + lines("0.{ii}\t{v}"), ("Voltage",), (0.5,), 12, "0", "0.11", False,
    ),
    "a table of settings with more cells than columns with data": (
        "Source,ID,City,Zone,Elevation,Dew Unit,Wind Unit\nX,4,-,1,2,c,m/s\nYear,Month,Day,Hour,Temp,,\n" + lines("2023,2,14,{i},{v},,"),
        ("Temp",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 11:00:00", False,
    ),
    "units behind the word in": (
        "in s,C1 in V,Temperatur in °C\n" + lines("0.{ii},{v},{v}"), ("C1", "Temperatur"), (0.5, 0.5), 12, "0", "0.11", False,
    ),
    "a setting above a line of dashes": (
        "Serial: X1,,\nBattery Voltage: 4.03     Mode = 13,,\n--------------------,,\n" + lines("{v},{v},{v}"),
        ("column 1", "column 2", "column 3"), (0.5, 0.5, 0.5), 12, "0", "11", False,
    ),
    "a row of delimiters below the names of a table with dates": (
        "Title,,,\n,,,\nDatum,Tijd,Activiteit,\n,,,\n" + lines("14/02/2023,06:00:{ii},{v},"),
        ("Activiteit",), (0.5,), 12, "2023-02-14 06:00:00", "2023-02-14 06:00:11", False,
    ),
    "formats in capital letters below the names": (
        "# rating\nINDEP\tSHIFT\tDEP\n16N\t16N\t1S\n" + lines("{v}\t0.{ii}\t{v}"),
        ("INDEP", "SHIFT", "DEP"), (0.5, 0, 0.5), 12, "0", "11", False,
    ),
    # the interval is in the head
    "a time without a name that rises by the interval in the head": (
        "Sampling Period,1.0E-2\nWaveform Data,,\n" + lines("0.{ii},{v}"), ("column 2",), (0.5,), 12, "0", "0.11", False,
    ),
    "the same time for each channel": (
        "Source,CH1,Source,CH2\nSampling Period,1.0E-2,Sampling Period,1.0E-2\nWaveform Data,,Waveform Data,,\n" + lines("0.{ii},{v},0.{ii},{v},"),
        ("column 2", "column 4"), (0.5, 0.5), 12, "0", "0.11", False,
    ),
    "the number of samples below the names": (
        "resp.acq\n2 msec/sample\n1 channels\nCH1\t\n12\t\n" + lines("{v}\t"), ("CH1",), (0.5,), 12, "0", "0.022", False,
    ),
    "the length of each column below the units": (
        "Name;Time;Speed\nUnit;s;km/h\nLength;12;12\n" + lines(";0.{ii};{v}"), ("Speed",), (0.5,), 12, "0", "0.11", False,
    ),
    # spellings of numbers
    "a sign apart from its number": (
        "time,a\n" + lines("{i},+   {v}"), ("a",), (0.5,), 12, "0", "11", False,
    ),
    "minus behind the number": ("time;a\n" + lines("{i};{v}-"), ("a",), (-0.5,), 12, "0", "11", False),
    "minus as a sign of its own": ("time,a\n0,\u2212{v}\n".replace("{v}", "0.5") + lines("{j},{v}"), ("a",), (-0.5,), 13, "0", "12", False),
    "numbers in brackets": ("time,a\n0,(0.5)\n1,0.75\n2,(1.5)\n3,2.5\n", ("a",), (-0.5,), 4, "0", "3", True),
    "full-width digits": ("time,a\n" + lines("{i},\uff11\uff0e\uff15"), ("a",), (1.5,), 12, "0", "11", False),
    "a unit of two words": ("time,a\n" + lines("{i},{v} V DC"), ("a",), (0.5,), 12, "0", "11", False),
    # times
    "a date with the hour behind a dash": (
        "Zeit;a\n" + lines("2023-02-14-{ii};{v}"), ("a",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 11:00:00", False,
    ),
    "times with their unit": ("Time,a\n" + lines("0.{ii} sec,{v}"), ("a",), (0.5,), 12, "0", "0.11", False),
    "times with another decimal sign than the values": (
        "time;a;b\n" + lines("0,{ii};{v};{v}"), ("a", "b"), (0.5, 0.5), 12, "0", "0.11", False,
    ),
    "months in French": ("Mois;a\n" + "".join(f"{name} 2023;{i}\n" for i, name in enumerate(("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"))), ("a",), (0,), 12, "2023-01-01 00:00:00", "2023-12-01 00:00:00", False),
    "the sign of a place between date and clock": (
        "when,a\n" + lines('"Feb 14, 2023 @ 00:00:{ii}.000",{v}'), ("a",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "year and day of the year": (
        "Year,DOY,Hour,a\n" + lines("2024,60,{i},{v}"), ("a",), (0.5,), 12, "2024-02-29 00:00:00", "2024-02-29 11:00:00", False,
    ),
    "year, day of the year, month and day without names": (
        lines("2024,60,2,29,10,{i},{v}"), ("column 2", "column 7"), (60, 0.5), 12, "2024-02-29 10:00:00", "2024-02-29 10:11:00", True,
    ),
    "hours of sleep beside a date": (
        "date,hours,a\n" + "".join(f"2023-02-{i + 1:02d},{6 + i % 4},{i}\n" for i in range(12)), ("hours", "a"), (6, 0), 12, "2023-02-01 00:00:00", "2023-02-12 00:00:00", False,
    ),
    "numbers in brackets as names": (
        "(1),(2)\n" + lines("{v},{v}"), ("(1)", "(2)"), (0.5, 0.5), 12, "0", "11", False,
    ),
    "a row that is named points": ("name,t,a\nPoints,5,5\nx,6,2\ny,7,4\n", ("a",), (5,), 3, "5", "7", False),
    "hours from 1 to 24": (
        "DATE,HOUR,a\n" + "".join(f"2023-02-14,{i + 1},{i}\n" for i in range(24)), ("a",), (0,), 24, "2023-02-14 01:00:00", "2023-02-15 00:00:00", True,
    ),
    "a time of measurement and one of storage": (
        "creationDate,startDate,a\n" + lines("2023-02-14 01:00:{ii},2023-02-14 00:00:{ii},{v}"), ("a",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "days that are counted": ("julianday,a\n" + lines("2460000.{ii},{v}"), ("a",), (0.5,), 12, "2460000", "2460000.11", False),
    # a time that may be something else
    "a clock in digits with a fraction": (
        "date,time,a\n" + lines("140223,2350{ii}.00,{v}"), ("date", "a"), (140223, 0.5), 12, "235000", "235011", True,
    ),
    "frames of a video": ("Timecode,a\n" + lines("01:00:00:{ii},{v}"), ("a",), (0.5,), 12, "3600", "3600.11", True),
    "a clock beside the name of a month": (lines("Feb 14 00:00:{ii} {v}"), ("column 2", "column 4"), (14, 0.5), 12, "0", "11", True),
    "a clock beside a date that is not read": (
        "Date,Time,a\n" + lines("Q{j},00:00:{ii},{v}"), ("a",), (0.5,), 12, "0", "11", True,
    ),
    "parts of a second in a column of their own": (
        "Date,Time,a,Fractional Seconds\n" + lines("02/14/2023,00:00:{ii},{v},0.{ii}"), ("a", "Fractional Seconds"), (0.5, 0), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", True,
    ),
    "nanoseconds beside seconds": (
        "clock,a,ns\n" + lines("16763328{ii},{v},{j}00"), ("a", "ns"), (0.5, 100), 12, "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:11+00:00", True,
    ),
    "a clock in digits beside a date": (
        "Date,Time,a\n" + lines("2023-02-14,23{ii},{v}"), ("a",), (0.5,), 12, "2023-02-14 23:00:00", "2023-02-14 23:11:00", False,
    ),
    "a clock in digits without zeros beside a date": (
        "Date,Time,a\n" + lines("02/14/2023,1{ii},{v}"), ("a",), (0.5,), 12, "2023-02-14 01:00:00", "2023-02-14 01:11:00", False,
    ),
    "a clock apart from its date, with the same name": (
        "Begin_Date,End_Date,Begin_Time,End_Time,a\n" + lines("2023-02-14,2023-02-15,10:00:{ii},11:00:{ii},{v}"), ("a",), (0.5,), 12, "2023-02-14 10:00:00", "2023-02-14 10:00:11", False,
    ),
    "seconds of the day beside a date": (
        "Date,Seconds,a\n" + lines("2023-02-14,850{ii}.5,{v}"), ("a",), (0.5,), 12, "85000.5", "85011.5", True,
    ),
    "parts of the day beside a day of a spreadsheet": (
        "Date,Time,a\n" + lines("45342,0.{ii},{v}"), ("Date", "a"), (45342, 0.5), 12, "0", "0.11", True,
    ),
    "parts of the day": (
        "Time,a\n" + "".join(f"{0.25 + i / 86_400:.10f},{i}.5\n" for i in range(12)), ("a",), (0.5,), 12, "0.25", "0.2501273148", True,
    ),
    "a clock of 12 hours": (
        "time,a\n" + "".join(f"2023-02-14 {hour}:{minute}:00,1\n" for hour in ("12", "01") for minute in range(10, 20)), ("a",), (1,), 20, "2023-02-14 01:10:00", "2023-02-14 12:19:00", True,
    ),
    "ticks of 100 nanoseconds": ("Timestamp,a\n" + lines("167633280000000{ii},{v}"), ("a",), (0.5,), 12, "16763328000000000", "16763328000000011", True),
    "a time for each channel, with its name": (
        "A time (s),A,B time (s),B\n" + "".join(f"0.{i:02d},1,0.{2 * i:02d},2\n" for i in range(12)), ("A", "B time", "B"), (1, 0, 2), 12, "0", "0.11", True,
    ),
    "a channel that is named data": ("time,data\n" + lines("00:00:{ii},{v}"), ("data",), (0.5,), 12, "0", "11", False),
    "elapsed seconds beside a date": (
        "Date,elapsed_s,a\n" + lines("2023-02-14,{i},{v}"), ("a",), (0.5,), 12, "0", "11", False,
    ),
    # more of names and numbers
    "the name of the time in the row above the other names": (
        "time,T,T\n,min,max\n" + lines("{i},{v},{v}"), ("min", "max"), (0.5, 0.5), 12, "0", "11", False,
    ),
    "rising decimals as names": (
        "time,400.5,410.5,420.5\n" + lines("{i},{v},{v},{v}"), ("400.5", "410.5", "420.5"), (0.5, 0.5, 0.5), 12, "0", "11", False,
    ),
    "three digits behind each point beside German dates": (
        "Datum;Stück\n" + "".join(f"{13 + i}.02.2023;1.1{i:02d}\n" for i in range(12)), ("Stück",), (1.1,), 12, "2023-02-13 00:00:00", "2023-02-24 00:00:00", True,
    ),
    # series below each other
    "a number for each series beside its name": (
        ",result,table,_time,_value,_field\n" + "".join(lines(f",,{k},2023-02-14T00:00:{{ii}}Z,{{v}},{name}") for k, name in enumerate(("temp", "hum"))),
        ("temp", "hum"), (0.5, 0.5), 12, "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:11+00:00", False,
    ),
    # names above numbers that are no samples
    "another table of the same width above the names": (
        "rate,camera,frames,unit\n100.00,100.00,24,mm\nFrame#,Time,a,b\n" + lines("{j},0.{ii},{v},{v}"),
        ("Frame#", "a", "b"), (1, 0.5, 0.5), 12, "0", "0.11", False,
    ),
    "a list of places above the names, with a row of delimiters": (
        "place,number,height,from\nB1,1,212.5,1974-07-15\n,,,\nplace,number,date,level\n" + lines("B1,1,2023-02-14 00:00:{ii},{v}"),
        ("number", "level"), (1, 0.5), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "codes of the columns above a table without names": (
        "94255\t2018\t1000\t0\n" + "".join(f"1\t{i % 60 + 100 * (i // 60) + 1}\t{i % 7}\t12\n" for i in range(70)),
        ("column 1", "column 2", "column 3", "column 4"), (94255, 2018, 1000, 0), 71, "0", "70", True,
    ),
    "numbers of the channels above the names": (
        "[Channels]\n0,12,13\nTime,RPM,Speed\ns,rpm,mph\n\n[Data]\n" + lines("0.{ii},{v},{v}"),
        ("RPM", "Speed"), (0.5, 0.5), 12, "0", "0.11", False,
    ),
    "a rate and groups above the names": (
        "Trajectories,,,,\n100,,,,\n,,A,,\nFrame,Sub Frame,X,Y,Z\n,,mm,mm,mm\n" + lines("{j},0,{v},{v},{v}"),
        ("Frame", "Sub Frame", "X", "Y", "Z"), (1, 0, 0.5, 0.5, 0.5), 12, "0", "11", False,
    ),
    "a remark between names and samples": (
        "Logger X\nNo,Time,a,b\n(Parameter changed)\n" + lines("{j},2023-02-14 00:00:{ii},{v},{v}"),
        ("No", "a", "b"), (1, 0.5, 0.5), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "a stroke behind the names": (
        " Format     X       |\nDATE       TIME         A     B   |\n" + lines("2023-02-14 00:00:{ii}.000 {v} {v}"),
        ("A", "B"), (0.5, 0.5), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "text that looks like a number later": (
        "date\ttime\ta\tcode\n\t\t\tmm\t\n" + "".join(f"14.02.2023\t10:00:{i:02d}\t{i}.5\t{'ABC' if i < 2 else i}\n" for i in range(12)),
        ("a",), (0.5,), 12, "2023-02-14 10:00:00", "2023-02-14 10:00:11", True,
    ),
    # thousands separators
    "commas between thousands": (
        "time,a,b,c\n" + lines('{i},"1,{iii}.50","{j},000,{iii}","{j},{iii}"'), ("a", "b", "c"), (1000.5, 1_000_000, 1000), 12, "0", "11", False,
    ),
    "points between thousands": (
        "Zeit;a;b\n" + lines("{i};1.{iii},5;{j}.000.{iii}"), ("a", "b"), (1000.5, 1_000_000), 12, "0", "11", False,
    ),
    "blanks between thousands": (
        "Heure;a;b\n" + lines("{i};1 {iii},5;{j}\u202f{iii}"), ("a", "b"), (1000.5, 1000), 12, "0", "11", False,
    ),
    "apostrophes between thousands": (
        "Zeit;a;b\n" + lines("{i};1'{iii}.5;{j}\u2019{iii}"), ("a", "b"), (1000.5, 1000), 12, "0", "11", False,
    ),
    "amounts of money with thousands": (
        "time,a\n" + lines('{i}," $ 1,{iii}.25 "'), ("a",), (1000.25,), 12, "0", "11", False,
    ),
    "addresses are no numbers with thousands": (
        "time,ip,a\n" + lines("{i},192.168.100.1{ii},{v}"), ("a",), (0.5,), 12, "0", "11", False,
    ),
    "a time with thousands": ("Time (ms),a\n" + lines('"1,{iii}.5",{v}'), ("a",), (0.5,), 12, "1000.5", "1011.5", False),
    # seconds and parts of a second
    "Unix seconds and nanoseconds": (
        "sec,nsec,a\n" + "".join(f"{1676332800 + i // 4},{i % 4 * 250_000_000},{i}.5\n" for i in range(12)), ("a",), (0.5,), 12,
        "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:02.750+00:00", False,
    ),
    "Unix seconds and microseconds": (
        "tv_sec,tv_usec,a\n" + "".join(f"{1676332800 + i // 4},{i % 4 * 250_000},{i}.5\n" for i in range(12)), ("a",), (0.5,), 12,
        "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:02.750+00:00", False,
    ),
    "seconds and milliseconds from the start": (
        "seconds,milliseconds,a\n" + "".join(f"{i // 4},{i % 4 * 50},{i}.5\n" for i in range(12)), ("a",), (0.5,), 12, "0", "2.15", False,
    ),
    "milliseconds that go on beside seconds": (
        "time,ms,a\n" + lines("{i},{i}000,{v}"), ("ms", "a"), (0, 0.5), 12, "0", "11", False,
    ),
    # more of times
    "hour and minute beside a date": (
        "Date,Hour,Minute,a\n" + lines("2023-02-14,7,{i},{v}"), ("a",), (0.5,), 12, "2023-02-14 07:00:00", "2023-02-14 07:11:00", False,
    ),
    "a clock in digits with milliseconds": (
        "Date,Time,a\n" + lines("20230214,235960{iii}".replace("60", "00") + ",{v}"), ("a",), (0.5,), 12, "2023-02-14 23:59:00", "2023-02-14 23:59:00.011", False,
    ),
    "minutes and seconds by name": ("Time [min:sec],a\n" + lines("0:{ii},{v}"), ("a",), (0.5,), 12, "0", "11", False),
    "an index of a data frame with a zone": (
        ",Year,Month,Day,Hour,a\n" + lines("2023-02-14 {ii}:00:00-07:00,2023,2,14,{i},{v}"), ("a",), (0.5,), 12, "2023-02-14 00:00:00-07:00", "2023-02-14 11:00:00-07:00", False,
    ),
    "Unix times without a name beside names": (
        '"","a"\n' + lines('"16763328{ii}","{v}"'), ("a",), (0.5,), 12, "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:11+00:00", False,
    ),
    "local times and times with a zone": (
        "local_time,utc_time,a\n" + lines("2023-02-14 02:00:{ii},2023-02-14T00:00:{ii}Z,{v}"), ("a",), (0.5,), 12, "2023-02-14 00:00:00+00:00", "2023-02-14 00:00:11+00:00", False,
    ),
    "seconds of a day by name": ("SECONDS,a\n" + lines("5000{i}.5,{v}".replace("{i}", "{ii}")), ("a",), (0.5,), 12, "500000.5", "500011.5", False),
    "hours and minutes in digits": (
        "time,a\n" + "".join(f"{10 + i // 4}{i % 4 * 15:02d},{i}.5\n" for i in range(12)), ("a",), (0.5,), 12, "1000", "1245", True,
    ),
    "a date in two digits for each part without names": (lines("230214,14{ii},{v}"), ("column 1", "column 2", "column 3"), (230214, 1400, 0.5), 12, "0", "11", True),
    "fields of a time with parts of a second": (
        "year,month,day,hour,minute,second,a\n" + lines("2023,2,14,7,0,{i}.25,{v}"), ("a",), (0.5,), 12, "2023-02-14 07:00:00.250", "2023-02-14 07:00:11.250", False,
    ),
    "minutes by the name of their unit": ("min;a\n" + lines("{i};{v}"), ("a",), (0.5,), 12, "0", "11", False),
    "a minimum beside a maximum": ("min;max\n" + lines("{i};{j}9"), ("min", "max"), (0, 19), 12, "0", "11", False),
    "a time of measurement and one when its row was made": (
        "create_time,start_time,a\n" + lines("2023-02-15 01:00:{ii},2023-02-14 00:00:{ii},{v}"), ("a",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", False,
    ),
    "one word that is repeated between numbers": (
        "when,a\n" + "".join(f"2023-02-14 00:00:{i:02d},{'MM' if i % 4 == 1 else f'{i}.5'}\n" for i in range(12)), ("a",), (0.5,), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", True,
    ),
    # below the table
    "names of sensors below the table": (
        "Date,Time,a\n" + lines("14.2.2023,0:0:{i}.5,{v}") + "Date,Time,a\n,,CPU [#0]\n", ("a",), (0.5,), 12, "2023-02-14 00:00:00.500", "2023-02-14 00:00:11.500", True,
    ),
    "sums with names below the table": (
        "Time,a,b\n" + lines("0.{ii},{v},{v}") + "\nTotal time = 2.4\nFrequency (GHz) = 2.592\n", ("a", "b"), (0.5, 0.5), 12, "0", "0.11", True,
    ),
    # one channel in several columns
    "the months of a year beside each other": (
        "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec\n" + lines("20{ii}," + ",".join(["{v}"] * 12)),
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), (0.5,) * 12, 12, "2000", "2011", True,
    ),
    "the number of all samples in the head": (
        "TIMESERIES X, 48 samples, 40 sps\n" + lines("  7{i}  -3{j}  9  {i}"), ("column 1", "column 2", "column 3", "column 4"), (70, -31, 9, 0), 12, "0", "11", True,
    ),
    "a smooth signal that goes on in the next line": (
        "".join(" ".join(f"{abs((8 * i + k) % 60 - 30) + 0.25}" for k in range(8)) + "\n" for i in range(20)),
        tuple(f"column {k}" for k in range(1, 9)), (30.25, 29.25, 28.25, 27.25, 26.25, 25.25, 24.25, 23.25), 20, "0", "19", True,
    ),
    "eight sensors without names": (
        "".join(" ".join(f"{20 + i / 4 + k * 37 % 7 / 5:.2f}" for k in (3, 1, 6, 4, 7, 2, 5, 0)) + "\n" for i in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8)),
        tuple(f"column {k}" for k in range(1, 9)), tuple(round(20.75 + k * 37 % 7 / 5, 2) for k in (3, 1, 6, 4, 7, 2, 5, 0)), 12, "0", "11", False,
    ),
    "codes beside numbers are no decimals": (
        "when,a,code\n" + lines('2023-02-14 00:00:{ii},40.77{i},"+00{ii},1"'), ("a",), (40.77,), 12, "2023-02-14 00:00:00", "2023-02-14 00:00:11", True,
    ),
}  # fmt: skip

# spelling, what it means
SPELT = [
    ("2023-02-14-10-00-{ii}", "2023-02-14 10:00:{ii}"),
    ("2023-02-14_10-00-{ii}", "2023-02-14 10:00:{ii}"),
    ("2023.02.14D10:00:{ii}.500000000", "2023-02-14 10:00:{ii}.500"),
    ("14-FEB-23 10.00.{ii}.500000 PM", "2023-02-14 22:00:{ii}.500"),
    ("2023-02-14 10.00.{ii}", "2023-02-14 10:00:{ii}"),
    ("2023-02-14 {ii}-AM", "2023-02-14 {ii}:00:00"),
    ("2023-2-14 7:5:{i}", "2023-02-14 07:05:{ii}"),
    ("14. Februar 2023 10:00:{ii}", "2023-02-14 10:00:{ii}"),
    ("14 ene 2023 10:00:{ii}", "2023-01-14 10:00:{ii}"),
    ("14-abr-2023 10:00:{ii}", "2023-04-14 10:00:{ii}"),
    ("14 settembre 2023 10:00:{ii}", "2023-09-14 10:00:{ii}"),
    ("14 septiembre 2023 10:00:{ii}", "2023-09-14 10:00:{ii}"),
    ("14 mrt 2023 10:00:{ii}", "2023-03-14 10:00:{ii}"),
]


@pytest.mark.parametrize(("spelling", "meaning"), SPELT)
def test_a_spelling_of_exports_is_read(tmp_path: Path, spelling: str, meaning: str) -> None:
    spelling, first = spelling.replace("{ii}-AM", "{jj}-AM"), int("-AM" in spelling)
    text = "".join(f"{spelling.format(i=i, ii=f'{i:02d}', jj=f'{i:02d}')};{i}.5\n" for i in range(first, 12))
    store = read(f"Datum;v\n{text}", tmp_path)
    assert [store.time_text(i) for i in range(store.rows)] == [
        meaning.format(ii=f"{i:02d}") for i in range(first, 12)
    ]
    assert store.info.reading.doubts == ()


@pytest.mark.parametrize(
    ("text", "time", "first"),
    [
        (
            "Year,Month,v\n"
            + "".join(f"20{i:02d},{'Feb' if i % 2 else 'Jan'},{i}.5\n" for i in range(10, 22)),
            "Year + Month",
            "2010-01-01 00:00:00",
        ),
        (lines("2023 85 {ii} {v} 3"), "column 1 + column 2 + column 3", "2023-03-26 00:00:00"),
        (lines("2023;2;{j};{v};3"), "column 1 + column 2 + column 3", "2023-02-01 00:00:00"),
        (
            "a,s,nanos\n" + "".join(f"1,{1676332800 + i // 4},{i % 4 * 250_000_000}\n" for i in range(12)),
            "s + nanos",
            "2023-02-14 00:00:00+00:00",
        ),
    ],
)
def test_the_parts_of_a_time_are_joined_as_a_doubt_says(
    tmp_path: Path, text: str, time: str, first: str
) -> None:
    store = read(text, tmp_path, ReadingOptions(time=time))
    assert store.time_text(0) == first


@pytest.mark.parametrize(
    "spelling", ["2023-W07-2T10:00:{ii}", "20230214 10:00:{ii} US/Eastern", "Tue Feb 14 10:00:{ii} IST 2023"]
)
def test_a_doubt_about_times_that_are_not_read_names_a_remedy_that_works(
    tmp_path: Path, spelling: str
) -> None:
    store = read("time,a\n" + lines(spelling + ",{v}"), tmp_path)
    (doubt,) = store.info.reading.doubts
    assert "write 2023-12-25 02:50:00" in doubt
    assert "Read it differently" not in doubt


def test_a_date_and_a_clock_in_six_digits_are_joined_if_their_order_is_given(tmp_path: Path) -> None:
    text = "DATE,TIME,a\n" + lines("230214,1000{ii},{v}")
    store = read(text, tmp_path, ReadingOptions(time="DATE + TIME", dates="ymd"))
    assert (store.time_text(0), store.time_text(11)) == ("2023-02-14 10:00:00", "2023-02-14 10:00:11")
    asked = read(text, tmp_path / "asked", ReadingOptions(time="DATE + TIME"))
    assert "choose the order of its dates" in asked.info.reading.doubts[0]


@pytest.mark.parametrize(
    ("table", "late", "value"),
    [
        ("time,a\n" + "".join(f"{row},{row % 7}.5\n" for row in range(5_000)), '5000,"-1,034.50"', -1034.5),
        ("time;a\n" + "".join(f"{row};{row % 7},5\n" for row in range(5_000)), "5000;1.034,50", 1034.5),
        ("time,a\n" + "".join(f"{row},{row % 7}\n" for row in range(5_000)), '5000,"1,034.50"', 1034.5),
    ],
)
def test_thousands_separators_that_come_late_are_read_if_they_are_certain(
    tmp_path: Path, table: str, late: str, value: float
) -> None:
    store = read(table + late + "\n", tmp_path)
    assert float(store.channel(0)[5_000]) == value


@pytest.mark.parametrize("cells", ['"1,{iii}"', '"{j},{iii}"', '"12,3,{iii}.50"'])
def test_thousands_separators_that_could_be_decimals_or_are_none_are_refused(
    tmp_path: Path, cells: str
) -> None:
    with pytest.raises(
        RefusedFile, match=r"decimal number or have a thousands separator|no column of numbers"
    ):
        read("time,a\n" + lines("{i}," + cells), tmp_path)


def test_a_cell_that_breaks_the_groups_of_its_column_is_refused_with_its_line(tmp_path: Path) -> None:
    text = "time,a\n" + "".join(f'{row},"1,{row % 900:03d}.50"\n' for row in range(5_000))
    with pytest.raises(RefusedFile, match=r"line 5002, column “a”: “12,34” is not a number"):
        read(text + '5000,"12,34"\n', tmp_path)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("1676333802,,1.5", "the time is missing"),
        (",5,1.5", "the time is missing"),
        ("1676333802,1250000000,1.5", "“1676333802 \\+ 1250000000” is not a time"),
        ("1676333802,-5,1.5", "“1676333802 \\+ -5” is not a time"),
        ("1676333802,0.5,1.5", "“1676333802 \\+ 0.5” is not a time"),
    ],
)
def test_seconds_whose_parts_are_damaged_are_refused_with_their_line(
    tmp_path: Path, row: str, sentence: str
) -> None:
    rows = "".join(f"{1676332800 + i // 4},{i % 4 * 250_000_000},{i % 9}.5\n" for i in range(4_000))
    with pytest.raises(RefusedFile, match=rf"line 4002, column “sec \+ nsec”: {sentence}"):
        read("sec,nsec,a\n" + rows + row + "\n", tmp_path)


def test_a_time_that_is_a_word_for_missing_of_the_user_is_refused_with_its_line(tmp_path: Path) -> None:
    text = "time,a\n" + lines("{i},{v}") + "gone,5\n12,1.5\n"
    with pytest.raises(RefusedFile, match="line 14, column “time”: the time is missing"):
        read(text, tmp_path, ReadingOptions(missing=("gone",)))


def test_quotation_marks_behind_blanks_are_left_out_of_names_and_numbers(tmp_path: Path) -> None:
    store = read('time, "which", "a"\n' + lines('{i}, "x", "{v}"'), tmp_path)
    assert [channel.name for channel in store.info.channels] == ["a"]
    assert (float(store.channel(0)[1]), store.time_text(11)) == (1.5, "11")


def test_names_of_a_second_table_of_few_rows_are_refused_and_drop_no_sample(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 4"):
        read("time,a\n0,1.5\n1,2.5\nTime,A\n" + "".join(f"{i},{i}.5\n" for i in range(2, 14)), tmp_path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_exported_layout_is_read_correctly(tmp_path: Path, layout: str) -> None:
    text, names, values, rows, first, last, doubt = LAYOUTS[layout]
    store = read(text, tmp_path)
    assert tuple(channel.name for channel in store.info.channels) == names
    assert tuple(float(store.channel(place)[0]) for place in range(len(names))) == values
    assert (store.rows, store.time_text(0), store.time_text(store.rows - 1)) == (rows, first, last)
    assert bool(store.info.reading.doubts) == doubt, store.info.reading.doubts


@pytest.mark.parametrize(
    "cells",
    [
        "1.100;15,25",
        "850;15,25",  # the first with a separator comes later
        "0;15,25 €",
    ],
)
def test_a_point_with_three_digits_in_a_file_of_decimal_commas_is_refused(tmp_path: Path, cells: str) -> None:
    text = (
        "Datum;Volumen;Preis\n"
        + lines("2023-02-{j:02d};" + cells)
        + "2023-02-13;3.129;15,5"
        + cells[-2:] * (cells[-1] == "€")
        + "\n"
    )
    with pytest.raises(RefusedFile, match="thousands separator"):
        read(text, tmp_path)


def test_a_point_with_three_digits_after_the_examined_rows_is_refused(tmp_path: Path) -> None:
    text = "n;Volumen;Preis\n" + "".join(f"{row};850;15,25\n" for row in range(5_000)) + "5000;3.129;15,25\n"
    with pytest.raises(RefusedFile, match=r"line 5002.*“3\.129”.*thousands"):
        read(text, tmp_path)


def test_points_with_other_digits_are_decimal_points_next_to_decimal_commas(tmp_path: Path) -> None:
    store = read("n;a;b\n" + lines("{i};{j}.25;{i},5") + "12;1.125;2,5\n", tmp_path)
    assert [float(store.channel(place)[12]) for place in (1, 2)] == [1.125, 2.5]


def test_a_dash_as_minus_is_read_when_it_comes_late(tmp_path: Path) -> None:
    store = read("time,a\n" + "".join(f"{row},1.5\n" for row in range(5_000)) + "5000,\u22122.5\n", tmp_path)
    assert float(store.channel(0)[5_000]) == -2.5
    assert np.isfinite(store.channel(0)).all()


def test_seconds_since_1989_are_read_on_request(tmp_path: Path) -> None:
    text = "timestamp,a\n" + lines("10452234{ii},{v}")
    assert read(text, tmp_path / "found").time_text(0).startswith("2003-02-14")
    chosen = read(text, tmp_path / "said", ReadingOptions(unit="fit s"))
    assert chosen.time_text(0) == "2023-02-13 11:50:00+00:00"
    assert not chosen.info.reading.doubts


def test_seconds_since_1970_next_to_fields_of_fit_are_read_on_request(tmp_path: Path) -> None:
    text = "timestamp,heart_rate\n" + lines("10452234{ii},{v}")
    assert read(text, tmp_path, ReadingOptions(unit="unix s")).time_text(0) == "2003-02-14 11:50:00+00:00"


def test_an_offset_that_no_zone_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="line 2"):
        read("time,a\n" + lines("2023-02-14 00:00:{ii}.5 +17:00,{v}"), tmp_path)


@pytest.mark.parametrize("cell", ["{v} of the first kind", "~{v}", "CHF {v}"])
def test_a_column_of_decimals_with_remarks_that_is_left_out_is_a_doubt(tmp_path: Path, cell: str) -> None:
    store = read("time,a,b\n" + lines("{i}," + cell + ",{v}"), tmp_path)
    assert any("“a” is left out" in doubt for doubt in store.info.reading.doubts)


def test_a_code_of_a_country_is_no_switch_and_a_heart_rate_is_no_time(tmp_path: Path) -> None:
    store = read("place,time,a\n" + "".join(f"AUS,{row},1.5\n" for row in range(20)), tmp_path)
    assert [item.name for item in store.info.channels] == ["a"]
    store = read("HR|Temp\n" + "".join(f"{60 + row}|36.5\n" for row in range(20)), tmp_path / "b")
    assert [item.name for item in store.info.channels] == ["HR", "Temp"]


def test_a_year_before_the_name_of_its_month_is_a_time(tmp_path: Path) -> None:
    months = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
    store = read(
        "Title,a\n" + "".join(f"{2020 + row // 12} {months[row % 12]},{row}.5\n" for row in range(30)),
        tmp_path,
    )
    assert (store.time_text(0), store.time_text(29)) == ("2020-01-01 00:00:00", "2022-06-01 00:00:00")


def test_a_summary_below_the_table_is_left_out_with_a_doubt(tmp_path: Path) -> None:
    for number, word in enumerate(("Summary", "Summe", "Gesamt", "Moyenne")):
        store = read(
            "lap,a\n" + "".join(f"{row},{row}.5\n" for row in range(20)) + f"{word},99\n",
            tmp_path / str(number),
        )
        assert store.rows == 20 and "is left out" in store.info.reading.doubts[0]


def test_switches_next_to_ones_and_zeros_are_read(tmp_path: Path) -> None:
    store = read(
        "time,b,a\n" + "".join(f"{row},{('0', 'TRUE', '1', 'false')[row % 4]},1.5\n" for row in range(20)),
        tmp_path,
    )
    assert np.array_equal(store.channel(0)[:4], [0, 1, 1, 0])


@pytest.mark.parametrize("cell", ["32767", "65535", "-1.00E+31", "2147483647"])
def test_fill_values_of_integers_and_of_cdf_are_doubts(cell: str, tmp_path: Path) -> None:
    store = read(
        "time,a\n" + "".join(f"{row},{cell if row == 7 else row % 5}\n" for row in range(20)), tmp_path
    )
    assert "which many devices write for an overload or a missing value" in store.info.reading.doubts[0]


def test_hexadecimal_numbers_that_are_too_long_are_a_doubt(tmp_path: Path) -> None:
    store = read("time,id,a\n" + "".join(f"{row},0x{row:016X},1.5\n" for row in range(20)), tmp_path)
    assert "“id” is left out although" in store.info.reading.doubts[0]


@pytest.mark.parametrize("between", ["-", "\u2013", " to "])
@pytest.mark.parametrize(
    "row",
    ["2024-03-{d},{a}:00{to}{b}:00", "2024-03-{d} {a}:00{to}{b}:00,x", "{d}.03.2024 {a}:00{to}{b}:00,x"],
)
def test_an_interval_of_clock_times_is_no_time_with_a_zone(row: str, between: str, tmp_path: Path) -> None:
    rows = [
        row.format(d=25 + number // 5, a=f"{8 + number % 5:02}", b=f"{9 + number % 5:02}", to=between)
        for number in range(25)
    ]
    store = read(
        "Date,Slot,v\n" + "".join(f"{text},{number}.5\n" for number, text in enumerate(rows)), tmp_path
    )
    assert (store.time_text(0), store.time_text(24)) == ("2024-03-25 08:00:00", "2024-03-29 12:00:00")
    assert any("the start is the time" in note for note in store.info.reading.notes)


def test_an_offset_that_does_not_move_is_a_zone(tmp_path: Path) -> None:
    store = read("time,v\n" + "".join(f"2024-03-25 {hour:02}:00-05:00,1.5\n" for hour in range(24)), tmp_path)
    assert store.time_text(0) == "2024-03-25 00:00:00-05:00"


@pytest.mark.parametrize("name", ["timestamps", "times"])
def test_a_plural_is_a_name_of_the_time(name: str, tmp_path: Path) -> None:
    store = read(f"{name},v\n" + "".join(f"{row / 10},1.5\n" for row in range(30)), tmp_path)
    assert store.time_text(29) == "2.9"


@pytest.mark.parametrize(("form", "doubted"), [("04o", True), ("04d", False), ("o", False)])
def test_digits_that_may_be_octal_are_a_doubt(form: str, doubted: bool, tmp_path: Path) -> None:
    store = read("time,code,v\n" + "".join(f"{row},{row:{form}},1.5\n" for row in range(30)), tmp_path)
    assert (
        any("“0035” in “code” is read as 35; if" in doubt for doubt in store.info.reading.doubts) is doubted
    )


def test_a_clock_in_digits_is_not_octal(tmp_path: Path) -> None:
    rows = "".join(f"20240213,{row // 12:02}{row % 12 * 5:02},{row}.5\n" for row in range(90))
    store = read("<DATE>,<TIME>,<CLOSE>\n" + rows, tmp_path)
    assert store.time_text(89) == "2024-02-13 07:25:00"
    assert not store.info.reading.doubts
