"""What the workers of the job tests do."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from services.errors import Invalid, RefusedFile
from services.jobs.worker import Report
from services.learning.parallel import Beside
from services.learning.parallel import Progress as Told

FOREVER = 600


def double(arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Twice the number."""
    return {"twice": arguments["number"] * 2}


def chatter(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Print as careless libraries do."""
    print("not an answer")
    os.write(1, b"neither is this\n")
    return {"ok": True}


def who(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """The process this runs in."""
    return {"pid": os.getpid()}


def block(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Say that it has begun, report until that got through, then wait to be stopped."""
    Path(arguments["flag"]).touch()
    stop = threading.Event()
    while not stop.wait(0.05):
        report(0.4, "Waiting")
    return {}


def die(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Go as the kernel ends a process that took too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def die_speaking(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Be killed in the middle of an answer."""
    for handle in range(3, 10):  # one of them is the copy of standard output that answers go to
        with suppress(OSError):
            os.write(handle, b'{"progress": 0.')
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def refuse(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Fail in words."""
    raise RefusedFile("a.csv has no rows. Choose another file.")


def crash(_arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Fail without words."""
    raise KeyError("secret")


def beside(number: int, told: Told) -> tuple[int, int]:
    """Twice the number, and the process this runs in, after telling how far it is."""
    told(0.5, "half", {"loss": 1.0})
    return number * 2, os.getpid()


def beside_killed(parent: int, told: Told) -> int:
    """Killed in any other process than this one."""
    told(0.5, "half", {})
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def beside_refused(_number: int, _told: Told) -> None:
    """Fail in words."""
    raise Invalid("It cannot be done.")


def beside_for_ever(_number: int, told: Told) -> None:
    """Tell its process, then wait to be stopped."""
    told(0.5, str(os.getpid()), {})
    threading.Event().wait(FOREVER)


def beside_itself() -> None:
    """Have something done beside this process that never ends, and say by which."""
    with Beside(beside_for_ever, (1,), lambda _share, what, _figures: print(what, flush=True)) as work:
        work.result()
