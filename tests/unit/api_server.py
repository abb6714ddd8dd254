"""A Kubernetes API server as far as a preview asks one: TLS, client certificates, tokens, two lists."""

import json
import ssl
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import yaml

from components.kubeconfig import Context, read_context
from sandbox.certificates import Authority

NODES, CLASSES = "/api/v1/nodes", "/apis/networking.k8s.io/v1/ingressclasses"
TOKEN = "canary-token"


def node(platform: str, ready: str = "True") -> dict[str, Any]:
    os, arch = platform.split("/")
    status = {
        "nodeInfo": {"operatingSystem": os, "architecture": arch},
        "conditions": [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": ready}],
    }
    return {"metadata": {"name": "n"}, "status": status}


def listed(*items: dict[str, Any], more: str = "") -> dict[str, Any]:
    return {"metadata": {"continue": more}, "items": list(items)}


def classes(*names: str) -> dict[str, Any]:
    return listed(*({"metadata": {"name": name}} for name in names))


class ApiServer:
    """One that runs; `answers` are by path, a number is a status without a body."""

    def __init__(self, folder: Path, authority: Authority, port: int, answers: Mapping[str, Any]) -> None:
        self.folder = folder
        self.authority = authority
        self.url = f"https://127.0.0.1:{port}"
        self.answers = dict(answers)
        self.asked: list[tuple[str, str, str]] = []
        """Path, subject of the client's certificate, Authorization."""

    def kubeconfig(self, **user: Any) -> dict[str, Any]:
        """With a client certificate, or with another user."""
        path = self.authority.kubeconfig(self.folder / "kubeconfig", self.url, "tester")
        document = yaml.safe_load(path.read_text())
        if user:
            document["users"][0]["user"] = user
        return document

    def context(self, document: dict[str, Any] | None = None) -> Context:
        """The kubeconfig's only context."""
        path = self.folder / "own"
        path.write_text(yaml.safe_dump(document or self.kubeconfig()))
        return read_context(yaml.safe_load(path.read_text())["contexts"][0]["name"], [path])


@contextmanager
def serve(folder: Path, answers: Mapping[str, Any], *, name: str = "127.0.0.1") -> Generator[ApiServer]:
    """Serve until the block ends; `name` is what the certificate is for."""
    authority = Authority(folder)
    certificate, key = authority.issue("server", name, hosts=[name])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    tls.load_verify_locations(authority.certificate_file)
    tls.verify_mode = ssl.CERT_OPTIONAL

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            connection: Any = self.connection
            peer: dict[str, object] = connection.getpeercert() or {}
            api.asked.append((self.path, str(peer.get("subject")), self.headers.get("Authorization", "")))
            answer = api.answers.get(self.path.partition("?")[0], 404)
            body = b"" if isinstance(answer, int) else json.dumps(answer).encode()
            self.send_response(answer if isinstance(answer, int) else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        api = ApiServer(folder, authority, server.server_port, answers)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
