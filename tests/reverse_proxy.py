"""A reverse proxy on a free port, as nginx with ``location /PREFIX/``: forwards requests with headers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "date", "server"}


@contextmanager
def reverse_proxy(prefix: str, strips: bool) -> Iterator[Proxy]:
    """A proxy that serves ``prefix`` and passes paths on without it (``strips``) or as they are."""
    proxy = Proxy(prefix, strips)
    Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()


class Proxy(ThreadingHTTPServer):
    """Forwards to the address in ``behind``; paths outside ``prefix`` get 404 and are listed in ``missed``."""

    daemon_threads = True

    def __init__(self, prefix: str, strips: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.prefix = prefix
        self.strips = strips
        self.behind = ""
        self.missed: list[str] = []

    @property
    def url(self) -> str:
        """Address of the application behind the proxy."""
        return f"http://127.0.0.1:{self.server_port}{self.prefix}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def _forward(self) -> None:
        proxy = self.server
        if not self.path.startswith(f"{proxy.prefix}/"):
            proxy.missed.append(self.path)
            self.send_error(404)
            return
        path = self.path.removeprefix(proxy.prefix) if proxy.strips else self.path
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
        headers = {name: text for name, text in self.headers.items() if name.lower() not in HOP_BY_HOP}
        forwarded = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}
        with closing(HTTPConnection(urlsplit(proxy.behind).netloc, timeout=60)) as connection:
            connection.request(self.command, path, body, headers | forwarded)
            answer = connection.getresponse()
            content = answer.read()
        self.send_response_only(answer.status)
        for name, text in answer.getheaders():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, text)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_HEAD = do_DELETE = _forward  # noqa: N815  # names of http.server

    def log_message(self, *_about: object) -> None:
        """Write nothing."""
