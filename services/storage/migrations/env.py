"""Alembic environment: runs migrations inside the transaction that ``services.storage.db`` opened."""

from __future__ import annotations

from alembic import context

from services.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
