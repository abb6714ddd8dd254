"""What a registry's name, connection and TLS have to say, on real sockets."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulls.registry.ask import Answer, Login, Outcome, ask
from tests.unit.raw_servers import Serve, certificate, raw_server
from tests.unit.registry_server import (
    PASSWORD,
    USER,
    Registry,
    Reply,
    registry,
)

LOGIN = Login(USER, PASSWORD)
SHORT = 0.3
"""Seconds for servers that never answer."""


@pytest.fixture
def served() -> Iterator[Registry]:
    with registry() as each:
        yield each


def web(served: Registry, login: Login | None = None, name: str = "team/web:1") -> Answer:
    return ask(f"{served.host}/{name}", login=login)


def test_a_certificate_that_the_machine_trusts_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(ours.file))
    with registry(ours.server) as served:
        served.push_image("team/web", "1")
        assert ask(f"{served.host}/team/web:1", login=None, plain_http=False).outcome is Outcome.PRESENT


@pytest.mark.parametrize(
    ("made", "trusted", "outcome"),
    [
        (("127.0.0.1", 1), "nobody.pem", Outcome.TLS_UNTRUSTED),
        (("127.0.0.1", -1), "127.0.0.1--1.pem", Outcome.TLS_OTHER),
        (("127.0.0.9", 1), "127.0.0.9-1.pem", Outcome.TLS_OTHER),
    ],
    ids=["self-signed", "expired", "other name"],
)
def test_each_fault_of_a_certificate_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: tuple[str, int], trusted: str, outcome: Outcome
) -> None:
    ours = certificate(tmp_path, address=made[0], days=made[1])
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / trusted))
    with registry(ours.server) as served:
        answer = ask(f"{served.host}/team/web:1", login=LOGIN, plain_http=False)
    assert (answer.outcome, answer.status) == (outcome, None)
    assert served.asked == []


def test_http_where_https_was_asked_is_told_and_gets_no_login(served: Registry) -> None:
    answer = ask(f"{served.host}/team/web:1", login=LOGIN, plain_http=False)
    assert answer.outcome is Outcome.PLAIN_HTTP
    assert answer.asked == f"GET https://{served.host}/v2/team/web/manifests/1"
    assert {each.authorization for each in served.asked} == {None}


def test_https_where_http_was_asked_is_told(tmp_path: Path) -> None:
    with registry(certificate(tmp_path).server) as served:
        assert ask(f"{served.host}/team/web:1", login=None, plain_http=True).outcome is Outcome.PLAIN_HTTP


def test_what_speaks_neither_http_nor_tls_is_no_plain_registry() -> None:
    def babble(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(1000)
        connection.sendall(b"220 mail.example.com ESMTP\r\n\r\n")

    with raw_server(babble) as host:
        assert ask(f"{host}/team/web:1", login=None, plain_http=False).outcome is Outcome.TLS_OTHER
        answer = ask(f"{host}/team/web:1", login=None, plain_http=True)
    assert (answer.outcome, answer.said) == (Outcome.SERVER_ERROR, "the answer is not HTTP")


def test_a_server_that_says_in_http_that_it_wants_https_is_no_plain_registry() -> None:
    def confused(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")

    with raw_server(confused) as host:
        assert ask(f"{host}/team/web:1", login=None, plain_http=False).outcome is Outcome.TLS_OTHER


def test_a_manifest_without_end_is_not_read_to_its_end() -> None:
    def endless(connection: socket.socket, ended: threading.Event) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        while not ended.is_set():
            connection.sendall(b" " * 65536)

    with raw_server(endless) as host:
        assert ask(f"{host}/team/web:1", login=None).outcome is Outcome.MANIFEST_UNSUPPORTED


def test_a_name_that_does_not_resolve_is_dns() -> None:
    answer = ask("registry.invalid/team/web:1", login=None)
    assert (answer.outcome, answer.status) == (Outcome.DNS, None)


def test_a_resolver_that_hangs_is_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    gone = socket.gaierror(socket.EAI_AGAIN, "gone")

    def hang(*_: object, **__: object) -> None:
        ended.wait()
        raise gone

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        assert ask("registry.example.com/team/web:1", login=None, timeout=SHORT).outcome is Outcome.DNS
    finally:
        ended.set()


def test_a_name_that_no_resolver_takes_is_dns(served: Registry) -> None:
    served.always(Reply(302, headers={"Location": f"http://{'a' * 70}.invalid/"}))
    assert web(served).outcome is Outcome.DNS


def test_nobody_who_listens_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    answer = ask(f"127.0.0.1:{port}/team/web:1", login=None)
    assert answer.outcome is Outcome.UNREACHABLE
    assert "refused" in answer.said


def silent(_: socket.socket, ended: threading.Event) -> None:
    ended.wait()


def hang_up(connection: socket.socket, _: threading.Event) -> None:
    connection.recv(1000)


def drip(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not ended.wait(SHORT / 20):
        connection.sendall(b"X-Drop: 1\r\n")


def drip_body(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not ended.wait(SHORT / 20):
        connection.sendall(b" ")


@pytest.mark.parametrize(
    ("serve", "plain"),
    [(silent, True), (silent, False), (hang_up, True), (hang_up, False), (drip, True), (drip_body, True)],
)
def test_a_server_that_gives_no_whole_answer_in_time_is_unreachable(serve: Serve, plain: bool) -> None:
    with raw_server(serve) as host:
        answer = ask(f"{host}/team/web:1", login=None, plain_http=plain, timeout=SHORT)
    assert (answer.outcome, answer.status) == (Outcome.UNREACHABLE, None)


def test_a_body_that_breaks_off_is_an_error_of_the_server() -> None:
    def broken(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with raw_server(broken) as host:
        assert ask(f"{host}/team/web:1", login=None).outcome is Outcome.SERVER_ERROR


def test_loopback_is_asked_without_the_environments_proxy(served: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    served.push_image("team/web", "1")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert web(served).outcome is Outcome.PRESENT


def test_other_hosts_are_asked_through_the_environments_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with registry() as proxy:
        proxy.always(Reply(429))
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.host}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        answer = ask("registry.invalid/team/web:1", login=None, plain_http=True)
    assert answer.outcome is Outcome.RATE_LIMITED


@pytest.mark.parametrize("proxy", ["socks5://user:s3cr3t@127.0.0.1:9", "nonsense://s3cr3t"])
def test_a_proxy_that_cannot_be_used_is_told_without_its_password(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    answer = ask("registry.invalid/team/web:1", login=None)
    assert answer.outcome is Outcome.UNREACHABLE
    assert "s3cr3t" not in repr(answer)


@pytest.mark.parametrize("host", ["localhost", "web.localhost"])
def test_names_of_this_machine_speak_http_and_keep_their_name(served: Registry, host: str) -> None:
    served.push_image("team/web", "1")
    named = f"{host}:{served.host.rpartition(':')[2]}"
    assert ask(f"{named}/team/web:1", login=None).outcome is Outcome.PRESENT
    assert served.asked[0].headers["host"] == named
