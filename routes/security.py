"""Request security: host check, cross-site requests, Content-Security-Policy.

A page of another site must not use a Tidemark on the visitor's machine: so the ``Host`` must be allowed (DNS
rebinding), and requests that change data must be same-origin (``Sec-Fetch-Site``, or ``Origin`` in older
browsers).
"""

from __future__ import annotations

from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from dash import Dash
from flask import Response, abort, request

from components.bundles import first_script_hash
from components.urls import serve_at
from services.accounts.modes import LOOPBACK, Mode, mode_of
from services.settings import Settings
from services.web.container import Services
from services.web.serving import LARGEST_BODY

READING = frozenset({"GET", "HEAD", "OPTIONS"})
PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")
THROUGH_A_PROXY = (
    "Refused: the request came through a proxy, so others can reach this Tidemark, which has no login. Set "
    "TIDEMARK_AUTH=accounts and add users, or TIDEMARK_AUTH=off if the proxy lets in whom it should (docs/access.md)."
)


def register(app: Dash, services: Services) -> None:
    """Guard every route of ``app``."""
    server = app.server
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    hosts, numbers = allowed_hosts(services.settings), takes_numbers(services.settings)
    laptop = mode_of(services.settings) == Mode.LAPTOP and not services.settings.auth
    policy = cache(
        lambda: content_security_policy(app)
    )  # Dash adds its last inline script in the first request

    @server.before_request
    def guard() -> None:
        serve_at(request.script_root)
        name = _host_name(request.host)
        if name not in hosts and not (numbers and _is_address(name)):
            abort(400, "This address is not one of Tidemark's. Set TIDEMARK_TRUSTED_HOSTS to allow it.")
        if laptop and any(name in request.headers for name in PROXIED):
            abort(403, THROUGH_A_PROXY)
        if request.method not in READING and not _same_origin():
            abort(403, "Refused: the request came from another site.")

    @server.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = policy()
        return response


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Allowed host names."""
    return LOOPBACK | {name.strip().lower() for name in settings.trusted_hosts.split(",") if name.strip()}


def takes_numbers(settings: Settings) -> bool:
    """True if any IP address is allowed as host: listening beyond loopback without a list of names.

    A page of another site can point its name at this machine, but it cannot be served under a bare address.
    """
    return settings.host not in LOOPBACK and not settings.trusted_hosts.strip(" ,")


def content_security_policy(app: Dash) -> str:
    """Own files only; inline scripts only those of Dash and our first one, by hash."""
    scripts = " ".join(["'self'", first_script_hash(), *app.csp_hashes()])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'"
    )


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:  # brackets without an address
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _same_origin() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host
