"""Shell, common to all pages: navigation bar, file pane, toasts, dialogs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import dash
from dash import html
from dash.development.base_component import Component

from components import (
    copy_dialog,
    help_dialog,
    import_dialog,
    jobs_strip,
    nav,
    sent_dialog,
    upload_dialog,
)
from components.accounts import account_link, open_to_all, session_ended
from components.dialogs import dialog
from components.files.tree import files_pane
from components.ids import AutolabelIds, LabelIds, ModelAddIds, ShellIds
from components.keys_shown import with_keys
from components.models.form import add_dialog
from components.parts import aria, data, icon_button, stores
from components.urls import HOME, at
from services.accounts.model import LOCAL, User
from services.accounts.modes import Mode

AWAY = "The server does not answer. Your changes are kept in this browser and are sent when it is back."
NEXT_THEME: Any = {"data-next-theme": "yes"}  # assets/theme.js
STORES = (
    ShellIds.BEAT,
    ShellIds.TOAST,
    ShellIds.OPENED,
    ShellIds.LABELS_CHANGED,
    ModelAddIds.OPEN,
    ModelAddIds.PENDING,
    AutolabelIds.FILES,
    AutolabelIds.AWAY,
    ShellIds.UNSENT,
    ShellIds.UNSENT_DONE,
)


def shell(
    versions: Mapping[str, str | None],
    keys: Any = None,
    model: str | None = None,
    user: User = LOCAL,
    mode: Mode = Mode.LAPTOP,
    several: bool = False,
) -> Component:
    """The application's layout; pages are rendered in its centre.

    Args:
        versions: initial versions by store id; the heartbeat sends changes.
        keys: the user's keys.
        model: the selected model.
        user: the current user.
        mode: authentication mode.
        several: labels have more than one author.
    """
    held: dict[str, Any] = {**versions, ShellIds.MODEL: model}
    held[LabelIds.HIDDEN] = []  # hidden classes, kept across files
    warning = [open_to_all()] if mode == Mode.OFF else []
    fixed = _fixed(json.dumps(keys), user, mode, several, at(""))
    parts = [stores([*held, *STORES], held), *warning, *fixed]
    return html.Div(parts, className="tm-shell d-flex flex-column")


@lru_cache(64)
def _fixed(keys_text: str, user: User, mode: Mode, several: bool, _prefix: str) -> list[Component]:
    """Parts that are the same at every load for a user with these keys and this path prefix."""
    keys = json.loads(keys_text)
    return [
        with_keys(_bar(user, several or mode == Mode.TEAM), keys),
        html.Div(
            [html.Span(AWAY), session_ended()] if mode in {Mode.TEAM, Mode.TOKEN} else AWAY,
            id=ShellIds.CONNECTION,
            className="tm-connection position-absolute py-2 px-3 rounded text-center text-truncate",
            role="alert",
            hidden=True,
            **data(user=user.name),  # owner of unsent labels
        ),
        html.Div(
            [files_pane(), html.Main(dash.page_container, className="tm-main tm-fill")],
            className="tm-fill d-flex",
        ),
        *upload_dialog.upload_queue(),
        *import_dialog.import_queue(),
        *copy_dialog.copy_work(),
        upload_dialog.upload_dialog(),
        *sent_dialog.sent_dialog(),
        import_dialog.import_dialog(),
        copy_dialog.copy_dialog(),
        dialog(AutolabelIds.FILES_DIALOG),
        *add_dialog(),
        help_dialog.help_dialog(keys),
        *help_dialog.keymap(keys),
    ]


def _bar(user: User, several: bool) -> Component:
    return html.Header(
        [
            icon_button(
                ShellIds.FILES_PANE,
                "layout-sidebar",
                "Show or fold the files",
                "fold-files",
                **data(folds="files"),
            ),
            html.A(
                "Tidemark",
                href=at(HOME),
                className="tm-brand bi bi-soundwave d-inline-flex align-items-center gap-2 fw-semibold fs-6 text-reset "
                "text-decoration-none",
            ),
            nav.nav(several),
            html.Span(id=ShellIds.STATUS, className="tm-status small text-truncate", role="status"),
            html.Div(
                id=ShellIds.TOASTS,
                className="tm-toasts position-relative align-self-stretch col-12 col-sm order-1 order-sm-0 pe-none",
                role="status",
                **aria(live="polite"),
            ),
            html.Div(
                [
                    jobs_strip.jobs_strip(),
                    icon_button(ShellIds.THEME_BUTTON, "circle-half", "Light or dark", **NEXT_THEME),
                    icon_button(ShellIds.HELP_BUTTON, "question-circle", "Keys and help", "help"),
                    icon_button(
                        ShellIds.SIDE_PANE,
                        "layout-sidebar-reverse",
                        "Show or fold classes, model and saving",
                        "fold-side",
                        hidden=True,
                        **data(folds="side"),
                    ),
                    *account_link(user),
                ],
                className="d-flex gap-1",
            ),
        ],
        className="tm-bar d-flex flex-wrap flex-sm-nowrap align-items-center column-gap-3 border-bottom flex-shrink-0",
    )
