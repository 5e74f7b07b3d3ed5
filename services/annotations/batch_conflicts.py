"""Within a batch, reject commands that depend on a rejected one."""

from __future__ import annotations

from typing import Any

from services.errors import Busy, Conflict, Invalid


class Following:
    """Tracks labels of a batch that differ from what the sender saw, because a command was rejected."""

    def __init__(self) -> None:
        self._lost: set[str] = set()
        self._last = False

    def check(self, command: Any) -> None:
        """Check that ``command`` does not depend on a command rejected earlier in the batch.

        Raises:
            Conflict: a change of the same label was rejected, and the command has no ``seen`` for that label.
            Invalid: the command would undo an edit that was rejected.
        """
        if not isinstance(command, dict):
            return
        if command.get("kind") == "undo" and self._last:
            raise Invalid("The change to undo was refused, so nothing was undone.")
        if (_ids(command) - _seen_ids(command)) & self._lost:
            raise Conflict(
                "The previous change of this label was refused; the label is shown in its current state."
            )

    def note(self, command: Any, error: Exception | None) -> None:
        """Record the result of a command; a command that will be resent (``Busy``) does not count as rejected."""
        self._last = isinstance(error, Conflict) and not isinstance(error, Busy)
        if self._last and isinstance(command, dict):
            self._lost |= _ids(command)


def _ids(command: dict[str, Any]) -> set[str]:
    ids = command.get("ids")
    return {identity for identity in ids if isinstance(identity, str)} if isinstance(ids, list) else set()


def _seen_ids(command: dict[str, Any]) -> set[str]:
    seen = command.get("seen")
    return set(seen) if isinstance(seen, dict) else set()
