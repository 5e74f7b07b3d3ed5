"""Every URL of the application in one place."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from urllib.parse import quote

HOME = "/"
HEALTH = "/health"
CLASSES = "/classes"
FILES = "/files"
MODELS = "/models"
MODEL_CATALOGUE = "/model-catalogue"
MODEL_FILE_RULE = "/download/models/<model>.pth"
MODEL_UPLOAD = "/model-upload"
CLASSES_STATE = "/label-classes"
CLASSES_CSV_RULE = "/label-classes/<int:label_set>.csv"
CLASSES_IMPORT_RULE = "/label-classes/<int:label_set>/import"
LABEL_TEMPLATE = "/label/<recording>"
WINDOW_RULE = "/window/<int:recording>"
SAMPLE_RULE = "/sample/<int:recording>"
DOWNLOAD_RULE = "/download/outputs.zip"
UPLOAD = "/upload"
HISTORY_RULE = "/history/<int:recording>"
HISTORY_EDIT_RULE = "/history/<int:recording>/<int:revision>"
HISTORY_OUTLOOK_RULE = "/history/<int:recording>/back/<target>"
PREFERENCES_RULE = "/preferences/<name>"
READING_RULE = "/reading/<int:recording>"
READING_PREVIEW_RULE = "/reading/<int:recording>/preview"
READING_JOB_RULE = "/reading/<int:recording>/job/<job>"
LABELS_IN = "/labels-in"
JOBS = "/jobs"
JOBS_ACTION_RULE = "/jobs/<action>"
CONFIDENCE_RULE = "/confidence/<int:recording>"
REVIEW_QUEUE = "/review-queue"
TRAINING = "/training"
TRAINING_RULE = "/training/<int:recording>"
TRAINING_CURVE_RULE = "/training/curve/<job>"
TRAINING_VERSIONS_RULE = "/training/versions/<model>"
TRAINING_CHOICES = "/training/choices"
TRAINING_MODEL_RULE = "/training/model/<model>"
TRAINING_IMPROVE_RULE = "/training/improve/<model>"
COPY_LABELS_RULE = "/copy-labels/<int:recording>"


def model_file(model: str) -> str:
    """The checkpoint of a model."""
    return MODEL_FILE_RULE.replace("<model>", model)


def model_page(model: str) -> str:
    """The page of models with one of them shown."""
    return f"{MODELS}?model={quote(model)}" if model else MODELS


def label(recording: int) -> str:
    """The page on which one recording is labelled."""
    return f"/label/{recording}"


def download(recordings: Iterable[int]) -> str:
    """The ZIP of the saved labels of ``recordings``; runs of ids are written as ``3-17`` to keep the URL short."""
    return f"{DOWNLOAD_RULE}?recordings={compact(recordings)}"


def compact(ids: Iterable[int]) -> str:
    """Write a set of ids as ``1-4,7``.

    >>> compact([7, 1, 2, 4, 3])
    '1-4,7'
    """
    runs = []
    for _, run in groupby(enumerate(sorted(set(ids))), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        runs.append(str(members[0]) if len(members) == 1 else f"{members[0]}-{members[-1]}")
    return ",".join(runs)


def expand(text: str, most: int = 1_000_000) -> list[int]:
    """The inverse of :func:`compact`.

    Raises:
        ValueError: the text is not of that form, or names more than ``most`` ids.
    """
    ids: list[int] = []
    for part in filter(None, text.split(",")):
        first, dash, last = part.partition("-")
        run = range(int(first), int(last if dash else first) + 1)
        if len(ids) + run.stop - run.start > most:  # len() takes no run beyond 2**63
            raise ValueError(f"more than {most} ids")
        ids.extend(run)
    return ids
