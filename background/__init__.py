"""Dash's background callbacks over job rows: the row is authoritative, whichever manager runs the job.

- ``job``: the function of the background callback that executes every job
- ``managers``: Dash's ``DiskcacheManager`` and ``CeleryManager``, which follow rows
- ``pool_worker``: a warm process of this program (the default)
- ``celery_queue``: the queue on Redis (``TIDEMARK_BROKER_URL``) and its worker

Callbacks and ``app.py`` import this package; it imports services only, so that a worker starts without the pages.
"""

from __future__ import annotations

from background.managers import manager_for, runner_for

__all__ = ["manager_for", "runner_for"]
