"""A tiny good registry, the image that it has, and a client."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import httpx

from tests.faults import images
from tests.faults.registry_server import FaultRegistry

LOGIN = ("pipeline", "right")
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
MANIFEST = "/v2/faults/web/manifests/v1"
IMAGE = images.single()
LAYER = IMAGE.blobs[1]
LAYER_PATH = f"/v2/faults/web/blobs/{images.digest_of(LAYER)}"
_SYSTEM = ssl.create_default_context()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class GoodRegistry(BaseHTTPRequestHandler):
    """Has `faults/web` and `good/web`, for the login only."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    asked: ClassVar[list[tuple[str, str, str | None]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path, self.headers.get("Range")))
        found = self.path.startswith(("/v2/faults/web/", "/v2/good/web/"))
        status = 200 if found else 404
        if self.headers.get("Authorization") != httpx.BasicAuth(*LOGIN)._auth_header:  # pyright: ignore[reportPrivateUsage]
            status = 401
        top = IMAGE.top
        body = (LAYER if "/blobs/" in self.path else top.content) if status == 200 else b"{}"
        self.send_response(status)
        self.send_header("Content-Type", top.media_type)
        self.send_header("Docker-Content-Digest", images.digest_of(body))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


class GoodServer(ThreadingHTTPServer):
    request_queue_size = 64


@contextmanager
def client_of(registry: FaultRegistry, verify: ssl.SSLContext = _SYSTEM) -> Generator[httpx.Client]:
    """A client of the server that reads no environment."""
    with httpx.Client(base_url=registry.url, trust_env=False, timeout=10, verify=verify) as one:
        yield one
