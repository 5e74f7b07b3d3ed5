"""Task in a second process: same results as in this one, errors passed on, never outlives its parent."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import psutil
import pytest

from services.errors import Invalid
from services.learning.parallel import SecondProcess, cores
from tests.support import PATIENCE, ROOT
from tests.unit import job_functions


class Heard:
    """The reported progress."""

    def __init__(self) -> None:
        self.reported: list[tuple[float, str, dict[str, Any]]] = []

    def __call__(self, share: float, what: str, figures: dict[str, Any]) -> None:
        self.reported.append((share, what, figures))


@pytest.mark.parametrize("apart", [True, False])
def test_result_and_progress_are_the_same_in_either_process(apart: bool) -> None:
    heard = Heard()
    with SecondProcess(job_functions.in_parallel, (21,), heard, apart) as work:
        twice, process = work.result()
    assert twice == 42 and heard.reported == [(0.5, "half", {"loss": 1.0})]
    assert (process != os.getpid()) == apart


def test_it_runs_while_this_process_continues() -> None:
    heard = Heard()
    with SecondProcess(job_functions.in_parallel, (21,), heard) as work:
        work._starting.join()
        work._process.join(PATIENCE)
        assert heard.reported == []
        work.look()
        assert len(heard.reported) == 1 and work.result()[0] == 42


def test_where_the_second_process_is_killed_the_work_is_done_here() -> None:
    heard = Heard()
    with SecondProcess(job_functions.in_parallel_killed, (os.getpid(),), heard) as work:
        assert work.result() == os.getpid()
    assert len(heard.reported) == 2


def test_its_error_is_raised_here() -> None:
    with (
        SecondProcess(job_functions.in_parallel_refused, (1,), Heard()) as work,
        pytest.raises(Invalid, match="cannot"),
    ):
        work.result()


def test_a_stop_request_ends_it() -> None:
    with SecondProcess(job_functions.in_parallel_for_ever, (1,), Heard()) as work:
        work._starting.join()
        process = psutil.Process(work._process.pid)
    assert not process.is_running()


def test_it_ends_with_a_process_that_is_killed() -> None:
    code = "from tests.unit.job_functions import run_in_parallel; run_in_parallel()"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        other = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        other.wait(PATIENCE)
    assert not other.is_running()


def test_there_is_at_least_one_processor() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
