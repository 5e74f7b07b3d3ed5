"""Command line: output and exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.web.container import build_services
from tests.saved_labels import read_labels
from tests.support import SAMPLES, Server

CSV = "t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(100))
LABELS = "Item Number,Start Index,End Index,Label,Color\n1,10,20,QRS,#d604a2\n"


@pytest.fixture
def program(tmp_path: Path) -> Server:
    """The program on temporary folders; no server runs."""
    return Server(tmp_path / "program")


def write(folder: Path, name: str, text: str | bytes = CSV) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def paths(program: Server) -> list[str]:
    services = build_services(program.settings)
    try:
        return [recording.path for recording in services.recordings.list()]
    finally:
        services.database.close()


def label(program: Server, *named: str) -> None:
    """Give each of these recordings one label, from sample 10 to 20."""
    services = build_services(program.settings)
    for path in named:
        recording = services.recordings.by_path(path)
        assert recording is not None
        command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "label": "QRS"}
        answer = services.annotations.apply(recording.id, [{**command, "x0": 10, "x1": 20}], -1)
        assert not answer["rejected"]
    services.database.close()


def test_import_of_a_file_adds_and_reports_it(program: Server, tmp_path: Path) -> None:
    done = program.command("import", write(tmp_path, "a.csv"))
    assert (done.returncode, done.stdout) == (0, "a.csv: added\n  read as: time: t · 1 channel\n")
    assert paths(program) == ["a.csv"]


def test_import_of_a_folder_keeps_sub_folders_and_skips_other_files(program: Server, tmp_path: Path) -> None:
    write(tmp_path, "study/one.csv")
    write(tmp_path, "study/deep/er/two.tsv", CSV.replace(",", "\t"))
    write(tmp_path, "study/photo.png", b"\x89PNG")
    write(tmp_path, "study/.hidden.csv")
    write(tmp_path, "study/one.labels.csv", "start,end,label\n1,2,QRS\n")
    done = program.command("import", tmp_path / "study")
    assert done.returncode == 0, done.stderr
    assert paths(program) == ["study/deep/er/two.tsv", "study/one.csv"]
    write(tmp_path, "study/con.csv")
    again = program.command("import", tmp_path / "study")
    assert again.returncode == 1 and "study/con.csv: refused: " in again.stdout


def test_a_repeated_import_reports_an_existing_file(program: Server, tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv")
    program.command("import", file)
    again = program.command("import", file)
    assert again.returncode == 0
    assert "already here" in again.stdout
    assert paths(program) == ["a.csv"]


def test_another_file_of_the_same_name_is_left_out_and_reported(program: Server, tmp_path: Path) -> None:
    program.command("import", write(tmp_path, "one/a.csv"))
    done = program.command("import", write(tmp_path, "two/a.csv", CSV + "100,3\n"))
    assert done.returncode == 1
    assert "left out: a file of this name with other bytes is here" in done.stdout
    assert paths(program) == ["a.csv"]


def test_a_refused_file_gets_its_sentence_and_the_others_are_imported(
    program: Server, tmp_path: Path
) -> None:
    write(tmp_path, "study/bad.csv", "")
    write(tmp_path, "study/good.csv")
    done = program.command("import", tmp_path / "study")
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if "bad.csv" in line]
    assert "empty" in line
    assert "Traceback" not in done.stdout + done.stderr
    assert paths(program) == ["study/good.csv"]


def test_a_path_that_is_missing_is_named_and_the_others_are_imported(program: Server, tmp_path: Path) -> None:
    done = program.command("import", tmp_path / "no such.csv", write(tmp_path, "a.csv"))
    assert done.returncode == 1
    assert f"{tmp_path / 'no such.csv'}: there is no such file or folder." in done.stderr
    assert paths(program) == ["a.csv"]


def test_import_of_the_real_recordings_refuses_none(program: Server) -> None:
    done = program.command("import", SAMPLES / "sensors", SAMPLES / "finance")
    assert done.returncode == 0, done.stdout
    assert len(paths(program)) == 4


def test_export_writes_what_save_all_writes_and_then_has_nothing_to_do(
    program: Server, tmp_path: Path
) -> None:
    write(tmp_path, "study/a.csv")
    write(tmp_path, "study/b.csv", CSV + "100,1\n")
    program.command("import", tmp_path / "study")
    label(program, "study/a.csv")
    done = program.command("export")
    assert (done.returncode, done.stdout) == (0, "study/a.csv: 1 label written\n")
    assert (program.settings.outputs_dir / "study" / "a.csv").read_text() == LABELS
    again = program.command("export")
    assert (again.returncode, again.stdout) == (
        0,
        "Nothing to write: no file has labels that are not saved.\n",
    )


def test_export_to_a_folder_writes_every_labelled_file_and_leaves_outputs_alone(
    program: Server, tmp_path: Path
) -> None:
    write(tmp_path, "study/a.csv")
    write(tmp_path, "study/b.csv", CSV + "100,1\n")
    program.command("import", tmp_path / "study")
    label(program, "study/a.csv", "study/b.csv")
    for _ in range(2):  # the second time it does the same again
        done = program.command("export", "--out", tmp_path / "elsewhere")
        assert done.returncode == 0, done.stderr
        written = sorted(path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file())
        assert [path.name for path in written] == [
            "a.csv",
            "a.labels.json",
            "b.csv",
            "b.labels.json",
        ]
        assert [row.label for row in read_labels(written[2].read_text())] == ["QRS"]
    assert list(program.settings.outputs_dir.iterdir()) == []


def test_export_without_labels_is_reported(program: Server, tmp_path: Path) -> None:
    done = program.command("export", "--out", tmp_path / "elsewhere")
    assert (done.returncode, done.stdout) == (0, "No file has labels.\n")


def test_a_failed_export_has_a_reason(program: Server, tmp_path: Path) -> None:
    program.command("import", write(tmp_path, "a.csv"))
    label(program, "a.csv")
    blocked = write(tmp_path, "blocked", "a file where a folder must be")
    done = program.command("export", "--out", blocked)
    assert done.returncode == 1
    assert "a.csv: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["import", "--help"], ["export", "--help"]])
def test_help_explains_itself(program: Server, arguments: list[str]) -> None:
    done = program.command(*arguments)
    assert done.returncode == 0
    assert "usage: python app.py" in done.stdout


def test_help_names_every_command(program: Server) -> None:
    help_text = program.command("--help").stdout
    assert all(word in help_text for word in ("serve", "import", "export", "TIDEMARK_"))


@pytest.mark.parametrize(
    "arguments", [["no-such"], ["import"], ["export", "--where", "x"], ["export", "extra"]]
)
def test_wrong_usage_is_exit_code_2(program: Server, arguments: list[str]) -> None:
    done = program.command(*arguments)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_an_invalid_setting_is_reported(tmp_path: Path) -> None:
    done = Server(tmp_path, TIDEMARK_THREADS="many").command("export")
    assert done.returncode == 2
    assert "TIDEMARK_THREADS is “many”, but must be a number." in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_in_use_is_reported(program: Server, tmp_path: Path) -> None:
    program.start()
    try:
        port = program.url.rpartition(":")[2]
        done = Server(tmp_path / "other", TIDEMARK_PORT=port).command("serve")
    finally:
        program.stop()
    assert done.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def segments(program: Server, path: str) -> list[tuple[int, int, str]]:
    services = build_services(program.settings)
    try:
        recording = services.recordings.by_path(path)
        assert recording is not None
        rows = services.annotations.apply(recording.id, [], -1)["upsert"]
        return [(row["start"], row["end"], row["label"]) for row in rows]
    finally:
        services.database.close()


def test_label_files_among_imported_files_are_distinguished_from_recordings(
    program: Server, tmp_path: Path
) -> None:
    write(tmp_path, "study/one.csv")
    labels = write(tmp_path, "study/saved/one.csv", LABELS)
    done = program.command("import", tmp_path / "study")
    assert done.returncode == 0
    assert "study/saved/one.csv: skipped: labels of a recording, not a recording" in done.stdout
    assert "import-labels" in done.stdout
    assert program.command("import", labels).returncode == 1
    assert paths(program) == ["study/one.csv"]


def test_import_labels_imports_a_folder_and_reports_each_file(program: Server, tmp_path: Path) -> None:
    program.command(
        "import", write(tmp_path, "study/one.csv"), write(tmp_path, "study/two.csv", CSV + "100,3\n")
    )
    write(tmp_path, "out/one.csv", LABELS)
    write(tmp_path, "out/two.labels.csv", "start,end,label\n5,6,T\n90,120,T\n")
    write(tmp_path, "out/readme.csv", "a,b\n1,2\n")
    for _ in range(2):
        done = program.command("import-labels", tmp_path / "out")
        assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert done.stdout.splitlines() == [
        "out/one.csv: → one.csv (same file name): 1 matched, 1 already exist, 0 imported",
        "out/two.labels.csv: → two.csv (same file name): 1 matched, 1 clipped, 2 already exist, 0 imported",
        "  line 3: clipped: clipped at the end",
    ]
    assert segments(program, "one.csv") == [(10, 20, "QRS")]
    assert segments(program, "two.csv") == [(5, 6, "T"), (90, 100, "T")]


def test_a_dry_run_of_import_labels_changes_nothing_and_replace_removes_the_others(
    program: Server, tmp_path: Path
) -> None:
    program.command("import", write(tmp_path, "one.csv"))
    label(program, "one.csv")
    file = write(tmp_path, "out/one.csv", LABELS.replace("10,20", "30,40"))
    dry = program.command("import-labels", "--dry-run", "--replace", file)
    assert (dry.returncode, dry.stdout) == (0, "one.csv: → one.csv (same path): 1 matched\n")
    assert segments(program, "one.csv") == [(10, 20, "QRS")]
    done = program.command("import-labels", "--replace", file)
    assert done.stdout == "one.csv: → one.csv (same path): 1 matched, 1 imported, 1 removed\n"
    assert segments(program, "one.csv") == [(30, 40, "QRS")]


def test_a_saved_folder_is_imported_from_its_jsons_and_adds_no_recording(
    program: Server, tmp_path: Path
) -> None:
    write(tmp_path, "study/a.csv")
    program.command("import", tmp_path / "study")
    label(program, "study/a.csv")
    out = tmp_path / "out"
    program.command("export", "--out", out)
    done = program.command("import-labels", out)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [
            "out/study/a.csv: left out: out/study/a.labels.json has the same labels, with their samples and notes",
            "out/study/a.labels.json: → study/a.csv (same path from study/ on): "
            "1 matched, 1 already exist, 0 imported",
        ],
    )
    for given, code in ((out, 0), (out / "study" / "a.labels.json", 1)):
        imported = program.command("import", given)
        assert "a.labels.json: " in imported.stdout and "labels of a recording" in imported.stdout
        assert imported.returncode == code and "added" not in imported.stdout
    (out / "study" / "a.labels.json").rename(out / "marks.json")
    alone = program.command("import-labels", out / "marks.json")
    assert (alone.returncode, "(same bytes): 1 matched" in alone.stdout) == (0, True)
    other = program.command("import-labels", write(tmp_path, "other.json", "{}"))
    assert (other.returncode, "other.json" in other.stderr) == (1, True)


def test_labels_that_find_no_place_end_import_labels_with_one(program: Server, tmp_path: Path) -> None:
    program.command("import", write(tmp_path, "one.csv"))
    lost = program.command("import-labels", write(tmp_path, "nobody.csv", LABELS), tmp_path / "missing")
    assert lost.returncode == 1
    assert "missing: there is no such file or folder." in lost.stderr
    assert "nobody.csv: not imported: no recording is called “nobody.csv”" in lost.stderr
    outside = program.command("import-labels", write(tmp_path, "one.csv", LABELS + "2,200,300,T,red\n"))
    assert outside.returncode == 1
    assert "  line 3: unmatched: it starts after the recording ends\n" in outside.stdout
    assert segments(program, "one.csv") == [(10, 20, "QRS")]
    assert program.command("import-labels").returncode == 2


def test_a_worker_without_a_queue_names_the_missing_setting(program: Server) -> None:
    done = program.command("worker")
    assert done.returncode == 1
    assert "Set TIDEMARK_BROKER_URL" in done.stderr and "Traceback" not in done.stderr


def test_a_worker_of_an_unknown_pool_names_those_there_are(tmp_path: Path) -> None:
    program = Server(tmp_path / "program", TIDEMARK_BROKER_URL="redis://127.0.0.1:9/0")
    done = program.command("worker", "nonsense")
    assert done.returncode == 1
    assert "There is no pool “nonsense”; there are ingest, main, models, torch." in done.stderr
