"""Pages of the own account and of all users: plain forms, submitted to ``routes/accounts.py``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.parts import named
from components.urls import ACCOUNT, LOGIN, USERS, at, register
from services.accounts.invites import Invite
from services.accounts.model import GIVEN, Role, User
from services.accounts.passwords import LONGEST, SHORTEST

MAY = {
    Role.ANNOTATOR: "Label, upload, run and train models, save.",
    Role.REVIEWER: "Also change and decide on the labels of others, change label classes, delete saved files.",
    Role.ADMIN: "Also users, adding and deleting models, deleting files permanently.",
}
PAGE = "tm-account tm-fill h-100 overflow-y-auto p-4"
Messages = Sequence[tuple[str, str]]  # Bootstrap colour, message


def account_page(user: User, messages: Messages = ()) -> Component:
    """Account page of the current user: role, logout, change of password."""
    return html.Div(
        [
            html.H1(user.name, className="text-break mb-3"),
            html.P(
                [
                    f"{user.role.word.capitalize()}. ",
                    " ".join(MAY[role] for role in GIVEN if role <= user.role),
                ]
            ),
            *_alerts(messages),
            html.Div(
                [
                    *(
                        [
                            html.A(
                                "Users",
                                href=at(USERS),
                                className="btn btn-sm btn-outline-primary bi bi-people",
                            )
                        ]
                        * _is_admin(user)
                    ),
                    _form(ACCOUNT, [_send("Log out", "logout", "btn-outline-primary bi bi-box-arrow-right")]),
                ],
                className="d-flex gap-2 mb-4",
            ),
            html.H2("Change the password"),
            html.P("Other browsers that use your account are logged out."),
            _form(
                ACCOUNT,
                [
                    dbc.Input(type="hidden", name="do", value="password"),
                    *_password("old", "Present password", "current-password"),
                    *_password("password", f"New password (at least {SHORTEST} characters)", "new-password"),
                    *_password("again", "New password again", "new-password"),
                    html.Button("Change password", type="submit", className="btn btn-primary"),
                ],
            ),
        ],
        className=PAGE,
    )


def users_page(
    users: Iterable[User],
    invites: Iterable[Invite],
    is_open: bool,
    host: str,
    backup: str,
    messages: Messages = (),
) -> Component:
    """Page of all users and invitations, for admins.

    Args:
        is_open: every visitor may register.
        host: base URL of this server.
        backup: sentence about the last backup.
    """
    sent = [_invite_row(invite, host) for invite in invites]
    registration = (
        "Every visitor of this page may register, as an annotator (TIDEMARK_REGISTRATION=open)."
        if is_open
        else "With a link, one person can register with the chosen role."
    )
    return html.Div(
        [
            html.H1("Users", className="mb-3"),
            *_alerts(messages),
            _table(["Name", "Role", ""], [_user_row(user) for user in users]),
            html.Dl([_explained(role) for role in GIVEN], className="small text-body-secondary"),
            html.H2("Invitations"),
            html.P(registration),
            *([_table(["Link", "Role", "Until", ""], sent)] if sent else []),
            _form(
                USERS,
                [
                    _roles(Role.ANNOTATOR, "Role of the person who is invited"),
                    _send("Make a link", "invite", "btn-primary"),
                ],
                "d-flex gap-2",
            ),
            html.H2("Backup", className="mt-4"),
            html.P(backup),
        ],
        className=PAGE,
    )


def no_accounts() -> Component:
    """Message of these pages in a Tidemark without accounts."""
    return _only("This Tidemark has no accounts", "Every visitor has all permissions (docs/access.md).")


def for_admins() -> Component:
    """Message of the page of users for others."""
    return _only(
        "Only admins can see the users", "Ask one of your admins to change roles or to invite people."
    )


def account_link(user: User) -> list[Component]:
    """Link to the own account, for the navigation bar; none without accounts."""
    if not user.name:
        return []
    look = (
        "tm-account-link tm-tool bi bi-person d-inline-flex align-items-center gap-1 text-decoration-none "
        "text-truncate w-auto px-2"
    )
    return [
        html.A(
            user.name,
            href=at(ACCOUNT),
            className=look,
            title=f"Account of {user.name} ({user.role.word})",
        )
    ]


def open_to_all() -> Component:
    """Warning on every page of a Tidemark that others can reach and that has no accounts."""
    return html.Div(
        "No login (TIDEMARK_AUTH=off): every visitor can read, change and delete everything.",
        className="tm-open-to-all bi bi-unlock d-flex gap-2 px-3 py-1 small fw-semibold",
        role="note",
    )


def session_ended() -> Component:
    """Connection notice after the session has ended (shown by ``assets/connection.js``)."""
    return html.Span(
        [
            "Your session has ended. Your changes are kept in this browser. ",
            html.A("Log in", href=at(LOGIN), target="_blank", className="text-reset fw-semibold"),
            " in another tab to send them.",
        ],
        className="tm-session-ended",
    )


def _only(title: str, sentence: str) -> Component:
    return html.Div([html.H1(title), html.P(sentence)], className=PAGE)


def _is_admin(user: User) -> bool:
    return user.role == Role.ADMIN


def _alerts(messages: Messages) -> list[Component]:
    return [dbc.Alert(sentence, color=color, className="py-2") for color, sentence in messages]


def _explained(role: Role) -> Component:
    name = html.Dt(role.word.capitalize(), className="d-inline me-2")
    return html.Div([name, html.Dd(MAY[role], className="d-inline")])


def _table(heads: Sequence[str], rows: list[Component]) -> Component:
    head = html.Thead(html.Tr([html.Th(text) for text in heads]))
    return dbc.Table([head, html.Tbody(rows)], size="sm", className="align-middle")


def _user_row(user: User) -> Component:
    role = [
        dbc.Input(type="hidden", name="name", value=user.name),
        _roles(user.role, f"Role of {user.name}"),
        _send("Change", "role", "btn-outline-primary"),
    ]
    removal = html.Details(
        [
            html.Summary("Remove …", className="small"),
            html.P("The labels stay, with their author.", className="small my-1"),
            _form(
                USERS,
                [
                    dbc.Input(type="hidden", name="name", value=user.name),
                    _send(f"Remove {user.name}", "remove", "btn-danger"),
                ],
            ),
        ]
    )
    cells = (user.name, _form(USERS, role, "d-flex gap-2"), removal)
    return html.Tr([html.Td(cell, className="text-break") for cell in cells])


def _invite_row(invite: Invite, host: str) -> Component:
    link = named(
        "Link of the invitation",
        dbc.Input(
            value=f"{host.rstrip('/')}{register(invite.token)}",
            readonly=True,
            size="sm",
            class_name="font-monospace",
        ),
        className="d-block",
    )
    withdrawal = [
        dbc.Input(type="hidden", name="invite", value=invite.id),
        _send("Withdraw", "withdraw", "btn-outline-primary"),
    ]
    until = html.Time(f"{invite.expires_at:%Y-%m-%d %H:%M} UTC", dateTime=invite.expires_at.isoformat())
    return html.Tr(
        [html.Td(link), html.Td(invite.role.word), html.Td(until), html.Td(_form(USERS, withdrawal))]
    )


def _form(action: str, parts: list[Component], look: str = "") -> Component:
    return html.Form(parts, action=at(action), method="post", className=look)


def _send(text: str, do: str, look: str) -> Component:
    return html.Button(text, type="submit", name="do", value=do, className=f"btn btn-sm text-nowrap {look}")


def _roles(chosen: Role, name: str) -> Component:
    options = [{"label": role.word, "value": role.word} for role in GIVEN]
    return named(name, dbc.Select(options=options, value=chosen.word, name="role", size="sm"))


def _password(field: str, name: str, fill: str) -> list[Component]:
    control: dict[str, Any] = {"type": "password", "name": field, "autocomplete": fill, "required": True}
    return [
        html.Label(
            [name, dbc.Input(**control, maxlength=str(LONGEST), class_name="mt-1")], className="d-block mb-3"
        )
    ]
