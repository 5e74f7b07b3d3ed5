"""Jobs: queued, run in a warm worker, stored once, never lost."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import update

from services.errors import Conflict, Invalid, NotFound
from services.jobs import FinishedJobs, Job, JobBoard, Jobs, JobState, rows
from services.jobs import jobs as jobs_module
from services.jobs.jobs import _queued
from services.settings import Settings
from services.storage.tables import jobs as table
from tests.support import eventually, with_tables
from tests.unit.job_functions import make_jobs, pool_runner

PATIENCE = 240  # seconds; the machine may be busy


class Bench:
    """Jobs that can be awaited."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = with_tables(Settings(data_dir=folder))
        self.ended: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self.runner = pool_runner(self.settings)
        self.jobs = make_jobs(self.settings, self.runner, self.ended.put)
        self.database = self.jobs.database

    def run(self, kind: str, **arguments: Any) -> Job:
        """Submit a job and wait for its end."""
        job_id = self.jobs.submit(kind, arguments)
        job = self.next_end()
        assert job.id == job_id
        return job

    def next_end(self) -> Job:
        return self.ended.get(timeout=PATIENCE)

    def begun(self, kind: str = "block") -> str:
        """A job that runs, and has reported progress."""
        flag = str(self.folder / f"flag-{time.monotonic_ns()}")
        job_id = self.jobs.submit(kind, {"flag": flag})
        self.until(lambda: self.jobs.get(job_id).progress > 0)
        return job_id

    def until(self, condition: Callable[[], bool]) -> None:
        eventually(condition)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.jobs.stop()
    made.database.close()


@pytest.fixture(scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("jobs"))
    yield made
    made.jobs.stop()
    made.database.close()


@pytest.fixture
def shop(_shared: Bench) -> Iterator[Bench]:
    """A bench for tests that leave its worker as it was: to start one takes a second."""
    yield _shared
    assert _shared.jobs.active() == [] and _shared.ended.empty()


def test_a_job_leaves_its_result_on_its_row(shop: Bench) -> None:
    job = shop.run("double", number=21)
    assert (job.state, job.result, job.error, job.progress) == (JobState.DONE, {"twice": 42}, None, 1.0)
    assert shop.jobs.get(job.id) == job


def test_all_jobs_are_done_by_one_warm_worker(shop: Bench) -> None:
    pids = {(shop.run("who").result or {})["pid"] for _ in range(3)}
    assert pids == set(shop.jobs.worker_pids()) and os.getpid() not in pids


def test_jobs_with_equal_arguments_are_different_jobs(shop: Bench) -> None:
    first, second = shop.run("double", number=1), shop.run("double", number=1)
    assert first.id != second.id and first.result == second.result


def test_a_refusal_keeps_its_sentence_and_an_unknown_error_only_a_reference(
    capfd: pytest.CaptureFixture[str], bench: Bench
) -> None:
    refused, crashed = bench.run("refuse"), bench.run("crash")
    assert (refused.state, refused.error) == (JobState.FAILED, "a.csv has no rows. Choose another file.")
    assert crashed.state == JobState.FAILED and "secret" not in str(crashed.error)
    reference = str(crashed.error).split()[-1].rstrip(".")
    assert f"[{reference}]" in capfd.readouterr().err


def test_prepared_values_are_added_to_the_arguments_or_refuse_the_job(shop: Bench) -> None:
    assert shop.run("prepared", number=1).result == {"twice": 202}
    assert shop.run("prepared", number=-1).error == "It must not be negative."


def test_a_job_that_has_ended_cannot_be_cancelled(shop: Bench) -> None:
    job = shop.run("double", number=1)
    assert not shop.jobs.cancel(job.id)
    assert shop.jobs.get(job.id).state == JobState.DONE


def test_a_result_lands_in_the_transaction_that_marks_the_job_done(shop: Bench) -> None:
    assert shop.run("seen", number=1).result == {"twice": 2, "inside": "done", "outside": "running"}


def test_a_landing_that_fails_leaves_nothing_half_done(shop: Bench) -> None:
    job = shop.run("half", number=1)
    assert (job.state, job.error, job.owner, job.result) == (
        JobState.FAILED,
        "The name was taken meanwhile.",
        "",
        None,
    )


def test_an_unknown_job_is_not_found(shop: Bench) -> None:
    with pytest.raises(NotFound):
        shop.jobs.get("nobody")


def test_a_running_job_shows_progress_and_stops_by_itself_when_it_is_cancelled(shop: Bench) -> None:
    (worker,) = shop.jobs.worker_pids() or [0]
    job = shop.jobs.get(shop.begun())
    assert (job.progress, job.message, job.state) == (0.4, "Waiting", JobState.RUNNING)
    assert [job.id for job in shop.jobs.active()] == [job.id]
    assert shop.jobs.cancel(job.id)
    assert shop.next_end().state == JobState.CANCELLED
    assert shop.run("who").result in ({"pid": worker}, {"pid": shop.jobs.worker_pids()[0]})


def test_a_waiting_job_is_cancelled_without_disturbing_the_running_one(shop: Bench) -> None:
    first = shop.begun()
    second, third = (shop.jobs.submit("double", {"number": number}) for number in (1, 2))
    assert shop.jobs.cancel(second)
    assert shop.next_end().id == second
    assert shop.jobs.get(first).state == JobState.RUNNING
    shop.jobs.cancel(first)
    assert shop.next_end().id == first
    assert shop.next_end().result == {"twice": 4}
    assert shop.jobs.get(third).state == JobState.DONE


def test_jobs_that_join_are_done_at_once_and_the_others_have_their_own_turn(shop: Bench) -> None:
    first = shop.begun()
    numbers = (1, -2, 3, 4)
    ids = shop.jobs.submit_all("joining", [({"number": number}, "") for number in numbers])
    shop.jobs.cancel(first)
    ends = {job.id: job.result for job in (shop.next_end() for _ in range(5))}
    assert [ends[identity] for identity in ids] == [
        {"twice": 2, "at once": 3},
        {"twice": -4},
        {"twice": 6, "at once": 3},
        {"twice": 8, "at once": 3},
    ]


def test_no_more_jobs_are_queued_than_can_be_waited_for(shop: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "MOST_WAITING", 1)
    with pytest.raises(Conflict, match="Try again when some of them have ended"):
        shop.jobs.submit_all("double", [({"number": number}, "") for number in (1, 2)])
    assert shop.jobs.active() == []


def test_a_worker_is_prepared_once_for_a_kind_of_job(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = bench.folder / "notes"
    monkeypatch.setenv("WARMED", str(notes))
    kind = bench.jobs.kinds()["block"]
    bench.jobs.register("block", replace(kind, warm="tests.unit.job_functions:warmed"))
    for _ in range(2):
        bench.jobs.warm("block")
    bench.until(lambda: notes.exists() and notes.read_text().endswith("\n"))
    bench.begun()  # a second call would be before it
    assert notes.read_text() == f"{bench.jobs.worker_pids()[0]}\n"


def test_other_pools_do_not_wait_for_a_long_job(bench: Bench) -> None:
    slow = bench.begun()
    assert bench.run("quick", number=4).result == {"twice": 8}
    assert bench.jobs.get(slow).state == JobState.RUNNING


def test_a_job_that_does_not_stop_by_itself_loses_its_worker_and_the_next_is_done(bench: Bench) -> None:
    job = bench.begun("stubborn")
    (worker,) = bench.jobs.worker_pids()
    bench.jobs.cancel(job)
    assert bench.next_end().state == JobState.CANCELLED
    assert (bench.run("who").result or {})["pid"] != worker
    assert not psutil.pid_exists(worker)


def test_a_killed_worker_interrupts_its_job_in_words_and_the_next_job_is_done(bench: Bench) -> None:
    job = bench.run("die")
    assert job.state == JobState.INTERRUPTED
    assert "ended unexpectedly (exit code -9)" in str(job.error)
    assert bench.run("double", number=2).result == {"twice": 4}


def test_jobs_done_at_once_whose_worker_is_killed_have_their_turns_alone(bench: Bench) -> None:
    first = bench.begun()
    ids = bench.jobs.submit_all("joining", [({"number": number}, "") for number in (12, 13, 14)])
    bench.jobs.cancel(first)
    ends = {job.id: job.result for job in (bench.next_end() for _ in range(4))}
    assert [ends[identity] for identity in ids] == [{"twice": 24}, {"twice": 26}, {"twice": 28}]


def test_a_job_that_returned_to_the_queue_while_its_turn_was_passed_over_is_done(bench: Bench) -> None:
    job = _queued("double", {"number": 6}, "", None)
    with bench.database.write() as connection:
        rows.add(connection, [job], False)
    passed_over: Future[FinishedJobs] = Future()
    passed_over.set_result(FinishedJobs())
    bench.runner._futures[job.id] = passed_over
    bench.jobs.hand_over(bench.jobs.get(job.id))  # has no effect: the runner has the job
    bench.runner._done(job.id, "default", passed_over)
    assert bench.next_end().result == {"twice": 12}


def test_a_worker_killed_while_it_waits_is_not_missed(bench: Bench) -> None:
    bench.run("who")
    (pid,) = bench.jobs.worker_pids()
    os.kill(pid, signal.SIGKILL)
    bench.until(lambda: not psutil.pid_exists(pid))
    assert bench.run("double", number=3).state == JobState.DONE


def test_a_job_whose_end_cannot_be_written_has_failed_and_can_be_dismissed(bench: Bench) -> None:
    job = bench.run("full", number=1)
    assert job.state == JobState.FAILED and "disk full?" in str(job.error)
    assert bench.jobs.active() == []
    board = JobBoard(bench.jobs)
    assert board.listed()["counts"] == {"failed": 1}
    with bench.database.read() as connection:
        assert rows.get(connection, job.id).active  # that is what could not be written
    assert board.dismiss([job.id]) == 1
    assert board.listed() == {"jobs": [], "counts": {}}


def test_a_job_that_cannot_be_ended_or_removed_is_dismissed_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bench.run("full", number=1)

    def full(*_args: Any, **_kwargs: Any) -> bool:
        raise Invalid("The change is not stored: the disk is full.")

    monkeypatch.setattr(rows, "end", full)
    board = JobBoard(bench.jobs)
    board.dismiss([job.id])
    assert board.listed() == {"jobs": [], "counts": {}}


def test_a_pool_whose_workers_cannot_start_fails_its_jobs(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.runner._factory = no_worker
    job = bench.run("double", number=1)
    assert job.state == JobState.FAILED and "reference" in str(job.error)
    bench.jobs.stop()
    bench.database.close()


def no_worker(_pool: str) -> Callable[[str], FinishedJobs]:
    """A worker that ends before it can work."""
    os._exit(3)


def test_jobs_of_a_dead_process_become_interrupted_and_those_of_a_living_one_stay(bench: Bench) -> None:
    mine = bench.begun()
    lost, reused = (bench.jobs.submit("double", {"number": 1}) for _ in range(2))
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    with bench.database.write() as connection:
        connection.execute(update(table).where(table.c.id == lost).values(pid=int(gone.stdout)))
        connection.execute(update(table).where(table.c.id == reused).values(pid_created=1.0))
    other: Jobs = make_jobs(bench.settings, pool_runner(bench.settings))
    other.start()
    assert bench.jobs.get(mine).active
    assert {bench.jobs.get(job).state for job in (lost, reused)} == {JobState.INTERRUPTED}
    assert "Start it again" in str(bench.jobs.get(lost).error)
    other.runner.stop()
    other.database.close()


def test_stopping_interrupts_what_waits_and_what_runs(bench: Bench) -> None:
    jobs = [bench.begun(), bench.jobs.submit("double", {"number": 1})]
    bench.jobs.stop()
    assert {bench.jobs.get(job).state for job in jobs} == {JobState.INTERRUPTED}


def test_the_worker_ends_with_the_program_also_in_the_middle_of_a_job(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    script = (
        "from pathlib import Path\n"
        "from services.settings import Settings\n"
        "from tests.unit.job_functions import make_jobs, pool_runner\n"
        "if __name__ == '__main__':\n"
        f"    settings = Settings(data_dir=Path({str(tmp_path)!r}))\n"
        "    jobs = make_jobs(settings, pool_runner(settings))\n"
        f"    job = jobs.submit('block', {{'flag': {str(flag)!r}}})\n"
        "    while not jobs.get(job).progress: pass\n"
        "    print(*jobs.worker_pids(), flush=True)\n"
        "    jobs.wait_for_end(job, 600)\n"
    )
    with_tables(Settings(data_dir=tmp_path))
    (tmp_path / "program.py").write_text(script)
    root = Path(__file__).resolve().parents[2]
    program = subprocess.Popen(
        [sys.executable, str(tmp_path / "program.py")],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert program.stdout is not None
    worker = psutil.Process(int(program.stdout.readline()))
    program.kill()
    gone, alive = psutil.wait_procs([worker], timeout=PATIENCE)
    program.wait()
    program.stdout.close()
    assert gone and not alive
