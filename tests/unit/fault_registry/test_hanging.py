"""Requests that hang or are reset before an answer."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults.registry_behaviour import (
    Behaviour,
    Break,
    Broken,
    Hang,
    Lasts,
    Reset,
)
from tests.faults.registry_content import Upstream
from tests.faults.registry_server import FaultRegistry
from tests.unit.fault_registry.parts import IMAGE, LAYER_PATH, MANIFEST, client_of


def test_a_request_hangs_until_released_and_is_then_good(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Hang()))
    with ThreadPoolExecutor() as pool:
        hung = pool.submit(client.get, MANIFEST)
        assert registry.wait_for_hanging()
        assert not hung.done()
        registry.release()
        assert hung.result().content == IMAGE.top.content
    assert [seen.status for seen in registry.requests] == [0]


def test_a_client_that_gives_up_ends_its_request(registry: FaultRegistry) -> None:
    registry.behave("faults/web", Behaviour(Hang()))
    with socket.create_connection(("127.0.0.1", registry.port)) as connection:
        connection.sendall(f"GET {MANIFEST} HTTP/1.1\r\nHost: gcr.io\r\n\r\n".encode())
        assert registry.wait_for_hanging()
    assert registry.wait_for_hanging(0)


def test_a_hang_can_end_by_itself(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Hang(), lasts=Lasts(times=1)))
    with pytest.raises(httpx.ReadTimeout):
        client.get(MANIFEST, timeout=0.05)
    assert client.get(MANIFEST).status_code == 200


def test_closing_drops_what_hangs_and_leaves_no_thread(upstream: Upstream) -> None:
    before = set(threading.enumerate())
    registry = FaultRegistry(upstream)
    registry.behave("faults/web", Behaviour(Hang()))
    registry.behave("faults/half", Behaviour(Broken(Break.HANG), image=IMAGE))
    registry.start()
    half = LAYER_PATH.replace("web", "half")
    with (
        client_of(registry) as one,
        ThreadPoolExecutor() as pool,
        socket.create_connection(("127.0.0.1", registry.port)),
    ):
        one.get("/v2/")  # a connection that is kept alive and idle
        hung = [pool.submit(one.get, path) for path in (MANIFEST, half)]
        assert registry.wait_for_hanging(2)
        registry.close()
        assert all(isinstance(one.exception(), httpx.RemoteProtocolError) for one in hung)
    assert set(threading.enumerate()) == before


def test_a_server_that_was_never_started_closes(upstream: Upstream) -> None:
    FaultRegistry(upstream).close()


def test_a_reset_is_a_reset_and_can_end(registry: FaultRegistry) -> None:
    registry.behave("faults/web", Behaviour(Reset(), lasts=Lasts(times=2)))
    request = f"HEAD {MANIFEST} HTTP/1.1\r\nHost: gcr.io\r\nConnection: close\r\n\r\n".encode()
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", registry.port)) as connection:
            connection.sendall(request)
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
    with socket.create_connection(("127.0.0.1", registry.port)) as connection:
        connection.sendall(request)
        assert connection.recv(12) == b"HTTP/1.1 200"
