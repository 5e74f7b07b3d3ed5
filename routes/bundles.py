"""``GET /bundle/<name>``: bundled scripts and style sheets (components/bundles.py)."""

from __future__ import annotations

from flask import Flask, Response, abort

from components.bundles import bundles
from components.urls import BUNDLE
from services.web.container import Services

FOREVER = "public, max-age=31536000, immutable"  # the name changes with the content


def register(server: Flask, _services: Services) -> None:
    """Add the route."""

    @server.get(f"{BUNDLE}<name>")
    def send_bundle(name: str) -> Response:
        found = next((one for one in bundles().values() if one.name == name), None)
        if found is None:
            abort(404)
        return Response(found.text, mimetype=found.mimetype, headers={"Cache-Control": FOREVER})
