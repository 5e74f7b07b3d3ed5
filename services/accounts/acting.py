"""The user of the current request, for authors of edits and owners of jobs.

Outside requests (commands, workers) it is :data:`~services.accounts.model.LOCAL`; a job's author is its owner.
"""

from __future__ import annotations

from contextvars import ContextVar

from services.accounts.model import LOCAL, User

_user: ContextVar[User] = ContextVar("user", default=LOCAL)


def acts(user: User) -> None:
    """From here on ``user`` acts in this thread; every request begins with it."""
    _user.set(user)


def user() -> User:
    """The user who acts."""
    return _user.get()


def name() -> str:
    """The name of that user; empty without accounts."""
    return _user.get().name
