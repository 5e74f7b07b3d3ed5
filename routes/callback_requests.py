"""Refuse requests to callbacks that no page of this program sends, before Dash meets them with a status 500.

A page that was loaded before an upgrade may call a callback that is gone or has other inputs now; it is asked to be
loaded again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash
from flask import Response, jsonify, request

from routes.access import CALLBACK
from services.web.container import Services

UNREADABLE = "The request is not one that a page of Tidemark sends."
OUTDATED = "This page is of another version of Tidemark. Reload it."


def register(app: Dash, _services: Services) -> None:
    """Look at every request to a callback; Dash uses the parsed body again."""

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


def refusal(body: Any, known: Mapping[str, Any]) -> tuple[int, str] | None:
    """Status and sentence for a body that Dash cannot work with; None for any other."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return 400, UNREADABLE
    if body["output"] not in known:
        return 404, OUTDATED
    listed = [body.get(name, []) for name in ("inputs", "state")]
    well_formed = all(isinstance(one, list) and all(map(_is_dependency, one)) for one in listed)
    changed = body.get("changedPropIds", [])
    named = isinstance(changed, list) and all(isinstance(one, str) for one in changed)
    outputs = isinstance(body.get("outputs", []), dict | list)
    if not (well_formed and named and outputs):
        return 400, UNREADABLE
    wanted = [len(known[body["output"]][name]) for name in ("inputs", "state")]
    return None if [len(one) for one in listed] == wanted else (404, OUTDATED)


def _is_dependency(one: Any) -> bool:
    """One property with its value, or those that a wildcard stands for."""
    if isinstance(one, list):
        return all(isinstance(each, dict) and _is_dependency(each) for each in one)
    return (
        isinstance(one, dict)
        and isinstance(one.get("id"), str | dict)
        and isinstance(one.get("property"), str)
    )
