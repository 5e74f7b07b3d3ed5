"""Job functions and kinds of the job tests."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from services.errors import Conflict, Invalid, RefusedFile
from services.jobs import FinishedJobs, Job, JobKind, Jobs, PoolRunner, Report, Runner, rows
from services.learning.parallel import Progress, SecondProcess
from services.log import configure_logging
from services.settings import Settings
from services.storage.db import open_database
from services.storage.tables import jobs as table

FOREVER = 600


def double(arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Twice the number."""
    return {"twice": arguments["number"] * 2}


def who(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """The process this runs in."""
    return {"pid": os.getpid()}


def block(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Write that it has begun, report until that succeeds, then wait for the cancellation."""
    Path(arguments["flag"]).touch()
    stop = threading.Event()
    while not stop.wait(0.05):
        report(0.4, "Waiting")
    return {}


def die(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Go as the kernel ends a process that took too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def stubborn(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Report once, then never again, even after a cancellation."""
    report(0.4, "Waiting")
    Path(arguments["flag"]).touch()
    threading.Event().wait(FOREVER)
    return {}


def together(arguments: dict[str, Any], _report: Report) -> list[dict[str, Any]]:
    """Twice each number, and how many were done at once; killed where one is 13."""
    numbers = [job["number"] for job in arguments["jobs"]]
    if 13 in numbers:
        os.kill(os.getpid(), signal.SIGKILL)
    return [{"result": {"twice": 2 * number, "at once": len(numbers)}} for number in numbers]


def refuse(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Fail in words."""
    raise RefusedFile("a.csv has no rows. Choose another file.")


def crash(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Fail without words."""
    raise KeyError("secret")


def land_seen(connection: Connection, job: Job, result: dict[str, Any]) -> dict[str, Any]:
    """The state of the row inside and outside of the transaction that ends it."""
    query = select(table.c.state).where(table.c.id == job.id)
    with connection.engine.connect() as outside:
        return {**result, "inside": connection.scalar(query), "outside": outside.scalar(query)}


def land_half(connection: Connection, job: Job, _result: dict[str, Any]) -> dict[str, Any]:
    """Change something, then fail."""
    connection.execute(update(table).where(table.c.id == job.id).values(owner="half"))
    raise Conflict("The name was taken meanwhile.")


def fill_disk(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """From now on this process can write no end."""

    def full(*_args: Any, **_kwargs: Any) -> bool:
        raise OSError("disk full")

    rows.end = full
    return {}


def prepared(job: Job) -> dict[str, Any]:
    """Additional arguments at the beginning of a job."""
    if job.arguments["number"] < 0:
        raise Invalid("It must not be negative.")
    return {"number": job.arguments["number"] + 100}


def job_kinds(ended: Callable[[Job], None] | None = None) -> dict[str, JobKind]:
    """The kinds of the job tests, by name; ``ended`` is called in the process that runs the tests."""
    module = "tests.unit.job_functions:"
    names = ("double", "who", "block", "stubborn", "die", "refuse", "crash")
    kinds = {name: JobKind(module + name, ended=ended) for name in names}
    kinds["seen"] = JobKind(module + "double", land_seen, ended)
    kinds["half"] = JobKind(module + "double", land_half, ended)
    kinds["full"] = JobKind(module + "fill_disk", ended=ended, shown=True)
    kinds["prepared"] = JobKind(module + "double", ended=ended, prepare=prepared)
    kinds["quick"] = JobKind(module + "double", ended=ended, pool="quick", eager=False)
    kinds["later"] = JobKind(module + "block", ended=ended, gives_way=True)
    kinds["joining"] = JobKind(
        module + "double",
        ended=ended,
        together=module + "together",
        joins=lambda arguments: arguments["number"] > 0,
    )
    return kinds


def warmed() -> None:
    """In a worker: note that it was called."""
    with Path(os.environ["WARMED"]).open("a") as file:
        file.write(f"{os.getpid()}\n")


def make_jobs(settings: Settings, runner: Runner, ended: Callable[[Job], None] | None = None) -> Jobs:
    """Jobs of these kinds on the database of ``settings``."""
    jobs = Jobs(open_database(settings.database_url), settings, runner)
    for name, kind in job_kinds(ended).items():
        jobs.register(name, kind)
    return jobs


def performer(settings: Settings, _pool: str) -> Callable[[str], FinishedJobs]:
    """In a worker: the function that does a job."""
    configure_logging()
    return make_jobs(settings, pool_runner(settings)).perform


def pool_runner(settings: Settings) -> PoolRunner:
    """A runner with the job kinds of the tests, which starts its workers as the program does."""
    runner = PoolRunner(partial(performer, settings), grace=0.5)
    runner.start_method = "spawn"
    return runner


def in_parallel(number: int, report: Progress) -> tuple[int, int]:
    """Twice the number, and the id of this process, after reporting progress."""
    report(0.5, "half", {"loss": 1.0})
    return number * 2, os.getpid()


def in_parallel_killed(parent: int, report: Progress) -> int:
    """Kill this process, unless it is the main one."""
    report(0.5, "half", {})
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def in_parallel_refused(_number: int, _report: Progress) -> None:
    """Fail in words."""
    raise Invalid("It cannot be done.")


def in_parallel_for_ever(_number: int, report: Progress) -> None:
    """Report the id of this process, then wait to be stopped."""
    report(0.5, str(os.getpid()), {})
    threading.Event().wait(FOREVER)


def run_in_parallel() -> None:
    """Run an endless task in a second process, and print its process id."""
    with SecondProcess(
        in_parallel_for_ever, (1,), lambda _share, what, _figures: print(what, flush=True)
    ) as work:
        work.result()
