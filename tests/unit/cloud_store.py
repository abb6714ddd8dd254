"""A registry that stores: what the clouds' front passes requests on to, in tests."""

import base64
import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qs, urlsplit

from sandbox.clouds.access import Login

LOGIN = Login("pipeline", "the-store's-password")


@dataclass(repr=False)
class Store:
    """What the registry holds, by path, and what it was asked; `begun` is set when the first bytes of an upload came.

    `proceed` is what the second half of a blob waits for, if anything; `login` the only one that is let in.
    """

    things: dict[str, bytes] = field(default_factory=dict[str, bytes])
    upload: bytearray = field(default_factory=bytearray)
    asked: list[str] = field(default_factory=list[str])
    begun: threading.Event = field(default_factory=threading.Event)
    proceed: threading.Event | None = None
    login: Login = LOGIN
    url: str = ""
    stop: Callable[[], None] = lambda: None


class _Server(ThreadingHTTPServer):
    def __init__(self, store: Store) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = store
        store.url = f"http://127.0.0.1:{self.server_port}"
        store.stop = self.server_close


class _Handler(BaseHTTPRequestHandler):
    """As the real one it gives whole addresses, and names its repositories in bodies."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def store(self) -> Store:
        return cast("_Server", self.server).store

    def do_GET(self) -> None:
        if not self._let_in():
            return
        path = urlsplit(self.path).path
        name = path.removeprefix("/v2/")
        if path.endswith("/tags/list"):
            self._say(200, json.dumps({"name": name.removesuffix("/tags/list"), "tags": ["v1"]}).encode())
        elif path in self.store.things:
            self._say(200, self.store.things[path], {"Docker-Content-Digest": "sha256:of-it"})
        else:
            self._say(404, json.dumps({"errors": [{"code": "NAME_UNKNOWN", "detail": name}]}).encode())

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        if self._let_in():
            path = urlsplit(self.path).path
            self._say(202, b"", {"Location": f"{self.store.url}{path}1?_state=a%3D"})

    def do_PATCH(self) -> None:
        if self._let_in():
            self._read()
            self._say(202, b"", {"Location": f"{self.store.url}{self.path}", "Range": "0-1"})

    def do_PUT(self) -> None:
        if not self._let_in():
            return
        self._read()
        url = urlsplit(self.path)
        path = url.path
        if "/uploads/" in path:
            path = path.replace("uploads/1", parse_qs(url.query)["digest"][0])
        self.store.things[path] = bytes(self.store.upload)
        self.store.upload.clear()
        self._say(201, b"", {"Location": f"{self.store.url}{path}"})

    def _let_in(self) -> bool:
        self.store.asked.append(f"{self.command} {self.path}")
        login = self.store.login
        text = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {text}":
            return True
        self._say(401, b"no")
        return False

    def _read(self) -> None:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            self.store.upload += self.rfile.read(int(self.headers.get("Content-Length", 0)))
            return
        while size := int(self.rfile.readline(), 16):
            self.store.upload += self.rfile.read(size)
            self.rfile.readline()
            self.store.begun.set()
        self.rfile.readline()

    def _say(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        half = len(body) // 2
        self.wfile.write(body[:half])
        if self.store.proceed is not None and "/blobs/" in self.path:
            assert self.store.proceed.wait(10)
        self.wfile.write(body[half:])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        pass


@contextmanager
def stores() -> Generator[Store]:
    """One that runs."""
    store = Store()
    with _Server(store) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield store
        finally:
            server.shutdown()
            thread.join()
