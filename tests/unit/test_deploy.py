"""docs/deploy.md: the proxy example passes the headers that the program needs."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from components.urls import READY
from routes.upload import PIECE_BYTES, SLACK
from services.cli.command_line import parser
from services.settings import MEBIBYTE, Settings
from services.web.serving import LARGEST_BODY

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "deploy.md").read_text(encoding="utf-8")
NGINX = "\n".join(re.findall(r"```nginx\n(.*?)```", TEXT, re.DOTALL))


def test_the_proxy_takes_the_largest_request_and_passes_the_name() -> None:
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert int(limit) * MEBIBYTE >= LARGEST_BODY > PIECE_BYTES + SLACK
    assert NGINX.count("proxy_pass") == NGINX.count("proxy_set_header Host $host;") == 2
    assert f"location = {READY} " in NGINX


def test_settings_and_commands_it_names_are_there() -> None:
    names = {f"TIDEMARK_{field.name.upper()}" for field in fields(Settings)}
    assert set(re.findall(r"TIDEMARK_[A-Z_]+", TEXT)) <= names
    for command in set(re.findall(r"python app\.py ([a-z-]+)", TEXT)):
        arguments = [command, "DIR"] if command in {"backup", "restore"} else [command]
        assert parser().parse_args(arguments).command == command
