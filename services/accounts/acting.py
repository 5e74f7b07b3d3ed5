"""The user of the current request, for authors of edits and owners of jobs.

Outside requests (commands, workers) it is :data:`~services.accounts.model.LOCAL`; the result of a job is stored on
behalf of its owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from services.accounts.model import LOCAL, Role, User
from services.errors import NotAllowed

_user: ContextVar[User] = ContextVar("user", default=LOCAL)


def acts(user: User) -> None:
    """From here on ``user`` acts in this thread; every request begins with it."""
    _user.set(user)


@contextmanager
def on_behalf_of(user: User) -> Iterator[None]:
    """``user`` acts within the block: the owner of a job whose result is stored."""
    before = _user.set(user)
    try:
        yield
    finally:
        _user.reset(before)


def user() -> User:
    """The user who acts."""
    return _user.get()


def require(role: Role) -> None:
    """Check that the user who acts has a role, where a callback needs it for a part of what it does.

    Raises:
        NotAllowed: not so.
    """
    known = _user.get().role
    if known < role:
        raise NotAllowed(refusal(known, role))


def refusal(known: Role, needed: Role) -> str:
    """What a user is told who lacks a role."""
    return f"This needs the role {needed.word}; you have the role {known.word}. Ask an admin."


def owns(owner: str) -> bool:
    """Whether the user who acts may change what belongs to ``owner``; what has no owner belongs to everybody."""
    known = _user.get()
    return owner in {"", known.name} or known.role >= Role.REVIEWER


def name() -> str:
    """The name of that user; empty without accounts."""
    return _user.get().name
