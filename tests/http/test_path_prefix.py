"""Tidemark at a path of a name (``TIDEMARK_PATH_PREFIX``), and behind a reverse proxy that it trusts or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from flask.testing import FlaskClient

from app import create_app
from components.urls import HOME, at, inside, label, recording_of, serve_at
from services.accounts.modes import Mode, mode_of
from services.errors import Invalid
from services.settings import Settings
from services.web.container import build_services
from tests.http.test_access import PASSWORD, team_in
from tests.support import Server, settings_in, with_tables

BASE = "http://localhost/lab/tidemark"
VISIT = {"Accept": "text/html"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of an application at a path prefix; requests need ``base_url=BASE``."""
    services = build_services(with_tables(settings_in(tmp_path, path_prefix="lab/tidemark/")))
    yield create_app(services.settings, services).server.test_client()
    services.jobs.stop()
    services.database.close()


def test_every_address_in_the_first_page_begins_with_the_prefix(client: FlaskClient) -> None:
    page = client.get("/files", base_url=BASE).text
    addresses = re.findall(r'(?:src|href|content)="(/[^"]*)"', page)
    assert len(addresses) > 10
    assert all(address.startswith("/lab/tidemark/") for address in addresses), addresses
    assert 'data-root="/lab/tidemark"' in page
    for address in addresses:
        inner = address.removeprefix("/lab/tidemark")
        assert client.get(inner, base_url=BASE).status_code == 200, address


def test_links_and_redirects_carry_the_prefix(client: FlaskClient) -> None:
    layout = client.get("/_dash-layout", base_url=BASE).text.replace("\\u002f", "/")
    links = re.findall(r'"href": ?"(/[^"]*)"', layout)
    assert links and all(link.startswith("/lab/tidemark/") for link in links), links


def test_paths_of_a_request_have_its_prefix_and_lose_it_again() -> None:
    def paths(prefix: str) -> tuple[str, ...]:
        serve_at(prefix)
        return at(HOME), label(7), inside(label(7)), str(recording_of(label(7)))

    assert copy_context().run(paths, "/lab") == ("/lab/", "/lab/label/7", "/label/7", "7")
    assert copy_context().run(paths, "") == ("/", "/label/7", "/label/7", "7")


def test_the_login_leads_back_to_a_page_below_the_prefix_and_its_cookie_stays_there(tmp_path: Path) -> None:
    (team,) = team_in(tmp_path, path_prefix="/lab")
    client, base = team.visitor(), "http://localhost/lab"
    answer = client.get("/label/7", base_url=base, headers=VISIT)
    assert answer.headers["Location"] == "/lab/login?next=%2Flabel%2F7"
    form = client.get("/login?next=%2Flabel%2F7", base_url=base).text
    assert 'action="/lab/login"' in form and 'href="/lab/bundle/' in form
    data = {"name": "annotator", "password": PASSWORD, "next": "/label/7"}
    answer = client.post("/login", base_url=base, data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/lab/label/7")
    assert "Path=/lab" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("text", ["/a b", "https://example.org/x", "/../x", "/x?y", "/“x”"])
def test_a_prefix_that_is_no_path_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid, match="TIDEMARK_PATH_PREFIX"):
        Settings(path_prefix=text)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via"])
def test_a_laptop_without_login_refuses_what_comes_through_a_proxy(
    header: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def client_with(**more: str) -> FlaskClient:
        services = build_services(with_tables(settings_in(tmp_path / more.get("auth", "laptop"), **more)))
        monkeypatch.setattr(services.jobs, "start", lambda: None)
        return create_app(services.settings, services).server.test_client()

    refused = client_with().get("/files", headers={header: "for=203.0.113.7"})
    assert refused.status_code == 403 and "TIDEMARK_AUTH=accounts" in refused.text
    assert client_with(auth="off").get("/files", headers={header: "for=203.0.113.7"}).status_code == 200


def test_a_server_that_trusts_a_proxy_is_reachable_by_others() -> None:
    assert mode_of(Settings(trusted_proxy="127.0.0.1")) == Mode.TEAM


def test_failed_logins_are_counted_by_the_visitor_that_a_trusted_proxy_names(tmp_path: Path) -> None:
    server = Server(tmp_path, TIDEMARK_TRUSTED_PROXY="127.0.0.1", TIDEMARK_TRUSTED_HOSTS="127.0.0.1")
    assert server.command("user", "add", "--admin", "Ann", given=PASSWORD).returncode == 0
    server.start()

    def login(visitor: str, password: str) -> int:
        data = urlencode({"name": "Ann", "password": password}).encode()
        request = Request(f"{server.url}/login", data, {"X-Forwarded-For": visitor})
        try:
            with build_opener(_NoRedirect).open(request) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code

    try:
        assert [login("203.0.113.7", "wrong") for _ in range(11)] == [400] * 10 + [429]
        assert login("203.0.113.8", PASSWORD) == 303
    finally:
        server.stop()


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_about: object) -> None:
        """Follow none."""
