"""Settings: a frozen object, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.errors import Invalid

HOME = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024


def _says(*sentences: str) -> dict[str, str]:
    """What docs/reference.md says of a setting."""
    return {"text": " ".join(sentences)}


@dataclass(frozen=True)
class Settings:
    """Folders, addresses and limits of the program.

    Every field can be set by the environment variable ``TIDEMARK_<FIELD>``; docs/reference.md lists them.
    """

    host: str = field(
        default="127.0.0.1",
        metadata=_says(
            "The address to listen on. With another than this machine's own, users must log in (docs/access.md).",
        ),
    )
    port: int = field(default=8050, metadata=_says("The port. 0 takes a free one and says which."))
    data_dir: Path = field(
        default=HOME / "data", metadata=_says("The folder of uploads, their columns and the database.")
    )
    models_dir: Path = field(default=HOME / "models", metadata=_says("The folder of checkpoints."))
    outputs_dir: Path = field(default=HOME / "outputs", metadata=_says("The folder that Save writes to."))
    database_url: str = field(
        default="",
        metadata=_says("Another database than the SQLite file in the data folder, as SQLAlchemy names it."),
    )
    broker_url: str = field(
        default="",
        metadata=_says(
            "A Redis, such as `redis://localhost:6379/0`: jobs go to its queues and `python app.py worker` does them",
            "(same folders, same database), here or on other machines, and the cache lies there.",
            "Without it the program does them itself.",
        ),
    )
    trusted_hosts: str = field(
        default="",
        metadata=_says(
            "Names, with commas between, under which Tidemark may be asked for besides localhost. Without any, a",
            "Tidemark that listens beyond this machine can only be asked for by its address in numbers.",
        ),
    )
    auth: str = field(
        default="",
        metadata=_says(
            "How users are let in (docs/access.md): `accounts`, `token` (as `--token`) or `off`.",
            "Without it, the address decides:",
            "accounts where others can reach Tidemark, nothing on this machine's own address.",
            "`off` where others can reach it lets everybody who can read, change and delete everything.",
        ),
    )
    registration: str = field(
        default="",
        metadata=_says(
            "`open` lets anybody who reaches the page register as an annotator; otherwise an admin must invite them."
        ),
    )
    backup_dir: Path | None = field(
        default=None,
        metadata=_says(
            "A folder for a backup a day, as `python app.py backup` makes it, while the program serves;",
            "on another disk than the data folder.",
        ),
    )
    backup_keep: int = field(default=14, metadata=_says("How many of these daily backups are kept."))
    max_upload_gb: float = field(default=64.0, metadata=_says("The largest file taken, in GiB."))
    max_model_mb: float = field(default=512.0, metadata=_says("The largest checkpoint taken, in MiB."))
    threads: int = field(default=8, metadata=_says("How many requests are answered at once."))

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'tidemark.db'}")

    @property
    def samples_mark(self) -> Path:
        """Is there once the sample recordings were added: samples that were deleted do not come back."""
        return self.data_dir / ".samples-added"

    @property
    def uploads_dir(self) -> Path:
        """Source bytes as they came, by sha256."""
        return self.data_dir / "uploads"

    @property
    def store_dir(self) -> Path:
        """Columns and pyramids, by sha256; can be made again from the uploads."""
        return self.data_dir / "store"

    @property
    def secret_file(self) -> Path:
        """The secret that signs what the browser is given to follow a job."""
        return self.data_dir / ".secret"

    @property
    def confidence_dir(self) -> Path:
        """Confidence of models per sample, by run; removed with the recording."""
        return self.data_dir / "confidence"

    @property
    def training_dir(self) -> Path:
        """What trainings that run need; a folder for each job, removed when it ends."""
        return self.data_dir / "training"

    @property
    def cache_place(self) -> str:
        """Place of the cache: the Redis of the jobs, else a folder that may be removed at any time."""
        return self.broker_url or str(self.data_dir / "cache")

    @property
    def samples_dir(self) -> Path:
        """The real recordings that ship with the program."""
        return HOME / "data" / "samples"

    @property
    def max_model_bytes(self) -> int:
        """Largest checkpoint taken, in bytes."""
        return int(self.max_model_mb * MEBIBYTE)

    @property
    def max_upload_bytes(self) -> int:
        """Largest file the upload takes, in bytes."""
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


_KINDS: dict[str, type] = {
    "host": str,
    "port": int,
    "data_dir": Path,
    "models_dir": Path,
    "outputs_dir": Path,
    "database_url": str,
    "broker_url": str,
    "trusted_hosts": str,
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
