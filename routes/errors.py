"""Error responses of routes: a message as JSON, with the reference of the log entry."""

from __future__ import annotations

import logging

from dash.exceptions import DependencyException
from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from services.errors import (
    Busy,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    RefusedFile,
    StorageFull,
    TidemarkError,
    TooOften,
)
from services.log import new_reference

log = logging.getLogger(__name__)

STATUS: dict[type[TidemarkError], int] = {
    NotFound: 404,
    Conflict: 409,
    Busy: 503,
    Invalid: 400,
    NotAllowed: 403,
    TooOften: 429,
    RefusedFile: 422,
    StorageFull: 507,
}


def register(server: Flask) -> None:
    """Register error handlers for all routes; ``callbacks.errors`` handles those of callbacks."""

    @server.errorhandler(TidemarkError)
    def word(error: TidemarkError) -> tuple[Response, int]:
        return jsonify(error=str(error)), STATUS.get(type(error), 400)

    @server.errorhandler(DependencyException)
    def not_ours(_error: DependencyException) -> tuple[Response, int]:
        return jsonify(error="There is no such file."), 404

    @server.errorhandler(HTTPException)
    def describe(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.description), error.code or 500

    @server.errorhandler(Exception)
    def refer(error: Exception) -> tuple[Response, int]:
        reference = new_reference()
        log.error("[%s] unexpected error", reference, exc_info=error)
        return jsonify(error=f"Something went wrong on the server. Reference {reference}."), 500
