"""Window of a recording in binary format: the decoded values equal those of the service."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from numpy.typing import NDArray

from services.timeseries import window
from services.web.container import Services
from tests.http.conftest import Bring

PRICE = ("open", "high", "low", "close")


def decode(body: bytes) -> dict[str, Any]:
    """The header, with x and y of each series as arrays, decoded as components/assets does."""
    length = int.from_bytes(body[:4], "little")
    assert (4 + length) % 8 == 0, "arrays must be aligned for the browser"
    header: dict[str, Any] = json.loads(body[4 : 4 + length])

    def array(place: list[int]) -> NDArray[np.float64]:
        offset, count = place
        return np.frombuffer(body, "<f8", count, 4 + length + offset)

    for series in header["series"]:
        series["x"], series["y"] = array(series["x"]), array(series["y"])
    if header["candles"]:
        header["candles"] |= {name: array(header["candles"][name]) for name in ("x", *PRICE)}
    return header


def ask(client: FlaskClient, recording: int | str, **query: Any) -> Any:
    asked = {"from": 0, "to": 10, "px": 500, **query}
    return client.get(f"/window/{recording}", query_string={k: v for k, v in asked.items() if v is not None})


def test_a_window_on_the_axis_without_gaps_is_in_samples(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    times = [*range(10), *range(100, 110)]
    recording = bring("t,v\n" + "".join(f"{time},{number}\n" for number, time in enumerate(times)))
    asked = {"from": 8, "to": 11, "px": 100, "axis": "samples", "ticks": 8, "form": "file"}
    got = decode(ask(client, recording, **asked).data)
    assert (got["start"], got["stop"]) == (8, 12)
    x, y = got["series"][0]["x"], got["series"][0]["y"]
    np.testing.assert_array_equal(x[~np.isnan(y)], y[~np.isnan(y)])
    assert float(dict(zip(got["ticks"]["x"], got["ticks"]["text"], strict=True))[10]) == 100


@pytest.mark.parametrize(
    ("low", "high", "pixels"), [(0, 10, 200), (2.5, 2.9, 1000), (-50, 90, 1), (4, 4, 10)]
)
def test_the_bytes_hold_exactly_the_window_of_the_service(
    client: FlaskClient, services: Services, ecg: int, low: float, high: float, pixels: int
) -> None:
    answer = ask(client, ecg, **{"from": low, "to": high, "px": pixels})
    assert answer.status_code == 200
    got = decode(answer.data)
    expected = window(services.recordings.store(ecg), low, high, pixels)
    assert (got["n"], got["start"], got["stop"], got["rows"]) == (
        expected.samples_per_point,
        expected.start,
        expected.stop,
        5000,
    )
    assert [series["channel"] for series in got["series"]] == [0, 1, 2]
    for one, series in zip(got["series"], expected.series, strict=True):
        np.testing.assert_array_equal(one["x"], series.x)
        np.testing.assert_array_equal(one["y"], series.y)
        assert one["min"] == (None if np.isnan(series.minimum) else series.minimum)
        assert one["max"] == (None if np.isnan(series.maximum) else series.maximum)


def test_only_the_requested_channels_are_sent(client: FlaskClient, ecg: int) -> None:
    assert [channel["channel"] for channel in decode(ask(client, ecg, channels="2,0").data)["series"]] == [
        2,
        0,
    ]


def test_dates_are_milliseconds_and_missing_values_are_no_numbers(client: FlaskClient, bring: Bring) -> None:
    recording = bring("time,v\n2024-01-01T00:00:00Z,1\n2024-01-01T00:00:01Z,\n2024-01-01T00:00:02Z,3\n")
    first = 1704067200000
    (series,) = decode(ask(client, recording, **{"from": first, "to": first + 2000}).data)["series"]
    kept = dict(zip(series["x"], series["y"], strict=True))
    assert kept[first] == 1
    assert np.isnan(kept[first + 1000])
    assert kept[first + 2000] == 3


def test_a_view_without_samples_has_no_extremes(client: FlaskClient, ecg: int) -> None:
    got = decode(ask(client, ecg, **{"from": 500, "to": 600}).data)
    assert got["start"] == got["stop"]
    assert all(series["min"] is None and series["max"] is None for series in got["series"])


def test_candles_are_sent_on_request(client: FlaskClient, bring: Bring) -> None:
    rows = [f"{t},{10 + t},{30 + t},{t},{20 + t}" for t in range(64)]
    recording = bring("\n".join(["t,o,h,l,c", *rows, ""]))
    assert decode(ask(client, recording, to=63, px=80).data)["candles"] is None
    answer = decode(ask(client, recording, to=63, px=80, channels="3", candles="0,1,2,3").data)
    assert [series["channel"] for series in answer["series"]] == [3]
    price = answer["candles"]
    assert price["n"] == 4
    firsts = np.arange(0, 64, 4.0)
    expected = (firsts + 1, firsts + 10, firsts + 33, firsts, firsts + 23)
    for name, column in zip(("x", *PRICE), expected, strict=True):
        np.testing.assert_array_equal(price[name], column)


def test_offsets_and_units_of_scaled_channels_are_sent_on_request(
    client: FlaskClient, services: Services, ecg: int
) -> None:
    assert "scales" not in decode(ask(client, ecg).data)
    scales = decode(ask(client, ecg, to=1, z="2", one="0").data)["scales"]
    first, third = (np.asarray(services.recordings.store(ecg).channel(index)) for index in (0, 2))
    assert scales == {
        "2": pytest.approx([third.mean(), third.std()]),
        "0": pytest.approx([first.min(), np.ptp(first)]),
    }


def test_a_window_is_not_kept_by_the_browser(client: FlaskClient, ecg: int) -> None:
    answer = ask(client, ecg)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/octet-stream"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"from": "abc"}, "from"),
        ({"from": None}, "from"),
        ({"to": "nan"}, "to"),
        ({"to": "inf"}, "to"),
        ({"to": "1e999"}, "to"),
        ({"px": ""}, "px"),
        ({"channels": "one"}, "channels"),
        ({"channels": "0,7"}, "channel"),
        ({"channels": "-1"}, "channel"),
        ({"candles": "o,h,l,c"}, "candles"),
        ({"candles": "0,1,2"}, "four channels"),
        ({"z": "one"}, "z"),
        ({"one": "9"}, "channel"),
    ],
)
def test_a_bad_number_is_refused_in_words(
    client: FlaskClient, ecg: int, query: dict[str, Any], named: str
) -> None:
    answer = ask(client, ecg, **query)
    assert answer.status_code == 400
    assert named in answer.get_json()["error"]


@pytest.mark.parametrize("recording", [999_999, 0, 2**31, 10**30])
def test_an_unknown_recording_is_not_found_in_words(client: FlaskClient, ecg: int, recording: int) -> None:
    answer = ask(client, recording)
    assert answer.status_code == 404
    assert answer.get_json() == {"error": "This recording does not exist (any more)."}


@pytest.mark.parametrize("pixels", [0, -5, 1e300, 0.2])
def test_any_number_of_pixels_gives_a_small_answer(client: FlaskClient, ecg: int, pixels: float) -> None:
    answer = ask(client, ecg, px=pixels)
    assert answer.status_code == 200
    assert len(answer.data) < 200_000


def test_the_sample_at_a_position_is_returned_with_its_exact_time(client: FlaskClient, ecg: int) -> None:
    answer = client.get(f"/sample/{ecg}", query_string={"x": 1.9696})
    assert answer.get_json() == {"index": 985, "x": 1.97, "text": "1.97"}
    assert client.get(f"/sample/{ecg}", query_string={"x": "nan"}).status_code == 400
    assert client.get("/sample/999", query_string={"x": 1}).status_code == 404


def test_values_come_as_numbers_and_as_the_source_writes_them(client: FlaskClient, bring: Bring) -> None:
    recording = bring(
        "date;note;a [mV];b\n2024-01-01 00:00:00,5;x;1,500;\n2024-01-01 00:00:01,5;y;2,25;007\n"
    )
    answer = client.get(f"/sample/{recording}", query_string={"x": 0, "channels": "1,0"}).get_json()
    assert answer["values"] == [None, 1.5]
    assert answer["source"] == {"time": "2024-01-01 00:00:00,5", "values": ["", "1,500"]}
    answer = client.get(f"/sample/{recording}", query_string={"x": 9e15, "channels": "1"}).get_json()
    assert (answer["index"], answer["source"]["values"]) == (1, ["007"])
    assert client.get(f"/sample/{recording}", query_string={"x": 0, "channels": "2"}).status_code == 400


def test_without_the_source_the_values_are_still_returned(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring("t,v\n0,1\n1,2\n")
    services.recordings.source_path(services.recordings.get(recording)).unlink()
    answer = client.get(f"/sample/{recording}", query_string={"x": 1, "channels": "0"}).get_json()
    assert (answer["values"], answer["source"]) == ([2], None)


def test_round_sample_numbers_are_returned_with_their_positions(client: FlaskClient, ecg: int) -> None:
    ticks = decode(ask(client, ecg, **{"from": 2, "to": 4, "ticks": 5}).data)["ticks"]
    texts = ["0", "500", "1,000", "1,500", "2,000", "2,500", "3,000"]
    assert ticks == {"index": list(range(0, 3001, 500)), "x": [0, 1, 2, 3, 4, 5, 6], "text": texts}
    elapsed = {"from": 2, "to": 4, "ticks": 2, "form": "elapsed"}
    assert decode(ask(client, ecg, **elapsed).data)["ticks"]["text"] == ["0", "1", "2", "3", "4", "5", "6"]
    assert ask(client, ecg, ticks=5, form="local", zone="../nowhere").status_code == 400
    assert "ticks" not in decode(ask(client, ecg).data)
    assert ask(client, ecg, ticks="many").status_code == 400
