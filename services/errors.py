"""What can go wrong, in words a user can act on.

::

    TidemarkError            str(error) is a sentence for the user
    ├── RefusedFile          a file that cannot be read right: names file, line or column, cause and remedy
    ├── NotFound             a recording, label or job that is not there (any more)
    ├── Conflict             somebody else changed it first, or the name is taken
    │   └── Busy             another program holds the database: the same will work in a moment
    ├── Invalid              a value or a command that makes no sense
    └── StorageFull          the disk has no room, or a folder may not be written
"""

from __future__ import annotations


class TidemarkError(Exception):
    """Root of every error that is shown to the user as it is worded; anything else shows only a reference."""


class RefusedFile(TidemarkError):
    """A file whose content cannot be loaded exactly."""


class NotFound(TidemarkError):
    """Something that was asked for by id or name does not exist."""


class Conflict(TidemarkError):
    """The state changed since the caller looked, or a name is already in use."""


class Busy(Conflict):
    """Another program holds the database; nothing was changed, and trying again makes sense."""


class Invalid(TidemarkError):
    """A value outside what the field or the command allows."""


class StorageFull(TidemarkError):
    """Bytes could not be written; nothing was changed."""
