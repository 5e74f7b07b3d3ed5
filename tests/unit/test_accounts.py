"""Accounts: users, passwords, sessions, invitations, rate limit, authentication modes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from services.accounts import invites as invites_module
from services.accounts.attempts import ADDRESS, NAME, NAME_AT_ADDRESS, Attempts
from services.accounts.invites import Invites
from services.accounts.model import LOCAL, Role, User
from services.accounts.modes import Mode, mode_of
from services.accounts.passwords import Passwords
from services.accounts.sessions import LIFETIME, Sessions
from services.accounts.users import Users
from services.errors import Busy, Conflict, Invalid, NotFound, TooOften
from services.settings import Settings
from services.storage.db import Database, open_database
from services.storage.tables import invites, sessions, users
from tests.forked_app import PRODUCTION_HASHES
from tests.postgres_server import postgres_server
from tests.support import Server, settings_in, with_tables

PASSWORD = "correct horse battery"


@dataclass
class Accounts:
    """The services of accounts on one database."""

    database: Database
    users: Users
    sessions: Sessions
    invites: Invites

    def user(self, name: str = "Ann", role: Role = Role.ANNOTATOR) -> User:
        return self.users.add(name, PASSWORD, role)


def accounts_on(database: Database, settings: Settings) -> Accounts:
    users = Users(database, Passwords())
    return Accounts(
        database, users, Sessions(database), Invites(database, users, settings, lambda: b"k" * 32)
    )


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres_server() as server:
        yield server.create("accounts")


@pytest.fixture(params=["sqlite", "postgresql"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Accounts]:
    settings = with_tables(settings_in(tmp_path))
    kept = request.param == "sqlite"
    url = settings.database_url if kept else request.getfixturevalue("postgres_url")
    database = open_database(url)
    yield accounts_on(database, settings)
    with database.write() as connection:
        for table in (sessions, invites, users):
            connection.execute(table.delete())
    database.close()


def test_a_user_logs_in_with_the_password_only_and_names_have_no_case(accounts: Accounts) -> None:
    ann = accounts.user("Ann Élise")
    assert accounts.users.check("ann  élise", PASSWORD) == ann
    assert accounts.users.check("Ann Élise", PASSWORD + " ") is None
    assert accounts.users.check("Bo", PASSWORD) is None
    assert accounts.users.check("Bo\0", PASSWORD) is None  # PostgreSQL has no NUL
    assert accounts.users.list() == [ann]


def test_the_database_has_an_argon2id_hash_and_no_password(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Passwords, "parameters", PRODUCTION_HASHES)
    Users(accounts.database, Passwords()).add("Ann", PASSWORD, Role.ANNOTATOR)
    with accounts.database.read() as connection:
        (kept,) = connection.execute(select(users.c.password)).scalars()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$") and PASSWORD not in kept


@pytest.mark.parametrize("name", ["", "   ", "x" * 51, "a\x00b", "zero\u200bwidth", "\u202eevil"])
def test_a_name_that_cannot_be_seen_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(Invalid, match="visible characters"):
        accounts.user(name)


@pytest.mark.parametrize("password", ["", "short", "x" * 201, "ANN OF THE LAB"])
def test_a_weak_password_is_refused(accounts: Accounts, password: str) -> None:
    with pytest.raises(Invalid, match="password"):
        accounts.users.add("Ann of the lab", password, Role.ANNOTATOR)
    assert not accounts.users.any()


def test_a_name_is_taken_in_every_spelling_and_after_the_user_was_removed(accounts: Accounts) -> None:
    accounts.user("Ann")
    with pytest.raises(Conflict, match="taken"):
        accounts.user("ANN")
    accounts.users.remove("Ann")
    assert accounts.users.list() == [] and not accounts.users.any()
    with pytest.raises(Conflict, match="removed account"):
        accounts.user("ann")
    again = accounts.users.add("ann", "another password", Role.REVIEWER, restore=True)
    assert (again.role, again.name) == (Role.REVIEWER, "Ann")  # as the labels have it
    assert accounts.users.check("ann", PASSWORD) is None


def test_the_last_admin_can_neither_be_removed_nor_lose_the_role(accounts: Accounts) -> None:
    accounts.user("Ann", Role.ADMIN)
    accounts.user("Bo")
    for change in (
        lambda: accounts.users.remove("Ann"),
        lambda: accounts.users.set_role("Ann", Role.REVIEWER),
    ):
        with pytest.raises(Conflict, match="only admin"):
            change()
    accounts.users.set_role("Bo", Role.ADMIN)
    accounts.users.remove("Ann")
    assert [user.name for user in accounts.users.list()] == ["Bo"]


def test_an_unknown_user_is_not_found(accounts: Accounts) -> None:
    with pytest.raises(NotFound, match="no user Eve"):
        accounts.users.set_password("Eve", PASSWORD)


def test_a_session_has_a_user_until_it_is_ended(accounts: Accounts) -> None:
    ann = accounts.user()
    first, second = accounts.sessions.begin(ann), accounts.sessions.begin(ann)
    assert accounts.sessions.user_of(first) == accounts.sessions.user_of(second) == ann
    accounts.sessions.end(first)
    assert accounts.sessions.user_of(first) is None and accounts.sessions.user_of(second) == ann


def test_the_database_does_not_have_the_key_of_a_session(accounts: Accounts) -> None:
    key = accounts.sessions.begin(accounts.user())
    with accounts.database.read() as connection:
        (row,) = connection.execute(select(sessions))
    assert key not in map(str, row)
    assert row.expires_at - row.created_at == LIFETIME == timedelta(hours=12)


def test_an_expired_session_is_invalid_and_its_row_is_deleted_at_the_next_login(accounts: Accounts) -> None:
    ann = accounts.user()
    key = accounts.sessions.begin(ann)
    with accounts.database.write() as connection:
        connection.execute(update(sessions).values(expires_at=datetime.now(UTC)))
    assert accounts.sessions.user_of(key) is None
    accounts.sessions.begin(ann)
    with accounts.database.read() as connection:
        assert len(list(connection.execute(select(sessions)))) == 1


def test_a_new_password_and_a_removal_end_all_sessions_of_the_user_alone(accounts: Accounts) -> None:
    ann, bo = accounts.user("Ann"), accounts.user("Bo", Role.ADMIN)
    keys = [accounts.sessions.begin(ann), accounts.sessions.begin(ann)]
    other = accounts.sessions.begin(bo)
    with pytest.raises(Invalid, match="current password"):
        accounts.users.change_password(ann, "wrong password", "another password")
    assert accounts.sessions.user_of(keys[0]) == ann
    accounts.users.change_password(ann, PASSWORD, "another password")
    assert [accounts.sessions.user_of(key) for key in keys] == [None, None]
    key = accounts.sessions.begin(ann)
    accounts.users.remove("Ann")
    assert accounts.sessions.user_of(key) is None and accounts.sessions.user_of(other) == bo


def test_a_role_counts_from_the_moment_it_is_given(accounts: Accounts) -> None:
    key = accounts.sessions.begin(accounts.user())
    accounts.users.set_role("Ann", Role.REVIEWER)
    found = accounts.sessions.user_of(key)
    assert found is not None and found.role == Role.REVIEWER


def test_a_session_of_a_token_is_not_one_of_a_user_and_the_other_way_round(accounts: Accounts) -> None:
    token, user = accounts.sessions.begin(LOCAL), accounts.sessions.begin(accounts.user())
    assert (accounts.sessions.local(token), accounts.sessions.user_of(token)) == (LOCAL, None)
    assert accounts.sessions.local(user) is None


def test_an_invitation_registers_one_user_with_its_role(accounts: Accounts) -> None:
    invite = accounts.invites.add(Role.REVIEWER, "Ann")
    assert accounts.invites.list() == [invite]
    made = accounts.invites.register(invite.token, "Bo", PASSWORD)
    assert made.role == Role.REVIEWER and accounts.users.check("bo", PASSWORD) == made
    assert accounts.invites.list() == []
    with pytest.raises(Invalid, match="was used"):
        accounts.invites.register(invite.token, "Cy", PASSWORD)


def test_a_refused_registration_leaves_the_invitation(accounts: Accounts) -> None:
    accounts.user("Bo")
    invite = accounts.invites.add(Role.ANNOTATOR)
    for name, password, error in (("Bo", PASSWORD, Conflict), ("Cy", "short", Invalid)):
        with pytest.raises(error):
            accounts.invites.register(invite.token, name, password)
    assert accounts.invites.register(invite.token, "Cy", PASSWORD).name == "Cy"


def test_invitations_that_were_withdrawn_expired_or_made_up_are_refused(accounts: Accounts) -> None:
    gone, old = accounts.invites.add(Role.ADMIN), accounts.invites.add(Role.ADMIN)
    accounts.invites.withdraw(gone.id)
    with accounts.database.write() as connection:
        connection.execute(update(invites).values(expires_at=datetime.now(UTC)))
    forged = Invites(accounts.database, accounts.users, Settings(), lambda: b"x" * 32).add(Role.ADMIN)
    for token in (gone.token, old.token, forged.token, forged.id, "x", f"{old.token}x"):
        with pytest.raises(Invalid, match="invitation"):
            accounts.invites.check(token)
        with pytest.raises(Invalid, match="invitation"):
            accounts.invites.register(token, "Eve", PASSWORD)
    assert not accounts.users.any()


@pytest.mark.parametrize("end", ["removal", "role"])
def test_the_invitations_of_an_admin_end_with_the_role(accounts: Accounts, end: str) -> None:
    ann, bo = accounts.user("Ann", Role.ADMIN), accounts.user("Bo", Role.ADMIN)
    gone, kept = accounts.invites.add(Role.ADMIN, ann.name), accounts.invites.add(Role.ANNOTATOR, bo.name)
    accounts.users.set_role("Ann", Role.ADMIN)
    assert accounts.invites.list() == [gone, kept]
    if end == "removal":
        accounts.users.remove("ANN")
    else:
        accounts.users.set_role("ANN", Role.REVIEWER)
    assert accounts.invites.list() == [kept]
    with pytest.raises(Invalid, match="was used"):
        accounts.invites.register(gone.token, "Eve", PASSWORD)


def test_registration_requires_an_invitation_unless_the_setting_opens_it(
    accounts: Accounts, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match=invites_module.CLOSED):
        accounts.invites.register("", "Eve", PASSWORD)
    settings = settings_in(tmp_path, registration="open")
    opened = Invites(accounts.database, accounts.users, settings, lambda: b"k" * 32)
    assert opened.register("", "Eve", PASSWORD).role == Role.ANNOTATOR


def test_attempts_are_limited_by_name_and_by_address() -> None:
    attempts = Attempts(Settings())
    for _ in range(NAME_AT_ADDRESS.amount):
        attempts.count("10.0.0.1", "Ann")
    with pytest.raises(TooOften, match=" in 5 minutes"):
        attempts.count("10.0.0.1", "ann")
    attempts.count("10.0.0.2", "Ann")
    attempts.forget("10.0.0.1", "Ann")
    attempts.count("10.0.0.1", "Ann")
    for number in range(ADDRESS.amount):
        attempts.count("10.0.0.3", f"name {number}")
    with pytest.raises(TooOften):
        attempts.count("10.0.0.3")
    for number in range(NAME.amount):
        attempts.count(f"10.0.1.{number}", "Bo")
    with pytest.raises(TooOften, match=" in 60 minutes"):
        attempts.count("10.0.2.1", "Bo")


def test_attempts_that_cannot_be_counted_are_refused_in_words() -> None:
    attempts = Attempts(replace(Settings(), broker_url="redis://127.0.0.1:1/0"))
    with pytest.raises(Busy, match="Redis"):
        attempts.count("10.0.0.1", "Ann")
    attempts.forget("10.0.0.1", "Ann")


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, Mode.LAPTOP),
        ({"host": "localhost", "trusted_hosts": "localhost"}, Mode.LAPTOP),
        ({"host": "0.0.0.0"}, Mode.TEAM),
        ({"host": "192.168.1.7"}, Mode.TEAM),
        ({"host": ""}, Mode.TEAM),
        ({"trusted_hosts": "lab.example"}, Mode.TEAM),
        ({"auth": "accounts"}, Mode.TEAM),
        ({"auth": "token"}, Mode.TOKEN),
        ({"auth": " OFF "}, Mode.LAPTOP),
        ({"auth": "off", "host": "0.0.0.0"}, Mode.OFF),
        ({"auth": "off", "trusted_hosts": "lab.example"}, Mode.OFF),
    ],
)
def test_the_address_decides_whether_accounts_are_needed(given: dict[str, str], mode: Mode) -> None:
    assert mode_of(replace(Settings(), **given)) == mode


@pytest.mark.parametrize(
    "given", [{"auth": "no"}, {"auth": "laptop"}, {"auth": "token", "host": "0.0.0.0"}, {"auth": "false"}]
)
def test_a_mode_that_makes_no_sense_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        mode_of(replace(Settings(), **given))


def user(server: Server, *arguments: str, password: str = "") -> tuple[int, str]:
    done = server.command("user", *arguments, given=f"{password}\n")
    messages = [line for line in done.stderr.splitlines(keepends=True) if " INFO " not in line]
    return done.returncode, done.stdout + "".join(messages)


def test_the_command_adds_lists_changes_and_removes_users(tmp_path: Path) -> None:
    server = Server(tmp_path)
    assert user(server, "add", "--admin", "Ann", password=PASSWORD) == (0, "Ann may log in now, as admin.\n")
    assert user(server, "add", "Bo", password=PASSWORD) == (0, "Bo may log in now, as annotator.\n")
    assert user(server, "add", "bo", password=PASSWORD) == (1, "The name bo is taken.\n")
    assert user(server, "add", "Cy", password="short")[0] == 1
    assert user(server, "list") == (0, "Ann: admin\nBo: annotator\n")
    assert user(server, "role", "Bo", "reviewer") == (0, "Bo is reviewer now.\n")
    assert user(server, "password", "Bo", password="another password") == (0, "Bo has a new password.\n")
    assert user(server, "remove", "Ann")[0] == 1
    assert user(server, "remove", "Bo") == (0, "Bo is removed. The labels stay.\n")
    assert user(server, "remove", "Bo") == (1, "There is no user Bo.\n")
    assert user(server, "add", "--role", "reviewer", "Bo", password=PASSWORD)[0] == 0
    assert user(server, "list") == (0, "Ann: admin\nBo: reviewer\n")
    assert user(server) == user(server, "list")
    assert user(server, "dance")[0] == 2
