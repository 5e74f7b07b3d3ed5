"""Settings: a frozen object, read once from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from services.errors import Invalid

HOME = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
_REDIS = re.compile(r"rediss?(/[0-9]*)?")  # scheme and path
_PREFIX = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def _text(*sentences: str) -> dict[str, str]:
    """Metadata of a field: its description in docs/reference.md."""
    return {"text": " ".join(sentences)}


@dataclass(frozen=True)
class Settings:
    """Settings of the program: folders, addresses, limits.

    Every field can be set by the environment variable ``TIDEMARK_<FIELD>``; docs/reference.md lists them.
    """

    host: str = field(
        default="127.0.0.1",
        metadata=_text(
            "The address to listen on. With any address but loopback, users must log in (docs/access.md).",
        ),
    )
    port: int = field(default=8050, metadata=_text("The port. 0 takes a free port and prints it."))
    data_dir: Path = field(
        default=HOME / "data", metadata=_text("The folder of uploads, their columns and the database.")
    )
    models_dir: Path = field(default=HOME / "models", metadata=_text("The folder of checkpoints."))
    outputs_dir: Path = field(default=HOME / "outputs", metadata=_text("The folder that Save writes to."))
    database_url: str = field(
        default="",
        metadata=_text("SQLAlchemy URL of the database, instead of the SQLite file in the data folder."),
    )
    broker_url: str = field(
        default="",
        metadata=_text(
            "A Redis URL, such as `redis://localhost:6379/0`, for job queues and the cache. `python app.py worker`",
            "runs the jobs, on this machine or others (with the same folders and database).",
            "Without it the server runs the jobs itself.",
        ),
    )
    trusted_hosts: str = field(
        default="",
        metadata=_text(
            "Allowed host names, separated by commas, in addition to localhost. Without any, a server that listens",
            "on other addresses accepts numeric addresses only.",
        ),
    )
    path_prefix: str = field(
        default="",
        metadata=_text(
            "The path under which a reverse proxy serves Tidemark, such as `/tidemark` for",
            "`https://example.org/tidemark/`. The proxy may pass the path on with or without it.",
        ),
    )
    trusted_proxy: str = field(
        default="",
        metadata=_text(
            "The address of a reverse proxy, such as `127.0.0.1`, whose `X-Forwarded-For`, `X-Forwarded-Proto` and",
            "`X-Forwarded-Host` are trusted: the address of the visitor, TLS, and the requested host name.",
        ),
    )
    auth: str = field(
        default="",
        metadata=_text(
            "Authentication (docs/access.md): `accounts`, `token` (as `--token`) or `off`.",
            "Without it, the address decides:",
            "accounts if other machines can reach Tidemark, no login on loopback.",
            "With `off`, every visitor can read, change and delete everything.",
        ),
    )
    registration: str = field(
        default="",
        metadata=_text(
            "`open`: every visitor can register as an annotator; otherwise an admin must invite users."
        ),
    )
    backup_dir: Path | None = field(
        default=None,
        metadata=_text(
            "A folder for daily backups, as `python app.py backup` writes them, while the server runs;",
            "on another disk than the data folder.",
        ),
    )
    backup_keep: int = field(default=14, metadata=_text("Number of daily backups to keep."))
    max_upload_gb: float = field(default=64.0, metadata=_text("Maximum size of an uploaded file, in GiB."))
    max_model_mb: float = field(default=512.0, metadata=_text("Maximum size of a checkpoint, in MiB."))
    threads: int = field(default=8, metadata=_text("Number of threads that answer requests."))

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'tidemark.db'}")
        prefix = self.path_prefix.strip("/")
        if prefix and not _PREFIX.fullmatch(prefix):
            raise Invalid(
                f"TIDEMARK_PATH_PREFIX is “{self.path_prefix}”, but must be a path such as /tidemark: letters, digits, "
                "“-”, “_”, “.” and “/”."
            )
        object.__setattr__(self, "path_prefix", f"/{prefix}" if prefix else "")
        if self.broker_url and not _is_redis(self.broker_url):
            raise Invalid(
                "TIDEMARK_BROKER_URL must be the address of a Redis, such as redis://localhost:6379/0."
            )

    @property
    def samples_mark(self) -> Path:
        """File that marks that the sample recordings were added, so that deleted samples are not added again."""
        return self.data_dir / ".samples-added"

    @property
    def uploads_dir(self) -> Path:
        """Original bytes of recordings, named by SHA-256."""
        return self.data_dir / "uploads"

    @property
    def store_dir(self) -> Path:
        """Columns and pyramids, by SHA-256; they can be computed again from ``uploads_dir``."""
        return self.data_dir / "store"

    @property
    def secret_file(self) -> Path:
        """Key that signs job ids and cookies sent to the browser."""
        return self.data_dir / ".secret"

    @property
    def confidence_dir(self) -> Path:
        """Confidence of models per sample, by run; removed with the recording."""
        return self.data_dir / "confidence"

    @property
    def training_dir(self) -> Path:
        """Temporary files of trainings: a folder per job, removed when the job ends."""
        return self.data_dir / "training"

    @property
    def cache_place(self) -> str:
        """Location of the cache: the Redis URL of the jobs, else a folder that may be removed at any time."""
        return self.broker_url or str(self.data_dir / "cache")

    @property
    def samples_dir(self) -> Path:
        """Sample recordings of the program."""
        return HOME / "data" / "samples"

    @property
    def max_model_bytes(self) -> int:
        """Maximum size of a checkpoint, in bytes."""
        return int(self.max_model_mb * MEBIBYTE)

    @property
    def max_upload_bytes(self) -> int:
        """Maximum size of an uploaded file, in bytes."""
        return int(self.max_upload_gb * 1024 * MEBIBYTE)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read ``TIDEMARK_*`` from ``environment``.

        Raises:
            Invalid: a number is not a number, or the port is outside 0..65535.
        """
        values: dict[str, object] = {}
        for name, kind in _KINDS.items():
            text = environment.get(f"TIDEMARK_{name.upper()}", "").strip()
            if text:
                values[name] = _parse(name, kind, text)
        return cls(**values)  # type: ignore[arg-type]  # each value was parsed to its field's kind


def _is_redis(url: str) -> bool:
    """True for the URL of a Redis: host, perhaps a port, perhaps the number of a database."""
    try:
        parts = urlsplit(url)
        return (
            bool(parts.hostname and parts.port != 0)
            and _REDIS.fullmatch(parts.scheme + parts.path) is not None
        )
    except ValueError:  # the port
        return False


_KINDS: dict[str, type] = {
    "host": str,
    "port": int,
    "data_dir": Path,
    "models_dir": Path,
    "outputs_dir": Path,
    "database_url": str,
    "broker_url": str,
    "trusted_hosts": str,
    "path_prefix": str,
    "trusted_proxy": str,
    "auth": str,
    "registration": str,
    "backup_dir": Path,
    "backup_keep": int,
    "max_upload_gb": float,
    "max_model_mb": float,
    "threads": int,
}


def _parse(name: str, kind: type, text: str) -> object:
    if kind is Path:
        return Path(text).expanduser().resolve()
    try:
        value = kind(text)
    except ValueError:
        raise Invalid(f"TIDEMARK_{name.upper()} is “{text}”, but must be a number.") from None
    if name == "port" and not 0 <= value <= 65535:
        raise Invalid(f"TIDEMARK_PORT is {value}, but must be between 0 and 65535.")
    if name in {"threads", "backup_keep", "max_upload_gb", "max_model_mb"} and value <= 0:
        raise Invalid(f"TIDEMARK_{name.upper()} is {text}, but must be above 0.")
    return value
