"""Tidemark: label time series in the browser.

``python app.py`` starts the server; ``python app.py --help`` lists the other commands. This module builds the services
and passes them to pages, callbacks and routes; no other module imports it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from functools import partial

from services.cli import command_line
from services.errors import Invalid
from services.log import configure_logging
from services.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dash import Dash

    from services.web.container import Services


def create_app(settings: Settings, services: Services | None = None) -> Dash:
    """Build the whole web application.

    Any number of applications can live in one process; the last one built owns Dash's process-wide page
    registry, which is read while the layout is built, not afterwards.
    """
    import dash

    import background
    import callbacks
    import pages
    import routes
    from callbacks import heartbeat, model_choice
    from callbacks.errors import show_error
    from components.bundles import ASSETS, bundles, first_script
    from components.ids import JobsIds
    from components.keymap import PREFERENCE
    from components.shell import shell
    from components.urls import HEALTH
    from services.accounts import acting
    from services.accounts.modes import mode_of
    from services.web.cache import flask_cache
    from services.web.container import build_services
    from services.web.secret import installation_secret

    _forget_earlier_apps()
    services = services or build_services(settings, background.runner_for(settings))
    styles, scripts, plot = (
        settings.path_prefix + bundles()[name].url for name in ("styles", "scripts", "plot")
    )
    app = dash.Dash(
        __name__,
        requests_pathname_prefix=f"{settings.path_prefix}/",
        routes_pathname_prefix="/",
        use_pages=True,
        pages_folder="",
        assets_folder=str(ASSETS),
        assets_ignore=r"\.(js|css)$",  # they come in bundles
        external_stylesheets=[styles],
        external_scripts=[scripts],
        compress=True,
        title="Tidemark",
        update_title="",
        health_endpoint=HEALTH.lstrip("/"),
        on_error=show_error,
        background_callback_manager=background.manager_for(settings, services.jobs, JobsIds.FOLLOWED_END),
        enable_mcp=False,
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "tidemark-plot", "content": plot},
        ],
    )
    app.server.secret_key = installation_secret(settings.secret_file)
    services.cache.use(flask_cache(app.server, settings))
    app.index_string = app.index_string.replace(
        "<html>", f'<html lang="en" data-root="{settings.path_prefix}">'
    ).replace("<head>", f"<head><script>{first_script()}</script>")
    pages.register(services)
    app.layout = lambda: shell(
        heartbeat.versions(services),
        services.preferences.get(PREFERENCE),
        model_choice.stored_choice(services),
        acting.user(),
        mode_of(settings),
        services.agreement.several(),
    )
    callbacks.register(app, services)
    routes.register(app, services, partial(callbacks.role_of, app))
    _warm_up(app)
    return app


def _forget_earlier_apps() -> None:
    """Dash keeps pages and managers in process globals; a second app would inherit those of the first."""
    import dash
    from dash.background_callback.managers import BaseBackgroundCallbackManager

    dash.page_registry.clear()
    BaseBackgroundCallbackManager.managers.clear()
    BaseBackgroundCallbackManager.functions.clear()


def _warm_up(app: Dash) -> None:
    """Answer one request before the server starts.

    Dash completes its setup in the first request, whichever it is; concurrent first requests otherwise get a 500 (Dash
    issue 3971).
    """
    from components.urls import HEALTH

    app.server.test_client().get(HEALTH, headers={"Host": "localhost"})


def serve(settings: Settings) -> int:
    """Serve until interrupted; returns the exit code.

    Raises:
        Invalid: the server can be reached from elsewhere, but has no users.
    """
    import background
    from services.web.access import check_access
    from services.web.container import build_services
    from services.web.serving import serve_wsgi

    services = build_services(settings, background.runner_for(settings))
    check_access(settings, services.users)
    app = create_app(settings, services)
    return serve_wsgi(app.server, services)


def work(settings: Settings, pools: Sequence[str]) -> int:
    """Do the jobs of the queue in Redis until interrupted; returns the exit code.

    Raises:
        Invalid: the settings have no queue, or an unknown pool.
    """
    if not settings.broker_url:
        raise Invalid(
            "Set TIDEMARK_BROKER_URL (redis://…) here and for the server: a worker takes jobs from there."
        )
    import background
    from background.celery_queue import serve_queues
    from services.web.container import build_services

    services = build_services(settings, background.runner_for(settings))
    create_app(settings, services)
    return serve_queues(services, pools)


def _have_a_temporary_folder(settings: Settings) -> None:
    """Set ``TMPDIR``, also for workers, to a folder in the data folder if the machine has no temporary folder.

    A container with a read-only root has none, and torch does not start without one.
    """
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        folder = settings.uploads_dir / ".partial"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:  # code that needs the data folder raises the error
            return
        os.environ["TMPDIR"] = str(folder)


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit code 0 all done, 1 something was refused, 2 wrong usage."""
    configure_logging()
    try:
        settings = Settings.from_environment(os.environ)
    except Invalid as error:
        sys.stderr.write(f"{error}\n")
        return 2
    _have_a_temporary_folder(settings)
    return command_line.run(sys.argv[1:] if arguments is None else arguments, settings, serve, work)


if __name__ == "__main__":
    if sys.argv[1:2] == ["autolabel"]:
        from services.ingest.without_pandas import hide_pandas

        hide_pandas()
    sys.exit(main())
