"""Heartbeat: reports changes only."""

from __future__ import annotations

from flask.testing import FlaskClient

from components.ids import ShellIds
from services.web.container import Services
from tests.support import SAMPLES, fire

FILES = f"{ShellIds.FILES_VERSION}.data"
MODELS = f"{ShellIds.MODELS_VERSION}.data"
JOBS = f"{ShellIds.JOBS_VERSION}.data"
CLASSES = f"{ShellIds.CLASSES_VERSION}.data"


def test_the_heartbeat_sends_versions_once_and_again_when_files_change(
    client: FlaskClient, services: Services
) -> None:
    beat = f"{ShellIds.BEAT}.data"
    first = fire(client, beat, 1).values
    assert first.keys() == {FILES, MODELS, JOBS, CLASSES}
    assert fire(client, beat, 2, **first).values == {}
    list(services.uploads.import_paths([SAMPLES / "ecg" / "ludb_001.csv"]))
    assert fire(client, beat, 3, **first).values.keys() == {FILES}
    services.label_sets.add("Another")
    assert fire(client, beat, 4, **first).values.keys() == {FILES, CLASSES}


def test_the_version_of_the_list_of_models_is_computed_on_its_page_only(
    client: FlaskClient, services: Services
) -> None:
    beat, listed = f"{ShellIds.BEAT}.data", f"{ShellIds.MODEL_LIST_VERSION}.data"
    on_models = fire(client, beat, 1, **{"_pages_location.pathname": "/models"}).values
    assert on_models[listed] == services.model_desk.version()
    assert listed not in fire(client, beat, 1, **{"_pages_location.pathname": "/files"}).values
