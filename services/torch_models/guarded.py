"""Run an untrusted checkpoint in a separate process: inspect it under limits, then predict; torch is
imported once.

``python -m services.torch_models.guarded FILE NAME LARGEST`` writes lines of JSON: the metadata of the checkpoint
first, then progress and result of each command, which it reads as lines from standard input. It ends with its
parent, when standard input is closed.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from services.errors import Invalid, RefusedFile, TidemarkError
from services.log import new_reference
from services.storage.paths import quoted
from services.torch_models import inspection
from services.torch_models.model import ModelInfo
from services.torch_models.run_lengths import RunLengths

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
RUNS = "runs.npz"


class GuardedModel:
    """A checkpoint in a separate process, which starts at once, so that torch is imported in parallel."""

    def __init__(self, file: Path, name: str, largest: int) -> None:
        self._arguments = (file, name, largest)
        self._process = self._start()
        self._info: ModelInfo | None = None

    def __enter__(self) -> GuardedModel:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    @property
    def info(self) -> ModelInfo:
        """Metadata of the checkpoint.

        Raises:
            RefusedFile: it is unusable, with the reason.
        """
        if self._info is None:
            self._info = self._inspected()
        return self._info

    def runs(
        self,
        store: Path,
        channels: Sequence[int],
        folder: Path,
        progress: Progress,
        factors: Sequence[float] = (),
    ) -> RunLengths:
        """Predicted segments of a recording; ``folder`` is for temporary files; ``factors`` correct the channels.

        Raises:
            Invalid: the model cannot process the samples.
        """
        command = {"what": "runs", "store": str(store), "channels": list(channels), "to": str(folder)}
        self._ask({**command, "factors": list(factors)}, progress)
        with np.load(folder / RUNS) as arrays:
            return RunLengths(**{name: arrays[name] for name in ("start", "end", "label", "total")})

    def write_rows(
        self,
        store: Path,
        channels: Sequence[int],
        names: Sequence[str],
        target: Path,
        progress: Progress,
        factors: Sequence[float] = (),
    ) -> None:
        """Write the probability of each class in each row as a CSV, with the column ``names``.

        Raises:
            Invalid: the model cannot process the samples.
            StorageFull: the disk is full.
        """
        command = {"what": "rows", "store": str(store), "channels": list(channels), "to": str(target)}
        self._ask({**command, "names": list(names), "factors": list(factors)}, progress)

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._command(),
            cwd=inspection.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def _command(self) -> list[str]:
        file, name, largest = self._arguments
        return [sys.executable, "-m", __name__, str(file.resolve()), name, str(largest)]

    def _inspected(self) -> ModelInfo:
        name = quoted(self._arguments[1])
        late = threading.Timer(inspection.SECONDS, self._process.kill)
        late.start()
        try:
            answer = self._answer()
        except EOFError:
            raise RefusedFile(
                f"{name} could not be opened safely; it is not an ordinary checkpoint."
            ) from None
        finally:
            late.cancel()
        if "refused" in answer:
            raise RefusedFile(answer["refused"])
        return ModelInfo.from_json(answer["info"])

    def _ask(self, command: dict[str, Any], progress: Progress) -> None:
        if self._info is None:
            self._info = self._inspected()
        elif self._process.poll() is not None:  # it ended with the previous file
            self._process = self._start()
            self._inspected()
        try:
            self._send(command)
            while "progress" in (answer := self._answer()):
                progress(answer["progress"], answer["words"])
        except (EOFError, OSError):
            self._end()
            raise Invalid(
                "The process that runs the model ended unexpectedly, possibly because of too little memory. "
                "End other programs, or label fewer rows at a time."
            ) from None
        if "problem" in answer:
            raise Invalid(answer["problem"])
        if "unexpected" in answer:
            reference = new_reference()
            log.error("[%s] the model could not be run:\n%s", reference, answer["unexpected"])
            raise Invalid(f"Unexpected error (reference {reference}).")

    def _send(self, command: dict[str, Any]) -> None:
        if self._process.stdin is None:
            raise EOFError
        self._process.stdin.write(f"{json.dumps(command)}\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:  # it exceeded its limits, or crashed
            raise EOFError from None
        return answer


# -- in the process -------------------------------------------------------------------------------------


def main(file: str, name: str, largest: str) -> None:
    """Inspect the checkpoint, then execute commands until standard input is closed."""
    answers, sys.stdout = sys.stdout, sys.stderr  # output of libraries must not mix with answers
    commands: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(commands,), daemon=True).start()
    answer, loaded = inspection.look(Path(file), name, int(largest))
    _say(answers, answer)
    if loaded is None:
        return
    from services.torch_models import recording_runs

    while True:
        command = commands.get()
        try:
            recording_runs.obey(
                command, name, *loaded, lambda done, words: _say(answers, _progress(done, words))
            )
            _say(answers, {"done": True})
        except TidemarkError as error:
            _say(answers, {"problem": str(error)})
        except Exception:
            import traceback

            _say(answers, {"unexpected": traceback.format_exc()})


def _progress(done: float, words: str) -> dict[str, Any]:
    return {"progress": done, "words": words}


def _say(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(f"{json.dumps(answer)}\n")
    answers.flush()


def _listen(commands: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin:
        commands.put(json.loads(line))
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
