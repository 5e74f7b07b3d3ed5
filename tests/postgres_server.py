"""PostgreSQL server of Debian on a free port, for one test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER = "postgres"


@dataclass(frozen=True)
class Postgres:
    """A server with the user ``postgres`` and the database ``postgres``."""

    folder: Path
    port: int
    password: str

    def url(self, database: str, user: str = USER, password: str | None = None) -> str:
        """The address of a database, as a setting has it."""
        known = self.password if password is None else password
        return f"postgresql+psycopg://{user}{f':{known}' if known else ''}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Make a database; returns its URL."""
        import psycopg

        url = self.url("postgres").replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')  # type: ignore[arg-type]  # a name of a test
        return self.url(database)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        self._control("-l", self.folder / "log", "-t", "120", "-o", options, "start")

    def stop(self) -> None:
        """End it as a crash would."""
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: object) -> None:
        _run("pg_ctl", "-D", self.folder / "data", "-w", *arguments)


@contextmanager
def postgres_server(password: str = "") -> Iterator[Postgres]:
    """An empty PostgreSQL; without a password everybody is let in."""
    folder = Path(tempfile.mkdtemp(prefix="tidemark-pg-"))
    secret = folder / "password"
    secret.write_text(password or "none")
    if os.geteuid() == 0:  # the server refuses to run as root
        for path in (folder, secret):
            shutil.chown(path, USER, USER)
    server = Postgres(folder, _free_port(), password)
    try:
        how = "scram-sha-256" if password else "trust"
        _run("initdb", "-D", folder / "data", "-U", USER, "-A", how, f"--pwfile={secret}", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: object) -> None:
    command = [str(_program(program)), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *command]
    sink = subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE  # a server would hold a pipe open
    done = subprocess.run(command, stdout=sink, stderr=sink, text=True, check=False, cwd="/")
    assert done.returncode == 0, f"{command}: {done.stderr}"


def _program(name: str) -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")) or [Path(shutil.which(name) or "")]
    assert found[-1].is_file(), f"The tests need PostgreSQL ({name}): apt-get install postgresql."
    return found[-1]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
