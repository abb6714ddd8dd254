"""A Kubernetes API server as far as a rehearsal and a diagnosis ask one, over plain HTTP on loopback."""

import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Json = dict[str, Any]

TOKEN = "canary-token"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    body: Json | None
    authorization: str | None


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: object = None
    """Bytes as they are, anything else as JSON."""


Answer = Callable[[Asked], Reply | None]
"""None stands for 404 as an API server says it; an error closes the connection."""


@dataclass
class PlainApi:
    url: str
    answer: Answer
    asked: list[Asked] = field(default_factory=list[Asked])

    @property
    def kubeconfig(self) -> str:
        return kubeconfig(self.url)

    def of(self, method: str) -> list[str]:
        """The paths that were asked for with a method, in order."""
        return [each.path for each in self.asked if each.method == method]


def kubeconfig(url: str) -> str:
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "contexts": [{"name": each, "context": {"cluster": "c", "user": each}} for each in ("c", "other")],
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [
            {"name": "c", "user": {"token": TOKEN}},
            {"name": "other", "user": {"token": f"other-{TOKEN}"}},
        ],
    }
    return json.dumps(document)


def status(code: int, message: str) -> Reply:
    """An API server's refusal."""
    return Reply(code, {"kind": "Status", "status": "Failure", "message": message, "code": code})


@contextmanager
def plain_api(answer: Answer) -> Generator[PlainApi]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            asked = Asked(self.command, parts.path, query, body, self.headers.get("Authorization"))
            api.asked.append(asked)
            self._reply(api.answer(asked) or status(404, f"{parts.path} not found"))

        do_POST = do_DELETE = do_GET  # noqa: N815 - named by http.server

        def _reply(self, reply: Reply) -> None:
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        api = PlainApi(f"http://127.0.0.1:{server.server_port}", answer)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
