"""The jobs that are shown on every page."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, request

from components.urls import JOBS, JOBS_ACTION_RULE
from services.errors import Invalid, NotFound
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add the two routes.

    ``GET /jobs``: what runs, waits and has ended (``services.jobs.board``).
    ``POST /jobs/cancel``, ``/jobs/dismiss``: ``{"ids": […]}``, or ``{"all": true}``; ``POST /jobs/retry``: ``{"id"}``.
    Each answers with the jobs as they are then.
    """
    board = services.job_board

    @server.get(JOBS)
    def send_jobs() -> Response:
        return jsonify(board.listed())

    @server.post(JOBS_ACTION_RULE)
    def change_jobs(action: str) -> Response:
        told = request.get_json()
        if action == "cancel":
            board.cancel(_ids(told))
        elif action == "dismiss":
            board.dismiss(_ids(told))
        elif action == "retry":
            board.retry(str(told.get("id") if isinstance(told, dict) else ""))
        else:
            raise NotFound("Nothing of that name can be done to a job.")
        return jsonify(board.listed())


def _ids(told: Any) -> list[str] | None:
    """The ids that are named; None for all.

    Raises:
        Invalid: none are.
    """
    if isinstance(told, dict) and told.get("all") is True:
        return None
    ids = told.get("ids") if isinstance(told, dict) else None
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise Invalid("Say which jobs.")
    return ids
