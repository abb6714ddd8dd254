"""What passes through the fault registry, and what it remembers of it."""

import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.faults import images, registry_answers
from tests.faults.registry_behaviour import (
    Behaviour,
    Lasts,
    Reply,
    Reset,
)
from tests.faults.registry_content import Upstream
from tests.faults.registry_server import FaultRegistry
from tests.unit.fault_registry.parts import IMAGE, LAYER, LAYER_PATH, MANIFEST, Clock, GoodRegistry, client_of


def test_a_repository_without_a_fault_is_the_upstreams(client: httpx.Client) -> None:
    manifest = client.get(MANIFEST)
    assert (manifest.status_code, manifest.content) == (200, IMAGE.top.content)
    assert manifest.headers["content-type"] == images.OCI_MANIFEST
    assert manifest.headers["docker-content-digest"] == IMAGE.top.digest
    assert client.get(LAYER_PATH).content == LAYER


def test_head_has_the_length_and_no_body(client: httpx.Client) -> None:
    answer = client.head(MANIFEST)
    assert (int(answer.headers["content-length"]), answer.content) == (len(IMAGE.top.content), b"")


def test_what_the_upstream_refuses_is_refused(client: httpx.Client) -> None:
    assert client.get("/v2/missing/manifests/v1").status_code == 404


def test_a_range_is_asked_of_the_upstream(client: httpx.Client) -> None:
    client.get(LAYER_PATH, headers={"Range": "bytes=7-"})
    assert GoodRegistry.asked[-1] == ("GET", LAYER_PATH, "bytes=7-")


def test_a_repository_can_be_another_of_the_upstream(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/alias", Behaviour(source="good/web"))
    assert client.get("/v2/faults/alias/manifests/v1").content == IMAGE.top.content
    assert GoodRegistry.asked[-1][1] == "/v2/good/web/manifests/v1"


def test_the_api_is_there_and_nothing_can_be_pushed(client: httpx.Client) -> None:
    assert client.get("/v2/").status_code == 200
    assert client.post("/v2/faults/web/blobs/uploads/").status_code == 405
    assert client.get("/elsewhere").status_code == 404


def test_an_upstream_that_is_away_is_a_bad_gateway() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with FaultRegistry(Upstream(f"http://127.0.0.1:{port}")) as server, client_of(server) as one:
        assert one.get(MANIFEST).status_code == 502


def test_one_connection_serves_many_requests(registry: FaultRegistry) -> None:
    registry.behave("faults/web", Behaviour(Reply(registry_answers.UNAVAILABLE)))
    request = f"GET {MANIFEST} HTTP/1.1\r\nHost: gcr.io\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", registry.port)) as connection, connection.makefile("rb") as answers:
        for _ in range(3):
            connection.sendall(request)
            assert answers.readline() == b"HTTP/1.1 503 Service Unavailable\r\n"
            length = next(int(line[15:]) for line in answers if line.startswith(b"Content-Length:"))
            assert answers.readline() == b"\r\n"
            answers.read(length)


def test_requests_are_remembered_without_what_is_secret(
    registry: FaultRegistry, client: httpx.Client, clock: Clock
) -> None:
    registry.behave("faults/web", Behaviour(Reply(registry_answers.DENIED)))
    registry.behave("faults/reset", Behaviour(Reset()))
    clock.now = 5
    client.get(MANIFEST, params={"ns": "gcr.io"}, auth=("user", "s3cret"))
    clock.now = 7
    with pytest.raises(httpx.HTTPError):
        client.head("/v2/faults/reset/manifests/v1", headers={"Host": "ghcr.io"})
    first, second = registry.requests
    assert (first.time, first.host, first.ns, first.method, first.path) == (5, "gcr.io", "gcr.io", "GET", MANIFEST)
    assert (first.had_authorization, first.status) == (True, 403)
    assert (second.time, second.host, second.ns, second.had_authorization, second.status) == (
        7,
        "ghcr.io",
        None,
        False,
        0,
    )
    assert "s3cret" not in repr(registry.requests)


def test_only_so_many_requests_are_remembered(monkeypatch: pytest.MonkeyPatch, upstream: Upstream) -> None:
    monkeypatch.setattr("tests.faults.registry_state._REMEMBERED", 3)
    with FaultRegistry(upstream) as server, client_of(server) as one:
        for number in range(5):
            one.get(f"/v2/faults/{number}/manifests/v1")
        assert [seen.path.split("/")[3] for seen in server.requests] == ["2", "3", "4"]


def test_many_clients_at_once_use_up_a_fault_exactly(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Reply(registry_answers.UNAVAILABLE), lasts=Lasts(times=7)))
    with ThreadPoolExecutor(8) as pool:
        statuses = [answer.status_code for answer in pool.map(client.head, [MANIFEST] * 40)]
    assert (statuses.count(503), statuses.count(200)) == (7, 33)


def test_a_failure_of_the_server_itself_is_not_taken_for_a_fault(
    monkeypatch: pytest.MonkeyPatch, upstream: Upstream
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    server = FaultRegistry(upstream)
    monkeypatch.setattr("tests.faults.registry_handler.read_request", broken)
    server.start()
    with client_of(server) as one, pytest.raises(httpx.HTTPError):
        one.get(MANIFEST)
    with pytest.raises(RuntimeError, match="itself failed"):
        server.close()
