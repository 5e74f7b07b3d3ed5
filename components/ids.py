"""Every component id, one StrEnum per page or dialog: where pages and callbacks meet.

Written ``page-thing-kind``; ids that exist once per row come from functions, indexed by database id.
"""

from __future__ import annotations

from enum import StrEnum


class ShellIds(StrEnum):
    """What stays on the screen whatever the page."""

    FILES_REVISION = "shell-files-revision"
    UPLOAD_BUTTON = "shell-upload-button"
