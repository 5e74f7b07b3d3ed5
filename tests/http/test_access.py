"""Access control: every route and callback for every kind of visitor, login and logout, roles, tokens."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from dash import Dash
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import update

from app import create_app
from callbacks.access import ROLES, name_of
from components.ids import LabelIds, ShellIds
from components.label.head import others_text
from routes.access import CALLBACK, HANDLERS
from services.accounts import acting
from services.accounts.attempts import NAME_AT_ADDRESS
from services.accounts.model import GIVEN, LOCAL, Role
from services.accounts.passwords import Passwords
from services.accounts.users import add
from services.storage.tables import sessions
from services.web.container import Services, build_services
from tests.postgres_server import postgres_server
from tests.support import fire, settings_in, with_tables

PASSWORD = "correct horse battery"
COOKIE = "tidemark-session"
OPEN = {
    "/health",
    "/readyz",
    "/login",
    "/register",
    "/bundle/<name>",
    "/assets/<path:filename>",
    "/_favicon.ico",
}
ASKED = {"X-Tidemark-Upload": "1"}
REFUSED = {401, 403}


@dataclass(frozen=True)
class Team:
    """An application in team mode, with one user of each role."""

    app: Dash
    services: Services

    def visitor(self) -> FlaskClient:
        return self.app.server.test_client()

    def logged_in(self, role: Role) -> FlaskClient:
        client = self.visitor()
        answer = client.post("/login", data={"name": role.word, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


@cache
def hashed() -> str:
    return Passwords().hash(PASSWORD, "")


def team_in(folder: Path, **more: Any) -> Iterator[Team]:
    services = build_services(with_tables(settings_in(folder, **{"auth": "accounts", **more})))
    with services.database.write() as connection:
        for role in GIVEN:
            add(connection, role.word, hashed(), role)
    yield Team(create_app(services.settings, services), services)
    services.jobs.stop()
    services.database.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("team")
    if request.param == "sqlite":
        yield from team_in(folder)
        return
    with postgres_server() as server:
        yield from team_in(folder, database_url=server.create("team"))


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    yield from team_in(tmp_path)


def anonymous(team: Team) -> FlaskClient:
    return team.visitor()


def bad_token(team: Team) -> FlaskClient:
    """A cookie that this server signed, with the key of a session that there never was."""
    client = team.visitor()
    signer = SecureCookieSessionInterface().get_signing_serializer(team.app.server)
    assert signer is not None
    client.set_cookie(COOKIE, str(signer.dumps({"_user_id": "x" * 43, "_fresh": True})))
    return client


def tampered_cookie(team: Team) -> FlaskClient:
    client = team.logged_in(Role.ADMIN)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    content, rest = cookie.value.split(".", 2)[1:]
    turned = content.swapcase()
    client.set_cookie(COOKIE, f".{turned}.{rest}")
    return client


def expired_session(team: Team) -> FlaskClient:
    client = team.logged_in(Role.ADMIN)
    with team.services.database.write() as connection:
        connection.execute(update(sessions).values(expires_at=datetime.now(UTC)))
    return client


VISITORS: dict[str, tuple[Callable[[Team], FlaskClient], Role]] = {
    "nobody": (anonymous, Role.ANONYMOUS),
    "bad token": (bad_token, Role.ANONYMOUS),
    "tampered cookie": (tampered_cookie, Role.ANONYMOUS),
    "expired session": (expired_session, Role.ANONYMOUS),
    **{role.word: (lambda team, role=role: team.logged_in(role), role) for role in GIVEN},  # type: ignore[misc]
}


def handlers(app: Dash) -> list[tuple[str, str, str]]:
    """Every handler: its rule, a method, an address that it serves."""
    found = []
    for rule in app.server.url_map.iter_rules():
        address = re.sub(r"<int:\w+>", "1", rule.rule)
        address = re.sub(r"<[^>]*>", "x", address)
        found += [(rule.rule, method, address) for method in sorted(rule.methods or ())]
    return found


def callbacks_of_server(app: Dash) -> dict[str, str]:
    """Every callback that runs on the server: its name by its output."""
    named = {output: name_of(output, callback) for output, callback in app.callback_map.items()}
    return {output: name for output, name in named.items() if name}


def call(client: FlaskClient, output: str, value: int = 1) -> int:
    pressed = [{"id": "button", "property": "n_clicks", "value": value}]
    body = {"output": output, "outputs": [], "inputs": pressed, "state": [], "changedPropIds": []}
    return client.post(CALLBACK, json=body).status_code


@pytest.mark.parametrize("who", VISITORS)
def test_each_handler_lets_in_who_has_the_role_and_refuses_everybody_else(shared: Team, who: str) -> None:
    make, role = VISITORS[who]
    client, wrong = make(shared), []
    for rule, method, address in handlers(shared.app):
        status = client.open(address, method=method, headers=ASKED).status_code
        if (status in REFUSED) != (role < HANDLERS.get(rule, Role.ADMIN)):
            wrong.append(f"{method} {rule}: {status}")
    assert wrong == []


@pytest.mark.parametrize("who", VISITORS)
def test_each_callback_runs_only_for_sufficient_roles(shared: Team, who: str) -> None:
    make, role = VISITORS[who]
    client, wrong = make(shared), []
    for output, name in callbacks_of_server(shared.app).items():
        status = call(client, output)
        if status != expected(role, name) and (status in REFUSED or expected(role, name) in REFUSED):
            wrong.append(f"{name}: {status}")
    assert wrong == []


def expected(role: Role, name: str) -> int:
    if role == Role.ANONYMOUS:
        return 401
    return 200 if role >= ROLES.get(name, Role.ADMIN) else 403


def test_the_tables_name_every_handler_and_every_callback_and_nothing_else(shared: Team) -> None:
    assert {rule for rule, *_ in handlers(shared.app)} == set(HANDLERS)
    assert set(callbacks_of_server(shared.app).values()) == set(ROLES)


def test_what_dash_calls_for_new_components_does_not_run_and_is_no_error(shared: Team) -> None:
    client = shared.logged_in(Role.ANNOTATOR)
    ran: list[Any] = []
    output = next(one for one, name in callbacks_of_server(shared.app).items() if name == "model_upload.ask")
    callback = shared.app.callback_map[output]

    @wraps(callback["callback"])
    def run(*given: Any, **_more: Any) -> None:
        ran.append(given)

    shared.app.callback_map[output] = {**callback, "callback": run}
    try:
        assert call(client, output, 0) == 204
        assert call(client, output, 1) == 403
        assert call(shared.visitor(), output, 0) == 401
    finally:
        shared.app.callback_map[output] = callback
    assert ran == []


def test_unlisted_routes_and_callbacks_require_an_admin(shared: Team) -> None:
    server, (output, callback) = shared.app.server, next(iter(shared.app.callback_map.items()))

    def new_one() -> str:
        return "secret"

    shared.app.callback_map["new.output"] = {**callback, "callback": new_one}
    rule = server.url_rule_class("/new", endpoint="new", methods=["GET"])
    server.url_map.add(rule)
    server.view_functions["new"] = new_one
    try:
        for role in GIVEN:
            client = shared.logged_in(role)
            assert (call(client, "new.output") == 403) == (role < Role.ADMIN)
            assert (client.get("/new").status_code == 403) == (role < Role.ADMIN)
        assert call(shared.visitor(), "new.output") == shared.visitor().get("/new").status_code == 401
        assert call(shared.visitor(), output) == 401
    finally:
        del shared.app.callback_map["new.output"]


def test_a_removed_callback_asks_a_user_to_reload_and_reveals_nothing_to_a_visitor(shared: Team) -> None:
    assert call(shared.logged_in(Role.ANNOTATOR), "gone.data") == 404
    assert call(shared.visitor(), "gone.data") == 401


def test_only_these_handlers_are_open_and_only_these_are_for_admins() -> None:
    assert {rule for rule, role in HANDLERS.items() if role == Role.ANONYMOUS} == OPEN
    assert {rule for rule, role in HANDLERS.items() if role == Role.ADMIN} == {"/users"}
    admins = {name for name, role in ROLES.items() if role == Role.ADMIN}
    assert {"dialogs.submit(files-purge-dialog)", "dialogs.submit(models-delete-dialog)"} < admins
    assert all(name.startswith(("model", "files_page.ask", "dialogs.submit(")) for name in admins)


def test_a_page_leads_to_the_login_and_from_there_back(team: Team) -> None:
    client = team.visitor()
    answer = client.get("/label/7?x=1", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=%2Flabel%2F7%3Fx%3D1")
    assert 'value="/label/7?x=1"' in client.get(answer.headers["Location"]).text
    data = {"name": "ANNOTATOR", "password": PASSWORD, "next": "/label/7?x=1"}
    answer = client.post("/login", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/label/7?x=1")
    assert client.get("/label/7").status_code == 200


@pytest.mark.parametrize(
    "next_page", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/\nx"]
)
def test_the_login_leads_to_no_other_site(team: Team, next_page: str) -> None:
    data = {"name": "admin", "password": PASSWORD, "next": next_page}
    assert team.visitor().post("/login", data=data).headers["Location"] == "/"
    assert f'value="{next_page}"' not in team.visitor().get("/login", query_string={"next": next_page}).text


def test_the_cookie_is_for_this_server_only_and_names_no_user(team: Team) -> None:
    client = team.visitor()
    data = {"name": "admin", "password": PASSWORD}
    plain = client.post("/login", data=data, headers={"Origin": "http://localhost"}).headers["Set-Cookie"]
    assert "HttpOnly" in plain and "SameSite=Lax" in plain and "Secure" not in plain
    client = team.visitor()
    answer = client.post("/login", data=data, headers={"Origin": "https://localhost"})
    assert "Secure" in answer.headers["Set-Cookie"]
    answer = team.visitor().post("/login", data=data, headers={"Host": "localhost:8123"})
    assert answer.headers["Set-Cookie"].startswith("tidemark-8123=")


def test_a_logout_ends_the_session_also_for_a_copied_cookie(team: Team) -> None:
    client, thief = team.logged_in(Role.ADMIN), team.visitor()
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    thief.set_cookie(COOKIE, cookie.value)
    assert thief.get("/files").status_code == 200
    answer = client.post("/account", data={"do": "logout"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert client.get("/files").status_code == thief.get("/files").status_code == 401


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(team: Team) -> None:
    answers = [
        team.visitor().post("/login", data={"name": name, "password": "wrong password"})
        for name in ("admin", "nimda")
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].text.replace('value="admin"', "") == answers[1].text.replace('value="nimda"', "")
    assert "Name or password is wrong." in answers[0].text


def test_after_too_many_attempts_the_right_password_is_refused_too(team: Team) -> None:
    client = team.visitor()
    wrong = {"name": "admin", "password": "wrong password"}
    statuses = [client.post("/login", data=wrong).status_code for _ in range(NAME_AT_ADDRESS.amount)]
    assert set(statuses) == {400}
    answer = client.post("/login", data={"name": "admin", "password": PASSWORD})
    assert answer.status_code == 429 and "Too many attempts" in answer.text
    assert team.logged_in(Role.REVIEWER).get("/files").status_code == 200


def test_a_form_of_another_site_is_refused(team: Team) -> None:
    admin = team.logged_in(Role.ADMIN)
    for origin in ("http://evil.example", "null", "http://[", "localhost"):
        for page in ("/login", "/register", "/account", "/users"):
            answer = admin.post(page, data={"do": "logout"}, headers={"Origin": origin})
            assert answer.status_code == 403 and "another site" in answer.text
    assert admin.get("/files").status_code == 200


def content(client: FlaskClient, path: str) -> str:
    """Content of the page at ``path``, as text."""
    fired = fire(client, "_pages_location.pathname", path, "_pages_content", **{"_pages_location.search": ""})
    assert fired.status == 200
    return str(fired.values["_pages_content.children"])


def test_an_invited_person_registers_and_is_logged_in_with_the_role(team: Team) -> None:
    admin = team.logged_in(Role.ADMIN)
    assert admin.post("/users", data={"do": "invite", "role": "reviewer"}).headers["Location"] == "/users"
    shown = content(admin, "/users")
    assert "Send the link below" in shown
    (link,) = re.findall(r"http://localhost(/register\?invite=[\w.~-]+)", shown)
    person = team.visitor()
    assert 'name="again"' in person.get(link).text
    form = {"invite": link.split("=")[1], "name": "Bo", "password": PASSWORD}
    answer = person.post("/register", data={**form, "again": "something else"})
    assert answer.status_code == 400 and "not equal" in answer.text and 'value="Bo"' in answer.text
    answer = person.post("/register", data={**form, "again": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Bo" in content(person, "/account") and "Reviewer" in content(person, "/account")
    assert "was used" in team.visitor().get(link).text
    assert link not in content(admin, "/users")


def test_registering_is_closed_unless_the_setting_opens_it(team: Team, tmp_path: Path) -> None:
    form = {"name": "Eve", "password": PASSWORD, "again": PASSWORD}
    answer = team.visitor().post("/register", data=form)
    assert answer.status_code == 400 and "needs an invitation" in answer.text
    (opened,) = team_in(tmp_path / "open", registration="open")
    person = opened.visitor()
    assert person.post("/register", data=form).status_code == 303
    assert "Annotator" in content(person, "/account")


def test_an_admin_changes_roles_and_removes_users_and_mistakes_are_reported(team: Team) -> None:
    admin, annotator = team.logged_in(Role.ADMIN), team.logged_in(Role.ANNOTATOR)
    admin.post("/users", data={"do": "role", "name": "annotator", "role": "reviewer"})
    assert "annotator is reviewer now." in content(admin, "/users")
    assert "Reviewer" in content(annotator, "/account")
    admin.post("/users", data={"do": "remove", "name": "annotator"})
    assert "is removed" in content(admin, "/users")
    assert annotator.get("/files").status_code == 401
    for form, problem in (
        ({"do": "remove", "name": "admin"}, "only admin"),
        ({"do": "role", "name": "reviewer", "role": "king"}, "is not a role"),
        ({"do": "remove", "name": "eve"}, "no user"),
        ({"do": "fly"}, "Unknown form"),
    ):
        assert admin.post("/users", data=form).status_code == 303
        assert problem in content(admin, "/users")
        assert problem not in content(admin, "/users"), "said once"


def test_a_new_password_keeps_this_browser_and_logs_the_others_out(team: Team) -> None:
    here, there = team.logged_in(Role.ANNOTATOR), team.logged_in(Role.ANNOTATOR)
    form = {"do": "password", "old": PASSWORD, "password": "a new password", "again": "a new password"}
    here.post("/account", data={**form, "old": "wrong password"})
    assert "current password is wrong" in content(here, "/account")
    assert there.get("/files").status_code == 200
    here.post("/account", data=form)
    assert "password is changed" in content(here, "/account")
    assert there.get("/files").status_code == 401
    assert there.post("/login", data={"name": "annotator", "password": PASSWORD}).status_code == 400


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.REVIEWER])
def test_only_an_admin_sees_the_users(team: Team, role: Role) -> None:
    shown = content(team.logged_in(role), "/users")
    assert "Only admins" in shown and "Invitations" not in shown


def test_an_admin_sees_the_last_backup(team: Team) -> None:
    assert "No daily backups are made: TIDEMARK_BACKUP_DIR is not set." in content(
        team.logged_in(Role.ADMIN), "/users"
    )


def test_the_bar_shows_the_user_and_a_link_to_the_account(team: Team) -> None:
    shown = team.logged_in(Role.REVIEWER).get("/_dash-layout").text
    assert "Account of reviewer (reviewer)" in shown and "TIDEMARK_AUTH" not in shown


def test_the_user_acts_in_the_request_only(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(team.services.recordings, "latest", lambda: seen.append(acting.name()))
    team.logged_in(Role.ANNOTATOR).get("/")
    team.visitor().get("/")
    assert seen == ["annotator"]
    assert acting.user() == LOCAL


# -- without accounts ---------------------------------------------------------------------------------------


def test_on_a_laptop_there_is_no_login_and_everything_is_allowed(client: FlaskClient) -> None:
    assert client.get("/_dash-layout").status_code == 200
    assert "TIDEMARK_AUTH" not in client.get("/_dash-layout").text
    assert client.get("/login").headers["Location"] == "/"
    assert "Set-Cookie" not in client.get("/files").headers
    for method, page in (
        ("GET", "/register"),
        ("POST", "/register"),
        ("POST", "/account"),
        ("POST", "/users"),
    ):
        answer = client.open(page, method=method, data={"do": "invite", "role": "admin"})
        assert (answer.status_code, answer.get_json()["error"]) == (404, "This Tidemark has no accounts.")
    for page in ("/account", "/users"):
        assert "has no accounts" in content(client, page)


def test_without_accounts_on_a_network_every_page_has_a_warning(tmp_path: Path) -> None:
    (team,) = team_in(tmp_path, auth="off", host="0.0.0.0")
    assert "TIDEMARK_AUTH=off" in team.visitor().get("/_dash-layout").text


def test_a_token_lets_one_browser_in_and_then_the_terminal_shows_another(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (team,) = team_in(tmp_path, auth="token")
    client, other = team.visitor(), team.visitor()
    team.services.tokens.show_at("http://127.0.0.1:8050")
    link = urlsplit(re.findall(r"Open (http\S+)", caplog.text)[0])
    visit = {"Accept": "text/html"}
    assert client.get("/files", headers=visit).headers["Location"] == "/login?next=%2Ffiles"
    assert "terminal" in client.get("/login").text
    wrong = client.get("/?token=wrong", headers=visit).headers["Location"]
    assert "shows a new one" in client.get(wrong).text
    assert client.get("/files?token=wrong").status_code == client.get("/_dash-layout").status_code == 401
    answer = client.get(f"/files?{link.query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/files")
    assert client.get("/_dash-layout").status_code == 200
    assert other.get(f"/?{link.query}").status_code == 401
    again = urlsplit(re.findall(r"next browser: (http\S+)", caplog.text)[0])
    assert other.get(f"/?{again.query}").status_code == 302
    assert other.get("/_dash-layout").status_code == client.get("/_dash-layout").status_code == 200


def test_a_password_is_of_no_use_where_a_token_is_needed(tmp_path: Path) -> None:
    (team,) = team_in(tmp_path, auth="token")
    client = team.visitor()
    assert client.post("/login", data={"name": "admin", "password": PASSWORD}).status_code == 200
    assert client.get("/files").status_code == 401


def test_a_page_shows_the_other_users_of_the_file(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(50)))
    list(team.services.uploads.import_paths([file]))
    others = {}
    for role in (Role.ANNOTATOR, Role.REVIEWER, Role.ANNOTATOR):
        page = {"page": role.word, "recording": 1, "there": True, "others": []}
        client = team.logged_in(role)
        answer = fire(client, f"{ShellIds.BEAT}.data", 1, **{f"{LabelIds.PAGE_ABOUT}.data": page})
        others[role] = answer.side[f"{ShellIds.OPENED}.data"]["others"]
    assert others == {Role.ANNOTATOR: ["reviewer"], Role.REVIEWER: ["annotator"]}
    assert others_text(others[Role.ANNOTATOR]) == "reviewer is here"
