"""Which suggestion to look at next: ``GET /review-queue?recording=&model=&most=``, answered with ``offers``."""

from __future__ import annotations

from dataclasses import asdict

from flask import Flask, Response, jsonify, request

from components.urls import REVIEW_QUEUE
from services.annotations.review_queue import MOST
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add the route."""

    @server.get(REVIEW_QUEUE)
    def send_queue() -> Response:
        asked = request.args
        recording, most = asked.get("recording", type=int), asked.get("most", MOST, type=int)
        offers = services.review_queue.next(most, recording, asked.get("model", ""))
        return jsonify(offers=[asdict(offer) for offer in offers])
