"""Queries of label classes: look up, create, restore, count. Functions run in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from services.errors import Conflict, NotFound
from services.label_classes.validation import LONGEST_NAME, free_color, free_key
from services.recordings.repository import ACCEPTED
from services.storage.paths import quoted
from services.storage.tables import FIRST_LABEL_SET, annotation_table, label_classes
from services.wording import counted

LIVE = label_classes.c.deleted_at.is_(None)


@dataclass(frozen=True)
class LabelClass:
    """A label class; ``model_index`` is the number a model predicts for it."""

    id: int
    name: str
    color: str
    hotkey: str | None
    model_index: int | None
    position: int
    label_set_id: int = FIRST_LABEL_SET
    exclusive: bool = False


@dataclass(frozen=True)
class ClassUsage:
    """Usage of a class: number of labels and of recordings, including the trash."""

    labels: int = 0
    files: int = 0

    @property
    def words(self) -> str:
        """As text, such as ``1,204 labels in 12 files``."""
        labels = counted(self.labels, "label")
        return f"{labels} in {counted(self.files, 'file')}"


COLUMNS: tuple[Any, ...] = tuple(label_classes.c[field.name] for field in fields(LabelClass))
ORDER = (label_classes.c.position, label_classes.c.id)
_OF_SET = (
    select(*COLUMNS).where(LIVE, label_classes.c.label_set_id == bindparam("label_set")).order_by(*ORDER)
)
_USED = (
    select(*COLUMNS)
    .where(
        select(annotation_table.c.id)
        .where(
            annotation_table.c.label_class_id == label_classes.c.id,
            annotation_table.c.recording_id == bindparam("recording"),
        )
        .exists()
    )
    .order_by(*ORDER)
)


def select_classes(connection: Connection, *conditions: Any) -> list[LabelClass]:
    """Classes in order; deleted ones too, unless ``LIVE`` is among the conditions."""
    return _classes(connection.execute(select(*COLUMNS).where(*conditions).order_by(*ORDER)))


def of_set(connection: Connection, label_set: int) -> list[LabelClass]:
    """The classes of a set in order."""
    return _classes(connection.execute(_OF_SET, {"label_set": label_set}))


def _classes(rows: Iterable[Sequence[Any]]) -> list[LabelClass]:
    return [LabelClass(*row) for row in rows]


def by_id(connection: Connection, identity: Any) -> LabelClass:
    """The class with that id.

    Raises:
        NotFound: unknown or deleted.
    """
    label_class = next((other for other in select_classes(connection, LIVE) if other.id == identity), None)
    if label_class is None or identity is True:
        raise NotFound("This label class does not exist (any more).")
    return label_class


def named(connection: Connection, label_set: int, name: str) -> LabelClass | None:
    """The class of a set with exactly that name."""
    here = (label_classes.c.label_set_id == label_set, label_classes.c.name == name)
    return next(iter(select_classes(connection, LIVE, *here)), None)


def alike(connection: Connection, label_set: int, name: str) -> LabelClass | None:
    """The class of a set with that name, or else ignoring case.

    Names of one character are case-sensitive: ``A`` and ``a`` are different beats in the MIT-BIH codes.
    """
    return alike_among(of_set(connection, label_set), name, typed=True)


def alike_among(classes: Sequence[LabelClass], name: str, typed: bool) -> LabelClass | None:
    """The first class with exactly that name, or else, if a user ``typed`` it, as :func:`alike`."""
    exact = next((label_class for label_class in classes if label_class.name == name), None)
    if exact or len(name) == 1 or not typed:
        return exact
    return next(
        (label_class for label_class in classes if label_class.name.casefold() == name.casefold()), None
    )


def make(connection: Connection, label_set: int, name: str, **values: Any) -> LabelClass:
    """Add a class at the end of its set, with the next free colour and key unless in ``values``.

    A deleted class of this name is restored, so that labels restored by the history have this class.
    """
    classes = of_set(connection, label_set)
    fresh = {
        "color": free_color({other.color for other in classes}),
        "hotkey": free_key({other.hotkey for other in classes}),
        "position": max((other.position for other in classes), default=0) + 1,
        "exclusive": False,
        "deleted_at": None,
        "made_by": None,
        **values,
    }
    here = (label_classes.c.label_set_id == label_set, label_classes.c.name == name)
    if not connection.execute(update(label_classes).where(*here).values(fresh)).rowcount:
        connection.execute(insert(label_classes).values(label_set_id=label_set, name=name, **fresh))
    return select_classes(connection, *here)[0]


def set_values(connection: Connection, identity: int, **values: Any) -> None:
    """Set columns of a class; unless only its position changes, undoing its creation does not delete it any more."""
    if set(values) != {"position"}:
        values["made_by"] = None
    connection.execute(update(label_classes).where(label_classes.c.id == identity).values(values))


def free_name(connection: Connection, label_set: int, name: str) -> None:
    """Check that no class of a set has this name; a deleted class is renamed.

    Raises:
        Conflict: a class has the name.
    """
    here = (label_classes.c.label_set_id == label_set, label_classes.c.name == name)
    if named(connection, label_set, name):
        raise Conflict(
            f"There is a class {quoted(name)} in this set already. Merge the two, or choose another name."
        )
    for other in select_classes(connection, *here):
        mark = f" (deleted {other.id})"
        set_values(connection, other.id, name=name[: LONGEST_NAME - len(mark)] + mark)


def used_by(connection: Connection, recording: int) -> list[LabelClass]:
    """The classes used by the labels of a recording."""
    return _classes(connection.execute(_USED, {"recording": recording}))


def use(connection: Connection, *conditions: Any) -> dict[int, ClassUsage]:
    """Usage of classes by id; unused classes are omitted."""
    query = (
        select(
            annotation_table.c.label_class_id,
            func.count(),
            func.count(annotation_table.c.recording_id.distinct()),
        )
        .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
        .where(*conditions)
        .group_by(annotation_table.c.label_class_id)
    )
    return {identity: ClassUsage(labels, files) for identity, labels, files in connection.execute(query)}


def accepted(connection: Connection, recording: int) -> dict[int, int]:
    """Number of accepted labels of each class in a recording."""
    here = (annotation_table.c.recording_id == recording, annotation_table.c.status == ACCEPTED)
    query = select(annotation_table.c.label_class_id, func.count().label("labels")).where(*here)
    grouped = connection.execute(query.group_by(annotation_table.c.label_class_id))
    return {row.label_class_id: row.labels for row in grouped}
