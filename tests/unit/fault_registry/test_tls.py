"""Certificates that a client may trust and ones that it must not; HTTP where TLS is due, and the reverse."""

import socket
import ssl
import threading
from pathlib import Path

import httpx
import pytest

from tests.faults.registry_behaviour import (
    Behaviour,
    Hang,
    Lasts,
    Reset,
)
from tests.faults.registry_certificates import Kind, issue
from tests.faults.registry_content import Upstream
from tests.faults.registry_server import FaultRegistry
from tests.unit.fault_registry.parts import IMAGE, LAYER, LAYER_PATH, MANIFEST, client_of


def _trusting(authority: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authority)


def test_https_is_good_for_who_trusts_its_authority(tmp_path: Path, upstream: Upstream) -> None:
    files = issue(tmp_path)
    with FaultRegistry(upstream, certificate=files) as server:
        with client_of(server, _trusting(files.authority)) as one:
            assert one.get(LAYER_PATH).content == LAYER
        with client_of(server) as stranger, pytest.raises(httpx.ConnectError, match="unable to get local issuer"):
            stranger.get("/v2/")
    assert files.key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.SELF_SIGNED, "self-signed certificate"),
        (Kind.EXPIRED, "certificate has expired"),
        (Kind.WRONG_NAME, "certificate is not valid for '127.0.0.1'"),
    ],
)
def test_a_bad_certificate_is_refused_for_its_reason(tmp_path: Path, kind: Kind, text: str) -> None:
    files = issue(tmp_path, kind)
    with (
        FaultRegistry(certificate=files) as server,
        client_of(server, _trusting(files.authority)) as one,
        pytest.raises(httpx.ConnectError, match=text),
    ):
        one.get("/v2/")


def test_faults_break_tls_connections_too(tmp_path: Path) -> None:
    files = issue(tmp_path)
    with FaultRegistry(certificate=files) as server, client_of(server, _trusting(files.authority)) as one:
        server.behave("faults/web", Behaviour(Reset(), lasts=Lasts(times=1), image=IMAGE))
        with pytest.raises(httpx.HTTPError):
            one.get(MANIFEST)
        assert one.get(MANIFEST).status_code == 200
        server.behave("faults/web", Behaviour(Hang()))
        with pytest.raises(httpx.ReadTimeout):
            one.get(MANIFEST, timeout=0.05)
        assert server.wait_for_hanging(0)


def test_a_reset_below_tls_is_a_reset(tmp_path: Path) -> None:
    files = issue(tmp_path)
    with FaultRegistry(certificate=files) as server:
        server.behave("faults/web", Behaviour(Reset()))
        raw = socket.create_connection(("127.0.0.1", server.port))
        secured = _trusting(files.authority).wrap_socket(raw, server_hostname="127.0.0.1")
        secured.sendall(f"GET {MANIFEST} HTTP/1.1\r\nHost: gcr.io\r\n\r\n".encode())
        # Python's TLS takes a reset for an end, so what came is read below it.
        with socket.socket(fileno=secured.detach()) as below, pytest.raises(ConnectionResetError):
            _read_all(below)


def _read_all(connection: socket.socket) -> None:
    while connection.recv(1 << 16):
        pass


def test_closing_ends_idle_tls_connections_and_handshakes(tmp_path: Path) -> None:
    files = issue(tmp_path)
    before = set(threading.enumerate())
    server = FaultRegistry(certificate=files)
    server.start()
    with (
        client_of(server, _trusting(files.authority)) as one,
        socket.create_connection(("127.0.0.1", server.port)) as raw,
    ):
        raw.sendall(b"\x16\x03\x01")  # the beginning of a handshake, and no more
        one.get("/v2/")
        server.close()
    assert set(threading.enumerate()) == before


def test_http_to_an_https_server_is_told_so(tmp_path: Path) -> None:
    with FaultRegistry(certificate=issue(tmp_path)) as server:
        got = httpx.get(f"http://127.0.0.1:{server.port}/v2/", trust_env=False)
    assert (got.status_code, got.text) == (400, "Client sent an HTTP request to an HTTPS server.\n")


def test_a_plain_server_answers_a_tls_client_in_http(registry: FaultRegistry) -> None:
    # Go's client looks for exactly this beginning: `http: server gave HTTP response to HTTPS client`.
    out, into = ssl.MemoryBIO(), ssl.MemoryBIO()
    hello = ssl.create_default_context().wrap_bio(into, out, server_hostname="gcr.io")
    with pytest.raises(ssl.SSLWantReadError):
        hello.do_handshake()
    with socket.create_connection(("127.0.0.1", registry.port)) as connection:
        connection.sendall(out.read())
        assert connection.recv(12) == b"HTTP/1.1 400"
