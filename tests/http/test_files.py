"""File tree, Files page and file actions through their callbacks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from components.dialogs import about_id, field_id, form_id, problem_id
from components.files.menu import entry_id
from components.ids import FilesIds, ShellIds
from components.label.page import restore_id
from services.annotations.progress import Progress
from services.storage.tables import recordings as recordings_table
from services.web.container import Services
from tests.http.conftest import Bring
from tests.suggestions import suggest
from tests.support import Fired, fire, prop

CSV = "t,v\n0,1\n1,2\n2,3\n"
ROWS = "shell-files-tree.rowData"
AT = {"x": 10, "y": 20, "left": 30, "top": 40, "width": 1400, "height": 900}


def tree(
    client: FlaskClient, changed: str = "shell-files-version.data", value: Any = 1, **others: Any
) -> Fired:
    return fire(client, changed, value, output=ROWS, **{"_pages_location.pathname": "/files", **others})


def rows(client: FlaskClient) -> list[dict[str, Any]]:
    return [row for row in tree(client).values[ROWS] if row["kind"] == "file"]


def label(services: Services, recording: int, name: str = "P") -> None:
    command = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "label": name, "x0": 0, "x1": 2}
    assert not services.annotations.apply(recording, [command], -1)["rejected"]


def send(client: FlaskClient, dialog: str, about: dict[str, Any], **fields: Any) -> Fired:
    """Send the form of a dialog."""
    others = {prop(field_id(dialog, name), part): value for name, text in fields.items()
              for part, value in (("value", text), ("id", field_id(dialog, name)))}  # fmt: skip
    return fire(
        client, prop(form_id(dialog), "n_submit"), 1, **{prop(about_id(dialog), "data"): about}, **others
    )


def target(*recordings: int, folders: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"recordings": list(recordings), "folders": list(folders), "ids": list(recordings)}


def problem(fired: Fired, dialog: str) -> str:
    return str(fired.values[prop(problem_id(dialog), "children")])


def test_the_tree_is_drawn_once_and_then_what_changed(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    one, two = bring(CSV, "a.csv"), bring(CSV + "3,4\n", "deep/b.csv")
    first = tree(client)
    assert [row["name"] for row in first.values[ROWS]] == ["deep", "b.csv", "a.csv"]
    assert first.values["shell-files-count.children"] == "2 files"
    label(services, two)
    suggest(services.annotations, two, [(0, 1, "P", 0.5)])
    second = tree(client, **{"shell-files-drawn.data": first.values["shell-files-drawn.data"]})
    assert ROWS not in second.values
    (row,) = second.values["shell-files-tree.rowTransaction"]["update"]
    assert (row["file"], row["labels"], row["suggested"], row["review"]) == (
        two,
        "1",
        "1",
        "1 suggestion to review",
    )
    assert second.values["shell-files-count.children"] == "2 files · 1 labelled · 1 to review · 1 unsaved"
    services.trash.delete([one])
    third = tree(client, **{"shell-files-drawn.data": second.values["shell-files-drawn.data"]})
    assert [row["name"] for row in third.values[ROWS]] == ["deep", "b.csv"]


def test_a_folder_is_folded_and_opened_by_going_to_a_file_in_it(client: FlaskClient, bring: Bring) -> None:
    recording = bring(CSV, "deep/b.csv")
    folded = tree(client, "shell-files-fold.data", {"path": "deep"}, **{"shell-files-drawn.data": None})
    assert folded.values["shell-files-closed.data"] == ["deep"]
    assert [(row["name"], row["closed"]) for row in folded.values[ROWS]] == [("deep", True)]
    there = {
        "shell-files-closed.data": ["deep"],
        "shell-files-drawn.data": folded.values["shell-files-drawn.data"],
    }
    opened = tree(client, "_pages_location.pathname", f"/label/{recording}", **there)
    assert opened.values["shell-files-closed.data"] == []
    assert [row.get("open") for row in opened.values[ROWS]] == [None, True]


def test_all_folders_are_folded_by_one_button(client: FlaskClient, bring: Bring) -> None:
    bring(CSV, "deep/b.csv")
    folded = tree(client, "shell-files-fold-all-button.n_clicks", 1)
    assert folded.values["shell-files-closed.data"] == ["deep"]
    assert [row["name"] for row in folded.values[ROWS]] == ["deep"]


def test_how_files_are_sorted_is_remembered(client: FlaskClient, services: Services, bring: Bring) -> None:
    bring(CSV, "a.csv")
    chosen = "shell-files-funnel-button.className"
    assert "tm-active" in fire(client, "shell-files-sort.value", "labels", output=chosen).values[chosen]
    assert services.preferences.get("files:sort") == "labels"
    panel = fire(client, "shell-files-funnel-button.n_clicks", 1).values["shell-files-panel.children"]
    assert [choice["props"]["children"][1]["props"]["value"] for choice in panel[:3]] == [
        "labels",
        "any",
        "any",
    ]
    again = fire(client, "shell-files-funnel-button.n_clicks", 3, **{"shell-files-state.value": "done"})
    assert "shell-files-panel.children" not in again.values, "the selection is kept"
    assert again.side["shell-files-label.options"][0]["label"] == "Any"


def test_keys_go_to_the_next_file_and_report_the_end(client: FlaskClient, bring: Bring) -> None:
    first, second = bring(CSV, "a.csv"), bring(CSV + "3,4\n", "b.csv")
    asked = f"{ShellIds.FILE_STEP}.data"
    here = {"_pages_location.href": f"http://localhost/label/{first}"}
    assert fire(client, asked, {"by": 1}, **here).side["_pages_location.href"] == f"/label/{second}"
    stays = fire(client, asked, {"by": -1}, **here).side["shell-toast.data"]
    assert stays["text"] == "This is the first file."
    assert not fire(client, asked, {"by": 1}, **{"_pages_location.href": "http://localhost/files"}).side


def test_the_menu_of_a_row_offers_what_can_be_done_with_it(client: FlaskClient, bring: Bring) -> None:
    first, second = bring(CSV, "x/a.csv"), bring(CSV + "3,4\n", "x/b.csv")
    menu = "shell-files-menu.children"
    alone = fire(client, "shell-files-menu-for.data", {"row": f"f{first}", **AT})
    assert alone.values["shell-files-menu.is_open"] is True
    text = str(alone.values[menu])
    assert "Open in a new tab" in text and "Auto-label…" in text and "'Delete…'" in text
    folder = str(fire(client, "shell-files-menu-for.data", {"row": "dx/", **AT}).values[menu])
    assert "Auto-label 2 files…" in folder and "Delete 2 files…" in folder and "new tab" not in folder
    picked = {"shell-files-tree.selectedRows": [{"id": f"f{first}"}, {"id": f"f{second}"}]}
    both = str(fire(client, "shell-files-menu-for.data", {"row": f"f{second}", **AT}, **picked).values[menu])
    assert "Rename" not in both and "Delete 2 files…" in both
    about = {prop(about_id(ShellIds.FILES_MENU), "data"): {"target": target(first), "at": AT}}
    fired = fire(client, prop(entry_id("done"), "n_clicks"), 1, **about)
    assert fired.side["shell-files-done-asked.data"] == {"recordings": [first], "done": True}
    assert fired.side["shell-files-menu.is_open"] is False


def test_files_are_renamed_and_moved_and_invalid_names_are_reported(
    client: FlaskClient, bring: Bring
) -> None:
    first, second = bring(CSV, "a.csv"), bring(CSV + "3,4\n", "x/b.csv")
    fired = fire(client, "shell-files-rename-for.data", {"row": f"f{first}", **AT})
    assert fired.values["shell-files-rename.is_open"] is True and "a.csv" in str(fired.values)
    renamed = send(client, ShellIds.FILES_RENAME, target(first) | {"name": "a.csv"}, name="c")
    assert problem(renamed, ShellIds.FILES_RENAME) == "" and "shell-files-version.data" in renamed.side
    send(client, ShellIds.FILES_RENAME, target(folders=("x",)) | {"name": "x"}, name="y")
    asked = str(fire(client, "shell-files-move-for.data", {"target": target(first)}).values)
    assert "Move c.csv" in asked and "'value': 'y'" in asked
    send(client, ShellIds.FILES_MOVE, target(first, folders=("y",)), to="z")
    assert [row["path"] for row in rows(client)] == ["z/y/b.csv", "z/c.csv"]
    taken = send(client, ShellIds.FILES_MOVE, target(first), to="z/y/b.csv")
    assert "folder where the other is a file" in problem(taken, ShellIds.FILES_MOVE)
    for name, wrong in (
        ("../x.csv", target(first)),
        ("CON.csv", target(first)),
        ("x", target(folders=("nowhere",))),
    ):
        answer = send(client, ShellIds.FILES_RENAME, wrong | {"name": "old"}, name=name)
        assert problem(answer, ShellIds.FILES_RENAME).endswith("."), name
    assert second


def done(client: FlaskClient, **choices: Any) -> Fired:
    return fire(client, "shell-files-done.data", choices)


def test_done_saves_unsaved_labels_and_can_be_undone(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    first, second = bring(CSV, "a.csv"), bring(CSV + "3,4\n", "b.csv")
    label(services, first)
    done(client, recordings=[first, second], done=True)
    assert [row["words"] for row in rows(client)] == ["Done. Saved", "Done. No labels"]
    done(client, recordings=[first], done=False)
    assert [row["words"] for row in rows(client)] == ["Saved", "Done. No labels"]
    fired = done(client, recording=first)
    toast = fired.side["shell-toast.data"]
    assert toast["text"] == "a.csv is done. All files are done." and toast["action"]["text"] == "Undo"
    assert "_pages_location.href" not in fired.side
    done(client, recordings=[second], done=False)
    done(client, recording=first)
    assert done(client, recording=first).side["_pages_location.href"] == f"/label/{second}"


def test_a_file_that_cannot_be_saved_is_not_done(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV, "a.csv")
    label(services, recording)
    (services.settings.outputs_dir / "a.csv").mkdir(parents=True)
    toast = done(client, recordings=[recording], done=True).side["shell-toast.data"]
    assert toast["text"].startswith("Not done: a.csv: ")
    assert "Done" not in rows(client)[0]["words"]


def test_a_deletion_needs_a_confirmation_and_leaves_the_open_file(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    first, second = bring(CSV, "a.csv"), bring(CSV + "3,4\n", "b.csv")
    label(services, first)
    answer = fire(
        client,
        "shell-files-delete-for.data",
        {"row": f"f{first}"},
        **{"_pages_location.pathname": f"/label/{first}"},
    )
    text = str(answer.values)
    assert "Delete a.csv?" in text and "1 file with 1 label." in text and "not saved to outputs/" in text
    assert f"'following': '/label/{second}'" in text and services.trash.content() == []
    fired = send(client, ShellIds.FILES_DELETE, target(first) | {"following": f"/label/{second}"})
    assert fired.side["_pages_location.href"] == f"/label/{second}"
    toast = fired.side["shell-toast.data"]
    assert toast["text"] == "1 file deleted; the trash keeps it for 30 days."
    restored = fire(client, toast["action"]["store"] + ".data", toast["action"]["data"]).side[
        "shell-toast.data"
    ]
    assert restored["text"] == "a.csv is back, with its labels."


def test_the_page_of_a_deleted_file_offers_to_restore_it(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    from dash import page_registry

    recording = bring(CSV, "a.csv")
    label(services, recording)
    services.trash.delete([recording])
    page = str(page_registry["pages.label"]["layout"](recording=str(recording)))
    assert (
        "“a.csv” was deleted on" in page
        and str(restore_id(recording)) in page
        and "with 1 label for 30" in page
    )
    (trashed,) = fire(client, "shell-files-version.data", 1, output="files-trash.rowData").values[
        "files-trash.rowData"
    ]
    assert (trashed["path"], trashed["labels"], trashed["daysText"]) == ("a.csv", 1, "30 days")
    assert client.get(f"/window/{recording}?from=0&to=1&px=10").status_code == 404
    fired = fire(client, prop(restore_id(recording), "n_clicks"), 1)
    fire(client, "shell-files-restore.data", fired.side["shell-files-restore.data"])
    about = {"label-page-about.data": {"page": "p", "recording": recording, "there": False}}
    now = fire(client, "shell-beat.data", 2, **about).side["shell-opened.data"]
    assert (now["there"], now["path"], now["done"]) == (True, "a.csv", False)
    unchanged = fire(client, "shell-beat.data", 3, **about, **{"shell-opened.data": now})
    assert "shell-opened.data" not in unchanged.side
    content, gone = "label-page.children", {"label-page.data-there": ""}
    other = {"label-page-about.data": {**now, "page": "q"}}
    late = fire(client, "shell-opened.data", now, content, **other, **gone)
    assert late.values == {}, "another page is there by now"
    followed = fire(client, "shell-opened.data", now, content, **about, **gone)
    assert followed.values["label-page.data-there"] == "yes" and "label-plot" in str(followed.values)
    services.trash.delete([recording])
    purge = fire(client, "files-purge-button.n_clicks", 1, **{"files-trash-chosen.data": [recording]})
    assert "1 file with 1 label will be deleted permanently." in str(purge.values)
    send(client, FilesIds.PURGE_DIALOG, {"ids": [recording]})
    assert services.trash.content() == []


def test_durations_by_class_leave_gaps_outside_of_labels_out(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    """Two minutes of samples each second, a day apart: the mean step is 12 minutes."""
    times = [*range(60), *range(86_400, 86_460)]
    lines = "".join(f"{time},{place}\n" for place, time in enumerate(times))
    gaps, even = bring(f"time [s],v\n{lines}", "gaps.csv"), bring("time [s],v\n0,1\n1,2\n2,4\n", "even.csv")
    mark(services, gaps, "P", 10, 20)
    mark(services, gaps, "P", 50, 86_410)  # over the gap, as the table of labels shows it
    mark(services, gaps, "T", 86_450, 86_455)
    mark(services, even, "T", 0, 2)

    def seconds() -> dict[str, float]:
        return {label_class.name: label_class.seconds for label_class in services.progress.classes()}

    assert seconds() == {"P": 10 + 86_360, "T": 5 + 2}
    command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "undo"}
    services.annotations.apply(gaps, [command], -1)
    assert seconds() == {"P": 10 + 86_360, "T": 2}
    with services.database.write() as connection:  # recordings of an earlier version
        connection.execute(recordings_table.update().values(even=None))
    assert Progress(services.database, services.recordings).classes() == services.progress.classes()


def mark(services: Services, recording: int, name: str, first: float, last: float) -> None:
    """A label between two times."""
    command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4())}
    command |= {"x0": first, "x1": last, "label": name}
    assert not services.annotations.apply(recording, [command], -1)["rejected"]


def test_the_job_is_summed_up_by_class(client: FlaskClient, services: Services, bring: Bring) -> None:
    timed, counted = bring("time [s],v\n0,1\n1,2\n2,4\n", "a.csv"), bring("v\n5\n4\n9\n1\n", "b.csv")
    for recording, name in ((timed, "P"), (counted, "P"), (counted, "QRS")):
        label(services, recording, name)
    found = [
        (label_class.name, label_class.labels, label_class.samples, label_class.seconds)
        for label_class in services.progress.classes()
    ]
    assert found == [("P", 2, 6, 2.0), ("QRS", 1, 3, 0.0)]
    shown = fire(client, "shell-files-version.data", 1, output="files-trash.rowData").values
    text = str(shown["files-progress.children"])
    assert "67 %" in text and "Balance by count: P 67 %, QRS 33 %" in text
    services.trash.delete([counted])
    assert [label_class.labels for label_class in services.progress.classes()] == [1]


@pytest.mark.parametrize("row", ["f99", "dnowhere/"])
def test_a_missing_row_opens_nothing(client: FlaskClient, bring: Bring, row: str) -> None:
    bring(CSV, "a.csv")
    for store in ("menu-for", "rename-for", "delete-for"):
        assert fire(client, f"shell-files-{store}.data", {"row": row, **AT}).values == {}
