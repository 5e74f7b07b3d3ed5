"""Test helpers: models added to the registry, without or with inspection."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Any

from services.models import Model
from services.models.fields import ModelTexts
from services.models.uploads import WORKING, Arrival
from services.torch_models.model import ModelInfo
from services.web.container import Services
from tests.support import eventually

PATIENCE = 60
INFO = ModelInfo("gru", features=3, hidden=8, layers=1, bidirectional=False, classes=5)


def keep(
    services: Services,
    name: str = "Trend",
    data: bytes | None = None,
    texts: ModelTexts | None = None,
    **info: Any,
) -> Model:
    """A registered model whose file contains ``data`` (by default its name)."""
    texts = texts or ModelTexts(name)
    content = texts.name.encode() if data is None else data
    source = services.settings.models_dir / ".partial" / "made"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(content)
    columns = {"sha256": sha256(content).hexdigest(), "origin": "upload"}
    with services.database.write() as connection:
        return services.models.keep(connection, source, texts, replace(INFO, **info), **columns)


def upload(services: Services, file: Path, name: str) -> Arrival:
    """Send a file with the form and wait until it is a model or is refused."""
    size = file.stat().st_size

    def take(target: Path) -> None:
        copyfile(file, target)

    return arrived(services, services.model_arrivals.inspect({"name": name}, file.name, size, take))


def arrived(services: Services, job_id: str) -> Arrival:
    """What became of a checkpoint."""
    eventually(lambda: services.model_arrivals.result(job_id).state != WORKING)
    return services.model_arrivals.result(job_id)


def settled(services: Services) -> None:
    """Wait until nothing is being looked into."""
    for job in services.jobs.active():
        arrived(services, job.id)
