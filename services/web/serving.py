"""The web server process: waitress on one socket, and the start and stop of background work."""

from __future__ import annotations

import gc
import logging
import signal
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import waitress
from waitress.server import MultiSocketServer

from services.accounts.modes import Mode, mode_of
from services.backup.schedule import keep_making
from services.settings import MEBIBYTE
from services.web.container import Services
from services.web.descriptors import connections_within, raise_soft_limit
from services.web.polling import Connections, Loop

log = logging.getLogger(__name__)

DAY = 24 * 3600  # seconds
LARGEST_BODY = 32 * MEBIBYTE


def serve_wsgi(application: Callable[..., Any], services: Services) -> int:
    """Serve ``application`` until interrupted; returns the exit code (1 if the address is in use)."""
    settings = services.settings
    _buffer_bodies_in(settings.uploads_dir / ".partial")
    try:
        server = waitress.create_server(
            application,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            max_request_body_size=LARGEST_BODY,
            connection_limit=connections_within(raise_soft_limit()),
            map=Connections(),
            channel_timeout=60,
            ident=None,
            url_prefix=settings.path_prefix,
            **_proxy(settings.trusted_proxy),
        )
    except OSError as error:
        log.error(
            "Cannot listen on %s:%s (%s). Stop the other program or set TIDEMARK_PORT.",
            settings.host,
            settings.port,
            error.strerror,
        )
        return 1
    server.asyncore = Loop()
    stopping = threading.Event()
    threading.Thread(target=_begin, args=(services, stopping), name="begin", daemon=True).start()
    if settings.backup_dir:
        backups = threading.Thread(target=keep_making, args=(settings, stopping), name="backup", daemon=True)
        backups.start()
    address = address_of(server, settings.host) + settings.path_prefix
    if mode_of(settings) == Mode.TOKEN:
        services.tokens.show_at(address)
    log.info("Tidemark is ready at %s", address)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # sent by supervisors; handled like Ctrl+C
    gc.freeze()  # the application stays: collections in requests and at the end skip it
    try:
        server.run()
    except KeyboardInterrupt:
        log.info("Stopping")
    finally:
        stopping.set()
        server.close()
        services.jobs.stop()
    return 0


def address_of(server: Any, host: str) -> str:
    """The address of a server; a name such as ``localhost`` may stand for two sockets (IPv4, IPv6)."""
    port = server.effective_listen[0][1] if isinstance(server, MultiSocketServer) else server.effective_port
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _proxy(address: str) -> dict[str, Any]:
    """Which headers of a reverse proxy count. Without a trusted one they stay for ``routes/security.py`` to see."""
    if not address:
        return {"clear_untrusted_proxy_headers": False}
    return {
        "trusted_proxy": address,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        "clear_untrusted_proxy_headers": True,
    }


def _buffer_bodies_in(folder: Path) -> None:
    """Buffer request bodies on the disk of the data folder: the root may be read-only, /tmp small."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tempfile.tempdir = str(folder)


def _begin(services: Services, stopping: threading.Event) -> None:
    """Start background work: workers, pending uploads and models, samples at the first start, the trash."""
    services.jobs.start()
    services.uploads.resume()
    services.transfers.resume()
    services.uploads.add_samples()
    try:
        services.model_arrivals.pick_up()
    except Exception:  # retried at the next start
        log.exception("The models of the list could not be picked up")
    while True:
        try:
            services.trash.purge()
            services.runs.sweep()
            services.training.sweep()
        except Exception:  # retried the next day
            log.exception("The trash could not be emptied")
        if stopping.wait(DAY):
            return
