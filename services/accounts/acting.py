"""Current user: author of edits and owner of jobs in a request.

Outside requests (commands, workers) it is :data:`~services.accounts.model.LOCAL`; the result of a job is stored in
the name of its owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from services.accounts.model import LOCAL, Role, User
from services.errors import NotAllowed

_user: ContextVar[User] = ContextVar("user", default=LOCAL)


def acts(user: User) -> None:
    """Set the current user of this thread; called at the beginning of every request."""
    _user.set(user)


@contextmanager
def on_behalf_of(user: User) -> Iterator[None]:
    """Set the current user within a block: the owner of a job whose result is stored."""
    before = _user.set(user)
    try:
        yield
    finally:
        _user.reset(before)


def user() -> User:
    """The current user."""
    return _user.get()


def require(role: Role) -> None:
    """Check the role of the current user, where a callback needs a role for part of its work.

    Raises:
        NotAllowed: the role is not sufficient.
    """
    current = _user.get().role
    if current < role:
        raise NotAllowed(refusal(current, role))


def lacks(role: Role) -> bool:
    """True if the current user does not have a role."""
    return _user.get().role < role


def refusal(role: Role, needed: Role) -> str:
    """Message for a user whose role is not sufficient."""
    return f"This needs the role {needed.word}; you have the role {role.word}. Ask an admin."


def owns(owner: str) -> bool:
    """True if the current user may change objects of ``owner``; objects without an owner are open to every user."""
    user = _user.get()
    return owner in {"", user.name} or user.role >= Role.REVIEWER


def name() -> str:
    """Name of the current user; empty without accounts."""
    return _user.get().name
