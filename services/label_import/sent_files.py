"""Uploaded label files: dry run, choices, import, report.

A file is a row of ``uploads`` with the purpose ``labels``; its bytes stay until the list is cleared. States after
``arrived`` (dry run pending)::

    checked → bringing (import pending) → brought, or checked again if it was refused
    failed  (the dry run failed; its detail has the reason)

:meth:`SentLabels.step` works for a fraction of a second, so that a page can show the progress and cancel; a missing
step loses nothing.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from time import perf_counter
from typing import Any
from uuid import uuid4

from services.errors import TidemarkError
from services.formats.labels_csv import FORMULA
from services.label_import.pairs import Partner, partner_of
from services.label_import.report import BY_TIME, FileReport
from services.label_import.service import Given, LabelImport
from services.storage.db import Database
from services.uploads import rows
from services.uploads.rows import ARRIVED, BROUGHT, LABELS, LEFT_OUT, WAITING
from services.uploads.transfers import Sender, Transfers, Upload

CHECKED, BRINGING, FAILED = "checked", "bringing", "failed"
STEP_SECONDS = 0.4
AT_ONCE = 10  # files per step
COLUMNS = ("File", "Recording", "Line", "What", "Start", "End", "Label", "Why")


@dataclass(frozen=True)
class LabelFileDetail:
    """Details of a label file: report as JSON, the user's choices, and the id of the import.

    ``uuid`` makes the import idempotent.
    """

    uuid: str = field(default_factory=lambda: str(uuid4()))
    chosen: bool = True
    recording: int | None = None
    replace: bool = False
    report: dict[str, Any] | None = None
    error: str = ""
    run: str = ""


@dataclass(frozen=True)
class SentFile:
    """A label file of the list."""

    key: str
    path: str
    state: str
    detail: LabelFileDetail
    reason: str = ""

    @property
    def report(self) -> dict[str, Any]:
        """Report of the dry run; empty before it."""
        return self.detail.report or {}

    @property
    def target(self) -> dict[str, Any] | None:
        """The recording of the file."""
        chosen: dict[str, Any] | None = self.report.get("target")
        return chosen

    @property
    def is_included(self) -> bool:
        """True if the file should be imported, if it changes anything."""
        placed = self.state == CHECKED and bool(self.target) and not self.report["reason"]
        return self.detail.chosen and (placed or (self.state == FAILED and self.detail.report is not None))

    def changes(self, replace_others: bool) -> bool:
        """True if the import would change something."""
        return self.report.get("fresh", 0) > 0 or (replace_others and self.report.get("others", 0) > 0)

    @property
    def has_problem(self) -> bool:
        """True if not all labels matched exactly."""
        inexact = self.report.get("lines") or self.report.get("inexact")
        return bool(self.detail.error or self.report.get("reason") or inexact)

    @property
    def sentence(self) -> str:
        """Summary in one line."""
        if self.state == FAILED:
            return f"not imported: {self.detail.error or self.reason}"
        if not self.detail.report:
            return self.reason or "waiting"
        report = self.report
        if report["reason"]:
            return str(report["reason"])
        if instead := report.get("instead"):
            return f"left out: {instead} has the same labels, with their samples and notes"
        counts = [(report[fate], fate) for fate in ("matched", "moved", "clipped", "unmatched")]
        if report["brought"] is not None:
            counts += [(report["brought"] or "0", "imported"), (report["removed"], "removed")]
        counts.append((report["here"], "already exist"))
        parts = [f"{int(number):,} {words}" for number, words in counts if number]
        parts += [BY_TIME] if report.get("inexact") else []
        return " · ".join(parts) or "no labels in it"


@dataclass(frozen=True)
class ImportTask:
    """Current task: ``check`` or ``bring``, or "" for none; number of finished files and of all."""

    name: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class SentList:
    """Label files of a browser: those to import, and those left out."""

    files: list[SentFile]
    left_out: list[Upload]

    @property
    def task(self) -> ImportTask:
        """The current task."""
        bringing = [file for file in self.files if file.state == BRINGING]
        if bringing:
            run = bringing[0].detail.run
            files = [file for file in self.files if file.detail.run == run]
            return ImportTask("bring", len(files) - len(bringing), len(files))
        waiting = sum(file.state in {WAITING, ARRIVED} for file in self.files)
        return ImportTask("check", len(self.files) - waiting, len(self.files)) if waiting else ImportTask()

    @property
    def included(self) -> list[SentFile]:
        """Files to import."""
        return [file for file in self.files if file.is_included]

    def ended(self, run: str) -> tuple[list[SentFile], list[SentFile]]:
        """Files that a run imported, and those it did not."""
        files = [file for file in self.files if run and file.detail.run == run]
        return [file for file in files if file.state == BROUGHT], [
            file for file in files if file.state != BROUGHT
        ]


class SentLabels:
    """Label files of all browsers. Thread-safe."""

    def __init__(self, database: Database, transfers: Transfers, labels: LabelImport) -> None:
        self._database = database
        self._transfers = transfers
        self._labels = labels
        self._stepping = threading.Lock()

    def list(self, sender: Sender) -> SentList:
        """The files by path; the latest file for each path."""
        uploads = self._transfers.listed(sender, LABELS)
        refused = {LEFT_OUT, "refused", "cancelled"}
        kept = {row.path: _file(row) for row in reversed(uploads) if row.state not in refused}
        ordered = sorted(kept.values(), key=lambda file: _natural(file.path))
        return SentList(ordered, [row for row in uploads if row.state in refused])

    def step(self, sender: Sender) -> None:
        """Check or import files for a fraction of a second; nothing if another step is running."""
        if not self._stepping.acquire(blocking=False):
            return
        try:
            until = perf_counter() + STEP_SECONDS
            files = self.list(sender).files
            bringing = [file for file in files if file.state == BRINGING]
            left = bringing or _to_check(files)
            while left and perf_counter() < until:
                some, left = left[:AT_ONCE], left[AT_ONCE:]
                self._work(some, {file.path: file for file in files})
        finally:
            self._stepping.release()

    def _work(self, files: Sequence[SentFile], by_path: Mapping[str, SentFile]) -> None:
        """Import files, or make their dry runs; errors are independent.

        Args:
            by_path: all files of the list, by path.
        """
        bring = files[0].state == BRINGING
        given, problems = [], {}
        for file in files:
            try:
                detail = file.detail
                data = self._transfers.file(file.key).read_bytes()
                partner = self._partner(file, by_path)
                given.append(Given(file.path, data, detail.recording, detail.replace, detail.uuid, partner))
            except TidemarkError as error:
                problems[file.key] = str(error)
        made = iter(self._labels.import_files(given) if bring else self._labels.check(given))
        with self._database.write() as connection:
            for file in files:
                problem = problems.get(file.key, "")
                state, detail = (
                    (FAILED, replace(file.detail, error=problem)) if problem else _after(file, next(made))
                )
                rows.describe(connection, file.key, asdict(detail), state)

    def _partner(self, file: SentFile, by_path: Mapping[str, SentFile]) -> Partner | None:
        """The other file of a pair, if it was uploaded and chosen too."""
        path = partner_of(file.path, by_path)
        if not path or by_path[path].state == WAITING or not by_path[path].detail.chosen:
            return None
        return Partner(path, self._transfers.file(by_path[path].key).read_bytes())

    # -- decisions of the user ----------------------------------------------------------------------------

    def choose(self, key: str, chosen: bool) -> bool:
        """Choose or exclude a file; False without a change.

        Repeats the dry runs of the file and its partner: of two that differ, only one can be imported.
        """
        changed = self._change(key, lambda detail: replace(detail, chosen=chosen))
        if changed:
            with self._database.read() as connection:
                row = rows.by_keys(connection, [key])[key]
            by_path = {file.path: file for file in self.list(Sender(row.browser, row.page)).files}
            if path := partner_of(row.path, by_path):
                with self._database.write() as connection:
                    rows.move(connection, [key, by_path[path].key], {CHECKED}, ARRIVED)
        return changed

    def aim(self, key: str, recording: int) -> bool:
        """Set the recording of a file; False without a change."""
        aimed = self._change(key, lambda detail: replace(detail, recording=recording, chosen=True, error=""))
        if aimed:
            with self._database.write() as connection:
                rows.move(connection, [key], {CHECKED, FAILED}, ARRIVED)
        return aimed

    def aim_at_path(self, key: str, path: str) -> str:
        """Set the recording by its path; returns the reason of a failure, or ""."""
        target_id = next(
            (target.id for target in self._labels.targets() if target.path == path.strip()), None
        )
        if target_id is None:
            return f"There is no recording at {path.strip()}." if path.strip() else ""
        self.aim(key, target_id)
        return ""

    def _change(self, key: str, change: Any) -> bool:
        with self._database.write() as connection:
            row = rows.by_keys(connection, [key]).get(key)
            if row is None or row.state not in {CHECKED, FAILED, ARRIVED}:
                return False
            before = _file(row).detail
            after = change(before)
            if after != before:
                rows.describe(connection, key, asdict(after))
            return bool(after != before)

    def recheck(self, sender: Sender) -> None:
        """Repeat the dry run of files that are not imported: there may be new recordings."""
        keys = [file.key for file in self.list(sender).files]
        with self._database.write() as connection:
            rows.move(connection, keys, {CHECKED, FAILED}, ARRIVED)

    def start(self, sender: Sender, replace_others: bool) -> str:
        """Start the import of the chosen files; returns its id.

        If several files belong to one recording, only the first replaces its labels.
        """
        run = uuid4().hex
        replaced: set[int] = set()
        with self._database.write() as connection:
            for file in self.list(sender).included:
                if file.changes(replace_others) and file.target:
                    recording = int(file.target["id"])
                    first = recording not in replaced
                    replaced.add(recording)
                    replaces = replace_others and first
                    detail = replace(file.detail, recording=recording, replace=replaces, run=run, error="")
                    rows.describe(connection, file.key, asdict(detail), BRINGING)
        return run

    def cancel(self, sender: Sender) -> None:
        """Cancel the dry run or import after the current file."""
        for file in self.list(sender).files:
            if file.state in {BRINGING, ARRIVED}:
                with self._database.write() as connection:
                    detail = asdict(replace(file.detail, error="cancelled"))
                    if rows.move(connection, [file.key], {file.state}, FAILED):
                        rows.describe(connection, file.key, detail)

    def clear(self, sender: Sender) -> None:
        """Clear the list."""
        self._transfers.cancel_all(sender, LABELS)
        self._transfers.clear(sender, LABELS)

    # -- the report ---------------------------------------------------------------------------------------

    def report(self, sender: Sender) -> str:
        """The report as CSV: a row for each file, line, note and excluded file."""
        import pandas as pd  # heavy, rarely needed

        shown = self.list(sender)
        lines = [line for file in shown.files for line in _report_lines(file)]
        lines += [(row.path, "", "", "left out", "", "", "", row.reason) for row in shown.left_out]
        table = pd.DataFrame(lines, columns=list(COLUMNS)).map(_safe)
        return str(table.to_csv(index=False, lineterminator="\r\n"))


def _to_check(files: Sequence[SentFile]) -> list[SentFile]:
    """Files with a pending dry run. A file waits for its partner, and is checked again if that arrives later."""
    by_path = {file.path: file for file in files}
    partners = {file.path: by_path.get(partner_of(file.path, by_path)) for file in files}
    to_check: dict[str, SentFile] = {}
    for file in files:
        partner = partners[file.path]
        if file.state == ARRIVED and not (partner and partner.state == WAITING):
            to_check[file.path] = file
            if partner and partner.state == CHECKED:
                to_check[partner.path] = partner
    return list(to_check.values())


def _report_lines(file: SentFile) -> list[tuple[Any, ...]]:
    report = file.report
    about = (file.path, file.target["path"] if file.target else "")
    lines: list[tuple[Any, ...]] = [(*about, "", "file", "", "", "", file.sentence)]
    names = ("line", "fate", "start", "end", "label", "words")
    lines += [(*about, *[line[name] for name in names]) for line in report.get("lines", [])]
    if report.get("more"):
        lines.append((*about, "", "more", "", "", "", f"and {report['more']} more lines"))
    return lines + [(*about, "", "note", "", "", "", note) for note in report.get("notes", [])]


def _after(file: SentFile, report: FileReport) -> tuple[str, LabelFileDetail]:
    """State and detail of a file after its dry run or import."""
    detail = replace(file.detail, report=report.to_json(), error="")
    if file.state != BRINGING:
        return CHECKED, detail
    content = {**report.to_json(), "how": file.report["how"]}
    return (CHECKED if report.brought is None else BROUGHT), replace(detail, report=content)


def _file(row: Upload) -> SentFile:
    return SentFile(
        row.key,
        row.path,
        row.state,
        LabelFileDetail(**row.detail) if row.detail else LabelFileDetail(),
        row.reason,
    )


def _natural(path: str) -> list[Any]:
    """Sort key of natural order: a2 before a10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", path.casefold())]


def _safe(value: Any) -> str:
    """Cell text escaped against spreadsheet formulas."""
    text = str(value)
    try:
        float(text)
    except ValueError:
        return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text
    return text
