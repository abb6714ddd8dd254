"""What a cluster or a registry may answer that is neither silence nor a registry: real sockets, no traceback."""

import socket
import time
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from threading import Thread

import pytest

from components.docker_login import Login
from components.kubeconfig import Context
from components.platforms import asking
from components.platforms.asking import server_address
from components.platforms.local_checks import ask, ask_cluster
from components.platforms.registry_answer import ask_registry

LOGIN = Login("ci", "canary-password")


@contextmanager
def server(*answers: bytes) -> Generator[str]:
    """Answer each connection in turn with these bytes, and close it."""

    def serve(listening: socket.socket) -> None:
        for each in answers:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(each)

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = Thread(target=serve, args=(listening,))
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def challenge(realm: str) -> bytes:
    return f'HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm="{realm}"\r\nContent-Length: 0\r\n\r\n'.encode()


def test_what_is_no_web_server_is_named_as_the_registry() -> None:
    with server(b"SSH-2.0-OpenSSH_9.2\r\n") as host:
        assert ask_registry(host, None) == f"the registry {host} does not answer (what it says is not HTTP)"


@pytest.mark.parametrize("realm", ["nonsense", "file:///etc/hostname", "ftp://127.0.0.1/x", "http://[::1"])
def test_a_token_service_that_is_no_web_address_is_refused_and_not_opened(realm: str) -> None:
    with server(challenge(realm)) as host:
        message = str(ask_registry(host, LOGIN))
    assert message == f"the registry {host} does not answer (it sends to {realm!r} for a token)"


@pytest.mark.parametrize("status", ["200 OK", "403 Forbidden", "404 Not Found", "500 Broken"])
def test_only_a_login_that_is_refused_stops_a_deployment(status: str) -> None:
    # What a registry says of other things is left to the push, which says more.
    with server(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()) as host:
        assert ask_registry(host, LOGIN) is None


def test_the_password_is_in_no_message() -> None:
    with server(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n") as host:
        message = str(ask_registry(host, LOGIN))
    assert message == f"the registry {host} refuses the password of user 'ci'"


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as host:
        assert ask_registry(host, None) is None


def test_one_that_takes_connections_and_says_nothing_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        before = time.monotonic()
        finding = ask(Context("kind", f"https://{host}", proxied=False, text=""), host, None)
        assert time.monotonic() - before < 1.5
    assert finding.cluster is None  # it takes connections, and that is all that is asked of it
    assert finding.registry == f"the registry {host} does not answer (no answer in time)"


@pytest.mark.parametrize(
    "url", ["https://a:99999", "https://a:b", "https://[::1", "https://", "kind-dev", "https://a..b", ""]
)
def test_a_server_that_cannot_be_connected_to_is_named_with_its_context(url: str) -> None:
    assert server_address(url) is None
    message = ask_cluster(Context("kind", url, proxied=False, text=""))
    assert message == f"context 'kind' has no usable server address ({url!r})"


def test_an_address_of_the_newer_kind_is_understood() -> None:
    assert server_address("https://[::1]:6443") == ("::1", 6443)


def test_two_answers_are_not_mixed_up() -> None:
    with ExitStack() as stack:
        api = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        cluster = Context("kind", f"https://127.0.0.1:{api.getsockname()[1]}", proxied=False, text="")
        finding = ask(cluster, "127.0.0.1:1", None)
    assert finding.cluster is None
    assert str(finding.registry).startswith("the registry 127.0.0.1:1 does not answer (")
