"""Start of a server that others can reach: refused without users, warning without accounts; ``--token``."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from services.cli import command_line
from services.settings import Settings
from tests.support import Server

PASSWORD = "correct horse battery"


@pytest.mark.parametrize(
    "given",
    [
        {"TIDEMARK_HOST": "0.0.0.0"},
        {"TIDEMARK_AUTH": "accounts"},
        {"TIDEMARK_TRUSTED_HOSTS": "lab.example"},
    ],
)
def test_a_server_that_others_can_reach_does_not_start_without_a_user(
    tmp_path: Path, given: dict[str, str]
) -> None:
    done = Server(tmp_path, **given).command("serve")
    assert done.returncode == 1
    assert "python app.py user add --admin NAME" in done.stderr and "TIDEMARK_AUTH=off" in done.stderr
    assert "Traceback" not in done.stderr and "ready" not in done.stderr


@pytest.mark.parametrize(
    "given", [{"TIDEMARK_AUTH": "maybe"}, {"TIDEMARK_AUTH": "token", "TIDEMARK_HOST": "0.0.0.0"}]
)
def test_a_server_whose_access_makes_no_sense_does_not_start(tmp_path: Path, given: dict[str, str]) -> None:
    done = Server(tmp_path, **given).command("serve")
    assert done.returncode == 1 and "Traceback" not in done.stderr


def test_with_a_user_it_starts_and_requires_a_login(tmp_path: Path) -> None:
    server = Server(tmp_path, fresh=True, TIDEMARK_AUTH="accounts")
    assert server.command("user", "add", "--admin", "Ann", given=PASSWORD).returncode == 0
    try:
        server.start()
        with urllib.request.urlopen(f"{server.url}/health") as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.url}/files")
        assert refused.value.code == 401
        refused.value.close()
    finally:
        server.stop()


def test_without_accounts_it_logs_a_warning(tmp_path: Path) -> None:
    server = Server(tmp_path, fresh=True, TIDEMARK_AUTH="off", TIDEMARK_TRUSTED_HOSTS="lab.example")
    try:
        server.start()
        assert "EVERY VISITOR of this server" in server.log
    finally:
        server.stop()


def test_on_a_laptop_there_is_no_login_and_no_warning(tmp_path: Path) -> None:
    server = Server(tmp_path, fresh=True)
    try:
        server.start()
        assert not re.search(r"token|EVERYBODY|user add", server.log)
        with urllib.request.urlopen(f"{server.url}/files") as answer:
            assert answer.status == 200
    finally:
        server.stop()


def test_the_address_with_the_token_lets_one_browser_in(tmp_path: Path) -> None:
    server = Server(tmp_path, fresh=True, TIDEMARK_AUTH="token")
    try:
        server.start()
        browser, other = (
            urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())) for _ in range(2)
        )
        match = re.search(r"Open (http\S+token=\S+)", server.log)
        assert match is not None
        with browser.open(match[1]) as answer:
            assert answer.status == 200 and "token" not in answer.url
        with browser.open(f"{server.url}/_dash-layout") as answer:
            assert answer.status == 200
        for opener, address in ((other, match[1]), (other, f"{server.url}/_dash-layout")):
            with pytest.raises(urllib.error.HTTPError) as refused:
                opener.open(address)
            assert refused.value.code == 401
            refused.value.close()
    finally:
        server.stop()


@pytest.mark.parametrize("arguments", [["--token"], ["serve", "--token"]])
def test_the_option_requires_a_token(arguments: list[str]) -> None:
    served: list[Settings] = []
    command_line.run(arguments, Settings(), lambda settings: served.append(settings) or 0, lambda *_: 1)
    assert [settings.auth for settings in served] == ["token"]


def test_without_the_option_the_address_decides() -> None:
    served: list[Settings] = []
    command_line.run(["serve"], Settings(), lambda settings: served.append(settings) or 0, lambda *_: 1)
    assert served == [Settings()]
