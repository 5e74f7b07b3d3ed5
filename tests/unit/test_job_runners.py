"""Contract of all job runners: warm processes of this program, and Celery workers on Redis."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.errors import Busy, Invalid
from services.jobs import Job, Jobs, JobState
from services.jobs.rows import PROGRAM_ENDED
from services.settings import Settings
from tests.redis_server import Worker, redis_server
from tests.support import PATIENCE, ROOT, eventually, with_tables
from tests.unit.celery_worker import celery_jobs
from tests.unit.job_functions import make_jobs, pool_runner


class Shop:
    """Jobs, done one way or the other."""

    def __init__(self, folder: Path, broker: str = "") -> None:
        self.folder, self.broker = folder, broker
        self.settings = with_tables(Settings(data_dir=folder, broker_url=broker))
        self.jobs = self.program()
        self.jobs.start()
        self.workers: list[Worker] = []
        if broker:
            self.start_worker()

    def program(self) -> Jobs:
        """A program on these jobs, as it is after a restart."""
        return (
            celery_jobs(self.settings)
            if self.broker
            else make_jobs(self.settings, pool_runner(self.settings))
        )

    def start_worker(self) -> None:
        arguments = ["-m", "tests.unit.celery_worker", str(self.folder), self.broker]
        self.workers.append(Worker(arguments, "ready for jobs"))

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.jobs.stop()
        self.jobs.database.close()

    def begun(self, kind: str = "block") -> str:
        """A job that runs, and has reported progress."""
        job_id = self.jobs.submit(kind, {"flag": str(self.folder / f"flag-{time.monotonic_ns()}")})
        self.until(lambda: self.jobs.get(job_id).progress > 0)
        return job_id

    def end_of(self, job_id: str) -> Job:
        self.until(lambda: not self.jobs.get(job_id).active)
        return self.jobs.get(job_id)

    def run(self, kind: str, **arguments: Any) -> Job:
        return self.end_of(self.jobs.submit(kind, arguments))

    def until(self, condition: Callable[[], bool]) -> None:
        eventually(condition)


@pytest.fixture(scope="module")
def _brokers() -> Iterator[Iterator[str]]:
    with redis_server() as address:
        yield (f"{address}/{number}" for number in range(16))


@pytest.fixture
def broker(_brokers: Iterator[str]) -> str:
    """A database of Redis that no other test has."""
    return next(_brokers)


@pytest.fixture(params=["processes", "celery"], scope="module")
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    address = next(request.getfixturevalue("_brokers")) if request.param == "celery" else ""
    made = Shop(tmp_path_factory.mktemp("shop"), address)
    yield made
    made.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    """Makes shops of this test alone."""
    made: list[Shop] = []

    def make(address: str = "") -> Shop:
        made.append(Shop(tmp_path, address))
        return made[-1]

    yield make
    for shop in made:
        shop.close()


def test_jobs_of_equal_arguments_do_not_cross(shop: Shop) -> None:
    ids = [shop.jobs.submit("double", {"number": 21}, owner) for owner in ("ada", "bob", "ada")]
    ends = [shop.end_of(identity) for identity in ids]
    assert len(set(ids)) == 3
    assert [(job.owner, job.result) for job in ends] == [
        ("ada", {"twice": 42}),
        ("bob", {"twice": 42}),
        ("ada", {"twice": 42}),
    ]


def test_a_result_lands_with_the_end_of_its_row_or_not_at_all(shop: Shop) -> None:
    assert shop.run("seen", number=1).result == {"twice": 2, "inside": "done", "outside": "running"}
    half = shop.run("half", number=1)
    assert (half.state, half.owner, half.result) == (JobState.FAILED, "", None)
    assert half.error == "The name was taken meanwhile."


def test_a_job_is_done_without_any_page_and_found_by_another_program(shop: Shop) -> None:
    job_id = shop.begun()
    other = shop.program()
    seen = other.get(job_id)
    assert (seen.state, seen.progress, seen.message) == (JobState.RUNNING, 0.4, "Waiting")
    assert other.cancel(job_id)  # from there, too
    assert shop.end_of(job_id).state == JobState.CANCELLED
    other.stop()
    other.database.close()


def test_a_job_that_gives_way_starts_again_after_other_jobs_of_its_user(shop: Shop) -> None:
    first = shop.begun("later")
    of_another = shop.jobs.submit("double", {"number": 1}, "ada")
    assert shop.jobs.get(first).state == JobState.RUNNING
    assert shop.run("double", number=21).result == {"twice": 42}
    assert shop.end_of(first).state == JobState.CANCELLED
    again = shop.jobs.newest("later", "flag", shop.jobs.get(first).arguments["flag"])
    assert again and again.id != first
    shop.until(lambda: shop.jobs.get(again.id).progress > 0)
    assert shop.end_of(of_another).state == JobState.DONE
    assert shop.jobs.cancel(again.id)
    assert shop.end_of(again.id).state == JobState.CANCELLED


def test_cancel_ends_only_that_job(shop: Shop) -> None:
    first = shop.begun()
    second, third = (shop.jobs.submit("double", {"number": number}) for number in (1, 2))
    shop.jobs.cancel(second)
    assert shop.jobs.get(first).state == JobState.RUNNING
    shop.jobs.cancel(first)
    assert shop.end_of(third).result == {"twice": 4}
    assert shop.jobs.get(second).state == JobState.CANCELLED


def test_a_job_that_does_not_listen_is_ended_and_the_next_is_done(shop: Shop) -> None:
    job_id = shop.begun("stubborn")
    shop.jobs.cancel(job_id)
    assert shop.run("double", number=3).result == {"twice": 6}
    assert shop.jobs.get(job_id).state == JobState.CANCELLED


def test_jobs_that_join_are_done_at_once(shop: Shop) -> None:
    first = shop.begun()
    ids = shop.jobs.submit_all("joining", [({"number": number}, "") for number in (1, 2)])
    shop.jobs.cancel(first)
    assert [shop.end_of(identity).result for identity in ids] == [
        {"twice": 2, "at once": 2},
        {"twice": 4, "at once": 2},
    ]


def test_a_killed_worker_is_noticed_and_the_next_job_is_done(shop: Shop) -> None:
    job = shop.run("die")
    assert job.state == JobState.INTERRUPTED and "ended unexpectedly" in str(job.error)
    assert shop.run("double", number=2).result == {"twice": 4}


def test_a_restart_interrupts_local_jobs_and_continues_remote_ones(shop: Shop) -> None:
    job_id = shop.begun()
    shop.jobs.stop()
    shop.jobs.database.close()
    shop.jobs = shop.program()
    shop.jobs.start()
    if shop.broker:
        assert shop.jobs.get(job_id).state == JobState.RUNNING
        shop.jobs.cancel(job_id)
        assert shop.end_of(job_id).state == JobState.CANCELLED
    else:
        assert shop.jobs.get(job_id).state == JobState.INTERRUPTED
    assert shop.run("double", number=2).result == {"twice": 4}


def test_a_job_submitted_while_no_worker_runs_is_done_by_the_next_worker(
    own: Callable[..., Shop], broker: str
) -> None:
    shop = own(broker)
    shop.workers.pop().stop()
    job_id = shop.jobs.submit("double", {"number": 4})
    assert shop.jobs.get(job_id).state == JobState.QUEUED
    shop.start_worker()
    assert shop.end_of(job_id).result == {"twice": 8}


def test_a_worker_without_heartbeat_is_detected(own: Callable[..., Shop], broker: str) -> None:
    shop = own(broker)
    job_id = shop.begun()
    assert shop.jobs.lost(datetime.now(UTC) - timedelta(seconds=10)) == 0
    shop.workers.pop().kill()
    assert shop.jobs.lost(datetime.now(UTC)) == 1
    assert shop.jobs.get(job_id).state == JobState.INTERRUPTED


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_that_is_ended_interrupts_its_job_and_leaves_no_process(
    own: Callable[..., Shop], broker: str, how: signal.Signals
) -> None:
    shop = own(broker)
    job_id = shop.begun("stubborn")
    waiting = shop.jobs.submit("double", {"number": 4})
    worker = shop.workers.pop()
    processes = psutil.Process(worker.pid).children(recursive=True)
    worker.stop(how)
    _gone, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    assert not alive
    ended = shop.jobs.get(job_id)
    assert ended.state == JobState.INTERRUPTED and ended.error == PROGRAM_ENDED
    shop.start_worker()
    assert shop.end_of(waiting).result == {"twice": 8}


def test_a_queue_that_does_not_answer_fails_the_job_with_a_remedy(tmp_path: Path) -> None:
    settings = with_tables(Settings(data_dir=tmp_path, broker_url="redis://127.0.0.1:9/0"))
    jobs = celery_jobs(settings)
    with pytest.raises(Busy, match="Start it, then try again"):
        jobs.submit("double", {"number": 1})
    assert jobs.active() == []
    jobs.stop()
    jobs.database.close()


@pytest.mark.parametrize(
    "address",
    ["http://localhost:6379/0", "redis://localhost:port/0", "redis://", "redis://localhost/x", "redis"],
)
def test_an_address_that_is_no_redis_is_reported(address: str) -> None:
    with pytest.raises(Invalid, match="must be the address of a Redis, such as redis://localhost:6379/0"):
        Settings(broker_url=address)


def test_a_worker_process_that_is_killed_between_jobs_is_replaced(own: Callable[..., Shop]) -> None:
    shop = own()
    pid = (shop.run("who").result or {})["pid"]
    os.kill(pid, signal.SIGKILL)
    assert shop.run("double", number=2).result == {"twice": 4}


@pytest.mark.parametrize(("pool", "niceness"), [("torch", 5), ("ingest", 0)])
def test_trainings_and_auto_labels_let_the_page_go_first(pool: str, niceness: int) -> None:
    code = f"import os; from services.jobs.pool import be_gentle; be_gentle({pool!r}); print(os.getpriority(0, 0))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(max(niceness, os.getpriority(os.PRIO_PROCESS, 0)))
