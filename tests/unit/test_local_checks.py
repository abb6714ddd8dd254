"""Whether cluster and registry answer, asked with one time-out for both."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from components.docker_login import Login
from components.kubeconfig import Context
from components.platforms import local_checks
from components.platforms.asking import server_address
from components.platforms.local_checks import ask, ask_cluster
from components.platforms.matching import is_loopback
from components.platforms.registry_answer import ask_registry, token_url

GOOD = Login("ci", "right")


class TokenRegistry(BaseHTTPRequestHandler):
    """A registry that sends to a token service, which knows one password."""

    def do_GET(self) -> None:
        if self.path.startswith("/token"):
            right = self.headers.get("Authorization") == "Basic Y2k6cmlnaHQ="
            self._answer(200 if right else 401)
        else:
            self._answer(401, f'Bearer realm="http://{self.headers["Host"]}/token",service="registry"')

    def _answer(self, status: int, challenge: str = "") -> None:
        self.send_response(status)
        self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        pass


@pytest.fixture
def registry() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), TokenRegistry) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def context(server: str, *, proxied: bool = False) -> Context:
    return Context("kind", server, proxied, "")


def test_the_token_service_is_asked_with_the_login(registry: str) -> None:
    assert ask_registry(registry, GOOD) is None
    assert ask_registry(registry, Login("ci", "wrong")) == (
        f"the registry {registry} refuses the password of user 'ci'"
    )


def test_a_missing_login_is_not_a_wrong_one(registry: str) -> None:
    assert ask_registry(registry, None) == f"the registry {registry} wants a login, and there is none for it"


def test_silence_is_named_for_both_at_once() -> None:
    finding = ask(context("https://127.0.0.1:1"), "127.0.0.1:1", None)
    assert "does not answer at https://127.0.0.1:1" in str(finding.cluster)
    assert "the registry 127.0.0.1:1 does not answer" in str(finding.registry)


def test_a_question_that_never_ends_does_not_hold_up_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        time.sleep(0.5)

    monkeypatch.setattr(local_checks, "SECONDS", 0.05)
    monkeypatch.setattr(local_checks, "ask_cluster", slow)
    monkeypatch.setattr(local_checks, "ask_registry", slow)
    finding = ask(context("https://x"), "r.io", None)
    assert finding.cluster == "no answer from https://x in time"
    assert finding.registry == "no answer from the registry r.io in time"


def test_a_cluster_behind_a_proxy_is_not_asked() -> None:
    assert ask_cluster(context("https://127.0.0.1:1", proxied=True)) is None


def test_a_context_without_an_address_is_refused() -> None:
    assert "no usable server address" in str(ask_cluster(context("")))


@pytest.mark.parametrize(
    ("url", "address"),
    [("https://a:6443", ("a", 6443)), ("https://a", ("a", 443)), ("http://a", ("a", 80)), ("nonsense", None)],
)
def test_the_address_of_an_api_server(url: str, address: tuple[str, int] | None) -> None:
    assert server_address(url) == address


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("localhost:5000", True),
        ("kind.localhost:1", True),
        ("127.0.0.2:5000", True),
        ("[::1]:5000", True),
        ("registry.example.com", False),
        ("10.0.0.1:5000", False),
    ],
)
def test_docker_talks_plain_http_to_loopback_only(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_the_token_url_keeps_the_service() -> None:
    assert token_url('Bearer realm="https://a/t",service="r.io"') == "https://a/t?service=r.io"
    assert token_url('Basic realm="x"') is None
