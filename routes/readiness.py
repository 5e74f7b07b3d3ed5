"""``GET /readyz``: readiness, for a proxy or a supervisor.

``/health`` only confirms that the process answers; a supervisor should use that to restart it.
"""

from __future__ import annotations

from flask import Flask, Response, jsonify

from components.urls import READY
from services.health.ready import not_ready
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Register the route: 200 ``{"ready": true, "problems": {}}``, else 503 with a message per problem."""

    @server.get(READY)
    def send_readiness() -> tuple[Response, int]:
        problems = not_ready(services.settings, services.database)
        answer = jsonify(ready=not problems, problems=problems)
        answer.headers["Cache-Control"] = "no-store"
        return answer, 503 if problems else 200
