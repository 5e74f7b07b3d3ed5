"""Validation of a model's name, description and remarks (limits: FORMATS 1.4, the form of the predecessor)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from services.errors import Invalid
from services.storage.paths import has_hiding, quoted

LONGEST_NAME = 30
LONGEST_DESCRIPTION = 30
LONGEST_REMARKS = 300
SUFFIX = ".pth"  # of stored files
SUFFIXES = (".pth", ".pt", ".ckpt")  # accepted suffixes

FILE_KINDS = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"


class WrongFields(Invalid):
    """Invalid form fields; ``fields``: message by field name."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


@dataclass(frozen=True)
class ModelTexts:
    """Name, short description and remarks of a model, as stored."""

    name: str
    short_description: str = ""
    remarks: str = ""


def model_texts(values: Mapping[str, Any], file: str | None = None) -> ModelTexts:
    """Validate ``values`` (``name``, ``short_description``, ``remarks``).

    Args:
        file: the file name, if a file is uploaded.

    Raises:
        WrongFields: a value exceeds its limits.
    """
    texts = {name: _text(values.get(name)) for name in ("name", "short_description", "remarks")}
    wrong = {
        "name": _name_problem(texts["name"]),
        "file": "" if file is None else _file_problem(file),
        "short_description": _text_problem(
            "The short description", texts["short_description"], LONGEST_DESCRIPTION
        ),
        "remarks": _text_problem("The remarks", texts["remarks"], LONGEST_REMARKS, lines=True),
    }
    problems = {field: sentence for field, sentence in wrong.items() if sentence}
    if problems:
        raise WrongFields(problems)
    return ModelTexts(**texts)


def truncated_texts(values: Mapping[str, str], fallback: str) -> ModelTexts:
    """Values of an imported list, truncated and without forbidden characters."""
    name = "".join(sign if _is_of_name(sign) else " " for sign in _text(values.get("name")))
    short = "".join(sign for sign in _text(values.get("short_description")) if not has_hiding(sign))
    remarks = "".join(sign for sign in _text(values.get("remarks")) if sign in "\n\t" or not has_hiding(sign))
    return ModelTexts(
        " ".join(name.split())[:LONGEST_NAME].strip() or fallback,
        short[:LONGEST_DESCRIPTION].strip(),
        remarks[:LONGEST_REMARKS].strip(),
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid("Name, description and remarks of a model must be text.")
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()


def _name_problem(name: str) -> str:
    if not name:
        return "The model needs a name."
    if not all(map(_is_of_name, name)):
        return "The name may have letters, digits and spaces only."
    if len(name) > LONGEST_NAME:
        return f"The name may have at most {LONGEST_NAME} characters; this one has {len(name)}."
    return ""


def _is_of_name(sign: str) -> bool:
    return sign == " " or unicodedata.category(sign)[0] in {"L", "M"} or unicodedata.category(sign) == "Nd"


def _file_problem(file: str) -> str:
    if not file:
        return f"Choose a {FILE_KINDS} file."
    if PurePosixPath(file).suffix.lower() not in SUFFIXES:
        return f"{quoted(file)} is not a {FILE_KINDS} file. Choose the file that torch.save wrote."
    return ""


def _text_problem(field: str, text: str, longest: int, lines: bool = False) -> str:
    if len(text) > longest:
        return f"{field} may have at most {longest} characters; {len(text)} are too many."
    plain = text.replace("\n", "").replace("\t", "") if lines else text
    if has_hiding(plain):
        return f"{field} may not have control characters, or characters that turn or hide text."
    return ""
