"""Label JSON, written by Save next to the label CSV: all attributes of each label.

``docs/labels-in.md`` describes it. Segments are end-inclusive sample indices, counted from 0 in order of time. Each
label also has the times of its first and last sample, as in the label CSV, so that the file can be used for another
recording. The same labels always yield the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from services.errors import RefusedFile
from services.formats.text import decode
from services.storage.paths import quoted

FORMAT = "tidemark-labels"
VERSION = 1
SOURCES = ("manual", "model", "rule", "similar", "import")
_MODEL = {"id": 36, "sha256": 64}  # characters
_LONGEST_AUTHOR = 200
INTERVALS = "first and last sample, both inclusive; samples are counted from 0 in order of time"


@dataclass(frozen=True)
class LabelEntry:
    """A label with all attributes.

    ``channels``: names; None for all. ``model``: name, id and SHA-256 of the model that suggested it, or None.
    """

    start_index: int
    end_index: int
    start: str
    end: str
    label: str
    color: str
    channels: tuple[str, ...] | None
    note: str
    source: str
    model: dict[str, Any] | None
    score: float | None
    status: str
    author: str
    created: datetime
    edited: datetime


@dataclass(frozen=True)
class RecordingOrigin:
    """The recording of a label JSON, and the label CSV saved with it."""

    sha256: str
    rows: int
    reading: dict[str, Any]
    csv_sha256: str = ""

    def is_read_as(self, rows: int, reading: dict[str, Any]) -> bool:
        """True if a recording of the same bytes with ``rows`` samples was read with the same result, so that
        indices refer to the same samples."""
        values = {name: value for name, value in self.reading.items() if name != "options"}
        return (
            bool(values) and rows == self.rows and all(reading.get(name) == values[name] for name in values)
        )


def write_labels_json(origin: RecordingOrigin, size_bytes: int, labels: Sequence[LabelEntry]) -> str:
    """The text of a label JSON, with one label per line."""
    head = {
        "format": FORMAT,
        "format_version": VERSION,
        "intervals": INTERVALS,
        "recording": {
            "sha256": origin.sha256,
            "size_bytes": size_bytes,
            "rows": origin.rows,
            "reading": origin.reading,
        },
        "csv_sha256": origin.csv_sha256,
    }
    start = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    lines = ",\n".join(f"  {encode(_entry(item))}" for item in labels)
    inside = f"\n{lines}\n " if lines else ""
    return f'{start},\n "labels": [{inside}]\n}}\n'


def _entry(item: LabelEntry) -> dict[str, Any]:
    return {
        "start_index": item.start_index,
        "end_index": item.end_index,
        "start": item.start,
        "end": item.end,
        "class": item.label,
        "color": item.color,
        "channels": None if item.channels is None else list(item.channels),
        "note": item.note,
        "source": item.source,
        "model": item.model,
        "score": item.score,
        "status": item.status,
        "author": item.author,
        "created": _instant(item.created),
        "edited": _instant(item.edited),
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class LabelOrigin:
    """Origin of a label; None for attributes missing in the file.

    ``model``: id of the model that suggested it, ``model_sha256``: hash of its bytes.
    """

    source: str | None = None
    model: str | None = None
    model_sha256: str | None = None
    score: float | None = None
    author: str | None = None
    created: datetime | None = None
    edited: datetime | None = None


NOT_SAID = LabelOrigin()


@dataclass(frozen=True)
class JsonLabel:
    """A label of a file; or the ``problem`` of an unreadable entry. ``number`` counts from 1."""

    number: int
    samples: tuple[int, int] = (0, 0)
    start: str = ""
    end: str = ""
    label: str = ""
    color: str = ""
    channels: tuple[str, ...] | None = None
    note: str = ""
    made: LabelOrigin = NOT_SAID
    problem: str = ""


def is_labels_json(head: bytes) -> bool:
    """True when a file that begins with ``head`` is a label JSON, whatever its name."""
    text = decode(head).lstrip()
    return text.startswith("{") and f'"{FORMAT}"' in text


def read_labels_json(data: bytes, name: str) -> tuple[RecordingOrigin, list[JsonLabel]]:
    """Parse a label JSON; ``name`` is for messages.

    Raises:
        RefusedFile: it is not JSON, not a label JSON, or of a later version.
    """
    try:
        content = json.loads(decode(data))
    except json.JSONDecodeError as error:
        raise RefusedFile(f"{quoted(name)}, line {error.lineno}: this is not JSON: {error.msg}.") from error
    except (ValueError, RecursionError) as error:
        raise RefusedFile(f"{quoted(name)} cannot be read as JSON: {error}.") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise RefusedFile(f"{quoted(name)} is not a label JSON: its “format” is not “{FORMAT}”.")
    if content.get("format_version") != VERSION:
        raise RefusedFile(
            f"{quoted(name)} is a label JSON of version {content.get('format_version')}; this Tidemark reads {VERSION}."
        )
    about, labels = content.get("recording"), content.get("labels")
    if not isinstance(about, dict) or not isinstance(labels, list):
        raise RefusedFile(f"{quoted(name)} has no “recording” or no list of “labels”.")
    return _origin(about, content.get("csv_sha256")), list(_labels(labels))


def _origin(about: dict[str, Any], csv_sha256: Any) -> RecordingOrigin:
    rows, reading = about.get("rows"), about.get("reading")
    return RecordingOrigin(
        str(about.get("sha256")),
        rows if isinstance(rows, int) else -1,
        reading if isinstance(reading, dict) else {},
        csv_sha256 if isinstance(csv_sha256, str) else "",
    )


def _labels(entries: Iterable[Any]) -> Iterator[JsonLabel]:
    for number, entry in enumerate(entries, 1):
        if problem := _problem(entry):
            yield JsonLabel(number, problem=problem)
            continue
        channels = entry.get("channels")
        yield JsonLabel(
            number,
            (entry["start_index"], entry["end_index"]),
            str(entry["start"]),
            str(entry["end"]),
            entry["class"],
            str(entry.get("color") or ""),
            None if channels is None else tuple(channels),
            entry.get("note") or "",
            _origin_of(entry),
        )


def _origin_of(entry: dict[str, Any]) -> LabelOrigin:
    model = entry.get("model") or {}
    created, edited = (_moment(entry.get(name)) for name in ("created", "edited"))
    score = entry.get("score")
    return LabelOrigin(
        entry.get("source"),
        model.get("id"),
        model.get("sha256"),
        None if score is None else float(score),
        entry.get("author"),
        created,
        edited,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _problem(entry: Any) -> str:
    """Why an entry is not an importable label; "" if it is."""
    if not isinstance(entry, dict):
        return "it is not an object"
    if not _is_index(entry.get("start_index")) or not _is_index(entry.get("end_index")):
        return "“start_index” and “end_index” must be numbers of samples"
    if not all(isinstance(entry.get(name), str | int | float) for name in ("start", "end")):
        return "“start” and “end” must be times"
    if not isinstance(entry.get("class"), str):
        return "it has no “class”"
    channels = entry.get("channels")
    named = isinstance(channels, list) and channels and all(isinstance(channel, str) for channel in channels)
    if channels is not None and not named:
        return "“channels” must be a list of names, or null"
    if not isinstance(entry.get("note") or "", str):
        return "“note” must be text"
    status = entry.get("status", "accepted")
    return _problem_of_making(entry) if status == "accepted" else f"it is not accepted but {status}"


def _problem_of_making(entry: dict[str, Any]) -> str:
    """Why source, model, score, author or a time of an entry cannot be restored; "" if they can."""
    if entry.get("source") not in (None, *SOURCES):
        return f"“source” must be one of {', '.join(SOURCES)}"
    model = entry.get("model")
    if model is not None and not (
        isinstance(model, dict) and all(_is_text(model.get(name), most) for name, most in _MODEL.items())
    ):
        return "“model” must have the “id” and the “sha256” of a model, or be null"
    score = entry.get("score")
    if score is not None and not (isinstance(score, int | float) and isfinite(score)):
        return "“score” must be a number, or null"
    if not _is_text(entry.get("author"), _LONGEST_AUTHOR):
        return f"“author” must be text of at most {_LONGEST_AUTHOR} characters"
    if not all(_is_moment(entry.get(name)) for name in ("created", "edited")):
        return "“created” and “edited” must be times such as 2026-11-29T13:03:51Z"
    return ""


def _is_text(value: Any, most: int) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= most and "\0" not in value)


def _is_moment(value: Any) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).astimezone(UTC).year > 0
    except (ValueError, OverflowError):
        return False


def _is_index(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
