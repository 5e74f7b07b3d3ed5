"""Debian's PostgreSQL on a free port of this machine, for one test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of an empty PostgreSQL, without the name of a database: ``postgresql+psycopg://…:port``.

    Its user is ``postgres``, without a password; the database ``postgres`` is there.
    """
    folder = Path(tempfile.mkdtemp(prefix="tidemark-pg-"))
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, USER, USER)
    data, port = folder / "data", _free_port()
    try:
        _run("initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
        _run("pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", "120", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://{USER}@127.0.0.1:{port}"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def create_database(address: str, name: str) -> str:
    """Make a database on the server at ``address``; returns its URL."""
    import psycopg

    with psycopg.connect(f"{address.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]  # a name of a test
    return f"{address}/{name}"


def _run(program: str, *arguments: object) -> None:
    command = [str(_program(program)), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *command]
    done = subprocess.run(command, capture_output=program != "pg_ctl", text=True, check=False, cwd="/")
    assert done.returncode == 0, f"{command}: {done.stderr}"


def _program(name: str) -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")) or [Path(shutil.which(name) or "")]
    assert found[-1].is_file(), f"The tests need PostgreSQL ({name}): apt-get install postgresql."
    return found[-1]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
