"""What the sandbox's own programs ask of the clouds, over HTTP, and what that asks of the cluster."""

import asyncio
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Literal

import httpx
import pytest

from sandbox.clouds.access import Action, Login, Refusal, Scene
from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.cluster_api import ClusterApi
from sandbox.clouds.clusters import TOKENS
from sandbox.clouds.load_balancers import LoadBalancers
from sandbox.clouds.metadata import Metadata
from sandbox.clouds.world import Content, Thing
from sandbox.errors import SandboxError
from sandbox.site import free_port
from tests.unit.cluster_server import ACCOUNTS, ClusterServer, cluster_server

EKS = Thing(token=TOKENS["aws"], id="web", inputs={"name": "web"}, outputs={}, made=1)
AKS = Thing(token=TOKENS["azure"], id="/subscriptions/s/x", inputs={"resourceName": "web"}, outputs={}, made=1)
SECRET = {"Authorization": "Bearer s3"}


class Rules:
    """Registries below `.test`, whose nodes log in where the image says so."""

    scheme: Literal["basic", "bearer"] = "basic"
    token_path = ""

    def owns(self, host: str) -> bool:
        return host.endswith(".test")

    def subject(self, scene: Scene, host: str, login: Login | None) -> str | Refusal:
        raise AssertionError(scene, host, login)

    def decide(self, scene: Scene, host: str, repository: str, subject: str, action: Action) -> Refusal | None:
        raise AssertionError(scene, host, repository, subject, action)

    def node_login(self, scene: Scene, image: str) -> Login | None:
        return Login("node", f"p-{image}") if scene.content.things else None

    def store(self, scene: Scene, host: str, repository: str) -> str:
        _ = scene, host, repository
        return ""

    def posted(self, scene: Scene, host: str, path: str, form: Mapping[str, str]) -> None:
        raise AssertionError(scene, host, path, form)


@dataclass
class Served:
    port: int
    cluster: ClusterServer
    api: ClusterApi
    content: Content = field(default_factory=Content)
    expired: list[float] = field(default_factory=list[float])
    seen: list[str] = field(default_factory=list[str])

    def ask(self, path: str, *, method: str = "GET", headers: Mapping[str, str] = SECRET) -> httpx.Response:
        return httpx.request(method, f"http://127.0.0.1:{self.port}{path}", headers=headers, trust_env=False)


@contextmanager
def running(metadata: Metadata, port: int) -> Generator[None]:
    ready, ending = Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        await metadata.start(port)
        ready.set()
        await ending.wait()
        await metadata.close()

    thread = Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(10)
    yield
    loop.call_soon_threadsafe(ending.set)
    thread.join()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.fixture
def served(tmp_path: Path) -> Generator[Served]:
    with cluster_server(tmp_path) as (cluster, api):
        served = Served(free_port(set()), cluster, api)
        metadata = Metadata(
            (Rules(),),
            lambda: Scene(served.content, 1.0, Behaviour()),
            api,
            "s3",
            expire=served.expired.append,
            seen=served.seen.append,
        )
        with running(metadata, served.port):
            yield served


def test_health_is_anybodys_to_ask(served: Served) -> None:
    assert served.ask("/healthz", headers={}).status_code == 200


@pytest.mark.parametrize("path", ["/node-login?image=a.test/b", "/cluster-token?cloud=aws", "/expire"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}, {"Authorization": "s3"}])
def test_whoever_does_not_know_the_secret_gets_nothing(served: Served, path: str, headers: dict[str, str]) -> None:
    served.content.things.append(EKS)
    answer = served.ask(path, method="POST" if path == "/expire" else "GET", headers=headers)
    assert answer.status_code == 403
    assert (served.cluster.asked, served.expired) == ([], [])


def test_a_node_gets_its_login_and_can_reach_the_registry(served: Served) -> None:
    served.content.things.append(EKS)
    assert served.ask("/node-login?image=a.test/b:v1").json() == {"username": "node", "password": "p-a.test/b:v1"}
    assert served.seen == ["a.test"]


def test_a_node_without_a_right_gets_no_login(served: Served) -> None:
    assert served.ask("/node-login?image=a.test/b").status_code == 204
    served.content.things.append(EKS)
    assert served.ask("/node-login?image=docker.io/b").status_code == 204
    assert served.seen == ["a.test"]


def test_a_cluster_that_exists_is_logged_in_to(served: Served) -> None:
    served.content.things.append(EKS)
    answer = served.ask("/cluster-token?cloud=aws&cluster=web")
    assert answer.json() == {"token": "t-1", "expires": "2030-01-01T00:00:00Z"}
    ((method, path, body),) = served.cluster.asked
    assert (method, path) == ("POST", f"{ACCOUNTS}/simulated-deployer/token")
    assert body["spec"] == {"expirationSeconds": 900}


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("cloud=aws&cluster=gone", "the simulated aws has no cluster gone"),
        ("cloud=google&cluster=", "the simulated google has no cluster"),
        ("cloud=mars", "there is no simulated cloud 'mars'"),
    ],
)
def test_a_cluster_that_does_not_exist_is_not(served: Served, query: str, text: str) -> None:
    served.content.things.append(EKS)
    answer = served.ask(f"/cluster-token?{query}")
    assert (answer.status_code, answer.json()) == (404, {"message": text})
    assert served.cluster.asked == []


def test_a_cluster_without_a_name_is_the_newest(served: Served) -> None:
    served.content.things.append(AKS)
    assert served.ask("/cluster-token?cloud=azure&cluster=").status_code == 200
    assert served.ask("/cluster-token?cloud=azure&cluster=web").status_code == 200


def test_expiry_makes_the_tokens_of_the_clouds_and_of_the_cluster_void(served: Served) -> None:
    assert served.ask("/expire", method="POST").status_code == 204
    (moment,) = served.expired
    assert moment > 1.7e9
    assert [each[:2] for each in served.cluster.asked] == [
        ("DELETE", f"{ACCOUNTS}/simulated-deployer"),
        ("POST", ACCOUNTS),
    ]
    assert served.ask("/expire").status_code == 405


def test_a_cluster_that_refuses_is_said(served: Served) -> None:
    served.content.things.append(EKS)
    served.cluster.refuses = 500
    answer = served.ask("/cluster-token?cloud=aws&cluster=web")
    assert answer.status_code == 502
    assert "the sandbox's cluster refuses POST" in answer.json()["message"]


def test_addresses_are_written_while_there_are_simulated_clusters(served: Served) -> None:
    service = {
        "metadata": {"namespace": "ns", "name": "web"},
        "spec": {"type": "LoadBalancer", "clusterIP": "10.96.0.7", "ports": [{"port": 80}]},
    }
    served.cluster.lists["/api/v1/services"] = [service]
    balancers = LoadBalancers(lambda: served.content, served.api, print)
    balancers.step()
    assert served.cluster.asked == []
    served.content.things.append(EKS)
    balancers.step()
    *_, (method, path, body) = served.cluster.asked
    assert (method, path) == ("PATCH", "/api/v1/namespaces/ns/services/web/status")
    hostname = body["status"]["loadBalancer"]["ingress"][0]["hostname"]
    assert balancers.address(hostname) == ("10.96.0.7", 80)
    served.content.things.clear()
    balancers.step()
    assert balancers.address(hostname) is None


def test_a_cluster_that_is_away_for_a_while_is_said_once(served: Served) -> None:
    served.content.things.append(EKS)
    served.cluster.refuses = 503
    said: list[str] = []
    balancers = LoadBalancers(lambda: served.content, served.api, said.append)
    balancers.start()
    wait_until(lambda: len(served.cluster.asked) > 2)
    assert len(said) == 1
    assert "503" in said[0]
    served.cluster.refuses = 0
    service = {
        "metadata": {"namespace": "ns", "name": "web"},
        "spec": {"type": "LoadBalancer", "clusterIP": "10.96.0.7", "ports": [{"port": 80}]},
    }
    served.cluster.lists["/api/v1/services"] = [service]
    wait_until(lambda: any(method == "PATCH" for method, *_ in served.cluster.asked))
    balancers.end()


def wait_until(check: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_was_deleted_meanwhile_is_no_failure(served: Served) -> None:
    served.cluster.refuses = 404
    served.api.merge("/x/status", {})
    served.api.delete("/x")
    with pytest.raises(SandboxError, match="refuses POST /x: 404"):
        served.api.create("/x", {})


def test_a_cluster_that_does_not_answer_is_said(served: Served) -> None:
    served.cluster.refuses = 503
    with pytest.raises(SandboxError, match="refuses GET /api/v1/services: 503"):
        served.api.items("/api/v1/services")
