"""Fixtures of all tests.

``services`` and ``client`` work in this process; ``server`` and ``stocked`` are real processes; ``page`` is a
tab of Chromium that fails the test on any console error, uncaught error or answer of 400 and above, unless
the test said ``faults.allow("…")``. Artefacts of a failed test are in build/failures/.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app import create_app
from services.settings import Settings
from services.web.container import Services, build_services
from tests.forked_app import fork_workers, hash_passwords_quickly, prepare_forking
from tests.support import FAILURES, PATIENCE, SAMPLES, Faults, Server, settings_in, with_tables

# The suite tries the same examples each time, so that a failure is of the change it is seen with; the long run tries
# others (tests/hostile/soak_fuzz.py). No deadline per example, since the machine may be busy.
hypothesis.settings.register_profile("suite", deadline=None, derandomize="SOAK_TIMES" not in os.environ)
hypothesis.settings.load_profile("suite")

# Servers that tests start and workers are forked from a process that has imported everything, which takes a tenth of
# the time (tests/forked_app.py). Servers of tests with ``fresh`` start and spawn theirs as users' servers do.
fork_workers()
prepare_forking()
hash_passwords_quickly()

# Processes that tests start load our modules as bytecode instead of compiling them again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

CHROMIUM_FLAGS = (
    "--no-sandbox",  # containers run as root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--no-first-run",
)
LONG = ("test_train_command.py", "test_training_fit.py")  # of those that would be among the last
_failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: where two processes share the files, the last ones should be short."""
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_collection_finish() -> None:
    """Modules and tests stay: collections of garbage skip them, each of which would take 0.2 s."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None]:  # fixtures look at it to know whether to keep a picture
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed  # type: ignore[attr-defined]
    return report


@pytest.fixture
def samples() -> Path:
    """The folder of recordings that ship with the program; not to be written to."""
    return SAMPLES


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with every folder in ``tmp_path``."""
    return settings_in(tmp_path)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """The services on an empty database, in this process."""
    built = build_services(with_tables(settings))
    yield built
    built.jobs.stop()
    built.database.close()


@pytest.fixture
def client(services: Services) -> FlaskClient:
    """Flask's test client of the whole application on ``services``; ``support.fire`` calls callbacks with it."""
    return create_app(services.settings, services).server.test_client()


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server without recordings."""
    server = Server(tmp_path / "server")
    with_tables(server.settings)
    yield from _running(server, request)


@pytest.fixture
def stocked(tmp_path: Path, sample_data: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server that has the shipped samples as recordings."""
    shutil.copytree(sample_data, tmp_path / "stocked" / "data")
    yield from _running(Server(tmp_path / "stocked"), request)


def _running(server: Server, request: pytest.FixtureRequest) -> Iterator[Server]:
    try:
        yield server.start()
    finally:
        server.stop()
        if request.node.stash.get(_failed, False):
            _keep(request, "log").write_text(server.log)


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the samples were imported once, to be copied."""
    settings = settings_in(tmp_path_factory.mktemp("samples"))
    services = build_services(settings)
    results = list(services.uploads.import_paths([SAMPLES]))
    services.jobs.stop()
    services.database.close()
    assert {result.state for result in results} == {"added", "skipped"}
    return settings.data_dir


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; the headless shell where it is installed (Makefile)."""
    expect.set_options(timeout=PATIENCE * 1000)  # a machine that is shared can be slow
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


def new_page(browser: Browser, faults: Faults, motion: bool = False) -> Page:
    """A tab in a new browser context. Without motion, as a user can ask for, dialogs open and close at once."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        accept_downloads=True,
        reduced_motion="no-preference" if motion else "reduce",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    faults.watch(page)
    return page


@pytest.fixture
def faults() -> Faults:
    """Faults of the page of this test; ``faults.allow`` permits expected ones."""
    return Faults()


@pytest.fixture
def page(browser: Browser, faults: Faults, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab in a new browser context, closed before its server; it has animations if the module has ``MOTION``."""
    for name in {"server", "stocked"} & set(request.fixturenames):
        request.getfixturevalue(name)
    page = new_page(browser, faults, getattr(request.module, "MOTION", False))
    yield page
    if request.node.stash.get(_failed, False) or faults.unexpected:
        page.screenshot(path=_keep(request, "png"))
    page.context.close()
    assert not faults.unexpected, "\n".join(faults.unexpected)


def _keep(request: pytest.FixtureRequest, suffix: str) -> Path:
    FAILURES.mkdir(parents=True, exist_ok=True)
    name = "".join(sign if sign.isalnum() else "-" for sign in request.node.nodeid)
    return FAILURES / f"{name[-150:]}.{suffix}"
