"""Many files: the tree of 5,000 files compared with that of 50, and 1,000 small files through the upload dialog.

``python -m benchmarks.bench_files [--files 5000] [--rounds 7] [--upload 1000] [--before WORKTREE]``. Times of the
tree are measured in Chromium from the event to the frame after the change is drawn, in two alternating programs. The
upload is compared with ``app.py import`` of the same folder, which imports one file after the other without a browser,
and with writing the files only, each flushed to disk.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import insert

from benchmarks.bench_view import ARGUMENTS, free_port, plot_page, running
from benchmarks.timing import verdict
from services.ingest.convert import ingest
from services.settings import Settings
from services.storage.tables import annotation_table, recordings
from services.web.container import build_services

BUDGETS = {"page to tree": 1.5, "filter": 3.0, "fold": 3.0, "next file": 1.5, "state of one file": 1.5}
UPLOAD_BUDGET = 1.0  # ratio to importing the same files on the command line
FEW = 50
ROWS = 200

# Each runs an action and resolves to the milliseconds until the frame after `shown` is true.
WAIT = """
const until = async (act, shown) => {
  const begun = performance.now();
  await act();
  while (!shown()) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
};
const grid = () => dash_ag_grid.getApi("shell-files-tree");
const { set_props } = dash_clientside;
const store = (name, data) => set_props(`shell-files-${name}`, { data: { ...data, nonce: Math.random() } });
const filter = (value) => set_props("shell-files-filter", { value });
"""
FILTER = """
async (text) => { %s
  return until(() => filter(text), () => grid().getDisplayedRowCount() <= 3);
}
"""
UNFILTER = """
async (count) => { %s
  return until(() => filter(""), () => grid().getDisplayedRowCount() > 3);
}
"""
FOLD = """
async () => { %s
  const count = grid().getDisplayedRowCount();
  const time = await until(() => store("fold", { path: "many" }), () => grid().getDisplayedRowCount() < count);
  await until(() => store("fold", { path: "many" }), () => grid().getDisplayedRowCount() === count);
  return time;
}
"""
STATE = """
async () => { %s
  grid().ensureIndexVisible(0);
  const words = () => grid().getRowNode("f2").data.words;
  const done = !words().startsWith("Done");
  return until(() => store("done", { recordings: [2], done }), () => words().startsWith("Done") === done);
}
"""
NEXT = """
async () => { %s
  const before = plot.view.recording.id;
  const opened = () => plot?.view?.recording && plot.view.recording.id !== before && plot.view.part;
  return until(() => dash_clientside.set_props("shell-file-step", { data: { by: 1, at: Date.now() } }), opened);
}
"""


def main() -> None:
    """Run the benchmark with the arguments of the command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--files", type=int, default=5_000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--upload", type=int, default=1_000)
    options.add_argument(
        "--before", type=Path, help="a work tree of an earlier version, to upload to as well"
    )
    chosen = options.parse_args()
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        if chosen.files:
            tree(browser, chosen.files, chosen.rounds)
        if chosen.upload:
            upload(browser, chosen.upload, chosen.before)
        browser.close()


def tree(browser: Browser, many: int, rounds: int) -> None:
    """Each action with few and with many files, alternating."""
    times: dict[str, dict[int, list[float]]] = {name: {FEW: [], many: []} for name in BUDGETS}
    with ExitStack() as stack:
        addresses = {count: stack.enter_context(stocked(count)) for count in (FEW, many)}
        for _ in range(rounds):
            for count, address in addresses.items():
                page = plot_page(browser, {"width": 1400, "height": 900})
                for name, milliseconds in round_of(page, address).items():
                    times[name][count].append(milliseconds)
                page.close()
    for name, durations in times.items():
        few, lots = median(durations[FEW]), median(durations[many])
        ratio = verdict(lots / few, BUDGETS[name])
        sys.stdout.write(f"{name}: {few:.0f} ms with {FEW} files, {lots:.0f} ms with {many:,}: {ratio}\n")


def round_of(page: Page, address: str) -> dict[str, float]:
    """Milliseconds of every action, once each, on a page that was just loaded."""
    page.set_default_timeout(60_000)
    begun = time.perf_counter()
    page.goto(f"{address}/label/2")
    page.wait_for_selector("#shell-files-tree .ag-row")
    loaded = (time.perf_counter() - begun) * 1000
    page.wait_for_function("() => window.plot?.view.part && plot.labels.loaded")
    return {
        "page to tree": loaded,
        "filter": page.evaluate(FILTER % WAIT, "0007.csv"),
        "fold": unfiltered(page, FOLD % WAIT),
        "state of one file": page.evaluate(STATE % WAIT),
        "next file": page.evaluate(NEXT % WAIT),
    }


def unfiltered(page: Page, script: str) -> float:
    """Reset the filter."""
    page.evaluate(UNFILTER % WAIT)
    return float(page.evaluate(script))


@contextmanager
def stocked(files: int) -> Iterator[str]:
    """Run the program with that many recordings of equal bytes and ten labels each; yields its address."""
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name:
        settings = Settings(data_dir=Path(name) / "data", outputs_dir=Path(name) / "outputs")
        fill(settings, Path(name) / "a.csv", files)
        with serving(Path(name)) as address:
            yield address


def fill(settings: Settings, source: Path, files: int) -> None:
    """Add recordings without uploading them: the tree needs only rows, the page their columns."""
    source.write_text("t,v\n" + "".join(f"{row},{row % 97}\n" for row in range(1000)))
    services = build_services(settings)
    info = ingest(source, name="a.csv", store_root=settings.store_dir)
    recording = services.recordings.add("first.csv", info)
    services.annotations.apply(recording.id, [_label()], -1)
    now = datetime.now(UTC)
    common = {
        "sha256": recording.sha256,
        "store_key": recording.store_key,
        "size_bytes": 1,
        "rows": 1000,
        "time_kind": "numeric",
    }
    label = {"start_index": 0, "end_index": 1, "label_class_id": 1, "source": "manual", "status": "accepted"}
    label |= {"note": "", "author": "", "created_at": now, "edited_at": now}
    with services.database.write() as connection:
        for number in range(files):
            values = {
                "id": number + 2,
                "path": f"many/{number:04}.csv",
                "created_at": now,
                "changed": number + 9,
            }
            connection.execute(insert(recordings).values(values | common))
            rows = [{"id": str(uuid4()), "recording_id": number + 2, **label} for _ in range(10)]
            connection.execute(insert(annotation_table), rows)
    services.database.close()
    (settings.data_dir / ".samples-added").touch()


def _label() -> dict[str, Any]:
    return {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "x0": 1, "x1": 2, "label": "P"}


@contextmanager
def serving(folder: Path, program: Path | None = None) -> Iterator[str]:
    """Run the program on that folder; yields its address."""
    port = free_port()
    environment = os.environ | {
        "TIDEMARK_DATA_DIR": str(folder / "data"),
        "TIDEMARK_OUTPUTS_DIR": str(folder / "outputs"),
        "TIDEMARK_PORT": str(port),
    }
    script = str((program or Path.cwd()) / "app.py")
    with running([sys.executable, script], f"http://127.0.0.1:{port}/health", environment):
        yield f"http://127.0.0.1:{port}"


def upload(browser: Browser, files: int, before: Path | None) -> None:
    """Time to upload a folder of small files until the last one is a recording; also with an earlier version."""
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name:
        folder = Path(name)
        contents = {f"{number:04}.csv": _small(number) for number in range(files)}
        plain = forced(folder / "small", contents)
        alone = imported(folder)
        seconds = uploaded(browser, folder, files, Path.cwd())
        earlier = uploaded(browser, folder, files, before) if before else 0.0
    sys.stdout.write(
        f"upload of {files:,} files: {seconds:.1f} s, {files / seconds:.0f} files/s; only written and forced: "
        f"{plain:.1f} s; imported on the command line: {alone:.1f} s; {verdict(seconds / alone, UPLOAD_BUDGET)}\n"
    )
    if before:
        sys.stdout.write(
            f"the version in {before}: {earlier:.1f} s; now {verdict(seconds / earlier, 1.0)} of that\n"
        )


def uploaded(browser: Browser, folder: Path, files: int, program: Path) -> float:
    """Upload the folder ``small`` to the version in ``program``; seconds until the dialog shows all as added."""
    own = folder / program.name
    (own / "data").mkdir(parents=True)
    (own / "data" / ".samples-added").touch()
    with serving(own, program) as address:
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(address)
        page.get_by_role("button", name="Upload CSV Data!").click()
        page.wait_for_selector(".tm-upload-where")
        page.locator("#upload-directory-input").set_input_files(folder / "small")
        begun = time.perf_counter()
        expect(page.locator("#upload-overall")).to_have_text(f"Done: {files:,} added", timeout=600_000)
        seconds = time.perf_counter() - begun
        page.close()
    return seconds


def imported(folder: Path) -> float:
    """Seconds to import the files on the command line, into a new data folder."""
    own = {"TIDEMARK_DATA_DIR": str(folder / "other"), "TIDEMARK_OUTPUTS_DIR": str(folder / "other-outputs")}
    begun = time.perf_counter()
    command = [sys.executable, "app.py", "import", str(folder / "small")]
    subprocess.run(command, env=os.environ | own, check=True, capture_output=True)
    return time.perf_counter() - begun


def forced(folder: Path, contents: dict[str, str]) -> float:
    """Seconds to write the files, each flushed to disk."""
    folder.mkdir()
    begun = time.perf_counter()
    for name, text in contents.items():
        with (folder / name).open("w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    return time.perf_counter() - begun


def _small(number: int) -> str:
    return "t,v\n" + "".join(f"{row},{(row * 7 + number) % 100}.{number}\n" for row in range(ROWS))


if __name__ == "__main__":
    main()
