"""An API server for the simulated clouds: TLS with client certificates, and only the requests that they make."""

import json
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from sandbox.certificates import Authority
from sandbox.clouds.cluster_api import ClusterApi

ACCOUNTS = "/api/v1/namespaces/kube-system/serviceaccounts"
TOKEN = {"token": "t-1", "expirationTimestamp": "2030-01-01T00:00:00Z"}


class ClusterServer(ThreadingHTTPServer):
    """Keeps what was asked as (method, path, body), and answers lists."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, Any]] = []
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.refuses = 0
        """The status of every answer; 0 for none."""

    def answer(self, method: str, path: str) -> tuple[int, object]:
        if self.refuses:
            return self.refuses, {"message": "no"}
        if method == "GET":
            return 200, {"items": self.lists.get(path, [])}
        return (201, {"status": TOKEN}) if path.endswith("/token") else (200, {})


class _Handler(BaseHTTPRequestHandler):
    def _serve(self) -> None:
        assert isinstance(self.server, ClusterServer)
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        self.server.asked.append((self.command, self.path, body))
        status, answer = self.server.answer(self.command, self.path)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - named by http.server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        pass


@contextmanager
def cluster_server(folder: Path) -> Generator[tuple[ClusterServer, ClusterApi]]:
    """It, and the clouds' client of it; `folder` gets the cluster's certificates."""
    authority = Authority(folder)
    certificate, key = authority.issue("apiserver", "apiserver", hosts=["127.0.0.1"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.certificate_file))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(certificate, key)
    with ClusterServer() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        api = ClusterApi(f"https://127.0.0.1:{server.server_port}", authority)
        yield server, api
        api.close()
        server.shutdown()
        thread.join()
