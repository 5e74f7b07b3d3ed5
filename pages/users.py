"""``/users``: all users and invitations, for admins."""

from __future__ import annotations

from typing import Any

import dash
from dash.development.base_component import Component
from flask import request

from components.accounts import for_admins, no_accounts, users_page
from components.urls import USERS
from pages.account import messages
from services.accounts import acting
from services.accounts.model import Role
from services.backup.schedule import last_backup
from services.web.container import Services


def register(services: Services) -> None:
    """Register the page."""

    def layout(**_query: Any) -> Component:
        """The page, for admins."""
        user = acting.user()
        if not user.id:
            return no_accounts()
        if user.role != Role.ADMIN:
            return for_admins()
        host = request.headers.get("Origin") or request.host_url
        invites = services.invites
        backup = last_backup(services.settings)
        return users_page(services.users.list(), invites.list(), invites.is_open, host, backup, messages())

    dash.register_page(__name__, path=USERS, title="Users · Tidemark", layout=layout)
