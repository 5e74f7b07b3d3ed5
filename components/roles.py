"""Buttons that need a role: disabled for other users, with the reason in the tooltip.

The server refuses these actions as well (``callbacks/access.py``).
"""

from __future__ import annotations

from typing import Any, TypeVar

from components.ids import ClassesIds, FilesIds, ModelIds, ModelsIds, OutputsIds, model_tool
from components.keys_shown import parts
from services.accounts.model import Role

Made = TypeVar("Made")
NEEDS: dict[str, Role] = {
    ModelIds.ADD: Role.ADMIN,
    ModelsIds.ADD: Role.ADMIN,
    FilesIds.PURGE: Role.ADMIN,
    OutputsIds.DELETE: Role.REVIEWER,
    ClassesIds.ADD: Role.REVIEWER,
    ClassesIds.ADD_SET: Role.REVIEWER,
    ClassesIds.RENAME_SET: Role.REVIEWER,
    ClassesIds.COPY_SET: Role.REVIEWER,
    ClassesIds.DELETE_SET: Role.REVIEWER,
}
TOOLS: dict[str, Role] = dict.fromkeys(("add", "describe", "delete"), Role.ADMIN)  # of the Models page


def for_role(made: Made, role: Role) -> Made:
    """``made``, components, with the buttons disabled that ``role`` may not use."""
    if role >= Role.ADMIN:
        return made
    for part in parts(made):
        needed = _needed(getattr(part, "id", None))
        if needed > role:
            part.disabled = True
            part.title = reason(needed)
            part.style = {**(getattr(part, "style", None) or {}), "pointerEvents": "auto"}  # for the tooltip
    return made


def reason(needed: Role) -> str:
    """Tooltip of a button that needs a role.

    >>> reason(Role.ADMIN)
    'Needs the role admin'
    """
    return f"Needs the role {needed.word}"


def _needed(identity: Any) -> Role:
    if isinstance(identity, dict):
        is_tool = identity.get("type") == model_tool("")["type"]
        return TOOLS.get(identity.get("action", ""), Role.ANONYMOUS) if is_tool else Role.ANONYMOUS
    return NEEDS.get(identity, Role.ANONYMOUS) if isinstance(identity, str) else Role.ANONYMOUS
