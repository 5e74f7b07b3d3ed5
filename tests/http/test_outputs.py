"""Outputs page: saved, outdated and never saved files; selection, preview, saving, download, deletion."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from callbacks.outputs import download_of
from components import output_list
from components.dialogs import about_id, form_id
from components.ids import DownloadIds, LabelIds, OutputsIds, ShellIds
from services.errors import NotFound
from services.outputs.saved_files import OutputFile, SavedState
from services.web.container import Services
from tests.http.conftest import Bring
from tests.support import fire, prop

CSV = "t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(100))
ROWS = f"{OutputsIds.GRID}.rowData"
CHOSEN = f"{OutputsIds.BEFORE}.data"
SELECTED = f"{OutputsIds.GRID}.selectedRows"


def label(services: Services, recording: int, first: float = 10, name: str = "QRS") -> None:
    command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4())}
    command |= {"x0": first, "x1": first + 5, "label": name}
    assert not services.annotations.apply(recording, [command], -1)["rejected"]


@pytest.fixture
def four(services: Services, bring: Bring) -> dict[str, int]:
    """A recording in each state of one author, by its state; and one without labels, which is not listed."""
    ids = {}
    for number, state in enumerate(state for state in SavedState if state != SavedState.OTHER):
        ids[state.value] = bring(f"{CSV}{100 + number},1\n", f"deep/{state}.csv")
        label(services, ids[state.value])
        if state != SavedState.NEVER:
            services.outputs.save(ids[state.value])
    label(services, ids["older"], 40)
    (services.settings.outputs_dir / "deep" / "gone.csv").unlink()
    bring(f"{CSV}200,1\n", "unlabelled.csv")
    return ids


def listed(client: FlaskClient, state: str = "all", text: str = "") -> list[dict[str, Any]]:
    """The rows that the page shows."""
    others = {f"{OutputsIds.STATE}.value": state, f"{OutputsIds.SEARCH}.value": text}
    answer = fire(client, f"{ShellIds.FILES_VERSION}.data", "1", output=ROWS, **others)
    return list(answer.values[ROWS])


def rows_of(*ids: int) -> list[dict[str, str]]:
    """Rows of files that are selected in the grid."""
    return [{"id": f"f{identity}"} for identity in ids]


def selected(client: FlaskClient, tree: list[dict[str, Any]], *ids: int) -> dict[str, Any]:
    """Text of the page for a selection of files."""
    return fire(
        client, CHOSEN, [f"f{identity}" for identity in ids], output=f"{OutputsIds.CHOSEN}.", **{ROWS: tree}
    ).values


def test_every_file_that_is_saved_or_labelled_is_listed_with_its_state(
    client: FlaskClient, four: dict[str, int]
) -> None:
    rows = listed(client)
    assert rows[0].items() >= {"id": "ddeep/", "kind": "folder", "name": "deep", "depth": 0}.items()
    assert {row["name"]: row["badge"] for row in rows[1:]} == {
        "gone.csv": "file is gone",
        "never.csv": "never saved",
        "older.csv": "older than your labels",
        "saved.csv": "saved as it is",
    }
    older = next(row for row in rows if row["name"] == "older.csv")
    assert (older["labels"], older["savedLabels"]) == (2, 1)
    assert [row["name"] for row in listed(client, "never")] == ["deep", "never.csv"]
    assert [row["name"] for row in listed(client, text="OLD deep")] == ["deep", "older.csv"]
    answer = fire(client, f"{ShellIds.FILES_VERSION}.data", "1", output=ROWS)
    words = "4 files · 1 saved as it is · 1 older than your labels · 1 file is gone · 1 never saved"
    assert answer.values[f"{OutputsIds.SUMMARY}.children"] == words


def test_the_selection_decides_the_possible_actions_and_one_saved_file_is_previewed(
    client: FlaskClient, four: dict[str, int]
) -> None:
    tree = listed(client)
    buttons = [f"{button}.disabled" for button in (OutputsIds.SAVE, OutputsIds.DOWNLOAD, OutputsIds.DELETE)]
    for chosen, disabled in (
        ((), [True, True, True]),
        (("saved",), [True, False, False]),
        (("never",), [False, True, True]),
        (("older", "never"), [False, False, False]),
    ):
        values = selected(client, tree, *(four[name] for name in chosen))
        assert [values[button] for button in buttons] == disabled, chosen
    values = selected(client, tree, four["older"])
    assert values[f"{OutputsIds.CHOSEN}.children"] == "1 file chosen, 1 older than your labels"
    assert values[f"{OutputsIds.PREVIEW_NAME}.children"] == "deep/older.csv"
    assert values[f"{OutputsIds.PREVIEW_ROWS}.children"] == "1 label"
    table = values[f"{OutputsIds.PREVIEW}.children"]["props"]
    assert [column["headerName"] for column in table["columnDefs"]][:3] == [
        "Item Number",
        "Start Index",
        "End Index",
    ]
    assert table["rowData"] == [{"c0": "1", "c1": "10", "c2": "15", "c3": "QRS", "c4": "#d604a2"}]
    both = selected(client, tree, four["older"], four["saved"])
    assert "Choose one saved file" in str(both[f"{OutputsIds.PREVIEW}.children"])


def test_a_saved_file_is_shown_as_it_is_and_one_that_is_none_is_refused(
    services: Services, four: dict[str, int]
) -> None:
    file = services.settings.outputs_dir / "deep" / "saved.csv"
    file.write_text("Item Number,Start Index\n" + "1,NA\n" * 500, encoding="utf-8")
    shown = services.saved_files.preview(four["saved"])
    assert (shown.rows, len(shown.table), shown.table.iloc[0, 1]) == (500, 200, "NA")
    file.write_text('a,b\n"1,2,3\n4', encoding="utf-8")
    with pytest.raises(NotFound, match="is not a CSV"):
        services.saved_files.preview(four["saved"])
    with pytest.raises(NotFound, match="is not saved"):
        services.saved_files.preview(four["never"])


def test_saved_files_are_deleted_after_a_question_and_their_labels_stay(
    client: FlaskClient, services: Services, four: dict[str, int]
) -> None:
    tree = listed(client)
    chosen = {SELECTED: rows_of(*four.values()), ROWS: tree}
    asked = fire(client, f"{OutputsIds.DELETE}.n_clicks", 1, **chosen).values
    words = str(asked[f"{OutputsIds.DIALOG}.children"])
    assert "Delete 2 saved files?" in words and "deep/older.csv" in words and "never.csv" not in words
    (services.settings.outputs_dir / "deep" / "older.csv").write_text("changed elsewhere")
    about = {prop(about_id(OutputsIds.DIALOG), "data"): {"ids": [four["saved"], four["older"]]}}
    answer = fire(client, prop(form_id(OutputsIds.DIALOG), "n_submit"), 1, **about)
    assert answer.side[f"{ShellIds.TOAST}.data"]["text"] == (
        "Deleted 1 saved file. “deep/older.csv” was changed by another program, so it was not deleted."
    )
    assert not (services.settings.outputs_dir / "deep" / "saved.csv").exists()
    states = {file.path: (file.state, file.labels) for file in services.saved_files.files()}
    assert states["deep/saved.csv"] == (SavedState.NEVER, 1)
    assert states["deep/older.csv"] == (SavedState.OLDER, 2)


def test_selected_files_with_unsaved_changes_are_saved_by_a_job_and_the_end_is_reported(
    client: FlaskClient, services: Services, four: dict[str, int]
) -> None:
    tree = listed(client)
    chosen = {SELECTED: rows_of(four["never"], four["saved"]), ROWS: tree}
    begun = fire(client, f"{OutputsIds.SAVE}.n_clicks", 1, **chosen)
    (job,) = begun.side["jobs-started.data"]
    assert services.jobs.get(job).arguments["ids"] == [four["never"], four["saved"]]
    files = [{"saved": True, "reason": ""}, {"saved": False, "reason": "a.csv cannot be written."}]
    end = {"kind": "save_all", "state": "done", "result": {"files": files}}
    answer = fire(client, "jobs-ended.data", [end], output=f"{OutputsIds.SAVED}.")
    assert answer.side[f"{ShellIds.TOAST}.data"]["text"] == "Saved 1 file. a.csv cannot be written."


def test_the_chosen_files_are_downloaded_and_again_under_another_address(
    client: FlaskClient, four: dict[str, int]
) -> None:
    tree = listed(client)
    chosen = {SELECTED: rows_of(four["saved"], four["never"]), ROWS: tree}
    href = fire(client, f"{OutputsIds.DOWNLOAD}.n_clicks", 1, **chosen).values[f"{OutputsIds.ADDRESS}.href"]
    assert href.startswith(f"/download/outputs.zip?recordings={four['saved']}&at=")
    assert client.get(href).status_code == 200


def test_a_button_is_about_the_rows_that_are_selected_though_the_answer_to_the_click_is_on_its_way(
    client: FlaskClient, four: dict[str, int]
) -> None:
    tree = listed(client)
    folder = {CHOSEN: [f"f{four['saved']}"], SELECTED: [{"id": "ddeep/"}], ROWS: tree}
    href = fire(client, f"{OutputsIds.DOWNLOAD}.n_clicks", 1, **folder).values[f"{OutputsIds.ADDRESS}.href"]
    assert f"{four['older']}" in href and f"{four['saved']}" in href
    one = {CHOSEN: [f"f{four['saved']}"], SELECTED: rows_of(four["older"]), ROWS: tree}
    asked = fire(client, f"{OutputsIds.DELETE}.n_clicks", 1, **one).values
    words = str(asked[f"{OutputsIds.DIALOG}.children"])
    assert "deep/older.csv" in words and "deep/saved.csv" not in words


def test_selecting_a_folder_selects_its_content_and_deselecting_it_deselects_that() -> None:
    files = [
        OutputFile(number, path, SavedState.SAVED, 1)
        for number, path in enumerate(("a/b/1.csv", "a/2.csv", "3.csv"))
    ]
    tree = output_list.rows(files)
    everything = output_list.with_folders(tree, ["da/"], [])
    assert everything == ["da/", "da/b/", "f0", "f1"]
    assert output_list.with_folders(tree, ["da/b/", "f0", "f1"], everything) == []
    assert output_list.with_folders(tree, ["f2", *everything], everything) == [*everything, "f2"]
    assert output_list.with_folders(tree, ["f1"], everything) == ["f1"]
    assert output_list.with_folders(tree, ["da/b/"], [*everything, "f2"]) == ["da/b/", "f0"]
    assert output_list.with_folders(tree, ["da/b/"], ["da/b/", "f0"]) == ["da/b/"]
    assert output_list.files_chosen(tree, everything).ids == [0, 1]
    assert download_of(output_list.files_chosen(tree, ["f0"])).startswith(
        "/download/outputs.zip?recordings=0&at="
    )


def test_the_download_dialog_opens_with_every_saved_file_chosen(
    client: FlaskClient, four: dict[str, int]
) -> None:
    opened = fire(client, f"{LabelIds.DOWNLOAD}.n_clicks", 1).values
    tree = opened[f"{DownloadIds.GRID}.rowData"]
    assert opened[f"{DownloadIds.NEVER}.children"] == (
        "2 labelled files are not saved and not in the list: deep/gone.csv, deep/never.csv. Save All saves every file."
    )
    assert [row["name"] for row in tree] == ["deep", "older.csv", "saved.csv"]
    chosen = fire(
        client, f"{DownloadIds.GRID}.rowData", tree, output=f"{DownloadIds.GRID}.selectedRows"
    ).values
    ids = chosen[f"{DownloadIds.BEFORE}.data"]
    rows = chosen[f"{DownloadIds.GRID}.selectedRows"]
    state = {f"{DownloadIds.BEFORE}.data": ids, f"{DownloadIds.GRID}.rowData": tree}
    state[f"{DownloadIds.GRID}.selectedRows"] = rows
    values = fire(client, f"{DownloadIds.BEFORE}.data", ids, output=f"{DownloadIds.SUMMARY}.", **state).values
    assert values[f"{DownloadIds.SUMMARY}.children"] == "2 files chosen, 1 older than your labels"
    state[f"{DownloadIds.FILES}.value"] = "both"
    sent = fire(client, f"{DownloadIds.START}.n_clicks", 1, **state)
    assert sent.values[f"{DownloadIds.ADDRESS}.href"].endswith("&files=both")
    assert sent.side[f"{DownloadIds.DIALOG}.is_open"] is False
    assert client.get(sent.values[f"{DownloadIds.ADDRESS}.href"]).status_code == 200
