"""``/account``: page of the current user."""

from __future__ import annotations

from typing import Any, cast

import dash
from dash.development.base_component import Component
from flask import get_flashed_messages

from components.accounts import account_page, no_accounts
from components.urls import ACCOUNT
from services.accounts import acting
from services.web.container import Services


def messages() -> list[tuple[str, str]]:
    """Messages of the last submitted form, shown once: Bootstrap colours and texts."""
    return cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))


def register(_services: Services) -> None:
    """Register the page."""

    def layout(**_query: Any) -> Component:
        """The page of the current user."""
        user = acting.user()
        return account_page(user, messages()) if user.id else no_accounts()

    dash.register_page(__name__, path=ACCOUNT, title="Account · Tidemark", layout=layout)
