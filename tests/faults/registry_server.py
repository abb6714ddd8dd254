"""A real registry server on loopback that misbehaves where it is told to, and else passes pulls on to a good one."""

import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import ThreadingHTTPServer
from socketserver import BaseRequestHandler
from typing import Any, Self

from tests.faults.registry_answers import HTTP_TO_TLS
from tests.faults.registry_behaviour import Behaviour
from tests.faults.registry_certificates import Certificate
from tests.faults.registry_content import Upstream
from tests.faults.registry_handler import RegistryHandler
from tests.faults.registry_state import RegistryState, Seen

_TLS_HANDSHAKE = b"\x16"  # the first byte of a TLS connection (RFC 8446, section 5.1)
_STOP_SECONDS = 0.01  # how often the server looks whether to stop


class FaultRegistry:
    """The server; a context manager that starts and closes it.

    Args:
        upstream: where repositories without an image of their own are pulled from; None for nowhere.
        certificate: serve HTTPS with it; None for plain HTTP.
        clock: seconds, for faults that last some and for the times of requests.
        port: of 127.0.0.1; 0 for any.
    """

    def __init__(
        self,
        upstream: Upstream | None = None,
        *,
        certificate: Certificate | None = None,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        self._state = RegistryState(clock)
        scheme = "http" if certificate is None else "https"
        handler = partial(RegistryHandler, self._state, upstream, scheme)
        self._server = _Server(("127.0.0.1", port), handler, _context(certificate))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_STOP_SECONDS,), name="fault-registry")
        self.port: int = self._server.server_address[1]
        self.url = f"{scheme}://127.0.0.1:{self.port}"

    def behave(self, repository: str | None, behaviour: Behaviour | None, *, host: str | None = None) -> None:
        """Let a repository behave so from now on; None makes it good again.

        Args:
            repository: its name in requests; None for every one of `host`, `/v2/` included.
            behaviour: what it does.
            host: only when the client means this registry; None for any. The closest match wins: repository and host,
                repository, host.
        """
        self._state.behave(repository, behaviour, host)

    @property
    def requests(self) -> tuple[Seen, ...]:
        """The latest 10,000 requests, the oldest first; one is there before its answer leaves."""
        return self._state.seen

    def wait_for_hanging(self, count: int = 1, timeout: float = 10) -> bool:
        """Wait until so many requests hang; false if they do not within `timeout` seconds."""
        return self._state.wait_for_hanging(count, timeout)

    def release(self) -> None:
        """Let all that hang now go on as if there were no fault; later ones hang again."""
        self._state.release()

    def start(self) -> None:
        """Accept connections."""
        self._thread.start()

    def close(self) -> None:
        """Drop what hangs, end all connections and threads.

        Raises:
            RuntimeError: a request failed for a reason of the server's own.
        """
        if self._thread.ident is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.drop_connections()
        self._server.server_close()
        if self._server.failures:
            message = "the fault registry itself failed"
            raise RuntimeError(message) from self._server.failures[0]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _context(certificate: Certificate | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handler: Callable[..., RegistryHandler], tls: ssl.SSLContext | None
    ) -> None:
        self._tls = tls
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._dropping = False
        self.failures: list[BaseException] = []
        self._handler = handler
        super().__init__(address, BaseRequestHandler)  # never made: see finish_request

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection; TLS begins here, in its own thread, where it holds up nobody."""
        if self._tls is None:
            with self._connected(request):
                self._handler(request, client_address, self)
            return
        with self._connected(request):
            if _speaks_plain_http(request):
                return
        secured = self._tls.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        with secured, self._connected(secured):
            secured.do_handshake()
            self._handler(secured, client_address, self)

    @contextmanager
    def _connected(self, connection: socket.socket) -> Generator[None]:
        with self._lock:
            if self._dropping:
                raise ConnectionAbortedError
            self._connections.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._connections.discard(connection)

    def drop_connections(self) -> None:
        """End all that are open: their threads read an end."""
        with self._lock:
            self._dropping = True
            for connection in self._connections:
                with suppress(OSError):
                    # Not SSLSocket's own, which takes the TLS state from the thread that uses it.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Clients that go away are no failure; all else is."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.failures.append(error)


def _speaks_plain_http(connection: socket.socket) -> bool:
    """Whether it is no TLS that came; it is then told so."""
    if connection.recv(1, socket.MSG_PEEK) in (b"", _TLS_HANDSHAKE):
        return False
    connection.recv(1 << 16)
    connection.sendall(HTTP_TO_TLS)
    return True
