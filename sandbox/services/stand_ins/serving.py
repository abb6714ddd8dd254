"""A JSON API over HTTP for the simulated services. Standard library only."""

import json
import os
import re
import signal
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

Json = Any


@dataclass(frozen=True)
class Request:
    """One request, read whole."""

    parts: Sequence[str]
    """What the groups of its path matched."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    raw: bytes
    """Its body."""

    @property
    def body(self) -> Json:
        """The body as JSON; None where there is none.

        Raises:
            Refusal: it is no JSON.
        """
        try:
            return json.loads(self.raw) if self.raw else None
        except ValueError:
            raise Refusal(400, {"error": "the body is no JSON"}) from None

    @property
    def fields(self) -> dict[str, Any]:
        """The body, where it is an object."""
        body: object = self.body
        return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


@dataclass(frozen=True)
class Answer:
    """Its answer."""

    body: Json
    """Text as it is, a list of objects as one line each, bytes as protobuf, anything else as JSON."""
    status: int = 200


class Refusal(Exception):  # noqa: N818 - an answer, and no error of ours
    """An answer that ends a request early."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(str(body))
        self.answer = Answer(body, status)


Route = tuple[str, str, Callable[[Request], Answer]]
"""Method, pattern of the whole path, and what answers."""


class Server(ThreadingHTTPServer):
    """One that looks up no name of its own, which takes long where there is no DNS."""

    daemon_threads = True

    def server_bind(self) -> None:
        """Bind, and nothing else."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "simulated", self.server_address[1]


def serve(routes: Mapping[int, Sequence[Route]], guard: Callable[[str, Mapping[str, str]], None] | None = None) -> None:
    """Serve on each port its routes, for ever; `guard` sees path and headers first, and may raise a Refusal."""
    servers = [Server(("0.0.0.0", port), handler(listed, guard)) for port, listed in routes.items()]  # noqa: S104
    # The first process of a container, which SIGTERM ends only if it asks for that.
    signal.signal(signal.SIGTERM, _end)
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"simulated: listens on {', '.join(map(str, routes))}", file=sys.stderr, flush=True)
    servers[0].serve_forever()


def _end(number: int, frame: FrameType | None) -> None:
    _ = number, frame
    os._exit(0)


def handler(
    routes: Sequence[Route], guard: Callable[[str, Mapping[str, str]], None] | None
) -> type[BaseHTTPRequestHandler]:
    """What answers these routes, for a server of http.server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one segment

        def _answer(self) -> None:
            try:
                answer = self._asked()
            except Refusal as refusal:
                answer = refusal.answer
            kind, body = _written(answer.body)
            self.send_response(answer.status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def _asked(self) -> Answer:
            url = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            raw = self.rfile.read(int(headers.get("content-length") or 0))
            if guard is not None:
                guard(url.path, headers)
            query = {name: values[-1] for name, values in parse_qs(url.query).items()}
            method = "GET" if self.command == "HEAD" else self.command
            found, answer = _route(routes, method, url.path)
            return answer(Request(found, query, headers, raw))

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - named by http.server

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Nothing: probes come all the time."""

    return Handler


def _route(routes: Sequence[Route], method: str, path: str) -> tuple[Sequence[str], Callable[[Request], Answer]]:
    for wanted, pattern, answer in routes:
        found = re.fullmatch(pattern, path)
        if found is not None and wanted == method:
            return found.groups(), answer
    raise Refusal(404, {"error": f"simulated: nothing at {method} {path}"})


def _written(body: Json) -> tuple[str, bytes]:
    """Media type and bytes."""
    if isinstance(body, bytes):
        return "application/x-protobuf", body
    if isinstance(body, str):
        return "text/plain", body.encode()
    if isinstance(body, list):
        lines = cast("list[object]", body)
        return "application/x-ndjson", "".join(f"{json.dumps(each)}\n" for each in lines).encode()
    return "application/json", json.dumps(body).encode()
