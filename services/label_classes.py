"""Label classes: the names a segment can have, each with a colour and, while there are keys, a key."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from services.db import Database
from services.errors import Invalid
from services.paths import quoted
from services.tables import FIRST_LABEL_SET, label_classes

# Okabe and Ito's colours that can be told apart by colour-blind people (https://jfly.uni-koeln.de/color/),
# after the colour this kind of tool has always given a new label.
PALETTE = (
    "#d604a2",
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#d55e00",
    "#56b4e9",
    "#f0e442",
    "#7f7f7f",
    "#6a3d9a",
    "#8c564b",
)
HOTKEYS = "1234567890"
LONGEST_NAME = 100
_COLOR = re.compile(
    r"#([0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]{3,32}|(rgb|hsl)a?\([-0-9.,%/ a-z]{5,50}\)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class LabelClass:
    """One class; ``model_index`` is the number a model predicts for it."""

    id: int
    name: str
    color: str
    hotkey: str | None
    model_index: int | None
    position: int
    label_set_id: int = FIRST_LABEL_SET
    exclusive: bool = False


class LabelClasses:
    """Every label class there is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, connection: Connection | None = None) -> list[LabelClass]:
        """All classes in their order."""
        if connection is None:
            with self._database.read() as own:
                return self.list(own)
        rows = connection.execute(
            select(label_classes).order_by(label_classes.c.position, label_classes.c.id)
        )
        return [_class(row) for row in rows]

    def ensure(self, connection: Connection, name: str, color: str | None = None) -> LabelClass:
        """The class of that name; a new one gets the next free colour and key.

        Raises:
            Invalid: the name is empty, too long or has control characters, or the colour is none.
        """
        name = clean_name(name)
        found = connection.execute(select(label_classes).where(label_classes.c.name == name)).first()
        if found:
            return _class(found)
        known = self.list(connection)
        values = {
            "name": name,
            "color": clean_color(color) if color else _free_color(known),
            "hotkey": next((key for key in HOTKEYS if key not in {other.hotkey for other in known}), None),
            "position": max((other.position for other in known), default=0) + 1,
        }
        connection.execute(insert(label_classes).values(values))
        return _class(connection.execute(select(label_classes).where(label_classes.c.name == name)).one())


def clean_name(name: Any) -> str:
    """A name as it is kept: without space around it, in one Unicode form.

    Raises:
        Invalid: it is empty, longer than 100 characters, or has control characters.
    """
    if not isinstance(name, str):
        raise Invalid("A label must be text.")
    text = unicodedata.normalize("NFC", name).strip()
    if not text:
        raise Invalid("A label needs a name.")
    if len(text) > LONGEST_NAME:
        raise Invalid(f"A label may have at most {LONGEST_NAME} characters; this one has {len(text)}.")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise Invalid("A label may not have line breaks or control characters.")
    return text


def clean_color(color: Any) -> str:
    """A CSS colour: a name, ``#rgb`` to ``#rrggbbaa``, ``rgb(…)`` or ``hsl(…)``.

    Raises:
        Invalid: it is none of these.
    """
    text = str(color).strip()
    if _COLOR.fullmatch(text):
        return text
    raise Invalid(f"{quoted(str(color))} is not a colour. Use a name such as red, or #rrggbb.")


def _free_color(known: list[LabelClass]) -> str:
    used = {other.color for other in known}
    return next((color for color in PALETTE if color not in used), PALETTE[len(known) % len(PALETTE)])


def _class(row: Row[Any]) -> LabelClass:
    return LabelClass(**row._mapping)
