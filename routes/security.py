"""What every request must pass, and what every page may load.

A page from another site must not be able to act on a Tidemark that runs on the visitor's own machine: so the
``Host`` must be one of ours (DNS rebinding), and a request that changes something must come from our own origin
(``Sec-Fetch-Site``, or ``Origin`` from browsers without it).
"""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from dash import Dash
from flask import Response, abort, request

from services.container import Services
from services.serving import LARGEST_BODY
from services.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Dash, services: Services) -> None:
    """Guard every route of ``app``."""
    server = app.server
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    hosts = allowed_hosts(services.settings)
    policy = cache(
        lambda: content_security_policy(app)
    )  # Dash writes its last inline script in the first request

    @server.before_request
    def guard() -> None:
        if hosts is not None and _host_name(request.host) not in hosts:
            abort(400, "This address is not one of Tidemark's. Set TIDEMARK_TRUSTED_HOSTS to allow it.")
        if request.method not in READING and not _same_origin():
            abort(403, "Refused: the request came from another site.")

    @server.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = policy()
        return response


def allowed_hosts(settings: Settings) -> frozenset[str] | None:
    """Host names that may be asked for, or None for any (listening beyond loopback without a list)."""
    trusted = frozenset(name.strip().lower() for name in settings.trusted_hosts.split(",") if name.strip())
    if settings.host in LOOPBACK:
        return LOOPBACK | trusted
    return trusted | LOOPBACK if trusted else None


def content_security_policy(app: Dash) -> str:
    """Only our own files; inline scripts only those Dash itself writes, by their hash."""
    scripts = " ".join(["'self'", *app.csp_hashes()])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'"
    )


def _host_name(host: str) -> str:
    return (urlsplit(f"//{host}").hostname or "").lower()


def _same_origin() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
