"""A good registry, and the fault registry in front of it."""

import threading
from collections.abc import Iterator

import httpx
import pytest

from tests.faults.registry_content import Upstream
from tests.faults.registry_server import FaultRegistry
from tests.unit.fault_registry.parts import LOGIN, Clock, GoodRegistry, GoodServer, client_of


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    server = GoodServer(("127.0.0.1", 0), GoodRegistry)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Upstream(f"http://127.0.0.1:{server.server_address[1]}", LOGIN)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry(upstream: Upstream, clock: Clock) -> Iterator[FaultRegistry]:
    with FaultRegistry(upstream, clock=clock) as server:
        yield server


@pytest.fixture
def client(registry: FaultRegistry) -> Iterator[httpx.Client]:
    with client_of(registry) as one:
        yield one
