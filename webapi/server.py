"""The HTTP server: one thread a connection, keep-alive, and an end that loses no request."""

import socketserver
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from webapi.beside import service_page
from webapi.pages import PROBES, Page, View, page, problem
from webapi.services import Services
from webapi.traces import Tracer

_QUIET = 1.0
"""Seconds without a request after which nobody is on the way any more, even where clients wait for a busy processor."""


class Traffic:
    """How many requests are under way and were answered, and whether the end has begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self._last = time.monotonic()
        self.answered = 0
        self.draining = threading.Event()

    def begin(self) -> None:
        """Note a request that has begun to arrive."""
        with self._lock:
            self._under_way += 1
            self._last = time.monotonic()

    def end(self) -> None:
        """Note that its answer is written."""
        with self._lock:
            self._under_way -= 1
            self.answered += 1
            self._last = time.monotonic()

    def quiet(self) -> bool:
        """Whether no request is under way and the last one was a while ago."""
        with self._lock:
            return self._under_way == 0 and time.monotonic() - self._last >= _QUIET


class Server(ThreadingHTTPServer):
    """Serves until `drain` has come back."""

    daemon_threads = True  # idle keep-alive connections must not hold the process
    request_queue_size = 128

    def __init__(self, port: int, view: Callable[[Traffic], View], services: Services, tracer: Tracer) -> None:
        """Listen on every address.

        Raises:
            OSError: the port is taken or may not be used.
        """
        self.traffic = Traffic()
        self._view = view
        self.services = services
        self.tracer = tracer
        super().__init__(("0.0.0.0", port), _Handler)  # noqa: S104 - a container's own network

    def server_bind(self) -> None:
        """Bind without the look-up of this host's full name, which hangs where there is no DNS."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "webapi", self.server_address[1]

    def view(self) -> View:
        """What pages show now."""
        return self._view(self.traffic)

    def drain(self, longest: float) -> bool:
        """Say "not ready" and close each connection after its next answer, until nobody asks any more.

        New connections are still taken meanwhile: a load balancer learns late that this process is about to end.

        Args:
            longest: seconds after which the end comes although requests still do.

        Returns:
            Whether it became quiet.
        """
        self.traffic.draining.set()
        deadline = time.monotonic() + longest
        while not (quiet := self.traffic.quiet()) and time.monotonic() < deadline:
            time.sleep(0.02)
        return quiet


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "webapi"
    sys_version = ""
    timeout = 120  # idle connections; longer than proxies keep theirs (Traefik and nginx: 60 to 90 s)
    wbufsize = -1  # head and body in one segment
    disable_nagle_algorithm = True
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride] - narrower on purpose
    _counted = False

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has gone; nothing to say about it
        finally:
            if self._counted:
                self._counted = False
                self.server.traffic.end()

    def parse_request(self) -> bool:
        # Called once the first line is there: from here on the client waits for an answer.
        self._counted = True
        self.server.traffic.begin()
        return super().parse_request()

    def do_GET(self) -> None:
        begun, url = time.time_ns(), urlsplit(self.path)
        answer = service_page(url.path, url.query, self.server.services) or page(url.path, self.server.view())
        self._send(answer)
        if url.path not in PROBES:
            self.server.tracer.record(f"{self.command} {url.path}", begun, answer.status)

    def do_HEAD(self) -> None:
        self.do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        del explain
        status = HTTPStatus(code)
        self.close_connection = True  # a request that was not understood may have a body that nobody reads
        self._send(problem(status, message or status.phrase))

    def _send(self, answer: Page) -> None:
        if self.server.traffic.draining.is_set():
            self.close_connection = True
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if urlsplit(getattr(self, "path", "")).path not in PROBES:
            super().log_request(code, size)
