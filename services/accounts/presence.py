"""Presence: which users have a recording open, from the heartbeats of their pages."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select, update

from services.accounts import acting
from services.errors import TidemarkError
from services.storage.db import Database
from services.storage.tables import presence

log = logging.getLogger(__name__)

NOTED = timedelta(seconds=15)  # how often a page that stays open is written
GONE = timedelta(seconds=40)  # a page without a heartbeat for so long is closed


class Presence:
    """The pages of recordings that are open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def other_users(self, recording: int, page: str) -> list[str]:
        """Record that ``page`` of the current user has a recording open; returns the other users who have.

        Empty without accounts.
        """
        user, now = acting.user(), datetime.now(UTC)
        if not user.id:
            return []
        query = select(presence).where(presence.c.recording_id == recording, presence.c.seen_at > now - GONE)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        if not any(row.page == page and row.seen_at > now - NOTED for row in rows):
            try:
                self._note(recording, page, user.name, now)
            except TidemarkError as error:  # the rest of the heartbeat matters more
                log.warning("presence was not noted: %s", error)
        return sorted({row.name for row in rows} - {user.name}, key=str.casefold)

    def _note(self, recording: int, page: str, name: str, now: datetime) -> None:
        values = {"recording_id": recording, "name": name, "seen_at": now}
        with self._database.write() as connection:
            connection.execute(delete(presence).where(presence.c.seen_at <= now - GONE))
            if not connection.execute(
                update(presence).where(presence.c.page == page).values(values)
            ).rowcount:
                connection.execute(insert(presence).values(page=page, **values))
