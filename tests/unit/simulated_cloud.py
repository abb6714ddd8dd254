"""A cloud of two resource types and a function, served to a client that speaks as the engine does."""

from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from sandbox.clouds import sdk_types
from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.deeds import Deeds
from sandbox.clouds.kinds import Cloud, CloudError, Function, Json, Kind, Order
from sandbox.clouds.provider import CloudProvider
from sandbox.clouds.world import Content, Thing, World
from sandbox.engine.property_values import UNKNOWN
from tests.plugins.engine import Client

ECR = "aws:ecr/repository:Repository"
ROLE = "aws:iam/role:Role"
LOGIN = "aws:ecr/getAuthorizationToken:getAuthorizationToken"
MARK = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OPTIONS = [("grpc.use_local_subchannel_pool", 1)]
"""A connection of its own for each channel, as each provider instance of an engine has."""


def _names(inputs: Json) -> list[tuple[str, str]]:
    return (
        [("name", "no capitals")]
        if inputs.get("name", "") not in (str(inputs.get("name", "")).lower(), UNKNOWN)
        else []
    )


def _outputs(order: Order, identifier: str) -> Json:
    if order.inputs.get("imageTagMutability") == "BROKEN":
        message = "the cloud does not like it"
        raise CloudError(message)
    region = order.config.get("region", "nowhere")
    return {
        "arn": identifier,
        "registryId": "1",
        "repositoryUrl": f"1.dkr.ecr.{region}.amazonaws.com/{order.inputs['name']}",
    }


def _keep_full(thing: Thing, content: Content, now: float) -> None:
    if not thing.inputs.get("forceDelete"):
        message = "RepositoryNotEmptyException: use force"
        raise CloudError(message)
    for role in content.of(ROLE):
        content.remove(role, now)
    content.remove(thing, now)


REPOSITORY = Kind(
    sdk_types.resource("pulumi_aws.ecr", "Repository"),
    identify=lambda order: str(order.inputs["name"]),
    outputs=_outputs,
    replaces=frozenset({"name", "encryptionConfigurations.kmsKey"}),
    check=_names,
    defaults=lambda name, inputs, _: {"name": name, **inputs},
    delete=_keep_full,
    secret_outputs=frozenset({"registryId"}),
)
RIGHT = Kind(
    sdk_types.resource("pulumi_aws.iam", "Role"),
    identify=lambda _: "role",
    outputs=lambda order, identifier: {"arn": identifier, **({"nonsense": 1} if order.name == "bad" else {})},
    read=lambda thing, content: None if content.find(ECR, "taker") else thing,
    delete_first=True,
    adopts=True,
)


def _login(order: Order) -> Json:
    return {"userName": "AWS", "region": order.config.get("region"), "asked": order.inputs.get("registryId")}


def _configure(config: Json) -> None:
    if config.get("region") == "moon":
        message = "no such region: moon"
        raise CloudError(message)


CLOUD = Cloud(
    "aws",
    "7.0.0",
    (REPOSITORY, RIGHT),
    (Function(LOGIN, _login, required=frozenset({"registryId"}), known=frozenset({"region"})),),
    frozenset({"region", "defaultTags"}),
    _configure,
)


@dataclass
class Simulated:
    """The provider, seen from an engine."""

    port: int
    world: World
    behaviour: Behaviour = field(default_factory=Behaviour)
    made: list[str] = field(default_factory=list[str])

    @contextmanager
    def engine(self, **config: str) -> Generator["Instance"]:
        """A provider instance of an engine, configured."""
        with grpc.insecure_channel(f"127.0.0.1:{self.port}", options=OPTIONS) as channel:
            instance = Instance(Client(channel, "ResourceProvider"))
            instance.client.ask(
                "Configure", provider_pb2.ConfigureResponse, provider_pb2.ConfigureRequest(args=struct(config))
            )
            yield instance


@dataclass(frozen=True)
class Instance:
    client: Client

    def check(self, news: Mapping[str, Any], *, token: str = ECR) -> provider_pb2.CheckResponse:
        request = provider_pb2.CheckRequest(urn=urn(token), news=struct(news))
        return self.client.ask("Check", provider_pb2.CheckResponse, request)

    def refused(self, news: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [(each.property, each.reason) for each in self.check(news).failures]

    def diff(
        self,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        *,
        token: str = ECR,
        of: Literal["Diff", "DiffConfig"] = "Diff",
    ) -> provider_pb2.DiffResponse:
        request = provider_pb2.DiffRequest(
            urn=urn(token), olds=struct({"arn": "x"}), old_inputs=struct(old), news=struct(new)
        )
        return self.client.ask(of, provider_pb2.DiffResponse, request)

    def create(
        self, inputs: Mapping[str, Any], *, token: str = ECR, name: str = "web", preview: bool = False
    ) -> provider_pb2.CreateResponse:
        request = provider_pb2.CreateRequest(urn=urn(token, name), properties=struct(inputs), preview=preview)
        return self.client.ask("Create", provider_pb2.CreateResponse, request)

    def update(self, identifier: str, news: Mapping[str, Any], *, preview: bool = False) -> provider_pb2.UpdateResponse:
        request = provider_pb2.UpdateRequest(urn=urn(ECR), id=identifier, news=struct(news), preview=preview)
        return self.client.ask("Update", provider_pb2.UpdateResponse, request)

    def read(self, identifier: str, *, token: str = ECR) -> provider_pb2.ReadResponse:
        return self.client.ask(
            "Read", provider_pb2.ReadResponse, provider_pb2.ReadRequest(urn=urn(token), id=identifier)
        )

    def delete(self, identifier: str) -> None:

        self.client.ask("Delete", empty_pb2.Empty, provider_pb2.DeleteRequest(urn=urn(ECR), id=identifier))

    def invoke(self, token: str, **arguments: Any) -> provider_pb2.InvokeResponse:
        request = provider_pb2.InvokeRequest(tok=token, args=struct(arguments))
        return self.client.ask("Invoke", provider_pb2.InvokeResponse, request)


def urn(token: str, name: str = "web") -> str:
    return f"urn:pulumi:s::p::a:b:C${token}::{name}"


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    made = struct_pb2.Struct()
    made.update(dict(values))
    return made


def secret(value: object) -> dict[str, object]:
    return {MARK: SECRET, "value": value}


@contextmanager
def simulated(folder: Path, *, now: float = 7.0) -> Generator[Simulated]:
    """The provider, served on a free port."""
    found = Simulated(0, World(folder / "world.json"))
    deeds = Deeds(found.world, lambda: found.behaviour, lambda thing: found.made.append(thing.id), lambda: now)
    provider = CloudProvider("aws", "7.0.0", lambda: CLOUD, deeds)

    server = grpc.server(ThreadPoolExecutor())
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    found.port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield found
    finally:
        server.stop(None).wait(5)
