"""The history of a recording: its edits in pages, what one of them changed, what going back would do."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from components.urls import HISTORY_EDIT_RULE, HISTORY_OUTLOOK_RULE, HISTORY_RULE
from services.annotations.history import PAGE
from services.web.container import Services


def register(server: Flask, services: Services) -> None:
    """Add the three routes.

    ``GET /history/<recording>?before=&limit=``: a page of edits, newest first.
    ``GET /history/<recording>/<revision>``: the labels that one changed, before and after.
    ``GET /history/<recording>/back/<target>``: what going back to a revision, ``saved`` or ``empty`` would change.
    """

    @server.get(HISTORY_RULE)
    def send_page(recording: int) -> Response:
        before, limit = request.args.get("before", type=int), request.args.get("limit", PAGE, type=int)
        return jsonify(services.history.page(recording, before, limit))

    @server.get(HISTORY_EDIT_RULE)
    def send_edit(recording: int, revision: int) -> Response:
        return jsonify(services.history.shown(recording, revision))

    @server.get(HISTORY_OUTLOOK_RULE)
    def send_outlook(recording: int, target: str) -> Response:
        wanted = int(target) if target.isdecimal() and len(target) < 10 else target
        return jsonify(services.history.outlook(recording, wanted))
