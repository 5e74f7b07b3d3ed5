"""Exceptions whose messages are sentences that users can act on.

::

    TidemarkError            str(error) is a sentence for the user
    ├── RefusedFile          a file that cannot be read right: names file, line or column, cause and remedy
    ├── NotFound             a recording, label or job that does not exist (any more)
    ├── Conflict             another user changed it first, or the name is taken
    │   ├── Deleted          the object to change no longer exists
    │   └── Busy             another program holds the database: the same will work in a moment
    ├── Invalid              an invalid value or command
    ├── NotAllowed           the user's role does not allow it
    ├── TooOften             more attempts than the rate limit allows
    └── StorageFull          the disk is full, or a folder is not writable
"""

from __future__ import annotations


class TidemarkError(Exception):
    """Root of all errors whose message is shown to the user; for other exceptions a reference is shown."""


class RefusedFile(TidemarkError):
    """A file whose content cannot be loaded exactly."""


class NotFound(TidemarkError):
    """No object with the requested id or name exists."""


class Conflict(TidemarkError):
    """The state changed since the caller read it, or a name is already in use."""


class Deleted(Conflict):
    """The object to change was deleted by another user."""


class Busy(Conflict):
    """Another program holds the database lock; nothing was changed, the call can be repeated."""


class Invalid(TidemarkError):
    """A value outside what the field or the command allows."""


class NotAllowed(TidemarkError):
    """The role of the current user does not allow it."""


class TooOften(TidemarkError):
    """More attempts than the rate limit allows; the same will work after a while."""


class StorageFull(TidemarkError):
    """Bytes could not be written; nothing was changed."""
