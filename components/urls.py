"""URLs of the application.

The constants are paths inside the application, as routes and pages register them. The functions return paths for the
browser, which begin with the path prefix of the installation (``TIDEMARK_PATH_PREFIX``).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from itertools import groupby
from urllib.parse import quote

HOME = "/"
HEALTH = "/health"
READY = "/readyz"
LOGIN = "/login"
REGISTER = "/register"
ACCOUNT = "/account"
USERS = "/users"
AGREEMENT = "/agreement"
CLASSES = "/classes"
FILES = "/files"
MODELS = "/models"
OUTPUTS = "/outputs"
MODEL_FILE_RULE = "/download/models/<model>.pth"
LABEL_TEMPLATE = "/label/<recording>"
WINDOW_RULE = "/window/<int:recording>"
SAMPLE_RULE = "/sample/<int:recording>"
DOWNLOAD_RULE = "/download/outputs.zip"
UPLOAD = "/upload"
BUNDLE = "/bundle/"
CONFIDENCE_RULE = "/confidence/<int:recording>"
_prefix: ContextVar[str] = ContextVar("path prefix", default="")


def at(path: str) -> str:
    """A path of the application as the browser must request it: with the path prefix of the current request."""
    return f"{_prefix.get()}{path}"


def inside(pathname: str | None) -> str:
    """The inverse of :func:`at`: a path of the browser without the path prefix."""
    return (pathname or "").removeprefix(_prefix.get())


def serve_at(prefix: str) -> None:
    """Set the path prefix of the current request, such as ``/tidemark``; empty at the root of a name."""
    _prefix.set(prefix)


def register(invite: str) -> str:
    """Registration page for an invitation."""
    return f"{at(REGISTER)}?invite={quote(invite)}"


def model_file(model: str) -> str:
    """Download of a model's checkpoint."""
    return at(MODEL_FILE_RULE).replace("<model>", model)


def model_page(model: str) -> str:
    """Models page with a model."""
    return at(f"{MODELS}?model={quote(model)}" if model else MODELS)


def training_page(job: str) -> str:
    """Models page with a training."""
    return at(f"{MODELS}?job={quote(job)}")


def label(recording: int) -> str:
    """Label page of a recording."""
    return at(f"/label/{recording}")


def place(recording: int, start: int, end: int) -> str:
    """The page of a recording with the samples from ``start`` to ``end`` in view.

    >>> place(7, 100, 120)
    '/label/7?from=100&to=120'
    """
    return f"{label(recording)}?from={start}&to={end}"


def recording_of(path: str | None) -> int | None:
    """The recording of a label page; None for other paths.

    >>> recording_of("/label/7"), recording_of("/files")
    (7, None)
    """
    prefix, _, number = inside(path).rpartition("/")
    plain = prefix == "/label" and number.isascii() and number.isdecimal() and len(number) < 10
    return int(number) if plain else None


def classes(label_set: int) -> str:
    """Classes page with a label set."""
    return at(f"{CLASSES}?set={label_set}")


def download(recordings: Iterable[int]) -> str:
    """ZIP of the saved labels of ``recordings``; runs of ids are written as ``3-17`` to keep the URL short."""
    return f"{at(DOWNLOAD_RULE)}?recordings={compact(recordings)}"


def compact(ids: Iterable[int]) -> str:
    """Format a set of ids as ``1-4,7``.

    >>> compact([7, 1, 2, 4, 3])
    '1-4,7'
    """
    runs = []
    for _, run in groupby(enumerate(sorted(set(ids))), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        runs.append(str(members[0]) if len(members) == 1 else f"{members[0]}-{members[-1]}")
    return ",".join(runs)


def expand(text: str, most: int = 1_000_000) -> list[int]:
    """Inverse of :func:`compact`.

    Raises:
        ValueError: malformed text, or more than ``most`` ids.
    """
    ids: list[int] = []
    for part in filter(None, text.split(",")):
        first, dash, last = part.partition("-")
        run = range(int(first), int(last if dash else first) + 1)
        if len(ids) + run.stop - run.start > most:  # len() fails for ranges beyond 2**63
            raise ValueError(f"more than {most} ids")
        ids.extend(run)
    return ids
