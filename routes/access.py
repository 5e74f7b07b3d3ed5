"""Access control for every route and callback, default-deny.

The role of each handler is in :data:`HANDLERS`, that of each callback in ``callbacks/access.py``; anything that is in
neither table requires an admin. Without accounts (``services/accounts/modes.py``) every user has every role.

Flask-Login stores the key of a server-side session in Flask's signed cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from dash import Dash
from flask import Flask, Request, Response, jsonify, redirect, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.wrappers import Response as AnyResponse

from components.urls import (
    ACCOUNT,
    BUNDLE,
    CONFIDENCE_RULE,
    DOWNLOAD_RULE,
    HEALTH,
    HOME,
    LOGIN,
    MODEL_FILE_RULE,
    READY,
    REGISTER,
    SAMPLE_RULE,
    UPLOAD,
    USERS,
    WINDOW_RULE,
    at,
)
from services.accounts import acting
from services.accounts.model import ANONYMOUS, LOCAL, Role, User
from services.accounts.modes import Mode, mode_of
from services.accounts.sessions import LIFETIME
from services.web.container import Services

CALLBACK = "/_dash-update-component"
PAGES = "/<path:path>"
HANDLERS = {
    HEALTH: Role.ANONYMOUS,
    READY: Role.ANONYMOUS,
    LOGIN: Role.ANONYMOUS,
    REGISTER: Role.ANONYMOUS,
    f"{BUNDLE}<name>": Role.ANONYMOUS,  # scripts and styles, also for the login page
    "/assets/<path:filename>": Role.ANONYMOUS,
    "/_favicon.ico": Role.ANONYMOUS,
    HOME: Role.ANNOTATOR,
    PAGES: Role.ANNOTATOR,
    CALLBACK: Role.ANNOTATOR,  # in addition to the role of the callback
    "/_dash-layout": Role.ANNOTATOR,
    "/_dash-dependencies": Role.ANNOTATOR,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": Role.ANNOTATOR,
    "/_reload-hash": Role.ANNOTATOR,
    "/static/<path:filename>": Role.ANNOTATOR,
    UPLOAD: Role.ANNOTATOR,
    f"{UPLOAD}/<key>": Role.ANNOTATOR,
    WINDOW_RULE: Role.ANNOTATOR,
    SAMPLE_RULE: Role.ANNOTATOR,
    CONFIDENCE_RULE: Role.ANNOTATOR,
    DOWNLOAD_RULE: Role.ANNOTATOR,
    MODEL_FILE_RULE: Role.ANNOTATOR,
    ACCOUNT: Role.ANNOTATOR,
    USERS: Role.ADMIN,
}
ENDED = "You are not logged in, or your session has ended. Log in; your changes are kept in this browser."

CallbackRole = Callable[[str], Role]


class LoggedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A browser with a session; Flask-Login stores the session's key, not the user."""

    def __init__(self, key: str, user: User) -> None:
        self.key = key
        self.user = user

    def get_id(self) -> str:
        """Content of the signed cookie."""
        return self.key


class Cookies(SecureCookieSessionInterface):
    """A cookie per port, since browsers share cookies among ports; secure if set over TLS."""

    def get_cookie_name(self, _app: Flask) -> str:
        """Name of the cookie for the requested address."""
        return f"tidemark-{urlsplit(f'//{request.host}').port or 'session'}"

    def get_cookie_path(self, _app: Flask) -> str:
        """Path of the cookie: two installations may be at different path prefixes of one name."""
        return request.script_root or "/"

    def get_cookie_secure(self, _app: Flask) -> bool:
        """True if the browser uses TLS, possibly to a proxy."""
        return request.is_secure or request.headers.get("Origin", "").startswith("https:")


def register(app: Dash, services: Services, callback_role: CallbackRole) -> None:
    """Guard every route of ``app``; ``callback_role``: the role of a callback by its output."""
    mode = mode_of(services.settings)
    server = app.server
    team = mode == Mode.TEAM
    if mode in {Mode.TEAM, Mode.TOKEN}:
        _remember_logins(server, services.sessions.user_of if team else services.sessions.local)

    @server.before_request
    def gate() -> AnyResponse | tuple[Response, int] | None:
        if mode in {Mode.LAPTOP, Mode.OFF}:
            acting.acts(LOCAL)
            return None
        acting.acts(ANONYMOUS)
        if mode == Mode.TOKEN and "token" in request.args and services.tokens.use(request.args["token"]):
            log_in(services, LOCAL)
            return redirect(at(local_path(request.path)))
        if handler_role(request) == Role.ANONYMOUS:
            return None
        user = user_of_request()
        acting.acts(user)
        body = _callback_body()
        output = body.get("output")
        needed = max(
            handler_role(request), callback_role(output) if isinstance(output, str) else Role.ANONYMOUS
        )
        if user.role >= needed:
            return None
        if user.role != Role.ANONYMOUS and output and not any(map(_has_value, body.get("inputs") or [])):
            return Response(status=204)  # Dash calls callbacks of new components; the answer is “no change”
        return refusal(user, needed)

    @server.teardown_request
    def leave(_error: BaseException | None) -> None:
        acting.acts(LOCAL)


def handler_role(http_request: Request) -> Role:
    """The role required by the handler of a request; unknown addresses count as pages."""
    if http_request.url_rule is None:
        return Role.ANNOTATOR
    return HANDLERS.get(http_request.url_rule.rule, Role.ADMIN)


def log_in(services: Services, user: User) -> None:
    """Begin a session and set its cookie."""
    session.clear()
    login_user(LoggedIn(services.sessions.begin(user), user))


def local_path(path: str) -> str:
    """``path`` if it is a page of this server, else the start page.

    >>> local_path("/label/3?x=1"), local_path("//evil.example/"), local_path("https://evil.example")
    ('/label/3?x=1', '/', '/')
    """
    odd = not path.startswith("/") or path[1:2] in {"/", "\\"} or not path.isprintable()
    return HOME if odd else path


def user_of_request() -> User:
    """The user of the browser's cookie; :data:`ANONYMOUS` without a valid session."""
    return current_user.user if current_user.is_authenticated else ANONYMOUS


def refusal(user: User, needed: Role) -> AnyResponse | tuple[Response, int]:
    """Response to a request that is not allowed: the login page for a visit, else 401 or 403 with a message."""
    if user.role != Role.ANONYMOUS:
        return jsonify(error=acting.refusal(user.role, needed)), 403
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        query = request.query_string.decode("ascii", "replace")
        return redirect(f"{at(LOGIN)}?{urlencode({'next': request.path + (f'?{query}' if query else '')})}")
    return jsonify(error=ENDED), 401


def _callback_body() -> dict[str, Any]:
    """Body of a callback request; empty for other requests, and for malformed ones, refused later."""
    if request.path != CALLBACK or request.method != "POST":
        return {}
    try:
        body: Any = request.get_json(silent=True)
    except RecursionError:
        return {}
    return body if isinstance(body, dict) else {}


def _has_value(dependency: Any) -> bool:
    """True if a property, or one matched by a wildcard, has a value: a button that was never clicked has none."""
    if isinstance(dependency, list):
        return any(map(_has_value, dependency))
    return not isinstance(dependency, dict) or bool(dependency.get("value"))


def _remember_logins(server: Flask, user_of: Callable[[str], User | None]) -> None:
    server.session_interface = Cookies()
    server.config.update(
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )
    manager = LoginManager(server)
    manager.session_protection = None  # a changed address does not require a new login

    @manager.user_loader
    def load(key: str) -> LoggedIn | None:
        user = user_of(key)
        return LoggedIn(key, user) if user else None
