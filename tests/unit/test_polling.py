"""Event loop of the server: what waits for a connection, and what it costs that others are open."""

from __future__ import annotations

import http.client
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
import waitress
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer

from services.web.polling import Connections, Loop
from services.web.serving import address_of
from tests.support import PATIENCE, eventually

LARGE = 8 << 20


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/pieces":
        start("200 OK", [("Content-Length", str(4 * LARGE))])
        return (b"x" * (LARGE // 8) for _ in range(32))
    if environ["PATH_INFO"] == "/writing":
        writing(environ["waitress.client_disconnected"].__self__)
    content = b"x" * LARGE if environ["PATH_INFO"] == "/large" else b"got %d" % len(body)
    start("200 OK", [("Content-Length", str(len(content)))])
    return [content]


def writing(channel: HTTPChannel) -> None:
    """Be in the middle of sending a byte until another request sets ``sent``."""
    with channel.outbuf_lock:
        channel.total_outbufs_len += 1
        channel.server.pull_trigger()
        assert sent.wait(PATIENCE)
        channel.total_outbufs_len -= 1


sent = threading.Event()


@contextmanager
def serving(listen: str = "127.0.0.1:0", **options: Any) -> Iterator[Any]:
    server: Any = waitress.create_server(application, map=Connections(), listen=listen, threads=2, **options)
    server.asyncore = Loop()
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        channel = next(one for one in server_map(server).values() if hasattr(one, "pull_trigger"))
        with suppress(OSError):  # another event can have made the loop close it meanwhile
            channel.pull_trigger(server.close)
        thread.join(PATIENCE)
        assert not thread.is_alive()


def server_map(server: Any) -> Connections:
    sockets: Connections = server.map if isinstance(server, MultiSocketServer) else server._map
    return sockets


def connected(server: Any) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", int(server.effective_port), timeout=PATIENCE)


def answer(connection: http.client.HTTPConnection, path: str = "/", body: bytes | None = None) -> bytes:
    connection.request("POST" if body else "GET", path, body)
    return connection.getresponse().read()


def test_open_connections_are_not_asked_for_the_requests_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[HTTPChannel, int] = {}
    readable = HTTPChannel.readable

    def counted(channel: HTTPChannel) -> bool:
        asked[channel] = asked.get(channel, 0) + 1
        return bool(readable(channel))

    monkeypatch.setattr(HTTPChannel, "readable", counted)
    monkeypatch.setattr("services.web.polling.SCAN_SECONDS", PATIENCE)
    with serving() as server, ExitStack() as opened:
        address = ("127.0.0.1", int(server.effective_port))
        for _ in range(20):
            opened.enter_context(socket.create_connection(address))
        eventually(lambda: len(asked) == 20)
        busy = connected(server)
        for _ in range(100):
            assert answer(busy) == b"got 0"
        busy.close()
        assert len(asked) == 21
        *others, most = sorted(asked.values())
        assert most > 100 and others[-1] < 5


def test_large_answers_bodies_and_requests_one_after_the_other_arrive() -> None:
    with serving() as server:
        connection = connected(server)
        assert answer(connection, "/", b"y" * LARGE) == b"got %d" % LARGE
        assert len(answer(connection, "/large")) == LARGE
        assert answer(connection) == b"got 0"
        slow = socket.create_connection(("127.0.0.1", int(server.effective_port)))
        slow.sendall(b"GET /large HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert answer(connection) == b"got 0", "one that does not read its answer stops no other"
        received = b"".join(iter(lambda: slow.recv(1 << 20), b""))
        slow.close()
        connection.close()
    assert received.count(b"x") >= LARGE and received.endswith(b"got 0")


def test_an_answer_in_pieces_waits_for_a_client_that_reads_slowly() -> None:
    with serving(outbuf_high_watermark=LARGE // 4) as server:
        slow, other = connected(server), connected(server)
        slow.request("GET", "/pieces")
        assert answer(other) == b"got 0"
        assert len(slow.getresponse().read()) == 4 * LARGE
        slow.close()
        other.close()


def test_the_loop_waits_while_a_thread_sends_its_answer() -> None:
    with serving() as server:
        waits, selector = [], server_map(server).selector
        select = selector.select
        selector.select = lambda timeout: (waits.append(timeout), select(timeout))[1]  # type: ignore[method-assign, assignment]
        sent.clear()
        first, other = connected(server), connected(server)
        first.request("GET", "/writing")
        for _ in range(50):
            assert answer(other) == b"got 0"
        assert len(waits) < 50 * 10
        sent.set()
        assert first.getresponse().read() == b"got 0"
        first.close()
        other.close()


def test_closed_connections_are_forgotten_and_their_numbers_used_again() -> None:
    with serving() as server:
        for _ in range(50):
            connection = connected(server)
            assert answer(connection) == b"got 0"
            connection.close()
        eventually(lambda: len(server.active_channels) == 0)
        half = socket.create_connection(("127.0.0.1", int(server.effective_port)))
        half.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
        half.close()
        eventually(lambda: len(server.active_channels) == 0)


def test_a_copy_of_a_closed_connection_in_a_new_process_does_not_end_the_one_with_its_number() -> None:
    with serving() as server, ExitStack() as opened:
        first = connected(server)
        assert answer(first) == b"got 0"
        (channel,) = server.active_channels.values()
        number = channel.socket.fileno()
        opened.callback(os.close, os.dup(number))  # as between fork and exec
        first.close()
        eventually(lambda: len(server.active_channels) == 0)
        second = connected(server)
        second.connect()
        eventually(lambda: len(server.active_channels) == 1)
        assert [*server.active_channels] == [number]
        other = connected(server)
        for _ in range(20):
            assert answer(other) == b"got 0"
        assert answer(second) == b"got 0"
        second.close()
        other.close()


def test_idle_connections_are_closed_after_their_time() -> None:
    with serving(channel_timeout=1, cleanup_interval=1) as server:
        idle = socket.create_connection(("127.0.0.1", int(server.effective_port)))
        idle.settimeout(PATIENCE)
        assert idle.recv(1) == b""
        idle.close()


def test_a_client_may_wait_until_its_body_is_wanted() -> None:
    with serving() as server:
        client = socket.create_connection(("127.0.0.1", int(server.effective_port)))
        client.settimeout(PATIENCE)
        client.sendall(b"POST / HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(b"body")
        eventually(lambda: client.recv(1000).endswith(b"got 4"))
        client.close()


def test_the_server_listens_again_when_there_is_room() -> None:
    with serving(connection_limit=4) as server, ExitStack() as opened:  # two are its own
        address = ("127.0.0.1", int(server.effective_port))
        first = [socket.create_connection(address) for _ in range(2)]
        eventually(lambda: len(server.active_channels) == 2)
        waiting = opened.enter_context(socket.create_connection(address))
        waiting.settimeout(PATIENCE)
        waiting.sendall(b"GET / HTTP/1.1\r\n\r\n")
        for one in first:
            one.close()
        assert b"200 OK" in waiting.recv(1000)


def test_a_name_with_two_addresses_is_served_at_both() -> None:
    with serving("127.0.0.1:0 127.0.0.2:0") as server:
        for host, port in server.effective_listen:
            connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
            assert answer(connection) == b"got 0"
            connection.close()
        assert address_of(server, "localhost") == f"http://localhost:{server.effective_listen[0][1]}"
    with serving() as server:
        assert address_of(server, "::1") == f"http://[::1]:{server.effective_port}"
