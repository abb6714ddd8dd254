"""The simulated Azure in a test's hand: what a provider does to it, without a provider."""

import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import pulumi
import pytest

from components.platforms.aks import check_aks
from components.platforms.contract import Platform
from components.settings import Secrets
from sandbox.clouds import sdk_types
from sandbox.clouds.access import Action, Login, Refusal, Scene
from sandbox.clouds.accounts import DEPLOYER_AZURE, SUBSCRIPTION, TENANT
from sandbox.clouds.azure import type_tokens as types
from sandbox.clouds.azure.access import AzureRules
from sandbox.clouds.azure.cloud import cloud
from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.cloud_site import CloudSite
from sandbox.clouds.deeds import Deeds
from sandbox.clouds.kinds import CloudError, Kind, Order
from sandbox.clouds.tokens import Claims, Tokens
from sandbox.clouds.world import Thing, World
from tests.engine import RecordingMocks, run_program
from tests.graph import Graph
from tests.unit import aks_stack
from tests.unit.aks_stack import ProviderError

Json = dict[str, Any]
Bend = Callable[[str, str, Json], Json | None]
"""Type, name and inputs of a resource → what Azure gets in their place; None for nothing at all."""

NOBODY = "00000000-0000-0000-0000-000000000000"
CONFIG: Json = {"subscriptionId": SUBSCRIPTION}
GROUP: Json = {"resourceGroupName": "web", "location": "westeurope"}
REGISTRY: Json = {
    "resourceGroupName": "web",
    "registryName": "contoso",
    "location": "westeurope",
    "sku": {"name": "Basic"},
}
CLUSTER: Json = {
    "resourceGroupName": "web",
    "resourceName": "prod",
    "location": "westeurope",
    "dnsPrefix": "prod",
    "identity": {"type": "SystemAssigned"},
    "aadProfile": {"managed": True},
    "agentPoolProfiles": [
        {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_B2s", "osType": "Linux"}
    ],
}
ROLES = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
ACR_PULL, ACR_PUSH = "7f951dda-4ed3-4680-a7ca-43fe172d538d", "8311e382-0749-4cb8-b61a-304f252e45ec"
READER, WRITER = "b93aa761-3e63-49ed-ac28-beffa264f7ac", "2a1e307c-b015-4ebd-883e-5b7698a07328"


class RefusedInputsError(Exception):
    """What the provider's check says of inputs, before anything starts."""


class Azure:
    """A world with a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_000_000.0
        self.behaviour = Behaviour(grant_seconds={"azure": 0.0})
        self.tokens = Tokens("key")
        self.world = World(folder / "world.json")
        self.deeds = Deeds(self.world, lambda: self.behaviour, lambda _: None, lambda: self.now)
        self.cloud = cloud(CloudSite("https://127.0.0.1:6443", "Q0E=", self.tokens, lambda: self.behaviour))
        self.rules = AzureRules(self.tokens)

    def kind(self, token: str) -> Kind:
        return next(each for each in self.cloud.kinds if each.resource.token == token)

    def make(self, token: str, inputs: Json, name: str = "it", config: Json = CONFIG) -> Thing:
        """Create as a provider does: check, then create, whole or not at all."""
        kind = self.kind(token)
        wrong = sdk_types.problems(kind.resource, inputs)
        complete = inputs if wrong else kind.defaults(name, inputs, config)
        wrong += [] if wrong else [f"{key}: {why}" for key, why in kind.check(complete)]
        if wrong:
            raise RefusedInputsError("; ".join(wrong))
        return self.deeds.create(kind, name, complete, config, threading.Event())

    def change(self, thing: Thing, **changes: object) -> Thing:
        kind = self.kind(thing.token)
        return self.deeds.update(kind, "it", thing.id, {**thing.inputs, **changes}, CONFIG)

    def delete(self, thing: Thing) -> None:
        self.deeds.delete(self.kind(thing.token), thing.id)

    def put(self, *things: Thing) -> None:
        """What was there before."""
        with self.world.changing() as content:
            for each in things:
                content.put(each, self.now)

    def call(self, function: str, arguments: Json, config: Json = CONFIG) -> Json:
        found = next(each for each in self.cloud.functions if each.token.endswith(f":{function}"))
        assert found.required <= arguments.keys() <= found.required | found.known
        return dict(found.call(Order(found.token, arguments, config, self.world.read(), self.now)))

    def role(self, scope: str, principal: str, role: str = ACR_PULL, **own: object) -> Thing:
        """Give a role to an application."""
        given = {"scope": scope, "principalId": principal, "principalType": "ServicePrincipal"}
        inputs = {**given, "roleDefinitionId": f"{ROLES}/{role}", **own}
        return self.make(types.ROLE_ASSIGNMENT, inputs, f"role-{scope}-{principal}-{role}")

    def wired(self, **registry: object) -> tuple[Thing, Thing, str]:
        """A cluster whose nodes may do nothing yet, a registry, and the object id of its kubelets."""
        self.make(types.GROUP, GROUP)
        cluster = self.make(types.CLUSTER, CLUSTER)
        made = self.make(types.REGISTRY, {**REGISTRY, **registry})
        return cluster, made, str(cluster.outputs["identityProfile"]["kubeletidentity"]["objectId"])

    def scene(self) -> Scene:
        return Scene(self.world.read(), self.now, self.behaviour)

    def ask(
        self, login: Login | None, action: Action = "pull", path: str = "team/web", host: str = "contoso.azurecr.io"
    ) -> Refusal | None:
        """What a registry answers to somebody with a login."""
        subject = self.rules.subject(self.scene(), host, login)
        if isinstance(subject, Refusal):
            return subject
        return self.rules.decide(self.scene(), host, path, subject, action)

    def pull(self, path: str = "team/web", host: str = "contoso.azurecr.io") -> Refusal | None:
        """What a registry answers to the nodes of the newest cluster."""
        return self.ask(self.rules.node_login(self.scene(), f"{host}/{path}@sha256:0"), path=path, host=host)

    def entra(self, subject: str = DEPLOYER_AZURE, audience: str = "https://containerregistry.azure.net") -> str:
        """Entra's token of somebody."""
        return self.tokens.give(Claims("azure", "access", subject, self.now, self.now + 60, audience))

    def exchange(self, token: str, host: str = "contoso.azurecr.io", **own: str) -> Any:
        """The registry's answer to a token of Entra."""
        form = {"grant_type": "access_token", "service": host, "tenant": TENANT, "access_token": token}
        return self.rules.posted(self.scene(), host, "/oauth2/exchange", {**form, **own})

    def login(self, subject: str = DEPLOYER_AZURE, host: str = "contoso.azurecr.io") -> Login:
        """The login that somebody gets for a registry."""
        return Login(NOBODY, self.exchange(self.entra(subject), host)["refresh_token"])

    def run(self, cluster: Json, registry: Json, bend: Bend | None = None, **own: Any) -> tuple[Platform, Graph]:
        """Make a platform of the program here, and not of scripted answers.

        Args:
            cluster: of the stack file.
            registry: of the stack file.
            bend: what becomes of each resource before it is made.
            own: the rest of the stack file.
        """
        made: list[Platform] = []

        def program() -> None:
            platform = check_aks(aks_stack.settings(cluster, registry, **own), Secrets(), aks_stack.STACK)()
            made.append(platform)
            pulumi.export("identity", platform.pull_grant.identity)
            pulumi.export("server", platform.registry.server)

        def new_resource(mocks: RecordingMocks, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, Json]:
            _ = mocks
            inputs = cast("Json", args.inputs)  # pyright: ignore[reportUnknownMemberType]
            if not args.typ.startswith("azure-native:"):
                return f"{args.name}-id", {}
            given = bend(args.typ, args.name, inputs) if bend else inputs
            if given is None:
                return "nothing", {}
            thing = self.make(args.typ, given, args.name, _config(args.provider))
            return thing.id, dict(thing.outputs)

        def call(mocks: RecordingMocks, args: pulumi.runtime.MockCallArgs) -> tuple[Json, list[tuple[str, str]] | None]:
            _ = mocks
            given = cast("Json", args.args)  # pyright: ignore[reportUnknownMemberType]
            try:
                return self.call(args.token.rpartition(":")[2], given, _config(args.provider)), None
            except CloudError as error:
                raise ProviderError(str(error)) from error

        of_registry = registry.get("subscription")

        def _config(provider: str | None) -> Json:
            return {"subscriptionId": of_registry} if "::azure-registry::" in (provider or "") else CONFIG

        here = patch.object(shutil, "which", {"kubelogin": "/usr/bin/kubelogin"}.get)
        with here, patch.multiple(RecordingMocks, new_resource=new_resource, call=call):
            graph = run_program(program, stack="aks")
        return made[0], graph


def refused(deed: Callable[[], object], *words: str) -> None:
    """A deed is refused in these words."""
    with pytest.raises((CloudError, RefusedInputsError)) as caught:
        deed()
    for each in words:
        assert each in str(caught.value)


def without(inputs: Mapping[str, Any], *keys: str) -> Json:
    """Inputs but for some."""
    return {key: value for key, value in inputs.items() if key not in keys}
