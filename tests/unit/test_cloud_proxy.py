"""The clouds' proxy as a server: tunnels, plain requests, and what cannot be reached."""

import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from sandbox.clouds.proxy import Proxy
from sandbox.clouds.proxy_routes import Routes
from sandbox.site import free_port
from tests.unit.cloud_front_world import FrontWorld, front_world
from tests.unit.cloud_fronts import ACR, serving

BALANCER = "web-1234.elb.eu-central-1.amazonaws.com"


@dataclass
class App:
    """What a load balancer serves: it says which Host it was asked for, and what it got."""

    port: int = 0
    heads: list[str] = field(default_factory=list[str])


@pytest.fixture
def app() -> Generator[App]:
    made = App()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            made.heads.append(str(self.headers))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = f"{self.headers['Host']} {self.path} {len(body)}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST  # noqa: N815 - named by http.server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@contextmanager
def proxied(routes: Routes, said: list[str]) -> Generator[int]:
    """A proxy that runs; its port."""
    port = free_port(set())
    proxy = Proxy(routes, say=said.append)
    with serving(lambda: proxy.start(port), proxy.close):
        yield port


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def port(app: App, said: list[str]) -> Generator[int]:
    """Of a proxy that knows one load balancer."""
    routes = Routes(lambda _: False, ("127.0.0.1", 1), {BALANCER: ("127.0.0.1", app.port)}.get)
    with proxied(routes, said) as port:
        yield port


def client(port: int, verify: ssl.SSLContext | bool = False) -> httpx.Client:
    return httpx.Client(proxy=f"http://127.0.0.1:{port}", trust_env=False, timeout=10, verify=verify)


@pytest.fixture
def world(tmp_path: Path) -> Generator[FrontWorld]:
    with front_world(tmp_path) as made:
        yield made


def test_a_registry_is_reached_under_its_own_name_and_certificate(world: FrontWorld, said: list[str]) -> None:
    routes = Routes(lambda host: host == ACR, ("127.0.0.1", world.port), lambda _: None)
    with proxied(routes, said) as port, client(port, world.trusted) as docker:
        answer = docker.get(f"https://{ACR}/v2/")
    assert answer.status_code == 401
    # No port in the realm: the docker engine fetches its token by the same way.
    assert answer.headers["WWW-Authenticate"] == f'Bearer realm="https://{ACR}/oauth2/token",service="{ACR}"'
    assert world.seen == [ACR]
    assert said == [f"CONNECT {ACR}:443: the simulated registry"]


def test_a_load_balancers_name_is_served_and_the_app_is_asked_by_it(port: int, app: App) -> None:
    with client(port) as curl:
        assert curl.get(f"http://{BALANCER}/a?b=c").text == f"{BALANCER} /a?b=c 0"
        # The same client again, for another host: each request is on a connection of its own.
        assert curl.get(f"http://127.0.0.1:{app.port}/").text == f"127.0.0.1:{app.port} / 0"
    assert "Connection: close" in app.heads[0]


def test_a_body_that_is_larger_than_any_buffer_goes_through(port: int) -> None:
    with client(port) as curl:
        answer = curl.post(f"http://{BALANCER}/", content=b"x" * 3_000_000)
    assert answer.text == f"{BALANCER} / 3000000"


def test_what_does_not_answer_is_said_to(port: int) -> None:
    gone = free_port(set())
    with client(port) as curl:
        answer = curl.get(f"http://127.0.0.1:{gone}/")
    assert answer.status_code == 502
    assert answer.text.startswith("127.0.0.1 does not answer: ")


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"hello\r\n\r\n", b"CONNECT [ HTTP/1.1\r\n\r\n"])
def test_who_does_not_ask_a_proxy_is_told_that_this_is_one(port: int, sent: bytes) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as raw:
        raw.sendall(sent)
        answer = raw.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert b"this is the proxy of the simulated clouds" in answer


def test_a_head_without_end_is_dropped(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nx: " + b"y" * 200_000)
        with raw.makefile("rb") as answer, suppress(ConnectionResetError):
            assert answer.read() == b""


def test_a_tunnel_lasts_until_the_far_side_ends_it(port: int) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as far, closing(tunnel(port, far)) as raw:
        there, _ = far.accept()
        with closing(there), raw.makefile("rb") as back:
            assert [back.readline(), back.readline()] == [b"HTTP/1.1 200 Connection established\r\n", b"\r\n"]
            raw.sendall(b"up")
            assert there.recv(10) == b"up"
            raw.shutdown(socket.SHUT_WR)
            assert there.recv(10) == b""  # the client has said all, and still hears
            there.sendall(b"down")
            there.shutdown(socket.SHUT_WR)
            assert back.read() == b"down"


def tunnel(port: int, far: socket.socket) -> socket.socket:
    """A connection through the proxy."""
    raw = socket.create_connection(("127.0.0.1", port), timeout=10)
    raw.sendall(f"CONNECT 127.0.0.1:{far.getsockname()[1]} HTTP/1.1\r\n\r\n".encode())
    return raw


def test_a_proxy_that_leads_out_is_used(port: int, app: App) -> None:
    routes = Routes(lambda _: False, ("127.0.0.1", 1), lambda _: None, {"http": f"http://127.0.0.1:{port}"})
    with proxied(routes, []) as first, client(first) as curl:
        assert curl.get(f"http://{BALANCER}/x").text == f"{BALANCER} /x 0"
    assert len(app.heads) == 1


def test_its_end_ends_what_is_open(said: list[str]) -> None:
    routes = Routes(lambda _: False, ("127.0.0.1", 1), lambda _: None)
    with closing(socket.create_server(("127.0.0.1", 0))) as far:
        with proxied(routes, said) as port:
            raw = tunnel(port, far)
            there, _ = far.accept()
            assert raw.recv(100).startswith(b"HTTP/1.1 200")
        with closing(raw), closing(there):
            assert (raw.recv(10), there.recv(10)) == (b"", b"")
