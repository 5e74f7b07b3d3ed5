"""Jobs: queued, done in a warm worker, landed once, and never silently gone."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Connection, select, update

from services.errors import Conflict, NotFound
from services.jobs import Job, JobKind, Jobs, JobState, process, rows
from services.settings import Settings
from services.storage.db import Database, open_database
from services.storage.tables import jobs as table
from tests.support import with_tables

PATIENCE = 60


class Bench:
    """A queue whose jobs can be awaited."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(data_dir=folder)
        self.database: Database = open_database(with_tables(self.settings).database_url)
        self.jobs = Jobs(self.database, self.settings)
        self.ended: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for name in ("double", "chatter", "who", "block", "die", "die_speaking", "refuse", "crash"):
            self.register(name)

    def register(
        self, name: str, land: Callable[..., dict[str, Any]] | None = None, lane: str = "main"
    ) -> None:
        kind = JobKind(f"tests.unit.job_functions:{name}", land, self.ended.put, lane)
        self.jobs.register(name, kind)

    def run(self, kind: str, **arguments: Any) -> Job:
        """Submit a job and wait for its end."""
        job_id = self.jobs.submit(kind, arguments)
        job = self.next_end()
        assert job.id == job_id
        return job

    def next_end(self) -> Job:
        return self.ended.get(timeout=PATIENCE)

    def running(self, job_id: str) -> Job:
        """The job, as soon as it reports progress."""
        deadline = time.monotonic() + PATIENCE
        while (job := self.jobs.get(job_id)).state != JobState.RUNNING:
            assert time.monotonic() < deadline and job.active
        return job


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    made = Bench(tmp_path)
    yield made
    made.jobs.stop()
    made.database.close()


def test_a_job_leaves_its_result_on_its_row(bench: Bench) -> None:
    job = bench.run("double", number=21)
    assert (job.state, job.result, job.error, job.progress) == (JobState.DONE, {"twice": 42}, None, 1.0)
    assert bench.jobs.get(job.id) == job
    assert bench.jobs.active() == []


def test_all_jobs_are_done_by_one_warm_worker(bench: Bench) -> None:
    pids = {(bench.run("who").result or {})["pid"] for _ in range(3)}
    assert len(pids) == 1
    assert os.getpid() not in pids


def test_what_a_library_prints_disturbs_no_answer(bench: Bench) -> None:
    assert bench.run("chatter").result == {"ok": True}
    assert bench.run("double", number=1).result == {"twice": 2}


def test_a_refusal_keeps_its_sentence_and_an_unknown_error_only_a_reference(bench: Bench) -> None:
    refused, crashed = bench.run("refuse"), bench.run("crash")
    assert (refused.state, refused.error) == (JobState.FAILED, "a.csv has no rows. Choose another file.")
    assert crashed.state == JobState.FAILED
    assert "reference" in str(crashed.error) and "secret" not in str(crashed.error)


def test_a_killed_worker_interrupts_its_job_in_words_and_the_next_job_is_done(bench: Bench) -> None:
    job = bench.run("die")
    assert job.state == JobState.INTERRUPTED
    assert "ended unexpectedly" in str(job.error)
    assert bench.run("double", number=2).result == {"twice": 4}


def test_a_worker_killed_in_the_middle_of_an_answer_has_died_and_the_next_job_is_done(bench: Bench) -> None:
    job = bench.run("die_speaking")
    assert job.state == JobState.INTERRUPTED
    assert "ended unexpectedly (exit code -9)" in str(job.error)
    assert bench.run("double", number=2).result == {"twice": 4}


def test_an_unknown_error_beside_the_worker_ends_the_job_with_a_reference(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: Any) -> dict[str, Any]:
        raise RuntimeError("secret")

    with monkeypatch.context() as patch:
        patch.setattr(process, "_answer", fail)
        job = bench.run("double", number=1)
    assert job.state == JobState.FAILED
    reference = str(job.error).split()[-1].rstrip(".")
    assert "secret" not in str(job.error) and f"[{reference}]" in caplog.text
    assert bench.jobs.active() == []
    assert bench.run("double", number=2).result == {"twice": 4}  # not the answer to the job before


def test_a_job_that_cannot_even_be_looked_up_is_not_left_waiting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    some = rows.some

    def fail_once(connection: Connection, ids: list[str]) -> list[Job]:
        looked_up.extend(ids)
        if len(looked_up) == 1:
            raise OSError("disk I/O error")
        return some(connection, ids)

    monkeypatch.setattr(rows, "some", fail_once)
    job = bench.run("double", number=1)
    assert job.state == JobState.FAILED and "reference" in str(job.error)


def test_a_killed_worker_is_gone_when_kill_returns() -> None:
    worker = process.WorkerProcess([])
    worker.warm()
    first = worker.pid
    assert first is not None
    worker.kill()
    assert worker.pid is None and not psutil.pid_exists(first)
    worker.warm()
    assert worker.pid not in {None, first}
    worker.close()
    worker.release()


def test_a_worker_killed_while_idle_is_not_missed(bench: Bench) -> None:
    bench.run("who")
    (pid,) = bench.jobs.worker_pids()
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=PATIENCE)
    assert bench.run("double", number=3).state == JobState.DONE


def test_a_running_job_shows_progress_and_can_be_cancelled(bench: Bench) -> None:
    job_id = bench.jobs.submit("block", {"flag": str(bench.folder / "flag")})
    job = bench.running(job_id)
    assert (job.progress, job.message) == (0.4, "Waiting")
    assert [job.id for job in bench.jobs.active()] == [job_id]
    assert bench.jobs.cancel(job_id)
    assert bench.next_end().state == JobState.CANCELLED
    assert bench.run("double", number=5).result == {"twice": 10}


def test_a_waiting_job_is_cancelled_without_disturbing_the_running_one(bench: Bench) -> None:
    first = bench.jobs.submit("block", {"flag": str(bench.folder / "flag")})
    bench.running(first)
    second = bench.jobs.submit("double", {"number": 1})
    assert bench.jobs.cancel(second)
    assert bench.next_end().id == second
    assert bench.jobs.get(first).state == JobState.RUNNING
    bench.jobs.cancel(first)


def test_a_job_that_has_ended_cannot_be_cancelled(bench: Bench) -> None:
    job = bench.run("double", number=1)
    assert not bench.jobs.cancel(job.id)
    assert bench.jobs.get(job.id).state == JobState.DONE


def test_lanes_do_not_wait_for_each_other(bench: Bench) -> None:
    bench.register("double", lane="quick")
    slow = bench.jobs.submit("block", {"flag": str(bench.folder / "flag")})
    bench.running(slow)
    assert bench.run("double", number=4).result == {"twice": 8}
    assert bench.jobs.get(slow).state == JobState.RUNNING


def test_a_result_lands_in_the_transaction_that_marks_the_job_done(bench: Bench) -> None:
    def land(connection: Connection, job: Job, result: dict[str, Any]) -> dict[str, Any]:
        seen = connection.execute(select(table.c.state).where(table.c.id == job.id)).scalar_one()
        with bench.database.read() as outside:
            before = rows.get(outside, job.id).state
        return {**result, "inside": seen, "outside": str(before)}

    bench.register("double", land)
    assert bench.run("double", number=1).result == {"twice": 2, "inside": "done", "outside": "queued"}


def test_a_landing_that_fails_leaves_nothing_half_done(bench: Bench) -> None:
    def land(connection: Connection, job: Job, _result: dict[str, Any]) -> dict[str, Any]:
        connection.execute(update(table).where(table.c.id == job.id).values(owner="half"))
        raise Conflict("The name was taken meanwhile.")

    bench.register("double", land)
    job = bench.run("double", number=1)
    assert (job.state, job.error, job.owner, job.result) == (
        JobState.FAILED,
        "The name was taken meanwhile.",
        "",
        None,
    )


def test_what_cannot_be_written_at_the_end_is_still_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_kwargs: Any) -> bool:
        raise OSError("disk full")

    monkeypatch.setattr(rows, "end", full)
    job = bench.run("double", number=1)
    assert job.state == JobState.FAILED and "disk full?" in str(job.error)
    assert bench.jobs.active() == []
    monkeypatch.undo()


def test_jobs_of_a_dead_process_become_interrupted_and_those_of_a_living_one_stay(bench: Bench) -> None:
    flag = str(bench.folder / "flag")
    mine, lost, reused = (bench.jobs.submit("block", {"flag": flag}) for _ in range(3))
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    with bench.database.write() as connection:
        connection.execute(update(table).where(table.c.id == lost).values(pid=int(gone.stdout)))
        connection.execute(update(table).where(table.c.id == reused).values(pid_created=1.0))
    Jobs(bench.database, bench.settings).start()
    assert bench.jobs.get(mine).active
    assert {bench.jobs.get(job).state for job in (lost, reused)} == {JobState.INTERRUPTED}
    assert "Start it again" in str(bench.jobs.get(lost).error)


def test_stopping_interrupts_what_waits_and_what_runs(bench: Bench) -> None:
    jobs = [bench.jobs.submit("block", {"flag": str(bench.folder / "flag")}) for _ in range(2)]
    bench.running(jobs[0])
    bench.jobs.stop()
    assert {bench.jobs.get(job).state for job in jobs} == {JobState.INTERRUPTED}


def test_an_unknown_job_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound):
        bench.jobs.get("nobody")


def test_the_worker_ends_with_the_program_also_in_the_middle_of_a_job(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    script = (
        "import sys\n"
        "from services.jobs.process import WorkerProcess\n"
        "worker = WorkerProcess([])\n"
        "worker.warm()\n"
        "print(worker.pid, flush=True)\n"
        f"worker.run({{'function': 'tests.unit.job_functions:block', 'arguments': {{'flag': {str(flag)!r}}}}},"
        " lambda *_: print('running', flush=True))\n"
    )
    root = Path(__file__).resolve().parents[2]
    program = subprocess.Popen([sys.executable, "-c", script], cwd=root, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    worker = psutil.Process(int(program.stdout.readline()))
    assert program.stdout.readline() == "running\n"
    program.kill()
    gone, alive = psutil.wait_procs([worker], timeout=PATIENCE)
    program.wait()
    program.stdout.close()
    assert gone and not alive
