"""The clouds' service as a process, with a state folder of its own. Neither an engine nor a cluster runs here."""

import importlib.util
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import httpx
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from sandbox.certificates import Authority
from sandbox.clouds.place import PORTS, SECRET, Place, health_url
from sandbox.clouds.service import Service
from sandbox.clouds.world import Thing, World
from sandbox.site import Site
from sandbox.state import Options, State, new_record
from tests.plugins.engine import Client
from tests.unit.simulated_cloud import struct, urn

CHECKOUT = Path(__file__).resolve().parents[2]
GROUP = "azure-native:resources:ResourceGroup"
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
GROUP_ID = "/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/web"
ACR = Thing(
    token="azure-native:containerregistry:Registry",
    id=f"{GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/web",
    inputs={"registryName": "web", "resourceGroupName": "web"},
    outputs={"loginServer": "web.azurecr.io", "name": "web"},
    made=1.0,
)
_SECONDS = 60


@dataclass(frozen=True)
class Running:
    state: State
    ports: dict[str, int]
    process: subprocess.Popen[bytes]

    @contextmanager
    def provider(self, package: str) -> Generator[Client]:
        options = [("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(f"127.0.0.1:{self.ports[f'clouds-{package}']}", options=options) as channel:
            yield Client(channel, "ResourceProvider")

    def secret(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.state.secret(SECRET)}"}


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path / "state")
    record = new_record(Options(), "embedded", "", tmp_path)
    site = Site(state, record, {})
    for name in (*PORTS, "apiserver"):
        site.port(name)
    Authority(state.certificates)
    (state.nodes("node-1") / "certs.d").mkdir(parents=True)
    return state


@contextmanager
def running(state: State) -> Generator[Running]:
    record = state.read()
    assert record is not None
    command = [sys.executable, "-m", "sandbox.clouds.service", str(state.folder)]
    log = state.folder / "service.log"
    values = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "HOME": str(state.folder)}
    with log.open("ab") as output, subprocess.Popen(command, stdout=output, stderr=output, env=values) as process:
        try:
            deadline = time.monotonic() + _SECONDS
            while not healthy(record.ports):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield Running(state, record.ports, process)
        finally:
            process.kill()


def healthy(ports: dict[str, int]) -> bool:
    try:
        return httpx.get(health_url(ports), trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def configure(client: Client) -> None:
    config = {"subscriptionId": "33333333-3333-4333-8333-333333333333", "location": "westeurope"}
    client.ask("Configure", provider_pb2.ConfigureResponse, provider_pb2.ConfigureRequest(args=struct(config)))


def test_it_serves_three_providers_and_goes_on_after_it_was_killed(state: State) -> None:
    with running(state) as service:
        for package in ("azure-native", "aws", "gcp"):
            with service.provider(package) as client:
                information = client.ask("GetPluginInfo", plugin_pb2.PluginInfo, empty_pb2.Empty())
                sdk = importlib.util.find_spec(f"pulumi_{package.replace('-', '_')}")
                assert sdk is not None
                assert sdk.origin is not None
                plugin = json.loads(Path(sdk.origin).with_name("pulumi-plugin.json").read_text())
                assert information.version == plugin["version"]
        with service.provider("azure-native") as client:
            configure(client)
            inputs = struct({"resourceGroupName": "web", "location": "westeurope"})
            request = provider_pb2.CreateRequest(urn=urn(GROUP), properties=inputs)
            created = client.ask("Create", provider_pb2.CreateResponse, request)
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
    with running(state) as service, service.provider("azure-native") as client:
        configure(client)
        request = provider_pb2.ReadRequest(urn=urn(GROUP), id=created.id)
        assert client.ask("Read", provider_pb2.ReadResponse, request).id == created.id
        service.process.terminate()
        assert service.process.wait(10) == 0


def test_the_proxy_leads_to_the_registries_and_nodes_reach_them(state: State) -> None:
    with World(Place(state).world).changing() as content:
        content.put(ACR, 1.0)
    with running(state) as service:
        hosts = state.nodes("node-1") / "certs.d/web.azurecr.io/hosts.toml"
        assert f"https://127.0.0.1:{service.ports['clouds-front']}" in hosts.read_text()
        roots = str(Place(state).certificates / "ca.pem")
        proxy = f"http://127.0.0.1:{service.ports['clouds-proxy']}"
        with httpx.Client(proxy=proxy, verify=ssl.create_default_context(cafile=roots), trust_env=False) as client:
            answer = client.get("https://web.azurecr.io/v2/")
        assert answer.status_code == 401
        assert "https://web.azurecr.io/oauth2/token" in answer.headers["WWW-Authenticate"]


def test_a_node_is_led_to_what_exists_and_not_to_a_registry_that_nobody_made(state: State) -> None:
    with World(Place(state).world).changing() as content:
        content.put(ACR, 1.0)
    with running(state) as service:
        url = f"http://127.0.0.1:{service.ports['clouds-metadata']}/node-login"
        certs = state.nodes("node-2") / "certs.d"  # it came later
        certs.mkdir(parents=True)
        for image in ("web.azurecr.io/web:v1", "other.azurecr.io/web:v1", "gcr.io/project/web:v1"):
            httpx.get(url, params={"image": image}, headers=service.secret(), trust_env=False)
        assert [each.name for each in certs.iterdir()] == ["web.azurecr.io"]


def test_expired_tokens_are_written_down_even_where_no_cluster_answers(state: State) -> None:
    with running(state) as service:
        url = f"http://127.0.0.1:{service.ports['clouds-metadata']}"
        before = time.time()
        answer = httpx.post(f"{url}/expire", headers=service.secret(), trust_env=False)
        assert answer.status_code == 502  # the cluster's own tokens cannot be made void
        assert json.loads(Place(state).behaviour.read_text())["expired_before"] >= before
        image = "other.azurecr.io/web:v1"
        login = httpx.get(f"{url}/node-login", params={"image": image}, headers=service.secret(), trust_env=False)
        assert login.status_code == 204


def test_a_push_is_noted_once_where_the_cloud_asks_whether_a_repository_is_empty(state: State) -> None:
    record = state.read()
    assert record is not None
    service = Service(state, {**record.ports, "registry": 1})
    for host in (ECR, ECR, "web.azurecr.io", "europe-west1-docker.pkg.dev"):
        service._pushed(host, "team/web")  # pyright: ignore[reportPrivateUsage]
    world = World(Place(state).world).read()
    assert [each.id for each in world.things] == [f"{ECR}/team/web"]
    assert len(world.journal) == 1


def test_without_ports_it_says_who_starts_it(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.write(new_record(Options(), "embedded", "", tmp_path))
    command = [sys.executable, "-m", "sandbox.clouds.service", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, timeout=60, check=False)
    assert done.returncode == 1
    assert "has no ports for clouds-azure-native" in done.stderr


def test_a_port_that_is_taken_ends_it(state: State) -> None:
    record = state.read()
    assert record is not None
    with socket.create_server(("127.0.0.1", record.ports["clouds-aws"])):
        command = [sys.executable, "-m", "sandbox.clouds.service", str(state.folder)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, timeout=60, check=False)
    assert done.returncode == 1
    assert str(record.ports["clouds-aws"]) in done.stderr
