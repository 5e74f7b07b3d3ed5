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
        bundle = next((candidate for candidate in bundles().values() if candidate.name == name), None)
        if bundle is None:
            abort(404)
        return Response(bundle.text, mimetype=bundle.mimetype, headers={"Cache-Control": FOREVER})
