"""``python app.py user``: the accounts of team mode."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING, Any

from services.accounts.model import GIVEN, Role
from services.cli.terminal import print_line
from services.errors import Invalid
from services.settings import Settings

if TYPE_CHECKING:
    from services.accounts.users import Users

ROLES = [role.word for role in GIVEN]


def add(commands: Any) -> None:
    """Add the subcommand."""
    top = commands.add_parser("user", help="add, list and remove the users who may log in (docs/access.md)")
    acts = top.add_subparsers(dest="act", metavar="ACT")
    adding = acts.add_parser(
        "add", help="add a user; prompts for the password, or reads it from standard input"
    )
    adding.add_argument("name", metavar="NAME")
    role = adding.add_mutually_exclusive_group()
    role.add_argument(
        "--admin",
        dest="role",
        action="store_const",
        const="admin",
        default="annotator",
        help="the same as --role admin",
    )
    role.add_argument("--role", choices=ROLES, default="annotator", help="role of the user (annotator)")
    acts.add_parser("list", help="print each user with the role; `user` alone does the same")
    for act, words in (
        ("password", "set a user's password; sessions of the user end"),
        ("remove", "remove a user; the labels stay, with their author"),
    ):
        acts.add_parser(act, help=words).add_argument("name", metavar="NAME")
    changing = acts.add_parser("role", help="give a user another role")
    changing.add_argument("name", metavar="NAME")
    changing.add_argument("role", choices=ROLES)


def user(chosen: argparse.Namespace, settings: Settings) -> int:
    """``user add|list|password|role|remove``: prints the result."""
    from services.accounts.passwords import Passwords
    from services.accounts.users import Users
    from services.storage.db import open_database

    database = open_database(settings.database_url)
    try:
        _act(chosen, Users(database, Passwords()))
    finally:
        database.close()
    return 0


def _act(chosen: argparse.Namespace, users: Users) -> None:
    match chosen.act:
        case "add":
            made = users.add(chosen.name, _password(), Role.named(chosen.role), restore=True)
            print_line(f"{made.name} may log in now, as {made.role.word}.")
        case "list" | None:
            for user in users.list():
                print_line(f"{user.name}: {user.role.word}")
        case "password":
            users.set_password(users.named(chosen.name).name, _password())
            print_line(f"{chosen.name} has a new password.")
        case "role":
            users.set_role(chosen.name, Role.named(chosen.role))
            print_line(f"{chosen.name} is {chosen.role} now.")
        case "remove":
            users.remove(chosen.name)
            print_line(f"{chosen.name} is removed. The labels stay.")


def _password() -> str:
    """A password typed twice, or one line of standard input.

    Raises:
        Invalid: the two are not equal.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise Invalid("The two passwords are not equal. Nothing was changed.")
    return password
