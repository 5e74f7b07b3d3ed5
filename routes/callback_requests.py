"""Refuse malformed callback requests, which Dash would answer with status 500.

A page that was loaded before an upgrade may call a removed or changed callback; it is asked to
reload.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash
from flask import Response, jsonify, request

from routes.access import CALLBACK
from services.web.container import Services

UNREADABLE = "This is not a valid callback request."
OUTDATED = "This page belongs to another version of Tidemark. Reload it."


def register(app: Dash, _services: Services) -> None:
    """Check every callback request; Dash reuses the parsed body."""

    @app.server.before_request
    def refuse() -> tuple[Response, int] | None:
        if request.path != CALLBACK or request.method != "POST":
            return None
        try:
            body = request.get_json()
        except RecursionError:
            return jsonify(error=UNREADABLE), 400
        refused = refusal(body, app.callback_map)
        return (jsonify(error=refused[1]), refused[0]) if refused else None


def refusal(body: Any, callbacks: Mapping[str, Any]) -> tuple[int, str] | None:
    """Status and message for an invalid body; None for a valid one."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return 400, UNREADABLE
    if body["output"] not in callbacks:
        return 404, OUTDATED
    listed = [body.get(name, []) for name in ("inputs", "state")]
    well_formed = all(
        isinstance(dependencies, list) and all(map(_is_dependency, dependencies)) for dependencies in listed
    )
    changed = body.get("changedPropIds", [])
    named = isinstance(changed, list) and all(isinstance(name, str) for name in changed)
    outputs = isinstance(body.get("outputs", []), dict | list)
    if not (well_formed and named and outputs):
        return 400, UNREADABLE
    expected = [len(callbacks[body["output"]][name]) for name in ("inputs", "state")]
    return None if [len(dependencies) for dependencies in listed] == expected else (404, OUTDATED)


def _is_dependency(value: Any) -> bool:
    """True for a property with its value, or a list of those for a wildcard."""
    if isinstance(value, list):
        return all(isinstance(each, dict) and _is_dependency(each) for each in value)
    return (
        isinstance(value, dict)
        and isinstance(value.get("id"), str | dict)
        and isinstance(value.get("property"), str)
    )
