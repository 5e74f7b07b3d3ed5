"""Login, registration, and forms of ``/account`` and ``/users``: plain HTML forms without callbacks.

``routes/security.py`` refuses requests of other sites; ``routes/access.py`` has the roles of the forms.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, flash, redirect, render_template_string, request
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from components.bundles import bundles
from components.urls import ACCOUNT, HOME, LOGIN, REGISTER, USERS, at
from routes.access import local_path, log_in, user_of_request
from services.accounts import acting
from services.accounts.model import Role
from services.accounts.modes import Mode, mode_of
from services.errors import Invalid, NotFound, TidemarkError, TooOften
from services.web.container import Services

FORM = Path(__file__).with_name("login.html")
WRONG = "Name or password is wrong."
USED_UP = "This token was used already. The terminal shows a new one."
NO_ACCOUNTS = "This Tidemark has no accounts."
Page = tuple[str, int] | Response


def register(server: Flask, services: Services) -> None:
    """Register the routes; without accounts they redirect to the start page."""
    mode = mode_of(services.settings)
    show = form_writer(FORM.read_text(encoding="utf-8"), mode, services)

    @server.route(LOGIN, methods=["GET", "POST"])
    def login() -> Page:
        if mode in {Mode.LAPTOP, Mode.OFF} or user_of_request().role != Role.ANONYMOUS:
            return redirect(at(local_path(request.values.get("next", HOME))))
        if mode == Mode.TOKEN:
            return show("login", USED_UP if "token=" in request.values.get("next", "") else "")
        if request.method != "POST":
            return show("login", "")
        return _answered(show, "login", lambda: _login(services))

    @server.route(REGISTER, methods=["GET", "POST"])
    def register_user() -> Page:
        _needs_accounts(mode)
        if request.method != "POST":
            return _answered(show, "register", lambda: _show_registration(services, show))
        return _answered(show, "register", lambda: _register(services))

    @server.post(ACCOUNT)
    def change_account() -> Page:
        _needs_accounts(mode)
        return _back(ACCOUNT, lambda: _change_account(services, request.form))

    @server.post(USERS)
    def change_users() -> Page:
        _needs_accounts(mode)
        return _back(USERS, lambda: _change_users(services, request.form))


def form_writer(template: str, mode: Mode, services: Services) -> Callable[..., tuple[str, int]]:
    """A function that renders a form (``login`` or ``register``) with an error message and a status."""

    def write(kind: str, problem: str, status: int = 200) -> tuple[str, int]:
        return render_template_string(
            template,
            kind="token" if mode == Mode.TOKEN else kind,
            problem=problem,
            styles=at(bundles()["styles"].url),
            name=request.form.get("name", ""),
            next=local_path(request.values.get("next", HOME)),
            invite=request.values.get("invite", ""),
            may_register=services.invites.is_open,
        ), status

    return write


def _needs_accounts(mode: Mode) -> None:
    if mode != Mode.TEAM:
        raise NotFound(NO_ACCOUNTS)


def _answered(show: Callable[..., tuple[str, int]], kind: str, act: Callable[[], Page]) -> Page:
    """The response of ``act``, else the form again with an error message."""
    try:
        return act()
    except TidemarkError as error:
        return show(kind, str(error), 429 if isinstance(error, TooOften) else 400)


def _login(services: Services) -> Page:
    name, address = request.form.get("name", ""), request.remote_addr or ""
    services.attempts.count(address, name)
    user = services.users.check(name, request.form.get("password", ""))
    if user is None:
        raise Invalid(WRONG)
    services.attempts.forget(address, name)
    log_in(services, user)
    return redirect(at(local_path(request.form.get("next", HOME))), 303)


def _show_registration(services: Services, show: Callable[..., tuple[str, int]]) -> Page:
    services.invites.check(request.args.get("invite", ""))
    return show("register", "")


def _register(services: Services) -> Page:
    services.attempts.count(request.remote_addr or "")
    password = _new_password(request.form)
    invite = request.form.get("invite", "")
    log_in(services, services.invites.register(invite, request.form.get("name", ""), password))
    return redirect(at(HOME), 303)


def _new_password(form: Any) -> str:
    password = str(form.get("password", ""))
    if password != form.get("again"):
        raise Invalid("The two passwords are not equal.")
    return password


def _back(page: str, act: Callable[[], str]) -> Page:
    """Redirect to the page, which shows the result; to the login if the session was ended ("")."""
    try:
        done = act()
    except TidemarkError as error:
        flash(str(error), "danger")
    else:
        if not done:
            return redirect(at(LOGIN), 303)
        flash(done, "success")
    return redirect(at(page), 303)


def _change_account(services: Services, form: Any) -> str:
    if form.get("do") == "logout":
        services.sessions.end(current_user.key)
        logout_user()
        return ""
    user = acting.user()
    services.attempts.count(request.remote_addr or "", user.name)
    services.users.change_password(user, form.get("old", ""), _new_password(form))
    log_in(services, user)  # the change ended all sessions, including this one
    return "Your password is changed. Other browsers that used your account are logged out."


def _change_users(services: Services, form: Any) -> str:
    name = form.get("name", "")
    match form.get("do"):
        case "role":
            services.users.set_role(name, Role.named(form.get("role", "")))
            return f"{name} is {form.get('role')} now."
        case "remove":
            services.users.remove(name)
            return f"{name} is removed. The labels stay."
        case "invite":
            services.invites.add(Role.named(form.get("role", "")), acting.name())
            return "Send the link below to one person. It works once, for a week."
        case "withdraw":
            services.invites.withdraw(form.get("invite", ""))
            return "The invitation is withdrawn."
    raise Invalid("Unknown form.")
