"""A tiny registry on loopback, and servers that are none: what the registry witness is tried on."""

import base64
import contextlib
import hashlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
ZERO = f"sha256:{'0' * 64}"
"""A digest of nothing."""
USER, PASSWORD, TOKEN, REFRESH = "puller", "hunter2-is-the-password", "a-token-of-the-tests", "a-refresh-token"


def digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def error_body(code: str, message: str) -> bytes:
    return json.dumps({"errors": [{"code": code, "message": message, "detail": {}}]}).encode()


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    form: Mapping[str, list[str]]

    @property
    def authorization(self) -> str | None:
        return self.headers.get("authorization")


Answers = Callable[[Request], Reply | None]
"""None leaves the answer to the registry."""


@dataclass(repr=False)
class Registry:
    """What is stored, who may read it, and what was asked.

    Attributes:
        auth: none, basic, bearer.
        overrides: asked before anything else.
        token: answers the token service.
    """

    host: str = ""
    auth: str = "none"
    scheme: str = "http"
    overrides: list[Answers] = field(default_factory=list[Answers])
    content: dict[str, Reply] = field(default_factory=dict[str, Reply])
    tags: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    asked: list[Request] = field(default_factory=list[Request])
    token_reply: Reply | None = None
    grants: str = TOKEN

    def push(self, path: str, tag: str, media_type: str, body: bytes) -> str:
        """Store a manifest or an index; its digest."""
        reply = Reply(200, body, {"Content-Type": media_type})
        for name in (tag, digest(body)):
            self.content[f"/v2/{path}/manifests/{name}"] = reply
        self.tags.setdefault(path, []).append(tag)
        return digest(body)

    def push_image(self, path: str, tag: str, platform: str = "linux/amd64", sizes: tuple[int, ...] = (10, 5)) -> str:
        system, architecture, *variant = platform.split("/")
        parts = {"os": system, "architecture": architecture, **({"variant": variant[0]} if variant else {})}
        config = json.dumps(parts).encode()
        self.content[f"/v2/{path}/blobs/{digest(config)}"] = Reply(200, config)
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(config), "size": 2},
            "layers": [{"mediaType": "x", "digest": digest(b""), "size": size} for size in sizes],
        }
        return self.push(path, tag, MANIFEST, json.dumps(manifest).encode())

    def push_index(self, path: str, tag: str, platforms: Mapping[str, str | None]) -> str:
        """An index of digests and their platforms; None for an entry that does not say."""
        manifests: list[dict[str, object]] = []
        for each, platform in platforms.items():
            entry: dict[str, object] = {"mediaType": MANIFEST, "digest": each, "size": 2}
            if platform is not None:
                names = ("os", "architecture", "variant")
                entry["platform"] = dict(zip(names, platform.split("/"), strict=False))
            manifests.append(entry)
        body = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
        return self.push(path, tag, INDEX, json.dumps(body).encode())

    def always(self, reply: Reply, below: str = "/v2/") -> None:
        self.overrides.append(lambda request: reply if request.path.startswith(below) else None)

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        for each in self.overrides:
            if reply := each(request):
                return reply
        if request.path == "/token":
            return self._token(request)
        if not self._lets_in(request):
            return Reply(401, error_body("UNAUTHORIZED", "authentication required"), self._challenge())
        return self._stored(request)

    def _challenge(self) -> Mapping[str, str]:
        if self.auth == "basic":
            return {"WWW-Authenticate": 'Basic realm="tests"'}
        realm = f"{self.scheme}://{self.host}/token"
        return {"WWW-Authenticate": f'Bearer realm="{realm}",service="tests",scope="repository:team/web:pull"'}

    def _lets_in(self, request: Request) -> bool:
        wanted = {"none": request.authorization, "basic": basic_header(), "bearer": f"Bearer {TOKEN}"}
        return request.authorization == wanted[self.auth]

    def _token(self, request: Request) -> Reply:
        if self.token_reply is not None:
            return self.token_reply
        right = request.authorization in (None, basic_header())
        if request.method == "POST":
            right = request.form.get("refresh_token") == [REFRESH]
        if not right:
            return Reply(401, error_body("UNAUTHORIZED", "incorrect username or password"))
        return Reply(200, json.dumps({"token": self.grants, "expires_in": 60}).encode())

    def _stored(self, request: Request) -> Reply:
        if reply := self.content.get(request.path):
            return reply
        path = request.path.removeprefix("/v2/").rpartition("/manifests/")[0]
        if request.path.endswith("/tags/list"):
            path = request.path.removeprefix("/v2/").removesuffix("/tags/list")
            if path in self.tags:
                return Reply(200, json.dumps({"name": path, "tags": self.tags[path]}).encode())
            return Reply(404, error_body("NAME_UNKNOWN", "repository name not known to registry"))
        if "/blobs/" in request.path:
            return Reply(404, error_body("BLOB_UNKNOWN", "blob unknown to registry"))
        return Reply(404, error_body("MANIFEST_UNKNOWN", f"manifest unknown in {path}"))


def basic_header(username: str = USER, password: str = PASSWORD) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


@contextlib.contextmanager
def registry(tls: ssl.SSLContext | None = None) -> Generator[Registry]:
    """A registry that runs; with TLS when a context is given."""
    served = Registry(scheme="https" if tls else "http")

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode())
            url = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = served.answer(Request(self.command, url.path, url.query, headers, form))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = _serve  # noqa: N815 - names of the base class

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that does not trust us ends the handshake

        def finish_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            if tls is None:
                super().finish_request(request, client_address)
                return
            with tls.wrap_socket(request, server_side=True) as wrapped:
                super().finish_request(wrapped, client_address)

    with Server(("127.0.0.1", 0), Handler) as server:
        served.host = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
