"""Model registry: validation of texts, class mapping, deletion."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert

from components.models import detail
from services.errors import Conflict, Invalid, NotFound
from services.formats.model_list_csv import read_model_list
from services.jobs import JobKind
from services.label_classes.validation import PALETTE
from services.models import legacy_import, rows
from services.models.fields import ModelTexts, WrongFields, model_texts, truncated_texts
from services.models.legacy_import import read_folder
from services.storage.tables import annotation_table, runs
from services.torch_models.model import ModelLabel
from services.web.container import Services
from tests.saved_again import SAVED_AGAIN
from tests.suggestions import suggest
from tests.support import eventually
from tests.unit.catalogue_models import keep, settled, upload
from tests.unit.checkpoint_files import save, state


def wrong(values: dict[str, str], file: str | None = None) -> dict[str, str]:
    """The sentences at the fields of the form."""
    with pytest.raises(WrongFields) as refusal:
        model_texts(values, file)
    return refusal.value.fields


def test_values_allowed_by_the_predecessor_are_accepted() -> None:
    texts = model_texts(
        {"name": "  Trend 5 später ", "short_description": "d" * 30, "remarks": "r" * 300}, "A.PTH"
    )
    assert texts == ModelTexts("Trend 5 später", "d" * 30, "r" * 300)
    assert [model_texts({"name": "A"}, file).name for file in ("a.pt", "epoch=3-step=40.ckpt")] == ["A", "A"]


def test_each_field_beyond_its_limit_has_a_message() -> None:
    long = {"name": "n" * 31, "short_description": "d" * 31, "remarks": "r" * 301}
    assert wrong(long, "model.csv") == {
        "name": "The name may have at most 30 characters; this one has 31.",
        "file": "“model.csv” is not a .pth, .pt or .ckpt file. Choose the file that torch.save wrote.",
        "short_description": "The short description may have at most 30 characters; 31 are too many.",
        "remarks": "The remarks may have at most 300 characters; 301 are too many.",
    }
    assert wrong({}, "") == {"name": "The model needs a name.", "file": "Choose a .pth, .pt or .ckpt file."}


@pytest.mark.parametrize("name", ["a/b", "a.b", "<b>", "a_b", "tab\there", "-", "\u202eabc"])
def test_a_name_has_letters_digits_and_spaces_only(name: str) -> None:
    assert wrong({"name": name}) == {"name": "The name may have letters, digits and spaces only."}


def test_texts_of_an_old_list_are_truncated() -> None:
    listed = {"name": "GRU v1.2/" + "x" * 40, "short_description": "s" * 50, "remarks": "\u202er" * 400}
    texts = truncated_texts(listed, "Model")
    assert texts == ModelTexts("GRU v1 2 " + "x" * 21, "s" * 30, "r" * 300)
    assert truncated_texts({"name": "<>"}, "Model").name == "Model"


def test_a_name_is_given_once_whatever_its_case(services: Services) -> None:
    keep(services, "Trend")
    with pytest.raises(WrongFields, match="There is a model “Trend” already"):
        keep(services, "TREND")
    with pytest.raises(WrongFields, match="The model “Trend” has exactly these bytes already"):
        keep(services, "Other", b"Trend")


def test_a_model_is_renamed_and_described(services: Services) -> None:
    model, other = keep(services, "Trend"), keep(services, "Other")
    services.models.describe(model.id, {"name": "Slope", "remarks": "Made for OHLC."})
    services.models.describe(model.id, {"short_description": "Five classes"})
    known = services.models.get(model.id)
    assert (known.name, known.short_description, known.remarks) == ("Slope", "Five classes", "Made for OHLC.")
    with pytest.raises(WrongFields, match="already"):
        services.models.describe(model.id, {"name": "OTHER"})
    services.models.describe(other.id, {"name": "OTHER"})
    assert [model.name for model in services.models.list()] == ["OTHER", "Slope"]


def test_deleting_a_model_deletes_its_file_and_frees_its_name(services: Services) -> None:
    model = keep(services, "Trend")
    file = services.models.file_of(model)
    services.models.delete(model.id)
    assert not file.exists() and services.models.list() == []
    with pytest.raises(NotFound):
        services.models.get(model.id)
    keep(services, "Trend")


def test_open_suggestions_are_deleted_with_a_model_on_request_and_restored_by_undo(
    services: Services, tmp_path: Path
) -> None:
    kept, removed = (keep(services, name) for name in ("Kept", "Removed"))
    before = services.models.version()
    files = []
    for number in range(2):
        csv = tmp_path / f"{number}.csv"
        csv.write_text("t,v\n" + "".join(f"{row},{row + number}\n" for row in range(20)))
        list(services.uploads.import_paths([csv]))
        files.append(services.recordings.list()[-1].id)
    for file in files:
        suggest(services.annotations, file, [(1, 2, "A", 0.9), (4, 5, "A", 0.8)], kept.id)
        ids = suggest(services.annotations, file, [(1, 2, "B", 0.9), (4, 5, "B", 0.8)], removed.id)
        command = {"uuid": str(uuid4()), "kind": "accept", "ids": ids[:1]}
        services.annotations.apply(file, [command], -1)

    def labels(file: int) -> list[tuple[str, str]]:
        found = services.annotations.apply(file, [], -1)["upsert"]
        return sorted((row["label"], row["status"]) for row in found)

    services.models.delete(kept.id)
    assert labels(files[0]).count(("A", "suggested")) == 2
    services.models.delete(removed.id, suggestions=True)
    assert services.models.version() != before
    for file in files:
        assert [label for label in labels(file) if label[0] == "B"] == [("B", "accepted")]
        entry = services.history.page(file)["entries"][0]
        assert entry["summary"] == "Remove open suggestions of Removed, which was deleted"
        services.annotations.apply(file, [{"uuid": str(uuid4()), "kind": "undo"}], -1)
        assert ("B", "suggested") in labels(file)


def test_a_model_is_not_deleted_while_a_job_with_it_waits(services: Services) -> None:
    model = keep(services, "Trend")
    services.jobs.register("block", JobKind("tests.unit.job_functions:block", pool="test"))
    job = services.jobs.submit("block", {"model": model.id})
    with pytest.raises(Conflict, match="“Trend” is in use"):
        services.models.delete(model.id)
    services.jobs.cancel(job)
    services.models.delete(model.id)


def test_the_class_mapping_is_from_the_user_then_the_checkpoint_then_the_label_classes(
    services: Services,
) -> None:
    first = services.label_sets.list()[0].id
    for index, name in enumerate(["No trend", "Down", "Steep", "Up"]):
        identity = services.label_classes.add(first, name, "black")
        services.label_classes.set_index(identity, index)
    labels = (ModelLabel(1, "Falling", "#123456"), ModelLabel(2, "\n"), ModelLabel(0, "From file", "url(x)"))
    model = keep(services, labels=labels)
    services.models.set_class(model.id, 0, {"name": "Mine", "color": "#abcdef"})
    services.models.set_class(model.id, 3, {"skip": True})
    with services.database.read() as connection:
        classes = services.models.classes_for(connection, rows.by_id(connection, model.id), first)
    told_as = [(item.name, item.color, item.source, item.skip, item.known) for item in classes.values()]
    assert told_as == [
        ("Mine", "#abcdef", "you", False, False),
        ("Falling", "#123456", "checkpoint", False, False),
        ("Steep", "black", "classes", False, True),  # the name in the checkpoint is invalid
        ("Up", "black", "classes", True, True),
        ("Class 4", "#5a3cff", "number", False, False),
    ]


def test_an_existing_class_keeps_its_colour(services: Services) -> None:
    first = services.label_sets.list()[0].id
    services.label_classes.add(first, "QRS", "red")
    model = keep(services)
    services.models.set_class(model.id, 0, {"name": " QRS ", "color": "blue"})
    with services.database.read() as connection:
        known = services.models.classes_for(connection, rows.by_id(connection, model.id), first)[0]
    assert (known.name, known.color, known.known) == ("QRS", "red", True)


def test_an_unnamed_index_gets_a_colour_that_no_label_class_has(services: Services) -> None:
    first = services.label_sets.list()[0].id
    services.label_classes.add(first, "QRS", PALETTE[1])
    with services.database.read() as connection:
        classes = services.models.classes_for(connection, keep(services), first)
    assert [classes[index].color for index in range(3)] == [PALETTE[0], PALETTE[2], PALETTE[3]]


def test_settings_of_classes_are_reset(services: Services) -> None:
    model = keep(services)
    services.models.set_class(model.id, 1, {"name": "A", "skip": True})
    services.models.set_class(model.id, 2, {"color": "red"})
    services.models.set_class(model.id, 1, {"name": ""})
    assert services.models.get(model.id).classes == [{"index": 1, "skip": True}, {"index": 2, "color": "red"}]
    services.models.reset_class(model.id, 1)
    assert services.models.get(model.id).classes == [{"index": 2, "color": "red"}]
    services.models.reset_class(model.id)
    assert services.models.get(model.id).classes is None


def test_models_follow_a_label_class_that_is_renamed_or_merged(services: Services) -> None:
    classes, model = services.label_classes, keep(services)
    number, beat = classes.add(1, "Class 3"), classes.add(1, "Beat")
    classes.set_index(beat, 2)
    services.models.set_class(model.id, 3, {"skip": True})
    classes.rename(number, "QRS")
    assert services.models.get(model.id).classes == [{"index": 3, "name": "QRS", "skip": True}]
    classes.rename(beat, "Pulse")  # still mapped by its index
    assert len(services.models.get(model.id).classes or ()) == 1
    classes.delete(beat, number)
    assert services.models.get(model.id).classes == [
        {"index": 2, "name": "QRS"},
        {"index": 3, "name": "QRS", "skip": True},
    ]
    other = services.label_sets.add("Other")
    classes.add(other, "QRS")  # which the model means there
    classes.rename(number, "Complex")
    assert {label_class["name"] for label_class in services.models.get(model.id).classes or ()} == {"QRS"}


@pytest.mark.parametrize("index", [5, -1, True, "1", None, 1.0])
def test_a_class_the_model_does_not_have_cannot_be_named(services: Services, index: object) -> None:
    model = keep(services)
    with pytest.raises(Invalid, match="0 to 4"):
        services.models.set_class(model.id, index, {"name": "A"})


@pytest.mark.parametrize("values", [{"name": "a\nb"}, {"name": 4}, {"color": "url(x)"}])
def test_an_invalid_name_or_colour_is_refused(services: Services, values: dict[str, object]) -> None:
    model = keep(services)
    with pytest.raises(Invalid):
        services.models.set_class(model.id, 0, values)
    assert services.models.get(model.id).classes is None


def test_an_uploaded_checkpoint_becomes_a_model_once(services: Services, tmp_path: Path) -> None:
    file, partial = save(tmp_path / "gru.pth", state()), services.settings.models_dir / ".partial"
    arrival = upload(services, file, "Trend")
    model = services.models.get(arrival.model)
    assert (model.name, model.info.classes, model.origin) == ("Trend", 5, "upload")
    assert services.models.file_of(model).read_bytes() == file.read_bytes()
    eventually(lambda: not any(partial.iterdir()))  # after the end of the job
    again = upload(services, file, "Another")
    assert (
        again.state == "refused"
        and again.fields["file"] == "The model “Trend” has exactly these bytes already."
    )
    bad = tmp_path / "bad.pth"
    bad.write_bytes(b"t,v\n1,2\n")
    assert upload(services, bad, "Bad").fields == {
        "file": "“bad.pth” is a text file, not a torch checkpoint; choose the file that torch.save wrote."
    }
    eventually(lambda: not any(partial.iterdir()))  # after the end of the job


def listed(folder: Path, *lines: str) -> None:
    """An old list in the folder of models."""
    folder.mkdir(exist_ok=True)
    (folder / "models.csv").write_text(
        "Model Name,Model File,Remarks,Short Description\n" + "".join(f"{line}\n" for line in lines)
    )


def test_the_list_of_the_old_tool_is_picked_up_once(services: Services) -> None:
    folder = services.settings.models_dir
    listed(folder, "Trend.1,a.pth,Some remarks,Five", "Trend 1,models/b.pth,,", "Gone,gone.pth,,", "x,../c,,")
    save(folder / "a.pth", state())
    save(folder / "b.pth", state(seed=2))
    assert services.model_arrivals.pick_up() == 2
    settled(services)
    assert [(model.name, model.file, model.origin) for model in services.models.list()] == [
        ("Trend 1", "a.pth", "list"),
        ("Trend 1 2", "b.pth", "list"),
    ]
    assert services.models.list()[0].remarks == "Some remarks"
    assert services.model_arrivals.pick_up() == 0
    services.models.delete(services.models.list()[0].id)
    assert services.model_arrivals.pick_up() == 0
    assert [note.file for note in services.model_arrivals.notes()] == ["gone.pth", "c"]


OLD_LIST = [
    ["Model Name", "Model File", "Remarks", "Short Description"],
    ["Trend", "a.pth", 'five classes, "good"', "Five"],
    ["Noise", "models/b.pth", "", ""],
]


@pytest.mark.parametrize("kind", [one for one in SAVED_AGAIN if one != "empty lines between"])
def test_an_old_list_that_was_saved_again_is_read(services: Services, kind: str) -> None:
    folder = services.settings.models_dir
    folder.mkdir(exist_ok=True)
    (folder / "Models.CSV").write_bytes(SAVED_AGAIN[kind](OLD_LIST))
    for name in ("a.pth", "b.pth"):
        (folder / name).write_bytes(name.encode())
    listed, notes = read_folder(folder)
    assert [
        (entry.file, entry.texts.name, entry.texts.remarks, entry.texts.short_description) for entry in listed
    ] == [
        ("a.pth", "Trend", 'five classes, "good"', "Five"),
        ("b.pth", "Noise", "", ""),
    ]
    assert notes == []


def test_every_entry_of_an_old_list_is_a_model_or_has_a_note(services: Services) -> None:
    folder = services.settings.models_dir
    long = "r" * 400
    listed(
        folder,
        "A,a.pth,first,",
        "A,old/a.pth,first,",  # the same again: nothing is missing
        "B,a.pth,second,",
        "No file,,,",
        "Comma,b.pth,one, two,three,",
        f"{'n' * 40},b.pth,{long},{'s' * 31}",
        "Short,c.pth",
        "Gone,gone.pth,,",
        '"open,d.pth,,',
        "Lost,e.pth,,",
    )
    for name in "abcde":
        (folder / f"{name}.pth").write_bytes(name.encode())
    wanted, notes = read_folder(folder)
    assert [(entry.file, entry.texts.name) for entry in wanted] == [
        ("a.pth", "A"),
        ("b.pth", "n" * 30),
        ("c.pth", "Short"),
    ]
    assert [(note.sentence, note.lost) for note in notes] == [
        (
            "models.csv, line 4: “B” names “a.pth”, as “A” in models.csv, line 2 does. A file is one model: "
            "add what is missing to its remarks.",
            True,
        ),
        ("models.csv, line 5: name or file of the model is missing; correct the line.", True),
        ("models.csv, line 6: name or file of the model is missing; correct the line.", True),
        (
            f"models.csv, line 7: “{'n' * 40}” is too long for a name; only the first 30 characters are kept.",
            False,
        ),
        (
            f"models.csv, line 7: “{'s' * 31}” is too long for a short description; "
            "only the first 30 characters are kept.",
            False,
        ),
        ("models.csv, line 7: the remarks have 400 characters; only the first 300 are kept.", False),
        (
            "models.csv names a model that could not be taken: “gone.pth” is not in the folder of models (any more).",
            True,
        ),
        (
            "models.csv, line 11: unexpected end of data; the rest was not read. Save the list again as CSV.",
            True,
        ),
    ]


def test_a_list_that_is_too_large_or_unreadable_is_reported(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = services.settings.models_dir
    listed(folder, "A,a.pth,,", *[f"B,b.pth,{number},{'s' * 300}" for number in range(20)])
    (folder / "data.csv").write_text("t,v\n0,1\n" * 2000)
    (folder / "folder.csv").mkdir()
    (folder / "a.pth").write_bytes(b"a")
    monkeypatch.setattr(legacy_import, "LARGEST_LIST", 3000)
    wanted, notes = read_folder(folder)
    assert [entry.file for entry in wanted] == ["a.pth"]
    assert "the list is larger than" in notes[-1].sentence and "the rest was not read" in notes[-1].sentence
    monkeypatch.setattr(legacy_import, "_read", _denied)
    assert [note.sentence for note in read_folder(folder)[1]] == [
        "data.csv cannot be read: Permission denied.",
        "models.csv cannot be read: Permission denied.",
    ]


def _denied(_path: Path) -> None:
    raise PermissionError(13, "Permission denied")


def test_notes_about_cut_texts_are_not_called_lost_models() -> None:
    lost = {"id": "1", "file": "", "sentence": "x", "lost": True}
    assert "One model of the old list could not be taken" in str(detail.notes([lost]))
    assert "2 notes on the old list" in str(detail.notes([lost, lost | {"lost": False}]))


def test_a_refused_file_of_the_list_is_reported_until_the_note_is_read(services: Services) -> None:
    listed(services.settings.models_dir, "Bad,bad.pth,,")
    (services.settings.models_dir / "bad.pth").write_bytes(b"x" * 600)
    services.model_arrivals.pick_up()
    assert services.model_desk.state()["looking"] == ["Bad"]
    settled(services)
    assert services.model_arrivals.pick_up() == 0  # it is as it was
    assert ["is a text file" in note["sentence"] for note in services.model_desk.state()["notes"]] == [True]
    services.model_desk.read_notes()
    assert services.model_desk.state()["notes"] == []
    (services.settings.models_dir / "bad.pth").write_bytes(b"y" * 700)
    assert services.model_arrivals.pick_up() == 1


def test_decisions_about_suggestions_are_counted_by_model(services: Services, tmp_path: Path) -> None:
    csv = tmp_path / "a.csv"
    csv.write_text("t,v\n" + "".join(f"{row},{row}\n" for row in range(20)))
    assert [one.state for one in services.uploads.import_paths([csv])] == ["added"]
    recording = services.recordings.list()[0].id
    model = keep(services)
    label = services.label_classes.add(services.label_sets.list()[0].id, "A")
    decided = ["accepted"] * 3 + ["edited", "rejected", None]
    now = model.created_at
    with services.database.write() as connection:
        for start, decision in enumerate(decided):
            connection.execute(
                insert(annotation_table).values(
                    id=str(uuid4()),
                    recording_id=recording,
                    start_index=start,
                    end_index=start,
                    label_class_id=label,
                    source="model",
                    model=model.id,
                    status={None: "suggested", "rejected": "rejected"}.get(decision, "accepted"),
                    decision=decision,
                    note="",
                    author="",
                    created_at=now,
                    edited_at=now,
                )
            )
        run = {"model": model.id, "model_sha256": model.sha256, "store_key": "x", "options": {}}
        connection.execute(
            insert(runs).values(id=str(uuid4()), recording_id=recording, suggestions=6, created_at=now, **run)
        )
    assert services.model_desk.state()["models"][0]["counts"] == {
        "accepted": 3,
        "edited": 1,
        "rejected": 1,
        "open": 1,
        "runs": 1,
        "precision": 0.6,
    }
    services.models.delete(model.id)
    with services.database.read() as connection:
        assert len(connection.execute(annotation_table.select()).all()) == 6


def test_the_version_of_the_models_page_changes_with_its_content(services: Services) -> None:
    desk, seen = services.model_desk, [services.model_desk.version()]
    model = keep(services)
    seen.append(desk.version())
    services.models.describe(model.id, {"remarks": "Other"})
    seen.append(desk.version())
    services.models.set_class(model.id, 0, {"skip": True})
    seen.append(desk.version())
    services.label_classes.add(services.label_sets.list()[0].id, "A")
    seen.append(desk.version())
    assert len(set(seen)) == 5 and desk.version() == seen[-1]


def test_a_model_list_needs_no_columns_for_remarks_and_descriptions() -> None:
    entries = list(read_model_list("Model File,Model Name\na.pth,Trend\n"))
    assert [(entry.name, entry.file, entry.remarks) for entry in entries] == [("Trend", "a.pth", "")]
