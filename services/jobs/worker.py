"""The worker process: takes jobs as JSON lines on standard input, answers with them on standard output.

It is a fresh interpreter (never a fork of the web process: no inherited locks, threads or sockets) that
imports the heavy modules once and then waits. It knows no database: progress and results go to the web
process. When that goes away, standard input closes and the worker ends at once, also in the middle of a job.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import IO, Any

from services.errors import TidemarkError

REPORT_SECONDS = 0.2

Report = Callable[[float, str], None]


def main(modules: list[str]) -> None:
    """Import ``modules``, then do one job after the other until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = _own_stdout()
    tasks: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    for module in modules:
        importlib.import_module(module)
    while True:
        _say(answers, perform(tasks.get(), lambda report: _say(answers, report)))


def perform(task: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Do ``task`` (``{"function", "arguments"}``).

    Returns:
        ``{"result": …}``, ``{"error": sentence}`` for an error the user can mend, or ``{"traceback": text}``.
    """
    try:
        module, name = task["function"].split(":")
        function = getattr(importlib.import_module(module), name)
        return {"result": function(task["arguments"], _throttled(send))}
    except TidemarkError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "There was not enough memory for this. Close other programs or split the file."}
    except Exception:
        return {"traceback": traceback.format_exc()}


def _throttled(send: Callable[[dict[str, Any]], None]) -> Report:
    last = time.monotonic()

    def report(fraction: float, message: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= REPORT_SECONDS:
            last = now
            send({"progress": min(1.0, max(0.0, float(fraction))), "message": message})

    return report


def _own_stdout() -> IO[bytes]:
    """Standard output for answers only; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return answers


def _listen(tasks: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin.buffer:
        tasks.put(json.loads(line))
    os._exit(0)


def _say(answers: IO[bytes], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
