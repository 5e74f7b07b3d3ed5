"""Commands that came together: what follows on one that was refused was meant for what it would have made."""

from __future__ import annotations

from typing import Any

from services.errors import Busy, Conflict, Invalid


class Following:
    """Which labels, among commands applied one after the other, are not as whoever sent the later ones saw them."""

    def __init__(self) -> None:
        self._lost: set[str] = set()
        self._last = False

    def check(self, command: Any) -> None:
        """See that ``command`` builds on nothing that was refused just before.

        Raises:
            Conflict: it changes a label of which a change was refused, and does not say how it saw it.
            Invalid: it would take back what was not done.
        """
        if not isinstance(command, dict):
            return
        if command.get("kind") == "undo" and self._last:
            raise Invalid("What this was to take back was refused, so nothing was undone.")
        if (_ids(command) - _seen(command)) & self._lost:
            raise Conflict("A change of this label just before was refused; it is shown as it is now.")

    def note(self, command: Any, error: Exception | None) -> None:
        """Say what became of a command; one that comes again (``Busy``) is not lost."""
        self._last = isinstance(error, Conflict) and not isinstance(error, Busy)
        if self._last and isinstance(command, dict):
            self._lost |= _ids(command)


def _ids(command: dict[str, Any]) -> set[str]:
    ids = command.get("ids")
    return {one for one in ids if isinstance(one, str)} if isinstance(ids, list) else set()


def _seen(command: dict[str, Any]) -> set[str]:
    seen = command.get("seen")
    return set(seen) if isinstance(seen, dict) else set()
