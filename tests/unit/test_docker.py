"""Dockerfile and compose.yaml are consistent with the program; Docker is not needed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from components.urls import HEALTH
from services.cli.command_line import parser
from services.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
WRITTEN = (ROOT / "compose.yaml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(re.sub(r"\$\{(\w+):\?[^}]*\}", r"\1", WRITTEN))["services"]
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.*)$", DOCKERFILE, re.MULTILINE)


def copied() -> list[str]:
    return [line.split()[0] for line in instructions("COPY") if not line.startswith("--from")]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())


def test_image_and_make_run_install_the_same_requirements() -> None:
    expected = re.compile(r"-m pip .*install .*-r (\S+)")
    rule = re.search(r"^\$\(VENV\)/\.run: .*?\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert rule is not None
    assert expected.findall(rule[1]) == expected.findall(DOCKERFILE) == ["requirements.txt"]


def test_image_and_make_run_start_the_same_command() -> None:
    rule = re.search(r"^run: .*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert rule is not None
    started = rule[1].strip().replace("$(BIN)/", "").split()
    assert [started] == [json.loads(line) for line in instructions("CMD")[-1:]]


def test_image_and_make_use_the_same_python() -> None:
    version = re.search(r"^PYTHON \?= python([\d.]+)$", MAKEFILE, re.MULTILINE)
    assert version is not None
    image = f"python:{version[1]}-slim"
    assert instructions("FROM") == [f"{image} AS packages", image]


def test_the_program_does_not_run_as_root_in_the_image() -> None:
    assert instructions("USER") == ["tidemark"]
    after = DOCKERFILE[DOCKERFILE.index("\nUSER ") :]
    assert "\nRUN" not in after and "\nCOPY" not in after


def test_the_image_keeps_everything_that_changes_in_its_one_volume() -> None:
    settings = Settings.from_environment(environment())
    (volume,) = instructions("VOLUME")
    assert settings.host == "0.0.0.0"
    for folder in (settings.data_dir, settings.models_dir, settings.outputs_dir):
        assert folder.is_relative_to(volume)
        assert str(folder) in DOCKERFILE[: DOCKERFILE.index("\nVOLUME")], (
            "made before it is used, by its owner"
        )
    assert str(settings.port) in instructions("EXPOSE")
    assert f"{volume}/backups" in DOCKERFILE, (
        "where docs/deploy.md puts backups, so that the program may write there"
    )


def test_the_health_check_of_the_image_uses_the_route_of_the_program() -> None:
    assert f"{HEALTH}\\" in DOCKERFILE[DOCKERFILE.index("HEALTHCHECK") :]


def test_the_image_leaves_out_all_that_it_does_not_copy() -> None:
    kept = {line[1:] for line in IGNORED if line.startswith("!")}
    assert IGNORED[1] == "*"
    assert kept - {"data"} == set(copied())
    assert "data/*" in IGNORED, "no local recordings in the image"


def test_the_files_copied_into_the_image_are_sufficient(tmp_path: Path) -> None:
    image = tmp_path / "app"
    image.mkdir()
    for name in copied():
        source, target = ROOT / name, image / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    code = """
from pathlib import Path
import app
from services.settings import Settings
settings = Settings(data_dir=Path("../data").resolve())
assert settings.samples_dir.is_relative_to(Path.cwd()) and list(settings.samples_dir.rglob("*.csv"))
client = app.create_app(settings).server.test_client()
assert client.get("/health", headers={"Host": "localhost"}).status_code == 200
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=image, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_server_and_worker_of_the_composition_are_one_program_with_one_working_state() -> None:
    app, worker = COMPOSE["app"], COMPOSE["worker"]
    for same in ("build", "image", "environment", "volumes", "depends_on", "read_only"):
        assert app[same] == worker[same]
    assert app["build"] == "." and app["volumes"] == ["tidemark:/tidemark"]
    program, *arguments = worker["command"][1:]
    assert (program, parser().parse_args(arguments).command) == ("app.py", "worker")
    assert all(port.startswith("127.0.0.1:") for one in COMPOSE.values() for port in one.get("ports", []))


def test_compose_uses_existing_settings_and_services() -> None:
    environment = dict(COMPOSE["app"]["environment"].items())
    settings = Settings.from_environment(environment)
    database, broker = urlsplit(settings.database_url), urlsplit(settings.broker_url)
    assert {f"TIDEMARK_{field.name.upper()}" for field in fields(Settings)} >= environment.keys()
    assert database.scheme == "postgresql+psycopg" and broker.scheme == "redis"
    assert {database.hostname, broker.hostname} == set(COMPOSE["app"]["depends_on"]) == {"database", "broker"}
    of = COMPOSE["database"]["environment"]
    assert (database.username, database.path) == (of["POSTGRES_USER"], f"/{of['POSTGRES_DB']}")
    assert database.password == of["POSTGRES_PASSWORD"]
