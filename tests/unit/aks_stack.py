"""A stack file for AKS, run in a recording engine whose Azure answers as the real one does."""

import base64
import json
import shutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast
from unittest.mock import patch

import grpc
import pulumi
import yaml
from pydantic import SecretStr, TypeAdapter

from components.platforms.aks import check_aks
from components.platforms.contract import Platform
from components.settings import Secrets
from components.settings_models import AksSettings, Settings
from components.stack_file import StackFile
from tests.engine import Answer, RecordingMocks, run_program
from tests.graph import Graph, Json

STACK = StackFile("aks")
SUBSCRIPTION = "33333333-3333-4333-8333-333333333333"
OTHER = "55555555-5555-4555-8555-555555555555"
TENANT = "22222222-2222-4222-8222-222222222222"
DEPLOYER = "11111111-1111-4111-8111-111111111111"
KUBELET = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
CLIENT = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
"""Client id of the same identity."""
CLUSTER_IDENTITY = "cccccccc-cccc-4ccc-8ccc-cccccccccccc"
CANARY = "canary-refresh-token"

NEW_CLUSTER = {"mode": "create", "name": "prod", "resourceGroup": "web", "location": "westeurope"}
OLD_CLUSTER = {"mode": "existing", "name": "prod", "resourceGroup": "shared"}
NEW_ACR = {"mode": "create"}
OLD_ACR = {"mode": "existing", "name": "contoso", "resourceGroup": "registries"}

GROUP = "azure-native:resources:ResourceGroup"
ACR = "azure-native:containerregistry:Registry"
AKS = "azure-native:containerservice:ManagedCluster"
ROLE = "azure-native:authorization:RoleAssignment"
PROVIDER = "pulumi:providers:azure-native"
GET_CLUSTER = "azure-native:containerservice:getManagedCluster"
GET_ACR = "azure-native:containerregistry:getRegistry"
GET_MODE = "azure-native:resources:getResource"
GET_GROUP = "azure-native:resources:getResourceGroup"
GET_SUBSCRIPTIONS = "azure-native:authorization:listSubscriptions"


def user_kubeconfig(user: Json) -> str:
    """What Azure gives, in base64."""
    document = {
        "contexts": [{"name": "prod", "context": {"cluster": "prod", "user": "clusterUser_web_prod"}}],
        "clusters": [{"name": "prod", "cluster": {"server": "https://prod.hcp.westeurope.azmk8s.io:443"}}],
        "users": [{"name": "clusterUser_web_prod", "user": user}],
    }
    return base64.b64encode(yaml.safe_dump(document).encode()).decode()


KUBELOGIN: Json = {
    "exec": {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "kubelogin",
        "args": [
            "get-token",
            "--environment",
            "AzurePublicCloud",
            "--server-id",
            "6dae42f8-4368-4678-94ff-3960e28e3630",
            "--client-id",
            "80faf920-1908-4b52-b5ef-a8e7bedfc67a",
            "--tenant-id",
            TENANT,
            "--login",
            "devicecode",
        ],
        "env": None,
        "provideClusterInfo": False,
    }
}


def cluster_outputs(**own: Any) -> Json:
    """Of a cluster, made or found."""
    return {
        "identity": {"type": "SystemAssigned", "principalId": CLUSTER_IDENTITY, "tenantId": TENANT},
        "identityProfile": {"kubeletidentity": {"objectId": KUBELET, "clientId": CLIENT, "resourceId": "/x"}},
        "nodeResourceGroup": "MC_web_prod_westeurope",
        **own,
    }


def found_cluster(**own: Any) -> Json:
    """What a look-up gives."""
    return {
        "id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shared/providers/x/managedClusters/prod",
        "name": "prod",
        "location": "northeurope",
        "powerState": {"code": "Running"},
        "provisioningState": "Succeeded",
        "agentPoolProfiles": [{"name": "system", "vmSize": "Standard_B2s", "osType": "Linux"}],
        "ingressProfile": {"webAppRouting": {"enabled": True, "identity": {}}},
        **cluster_outputs(),
        **own,
    }


def acr_id(name: str, group: str, subscription: str = SUBSCRIPTION) -> str:
    """The id of a registry."""
    provider = "providers/Microsoft.ContainerRegistry/registries"
    return f"/subscriptions/{subscription}/resourceGroups/{group}/{provider}/{name}"


def found_acr(subscription: str = SUBSCRIPTION, **own: Any) -> Json:
    """What a look-up gives."""
    return {
        "id": acr_id("contoso", "registries", subscription),
        "name": "contoso",
        "loginServer": "contoso-abc1.azurecr.io",
        "publicNetworkAccess": "Enabled",
        **own,
    }


class ProviderError(grpc.RpcError):
    """A provider's no, as it comes over the wire."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def code(self) -> grpc.StatusCode:
        """What every refusal of a function has."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """The words."""
        return self.text


def failing(text: str) -> Answer:
    """A function that a provider refuses."""

    def answer(_: Json) -> Json:
        raise ProviderError(text)

    return answer


def constant(value: Json) -> Answer:
    """The same answer to everything."""
    return lambda _: value


def not_found(kind: str, name: str, group: str) -> Answer:
    """Azure's own words."""
    return failing(
        f'Status=404 Code="ResourceNotFound" Message="The Resource \'{kind}/{name}\' under resource group '
        f"'{group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix\""
    )


LOOKED_UP: Mapping[str, Answer] = {
    "azure-native:authorization:getClientConfig": constant(
        {"clientId": "x", "objectId": DEPLOYER, "subscriptionId": SUBSCRIPTION, "tenantId": TENANT}
    ),
    "azure-native:authorization:getClientToken": constant({"token": "head.e30.sign"}),
    "azure-native:containerservice:listManagedClusterUserCredentials": constant(
        {"kubeconfigs": [{"name": "clusterUser", "value": user_kubeconfig(KUBELOGIN)}]}
    ),
    GET_CLUSTER: constant(found_cluster()),
    GET_ACR: constant(found_acr()),
    GET_MODE: constant({"properties": {"roleAssignmentMode": "LegacyRegistryPermissions"}}),
    GET_GROUP: lambda given: {"name": given["resourceGroupName"], "location": "northeurope"},
    GET_SUBSCRIPTIONS: constant(
        {"value": [{"subscriptionId": each, "tenantId": TENANT} for each in (SUBSCRIPTION, OTHER)]}
    ),
}
MADE: Mapping[str, Answer] = {
    GROUP: lambda given: {"name": given["resourceGroupName"]},
    ACR: lambda given: {
        "name": given.get("registryName", "registry1a2b"),
        "loginServer": f"{given.get('registryName', 'registry1a2b')}-h4sh.azurecr.io",
        "creationDate": "2026-01-01T00:00:00Z",
    },
    AKS: lambda given: cluster_outputs(name=given["resourceName"]),
}


def settings(cluster: Json, registry: Json, **own: Any) -> AksSettings:
    """What a stack file says."""
    document = {
        "target": "aks",
        "image": {"repository": "team/web", "context": "webapi"},
        "app": {"name": "web"},
        "cluster": cluster,
        "registry": registry,
        **own,
    }
    read = TypeAdapter[Settings](Settings).validate_json(json.dumps(document))
    assert isinstance(read, AksSettings)
    return read


def run(
    cluster: Json,
    registry: Json,
    answers: Mapping[str, Answer] | None = None,
    *,
    preview: bool = False,
    config: Mapping[str, str] | None = None,
    programs: Mapping[str, str] = MappingProxyType({"kubelogin": "/usr/bin/kubelogin"}),
    **own: Any,
) -> tuple[Platform, Graph]:
    """Make the platform in a program that exports what it gives.

    Args:
        cluster: of the stack file.
        registry: of the stack file.
        answers: of Azure, in place of the usual ones.
        preview: as in `pulumi preview`.
        config: full keys to values.
        programs: on the PATH.
        own: the rest of the stack file.
    """
    made: list[Platform] = []

    def program() -> None:
        secrets = Secrets(SecretStr("canary-password"))
        platform = check_aks(settings(cluster, registry, **own), secrets, STACK)()
        made.append(platform)
        grant = platform.pull_grant
        pulumi.export("server", platform.registry.server)
        pulumi.export("prefix", platform.registry.prefix)
        pulumi.export("password", platform.registry.password)
        pulumi.export("kubeconfig", platform.cluster.kubeconfig)
        pulumi.export("identity", grant.identity)
        pulumi.export("resource", grant.resource)
        pulumi.export("facts", dict(grant.facts))

    given = {**LOOKED_UP, **({} if preview else MADE), **(answers or {})}
    with patch.object(RecordingMocks, "new_resource", with_arm_id), patch.object(shutil, "which", programs.get):
        graph = run_program(program, stack="aks", answers=given, preview=preview, config=config)
    return made[0], graph


def with_arm_id(mocks: RecordingMocks, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, Json]:
    """As the engine's own, with ids that name a subscription, as Azure's do."""
    inputs = cast("Json", args.inputs)  # pyright: ignore[reportUnknownMemberType]
    answer = mocks.answers.get(args.typ)
    group = inputs.get("resourceGroupName", "web")
    identifier = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/{args.typ}/{args.name}"
    return identifier, answer(inputs) if answer else {}
