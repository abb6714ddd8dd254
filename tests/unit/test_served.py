"""Asking the served URL: the stack's own path, names below .localhost without a resolver, apps without a version."""

import ssl
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from sandbox.certificates import Authority
from sandbox.errors import SandboxError
from sandbox.served import first_answer


class _App(BaseHTTPRequestHandler):
    """Answers `/healthz/ready`, and `/version` when asked by the right name."""

    hosts: list[str] = []  # noqa: RUF012 - the server makes the handlers, so what they saw is kept here
    version_type = "application/json"

    def do_GET(self) -> None:
        """Answer one request."""
        self.hosts.append(str(self.headers["Host"]))
        known = self.path in {"/healthz/ready", "/version"}
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", self.version_type)
        self.end_headers()
        self.wfile.write(b'{"build": "1"}\n')

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Keep quiet."""


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Generator[int]:
    monkeypatch.setattr(_App, "hosts", [])
    with HTTPServer(("127.0.0.1", 0), _App) as server:
        yield from _serving(server)


@pytest.fixture
def https_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[int]:
    """Of a server whose certificate is for web.localhost, by an authority that this machine trusts."""
    authority = Authority(tmp_path)
    certificate, key = authority.issue("web", "web.localhost", hosts=["web.localhost"])
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with HTTPServer(("127.0.0.1", 0), _App) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield from _serving(server)


def _serving(server: HTTPServer) -> Generator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()


def test_a_name_that_nobody_resolves_is_asked_on_loopback_with_the_name_as_host(port: int) -> None:
    answer = first_answer(f"http://web.team.localhost:{port}", "/healthz/ready", patience=5)
    assert answer == '{"build": "1"}'
    assert set(_App.hosts) == {f"web.team.localhost:{port}"}


def test_an_app_without_a_version_is_fine(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_App, "version_type", "text/html")
    assert not first_answer(f"http://127.0.0.1:{port}", "/healthz/ready", patience=5)


def test_an_app_that_is_never_ready_is_told_with_the_path_and_the_status(port: int) -> None:
    with pytest.raises(SandboxError, match=r"localhost:\d+/ready does not answer after 2 s \(status 404\)"):
        first_answer(f"http://web.localhost:{port}", "/ready", patience=2)


def test_https_without_a_port_is_asked_on_443_by_the_name() -> None:
    with pytest.raises(SandboxError, match=r"https://web\.invalid/ready does not answer"):
        first_answer("https://web.invalid", "/ready", patience=0.3)


def test_https_is_asked_on_loopback_with_the_certificate_checked_by_the_name(https_port: int) -> None:
    answer = first_answer(f"https://web.localhost:{https_port}", "/healthz/ready", patience=5)
    assert answer == '{"build": "1"}'


def test_a_certificate_for_another_name_is_told(https_port: int) -> None:
    with pytest.raises(SandboxError, match=r"certificate is not valid for 'other\.localhost'"):
        first_answer(f"https://other.localhost:{https_port}", "/healthz/ready", patience=0.3)
