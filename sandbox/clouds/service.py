"""The process of the simulated clouds: `python -m sandbox.clouds.service <state folder> …`.

It holds three providers, the registries' front, the proxy and the metadata service, on the ports of the sandbox's
record, and keeps nothing that is not in the world's file: killed and started again it goes on. Each cloud is imported
at its first request, or in the background once all is served: nobody waits for the SDKs of another cloud.
"""

import asyncio
import base64
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox import registry
from sandbox.certificates import Authority
from sandbox.clouds import foreign, reach
from sandbox.clouds.access import Login, RegistryRules, Scene
from sandbox.clouds.aws.access import AwsRules
from sandbox.clouds.aws.type_tokens import IMAGE
from sandbox.clouds.azure.access import AzureRules
from sandbox.clouds.behaviour import Behaviour, CloudName, read_behaviour, write_behaviour
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.cluster_api import ClusterApi
from sandbox.clouds.deeds import Deeds
from sandbox.clouds.google.access import GoogleRules
from sandbox.clouds.load_balancers import LoadBalancers
from sandbox.clouds.metadata import Metadata
from sandbox.clouds.packages import PACKAGES, WARM_UP, load
from sandbox.clouds.place import PORTS, SECRET, Place
from sandbox.clouds.provider import CloudProvider
from sandbox.clouds.proxy import Proxy
from sandbox.clouds.proxy_routes import Routes, needs_no_proxy, outside
from sandbox.clouds.registry.front import Front
from sandbox.clouds.registry.gate import CloudRegistry
from sandbox.clouds.registry.stored import Upstream
from sandbox.clouds.tokens import Tokens
from sandbox.clouds.world import Thing, World
from sandbox.engine.serving import CHANNEL_OPTIONS
from sandbox.errors import SandboxError
from sandbox.state import State

_THREADS = 64  # a creation that takes long must not hold up the others


class Service:
    """All that is served."""

    def __init__(self, state: State, ports: dict[str, int]) -> None:
        self._state, self._ports = state, ports
        self._place = Place(state)
        self._world = World(self._place.world)
        self._authority = Authority(self._place.certificates)
        self._tokens = Tokens(state.secret("clouds-tokens"))
        self._rules: dict[CloudName, RegistryRules] = {
            "azure": AzureRules(self._tokens),
            "aws": AwsRules(self._tokens),
            "google": GoogleRules(self._tokens),
        }
        self._deeds = Deeds(self._world, self._behaviour, self._made)
        self._providers = {package: self._provider(package) for package in PACKAGES}
        self._servers: list[grpc.Server] = []  # one that nobody holds ends
        cluster = ClusterApi(self._kubernetes, Authority(state.certificates))
        self._balancers = LoadBalancers(self._world.read, cluster, print)
        self._front = self._make_front()
        owns = self._front.owns
        routes = Routes(
            owns,
            ("127.0.0.1", ports["clouds-front"]),
            self._balancers.address,
            outside(ports["clouds-proxy"]),
            needs_no_proxy,
        )
        self._proxy = Proxy(routes, say=print)
        secret = state.secret(SECRET)
        rules = tuple(self._rules.values())
        self._metadata = Metadata(rules, self._scene, cluster, secret, expire=self._expire, seen=self._pulled)

    async def start(self) -> None:
        """Serve; the metadata service, by which others see that all is served, comes last.

        Raises:
            OSError: a port is taken.
        """
        for package, provider in self._providers.items():
            self._servers.append(serve(provider, self._ports[f"clouds-{package}"]))
        await self._front.start(self._ports["clouds-front"])
        await self._proxy.start(self._ports["clouds-proxy"])
        for thing in self._world.read().things:
            self._made(thing)
        self._balancers.start()
        await self._metadata.start(self._ports["clouds-metadata"])
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    async def end(self) -> None:
        """End it; what runs gets a moment."""
        self._balancers.end()
        await self._metadata.close()
        await self._proxy.close()
        await self._front.close()

    def _make_front(self) -> Front:
        upstream = Upstream(
            f"http://{registry.host_at(self._ports['registry'])}",
            Login(registry.USER, self._state.secret("registry-password")),
        )
        clouds = [CloudRegistry(name, rules, self._scene) for name, rules in self._rules.items()]
        clouds += foreign.registries(self._place.foreign, self._scene)
        return Front(clouds, upstream, self._authority, self._tokens, seen=self._seen, pushed=self._pushed, say=print)

    def _provider(self, package: str) -> CloudProvider:
        sdk = version(f"pulumi-{package}")
        return CloudProvider(package, sdk, partial(load, package, self._site()), self._deeds)

    @property
    def _kubernetes(self) -> str:
        return f"https://127.0.0.1:{self._ports['apiserver']}"

    def _site(self) -> CloudSite:
        ca = base64.b64encode((self._state.certificates / "ca.pem").read_bytes()).decode()
        return CloudSite(self._kubernetes, ca, self._tokens, self._behaviour)

    def _behaviour(self) -> Behaviour:
        return read_behaviour(self._place.behaviour)

    def _expire(self, moment: float) -> None:
        changed = self._behaviour().model_copy(update={"expired_before": moment})
        write_behaviour(self._place.behaviour, changed)

    def _scene(self) -> Scene:
        return Scene(self._world.read(), time.time(), self._behaviour())

    def _seen(self, host: str) -> None:
        reach.reachable(self._state, host, self._ports["clouds-front"], self._authority.certificate_file)

    def _made(self, thing: Thing) -> None:
        """Nodes reach a registry as soon as it exists, and not only when somebody has pushed."""
        for host in filter(self._front.owns, _hosts(thing)):
            self._seen(host)

    def _pulled(self, host: str) -> None:
        """A node that came later reaches what exists; where a registry that nobody made is, is not for us to say."""
        if any(host in _hosts(each) for each in self._world.read().things):
            self._seen(host)

    def _pushed(self, host: str, repository: str) -> None:
        """Only ECR asks whether a repository is empty; the other clouds delete one with what is in it."""
        identifier, now = f"{host}/{repository}", time.time()
        if self._rules["aws"].owns(host) and self._world.read().find(IMAGE, identifier) is None:
            with self._world.changing() as content:
                content.put(Thing(token=IMAGE, id=identifier, inputs={}, outputs={}, made=now), now)

    def _warm_up(self) -> None:
        for package in WARM_UP:
            _ = self._providers[package].cloud


def serve(provider: CloudProvider, port: int) -> grpc.Server:
    """Serve a provider on a port of 127.0.0.1.

    Raises:
        RuntimeError: the port is taken.
    """
    # Without it gRPC lets two processes share a port, and an engine would meet either.
    options = [*CHANNEL_OPTIONS, ("grpc.so_reuseport", 0)]
    server = grpc.server(ThreadPoolExecutor(max_workers=_THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return server


def _hosts(thing: Thing) -> set[str]:
    """The hosts of registries that a thing's outputs name."""
    return {value.partition("/")[0] for value in thing.outputs.values() if isinstance(value, str)}


async def _run(state: State) -> None:
    record = state.read()
    missing = PORTS if record is None else [port for port in PORTS if port not in record.ports]
    if record is None or missing:
        message = f"{state.record_file} has no ports for {', '.join(missing)}: the sandbox starts this process"
        raise SandboxError(message)
    ending = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    service = Service(state, {**record.ports, "registry": record.options.registry_port})
    await service.start()
    await ending.wait()
    await service.end()


def main(words: list[str]) -> None:
    """Serve until SIGTERM."""
    asyncio.run(_run(State(Path(words[0]))))
    sys.stdout.flush()
    os._exit(0)  # creations that still wait must not keep the process


if __name__ == "__main__":
    main(sys.argv[1:])
