"""Label classes are created by their first use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.errors import Conflict, Invalid
from services.label_classes import colors
from services.label_classes.classes import LabelClasses
from services.label_classes.rows import LabelClass
from services.label_classes.validation import HOTKEYS, PALETTE
from services.storage.db import Database, open_database
from tests.support import settings_in, with_tables


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(with_tables(settings_in(tmp_path)).database_url)
    yield database
    database.close()


def test_a_new_name_makes_a_class_with_the_next_colour_and_key(database: Database) -> None:
    made = [_ensure(database, name) for name in ("QRS", "P", "T")]
    assert [(label_class.name, label_class.color, label_class.hotkey) for label_class in made] == [
        ("QRS", "#d604a2", "1"),
        ("P", PALETTE[1], "2"),
        ("T", PALETTE[2], "3"),
    ]
    assert LabelClasses(database).list() == made


def test_the_same_name_is_the_same_class_however_it_is_spaced_or_composed(database: Database) -> None:
    first = _ensure(database, "Schräg")
    assert _ensure(database, "  Schra\u0308g\t ", "red") == first


def test_letter_case_makes_another_class(database: Database) -> None:
    assert _ensure(database, "q").id != _ensure(database, "Q").id


def test_a_colour_that_was_chosen_is_kept_and_not_given_to_another_class(database: Database) -> None:
    assert _ensure(database, "a", " #0072b2 ").color == "#0072b2"
    assert {_ensure(database, name).color for name in "bcd"}.isdisjoint({"#0072b2"})


def test_sixty_classes_have_sixty_colours_and_the_first_ten_have_keys(database: Database) -> None:
    made = [_ensure(database, f"class {number}") for number in range(60)]
    assert [label_class.hotkey for label_class in made] == [*HOTKEYS, *[None] * 50]
    assert [label_class.color for label_class in made[:10]] == list(PALETTE)
    assert len({label_class.color for label_class in made}) == 60
    seen, blind = colors._differences(*[[label_class.color for label_class in made]] * 2)
    assert (np.minimum(seen, blind) + 99 * np.eye(60)).min() > 5


def test_a_typed_name_matches_a_class_ignoring_case(database: Database) -> None:
    qrs = _ensure(database, "QRS")
    with database.write() as connection:
        classes = LabelClasses(database)
        assert classes.ensure(connection, "qrs", typed=True) == qrs
        assert classes.ensure(connection, "qrs").id != qrs.id, "names in files match exactly"
        assert classes.ensure(connection, "qrs", typed=True).name == "qrs", "now that there is one"
        assert classes.ensure(connection, "a", typed=True) != classes.ensure(connection, "A", typed=True)
    with pytest.raises(Conflict, match="There is a class “QRS” in this set already"):
        classes.add(1, "Qrs")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "needs a name"),
        (" \t ", "needs a name"),
        ("x" * 101, "at most 100 characters; this one has 101"),
        ("turned \u202etxet", "turn the direction"),
        ("two\nlines", "control characters"),
        ("nul\0", "control characters"),
        ("half \ud800", "control characters"),
        (None, "must be text"),
        (7, "must be text"),
        (["QRS"], "must be text"),
    ],
)
def test_an_invalid_name_is_refused_with_a_message(database: Database, name: Any, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        _ensure(database, name)
    assert LabelClasses(database).list() == []


@pytest.mark.parametrize(
    "color", ["black", "#fff", "#D604A2", "#d604a280", "rgb(1, 2, 3)", "hsl(120deg 50% 50% / 0.5)"]
)
def test_css_colours_are_taken(database: Database, color: str) -> None:
    assert _ensure(database, "QRS", color).color == color


@pytest.mark.parametrize(
    "color",
    [
        "banana",
        "qrs",
        "#12",
        "#ggg",
        "rgb(1, 2)",
        "url(http://x)",
        "red;background:url(x)",
        "rgb(1,2,3",
        "re d",
        "\ud800",
        5,
        ["red"],
    ],
)
def test_an_invalid_colour_is_refused_with_a_message(database: Database, color: Any) -> None:
    with pytest.raises(Invalid, match="is not a colour") as refusal:
        _ensure(database, "QRS", color)
    str(refusal.value).encode()


def _ensure(database: Database, name: Any, color: Any = None) -> LabelClass:
    with database.write() as connection:
        return LabelClasses(database).ensure(connection, name, color)
