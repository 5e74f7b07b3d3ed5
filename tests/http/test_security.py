"""Request security: cross-site requests, host names, Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from services.web.container import Services, build_services
from tests.support import fire, settings_in, with_tables

CHANGES = [
    ("POST", "/_dash-update-component"),
    ("POST", "/upload"),
    ("PATCH", f"/upload/{'a' * 64}"),
    ("DELETE", f"/upload/{'a' * 64}"),
]
STRANGERS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Origin": "http://localhost.evil.example"},
]
Client = Callable[..., FlaskClient]


@pytest.fixture
def client_with(tmp_path: Any, request: pytest.FixtureRequest) -> Client:
    """A client of an application with other settings."""

    def build(**more: Any) -> FlaskClient:
        services = build_services(with_tables(settings_in(tmp_path, **more)))

        def close() -> None:
            services.jobs.stop()
            services.database.close()

        request.addfinalizer(close)
        return create_app(services.settings, services).server.test_client()

    return build


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_another_site_cannot_change_anything(
    client: FlaskClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.open(path, method=method, json={}, headers={"X-Tidemark-Upload": "1", **headers})
    assert answer.status_code == 403
    assert answer.get_json() == {"error": "Refused: the request came from another site."}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}],
    ids=str,
)
def test_our_own_page_and_programs_are_let_in(client: FlaskClient, headers: dict[str, str]) -> None:
    ours = {
        "X-Tidemark-Upload": "1",
        "Tus-Resumable": "1.0.0",
        "Upload-Length": "1",
        "Upload-Metadata": "key YQ==",
    }
    answer = client.post("/upload", headers={**ours, **headers})
    assert answer.status_code == 404 and "not expected" in answer.get_json()["error"]


def test_upload_routes_require_a_header_that_a_form_cannot_send(client: FlaskClient) -> None:
    assert client.post("/upload", headers={"Tus-Resumable": "1.0.0"}).status_code == 403


def test_reading_from_another_site_is_no_change(client: FlaskClient) -> None:
    assert client.get("/health", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8050", "10.0.0.1"]
)
@pytest.mark.parametrize(
    "path", ["/", "/health", "/_dash-layout", "/window/1", f"/upload/{'a' * 64}", "/assets/x.js"]
)
def test_a_strange_address_is_refused_everywhere(client: FlaskClient, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "TIDEMARK_TRUSTED_HOSTS" in answer.get_json()["error"]


@pytest.mark.parametrize("host", ["localhost", "localhost:8050", "127.0.0.1:99", "[::1]:8050", "LOCALHOST"])
def test_this_machine_may_be_called_by_any_of_its_names(client: FlaskClient, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


def test_trusted_hosts_are_let_in_and_others_still_are_not(client_with: Client) -> None:
    client = client_with(trusted_hosts="lab.example, Desk.example")
    for host in ("lab.example", "desk.example:8050", "localhost"):
        assert client.get("/health", headers={"Host": host}).status_code == 200
    assert client.get("/health", headers={"Host": "other.example"}).status_code == 400


@pytest.mark.parametrize(
    "host", ["localhost:8050", "127.0.0.1", "192.168.1.7:8050", "[fe80::1]:8050", "[::1]"]
)
def test_listening_beyond_this_machine_takes_addresses_in_numbers(client_with: Client, host: str) -> None:
    assert client_with(host="0.0.0.0").get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["lab.example", "127.0.0.1.evil.example", "10.0.0.1.evil.example:8050", "2130706433", "[evil]"]
)
def test_listening_beyond_this_machine_takes_no_name_until_it_is_given(
    client_with: Client, host: str
) -> None:
    answer = client_with(host="0.0.0.0").get("/health", headers={"Host": host})
    assert answer.status_code == 400


def test_listening_beyond_this_machine_with_names_refuses_others(client_with: Client) -> None:
    client = client_with(host="0.0.0.0", trusted_hosts="lab.example")
    for host in ("lab.example", "127.0.0.1:8050"):
        assert client.get("/health", headers={"Host": host}).status_code == 200
    for host in ("other.example", "10.0.0.1"):
        assert client.get("/health", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/", "/label/1", "/no/such/page"])
def test_every_inline_script_of_a_page_is_named_by_its_hash(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.mimetype == "text/html"
    policy = answer.headers["Content-Security-Policy"]
    scripts = policy.split("script-src ")[1].split(";")[0].split()
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", _seen(answer.text), re.DOTALL)
    for text in (text for text in inline if not text.lstrip().startswith("{")):  # JSON is not run
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in scripts
    assert len(inline) >= 1


def _seen(html: str) -> str:
    """Without comments: one has text for Internet Explorer."""
    return re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)


def test_a_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/")
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']*""", answer.text) == []
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_every_answer_forbids_guessing_its_type(client: FlaskClient) -> None:
    for path in ("/", "/health", "/window/1", "/assets/toasts.js"):
        with client.get(path) as answer:  # a file is open until its answer is closed
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_body_beyond_the_limit_is_refused(client: FlaskClient) -> None:
    answer = client.post("/_dash-update-component", data=b" " * (33 << 20), content_type="application/json")
    assert answer.status_code == 413
    assert answer.get_json()["error"]


def test_a_command_of_another_site_leaves_no_label(client: FlaskClient, services: Services, ecg: int) -> None:
    command = {"uuid": "0" * 31 + "1", "kind": "add", "id": "0" * 31 + "2", "x0": 1, "x1": 2, "label": "QRS"}
    payload = {"nonce": 1, "requests": [{"recording": ecg, "commands": [command], "since": -1}]}
    assert fire(client, "label-plot.commands", payload).values["label-plot.answer"]["answers"][0]["acked"]
    payload["requests"][0]["commands"] = [{**command, "uuid": "0" * 31 + "3", "id": "0" * 31 + "4"}]
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert fire(client, "label-plot.commands", payload).status == 403
    assert services.recordings.summary(ecg).labels == 1
