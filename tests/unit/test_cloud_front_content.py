"""What is stored behind the front of the simulated clouds' registries: pushed and pulled by who may, as it comes."""

import http.client
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from sandbox.clouds.access import Login
from tests.unit.cloud_front_world import LAYER, LAYER_PATH, FrontWorld, code, front_world
from tests.unit.cloud_fronts import ACR, DENIED, ECR, basic, digest


@pytest.fixture
def world(tmp_path: Path) -> Generator[FrontWorld]:
    with front_world(tmp_path) as made:
        yield made


@pytest.fixture
def pushed(world: FrontWorld) -> FrontWorld:
    """With content."""
    world.fill()
    return world


def test_a_push_and_a_pull_go_all_the_way(world: FrontWorld) -> None:
    pusher, client = world.token("pusher", "repository:web:pull,push"), world.acr
    blob = LAYER_PATH
    assert client.ask("HEAD", blob, headers=pusher).status_code == 404
    begun = client.ask("POST", "/v2/web/blobs/uploads/", headers=pusher)
    assert begun.headers["Location"] == "/v2/web/blobs/uploads/1?_state=a%3D"
    sent = client.ask("PATCH", begun.headers["Location"], headers=pusher, content=LAYER)
    assert (sent.status_code, sent.headers["Range"]) == (202, "0-1")
    ended = client.ask("PUT", f"/v2/web/blobs/uploads/1?digest={digest(LAYER)}", headers=pusher)
    assert (ended.status_code, ended.headers["Location"]) == (201, blob)
    assert world.pushed == []
    assert client.ask("PUT", "/v2/web/manifests/v1", headers=pusher, content=b"{}").status_code == 201
    node = world.token("node", "repository:web:pull")
    layer = client.ask("GET", blob, headers=node)
    assert (layer.content, layer.headers["Docker-Content-Digest"]) == (LAYER, "sha256:of-it")
    head = client.ask("HEAD", blob, headers=node)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(LAYER)))
    assert set(world.store.things) == {f"/v2/clouds/{ACR}{each}" for each in (blob[3:], "/web/manifests/v1")}
    assert world.pushed == [(ACR, "web")]


def test_where_each_request_carries_the_login_a_push_and_a_pull_go_as_well(pushed: FrontWorld) -> None:
    client = pushed.ecr
    assert client.ask("GET", "/v2/", headers=basic("node")).json() == {}
    assert client.ask("GET", LAYER_PATH, headers=basic("node")).content == LAYER
    assert client.ask("PUT", "/v2/web/manifests/v2", headers=basic("pusher"), content=b"2").status_code == 201
    denied = client.ask("PUT", "/v2/web/manifests/v1", headers=basic("node"), content=b"evil")
    assert (denied.status_code, code(denied), denied.json()["errors"][0]["message"]) == (403, "DENIED", DENIED.message)
    assert pushed.store.things[f"/v2/clouds/{ECR}/web/manifests/v1"] == b"{}"
    assert pushed.pushed == [(ECR, "web")]


def test_one_clouds_content_is_not_anothers(pushed: FrontWorld) -> None:
    del pushed.store.things[f"/v2/clouds/{ECR}/web/manifests/v1"]
    assert pushed.ecr.ask("GET", "/v2/web/manifests/v1", headers=basic("node")).status_code == 404


def test_a_repository_that_is_made_anew_is_empty(pushed: FrontWorld) -> None:
    assert pushed.ecr.ask("GET", "/v2/web/manifests/v1", headers=basic("node")).status_code == 200
    pushed.aws.made_anew = "again"
    assert pushed.ecr.ask("GET", "/v2/web/manifests/v1", headers=basic("node")).status_code == 404
    assert pushed.ecr.ask("PUT", "/v2/web/manifests/v1", headers=basic("pusher"), content=b"{}").status_code == 201
    assert f"/v2/clouds/{ECR}/again/web/manifests/v1" in pushed.store.things


def test_nothing_is_asked_of_the_store_for_who_may_not(pushed: FrontWorld) -> None:
    node = pushed.token("node", "repository:web:pull")
    for method, path in [
        ("PUT", "/v2/web/manifests/v1"),
        ("POST", "/v2/web/blobs/uploads/"),
        ("GET", "/v2/other/manifests/v1"),
        ("GET", "/v2/_catalog"),
        ("GET", "/v2/web/manifests/..%2F..%2Fx"),
    ]:
        assert pushed.acr.ask(method, path, headers=node).status_code in (401, 404)
    assert pushed.acr.ask("GET", "/v2/web/manifests/v1").status_code == 401
    assert pushed.store.asked == []


def test_a_layer_is_not_mounted_from_a_repository_that_may_not_be_read(world: FrontWorld) -> None:
    pusher = world.token("pusher", "repository:web:push")
    begun = world.acr.ask("POST", "/v2/web/blobs/uploads/?mount=sha256:1&from=secret&x=y", headers=pusher)
    assert begun.status_code == 202
    assert world.store.asked == [f"POST /v2/clouds/{ACR}/web/blobs/uploads/?x=y"]


def test_what_the_store_says_of_names_is_said_of_the_clouds_names(pushed: FrontWorld) -> None:
    node = pushed.token("node", "repository:web:pull")
    tags = pushed.acr.ask("GET", "/v2/web/tags/list", headers=node)
    assert tags.json() == {"name": "web", "tags": ["v1"]}
    missing = pushed.acr.ask("GET", "/v2/web/manifests/v9", headers=node)
    assert (missing.status_code, missing.json()["errors"][0]["detail"]) == (404, "web/manifests/v9")


def test_a_store_that_is_down_or_knows_no_login_of_ours_is_named(world: FrontWorld) -> None:
    node = world.token("node", "repository:web:pull")
    world.store.login = Login("pipeline", "another")
    answer = world.acr.ask("GET", "/v2/web/manifests/v1", headers=node)
    assert answer.status_code == 502
    assert "the sandbox's registry does not answer: it refuses the sandbox's own login" in answer.text
    world.store.stop()
    answer = world.acr.ask("GET", "/v2/web/manifests/v1", headers=node)
    assert answer.status_code == 502
    assert "the sandbox's registry does not answer: Cannot connect" in answer.text


def test_an_upload_is_passed_on_while_it_comes(world: FrontWorld) -> None:
    pusher = world.token("pusher", "repository:web:push")
    world.acr.ask("POST", "/v2/web/blobs/uploads/", headers=pusher)

    def parts() -> Iterator[bytes]:
        yield b"first"
        assert world.store.begun.wait(10)  # the store has it before the rest is sent
        yield b"second"

    connection = http.client.HTTPSConnection("127.0.0.1", world.port, context=world.trusted, timeout=10)
    connection.request("PATCH", "/v2/web/blobs/uploads/1", parts(), {"Host": ACR, **pusher}, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (202, b"")
    connection.close()
    assert world.store.upload == b"firstsecond"


def test_a_download_is_passed_on_while_it_comes(pushed: FrontWorld) -> None:
    node = pushed.token("node", "repository:web:pull")
    pushed.store.proceed = threading.Event()
    connection = http.client.HTTPSConnection("127.0.0.1", pushed.port, context=pushed.trusted, timeout=10)
    connection.request("GET", LAYER_PATH, headers={"Host": ACR, **node})
    answer = connection.getresponse()
    first = answer.read(len(LAYER) // 2)
    pushed.store.proceed.set()  # the store sends the rest only now
    assert first + answer.read() == LAYER
    connection.close()


def test_scopes_may_come_one_by_one_or_as_one_text(pushed: FrontWorld) -> None:
    token = pushed.token("pusher", "repository:web:pull", "repository:web:push")
    assert pushed.acr.ask("PUT", "/v2/web/manifests/v2", headers=token, content=b"2").status_code == 201
    assert pushed.store.things[f"/v2/clouds/{ACR}/web/manifests/v2"] == b"2"
