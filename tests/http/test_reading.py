"""Reading a file differently through its callbacks."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from components import reading_form
from components.details import act_id
from components.ids import DetailsIds
from components.reading_controls import error_id, unit_id
from services.errors import NotFound
from services.web.container import Services
from tests.http.conftest import Bring
from tests.support import Fired, eventually, fire, prop

CSV = "when;v [mV];what\n01/02/2023 10:00;1,5;a\n02/02/2023 10:00;2,5;b\n"


def controls(options: dict[str, Any]) -> dict[str, Any]:
    values = zip(reading_form.controls(DetailsIds), reading_form.values_of(options), strict=True)
    return {f"{field}.value": value for field, value in values}


def preview(
    client: FlaskClient, recording: int, options: dict[str, Any], before: Any = None
) -> dict[str, Any]:
    others = controls(options) | {"label-page-about.data": {"recording": recording, "there": True}}
    opened = {"options": before or {}, "units": {}, "count": [1, None]}
    return fire(client, "details-form.data", opened, output="details-rows.columnDefs", **others).values


def read(
    client: FlaskClient, recording: int, options: dict[str, Any], changed: str = "", **others: Any
) -> Fired:
    about = {"label-page-about.data": {"recording": recording, "there": True}}
    given = {**controls(options), **about, **others}
    return fire(client, changed or "details-read-sent.data", 1, output="details-state.children", **given)


def again(
    client: FlaskClient, services: Services, recording: int, options: dict[str, Any], changed: str = ""
) -> Fired:
    """Read a file again and wait until that has ended."""
    fired = read(client, recording, options, changed)
    job = fired.values["details-job.data"]
    eventually(lambda: not (job["job"] and services.jobs.get(job["job"]).active))
    return (
        read(client, recording, options, "jobs-changed.data", **{"details-job.data": job})
        if job["job"]
        else fired
    )


def test_options_are_shown_previewed_and_changed(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV)
    about = {"label-page-about.data": {"recording": recording, "there": True}}
    opened = fire(
        client, "details-change-button.n_clicks", 1, **about
    ).values  # nothing else: then it is shown
    assert opened["details-form.data"]["options"] == {} and opened["details-dates.value"] == "found"
    form, look = opened["details-form.data"], "label-details.class_name"
    assert fire(client, "details-form.data", form, look, **about).values[look] == "tm-details tm-reads"
    assert "Europe/Berlin" in str(opened["details-zones.children"])
    seen = preview(client, recording, {"dates": "dmy"})
    assert [
        column["headerName"].split("\n")[1].split(":")[0] for column in seen["details-rows.columnDefs"][1:]
    ] == [
        "time",
        "channel",
        "left out",
    ]
    assert [row["read"] for row in seen["details-rows.rowData"]] == [
        "2023-02-01 10:00:00",
        "2023-02-02 10:00:00",
    ]
    assert seen["details-delimiter.options"][0]["label"] == "As found: semicolon"
    assert seen["details-read-button.disabled"] is False
    done = again(client, services, recording, {"dates": "dmy"})
    assert done.side["shell-toast.data"] == {"text": "The file is read again.", "kind": "success"}
    assert done.side["label-details.is_open"] is False and "shell-files-version.data" in done.side
    assert services.rereading.options_of(recording).to_json() == {"dates": "dmy"}
    assert (
        preview(client, recording, {"dates": "dmy"}, {"dates": "dmy"})["details-read-button.disabled"] is True
    )


def test_a_unit_that_is_typed_is_shown_and_kept(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV)
    unit = {prop(unit_id("v"), "value"): "V", prop(unit_id("v"), "id"): unit_id("v")}
    others = {
        **controls({}),
        "label-page-about.data": {"recording": recording, "there": True},
        "details-form.data": {"options": {}, "units": {}, "count": [1, None]},
        prop(unit_id("v"), "id"): unit_id("v"),
    }
    typed = fire(client, prop(unit_id("v"), "value"), "V", output="details-rows.columnDefs", **others).values
    assert "v [V]\nchannel" in [column["headerName"] for column in typed["details-rows.columnDefs"]]
    assert typed["details-read-button.disabled"] is False
    read(client, recording, {}, **unit)
    assert services.rereading.options_of(recording).to_json() == {"units": {"v": "V"}}


def test_any_number_of_columns_is_joined_in_the_order_in_which_they_are_chosen(
    client: FlaskClient, bring: Bring
) -> None:
    recording = bring(
        "d;h;m;v\n" + "".join(f"2024-02-20;{row // 60};{row % 60};{row}\n" for row in range(90))
    )
    options = reading_form.options_of(
        reading_form.values_of({"time": "d + h + m"}),
    )
    assert options == {"time": "d + h + m"}
    hostile = {"time": "d + __proto__ + constructor"}
    assert reading_form.options_of(reading_form.values_of(hostile)) == hostile
    seen = preview(client, recording, options)
    assert seen["details-rows.rowData"][1]["read"] == "2024-02-20 00:01:00"
    assert [option["value"] for option in seen["details-clock.options"]] == ["d", "h", "m", "v"]


def test_units_row_and_series_column_are_options_of_the_form(client: FlaskClient, bring: Bring) -> None:
    text = "time,tag,value\ns,,mbar-ish\n" + "".join(
        f"{row},{tag},{row}\n" for row in range(20) for tag in ("a", "b")
    )
    recording = bring(text)
    options = reading_form.options_of(reading_form.values_of({"units_row": 2, "series": "tag"}))
    assert options == {"units_row": 2, "series": "tag"}
    seen = preview(client, recording, options)
    value = seen["details-rows.columnDefs"][3]["headerName"]
    assert value == "value [mbar-ish]\nchannel"
    assert seen["details-series.options"][0]["label"] == "As found"
    assert preview(client, recording, {})["details-series.options"][0]["label"] == "As found: “tag”"
    kept = reading_form.options_of(reading_form.values_of({"series": ""}))
    assert (
        kept == {"series": ""} and preview(client, recording, kept)["details-rows.rowData"][0]["read"] == "0"
    )
    wrong = preview(client, recording, {"series": "time", "time": "time"})
    assert "is the time" in wrong[prop(error_id("series"), "children")]


def test_the_files_of_its_shape_in_its_folder_are_read_so_and_later_ones_too(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording, other = bring(CSV), bring(CSV.replace("2,5", "3,5"), "b.csv")
    odd = bring(CSV.replace("what", "else"), "c.csv")
    done = read(client, recording, {"dates": "dmy"}, **{"details-scope.value": "all"})
    assert done.side["shell-toast.data"]["text"] == (
        "1 more file is read with these options. Files whose labels would not fit are left unchanged."
    )
    eventually(lambda: all(services.recordings.get(one).reading is not None for one in (other, recording)))
    assert services.recordings.get(other).reading == {"dates": "dmy"}
    assert services.recordings.get(odd).reading is None
    later = bring(CSV.replace("2,5", "4,5"), "d.csv")
    assert services.recordings.get(later).reading == {"dates": "dmy"}


def test_an_invalid_option_is_reported_at_its_field(client: FlaskClient, bring: Bring) -> None:
    recording = bring(CSV)
    for options, field in (
        ({"zone": "Nowhere"}, "zone"),
        ({"time": "what"}, "time"),
        ({"encoding": "7"}, "encoding"),
    ):
        seen = preview(client, recording, options)
        assert seen[prop(error_id(field), "children")].endswith("."), field
        assert (seen["details-problem.children"], seen["details-read-button.disabled"]) == ("", True)
        assert "shell-toast.data" in read(client, recording, options).side
    seen = preview(client, recording, {"delimiter": "|"})
    assert "no column of numbers" in seen["details-problem.children"]


def test_losing_labels_needs_a_confirmation(client: FlaskClient, services: Services, bring: Bring) -> None:
    recording = bring(
        "t,counter,v\n" + "".join(f"{row},{(row * 7) % 100},{row * 1.5}\n" for row in range(100))
    )
    command = {
        "uuid": "3d6a2c1e-0b1f-4c55-9a53-6f2f2b0c9d10",
        "kind": "add",
        "label": "P",
        "x0": 10,
        "x1": 20,
    }
    command["id"] = "3d6a2c1e-0b1f-4c55-9a53-6f2f2b0c9d11"
    services.annotations.apply(recording, [command], -1)
    answer = again(client, services, recording, {"time": "counter"})
    assert "Read again and drop them" in str(answer.values["details-state.children"])
    assert services.rereading.options_of(recording).to_json() == {}
    kept = read(client, recording, {}, prop(act_id("keep"), "n_clicks"))
    assert kept.values["details-state.children"] == []
    again(client, services, recording, {"time": "counter"}, prop(act_id("drop"), "n_clicks"))
    assert services.rereading.options_of(recording).to_json() == {"time": "counter"}


def test_a_press_whose_answer_was_dropped_is_done_when_jobs_change(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV)
    pressed = {"details-read-sent.data": 3}
    fired = read(client, recording, {"dates": "dmy"}, "jobs-changed.data", **pressed)
    job = fired.values["details-job.data"]
    assert (job["recording"], job["sent"]) == (recording, 3)
    eventually(lambda: not (job["job"] and services.jobs.get(job["job"]).active))
    assert services.rereading.options_of(recording).to_json() == {"dates": "dmy"}
    kept = {**job, "state": "kept"}
    later = read(client, recording, {}, "jobs-changed.data", **pressed, **{"details-job.data": kept})
    assert (later.status, later.values) == (204, {})


def test_strangers_and_missing_bytes_are_answered_in_words(
    client: FlaskClient, bring: Bring, services: Services
) -> None:
    recording = bring(CSV)
    assert services.rereading.running(recording) is None
    with pytest.raises(NotFound):
        services.rereading.result(recording, "none")
    services.recordings.source_path(services.recordings.get(recording)).unlink()
    about = {"label-page-about.data": {"recording": recording, "there": True}}
    opened = {"options": {}, "units": {}, "count": [1, None]}
    fired = fire(
        client, "details-form.data", opened, output="details-rows.columnDefs", **controls({}), **about
    )
    assert "add the file again" in fired.side["shell-toast.data"]["text"]
