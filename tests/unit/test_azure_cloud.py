"""The simulated Azure: what it takes and gives, refuses, and leaves behind."""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.clouds import sdk_types
from sandbox.clouds.accounts import DEPLOYER_AZURE, SUBSCRIPTION, TENANT
from sandbox.clouds.azure import seeds
from sandbox.clouds.azure import type_tokens as types
from sandbox.clouds.azure.logins import configure
from sandbox.clouds.kinds import CloudError
from sandbox.engine.property_values import UNKNOWN
from tests.unit import azure_world as az
from tests.unit.azure_world import Azure, refused, without

OTHER = "55555555-5555-4555-8555-555555555555"
FOREIGN_TENANT = "66666666-6666-4666-8666-666666666666"


@pytest.fixture
def azure(tmp_path: Path) -> Azure:
    return Azure(tmp_path)


@pytest.fixture
def ready(azure: Azure) -> Azure:
    """With a group."""
    azure.make(types.GROUP, az.GROUP)
    return azure


def test_the_version_is_that_of_the_sdk(azure: Azure) -> None:
    lines = Path("requirements.txt").read_text().splitlines()
    assert f"pulumi-azure-native=={azure.cloud.version}" in lines


def test_tokens_are_the_sdks(azure: Azure) -> None:
    known = {value for name, value in vars(types).items() if name.isupper()}
    assert {each.resource.token for each in azure.cloud.kinds} == known


NODES = az.CLUSTER["agentPoolProfiles"][0]


def pools(**own: object) -> list[dict[str, Any]]:
    return [{**NODES, **own}]


REFUSED: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "a group's name that ends in a dot": (types.GROUP, {**az.GROUP, "resourceGroupName": "web."}, ("1 to 90 letters",)),
    "a group nowhere": (
        types.GROUP,
        {**az.GROUP, "resourceGroupName": "b", "location": "mars"},
        ("LocationNotAvailableForResourceGroup", "'mars'"),
    ),
    "a group that is there": (types.GROUP, az.GROUP, ("already exists",)),
    "a group that is there in other letters": (
        types.GROUP,
        {**az.GROUP, "resourceGroupName": "WEB"},
        ("cannot create already existing resource",),
    ),
    "a registry with a hyphen": (
        types.REGISTRY,
        {**az.REGISTRY, "registryName": "my-registry"},
        ("registryName: ", "without hyphens"),
    ),
    "a short name of a registry": (types.REGISTRY, {**az.REGISTRY, "registryName": "web"}, ("5 to 50",)),
    "a registry without a group": (
        types.REGISTRY,
        {**az.REGISTRY, "resourceGroupName": "none"},
        ('Status=404 Code="ResourceGroupNotFound" Message="Resource group \'none\' could not be found."',),
    ),
    "a registry without what it offers": (types.REGISTRY, without(az.REGISTRY, "sku"), ("sku: is missing",)),
    "an offer that there is not": (types.REGISTRY, {**az.REGISTRY, "sku": {"name": "Tiny"}}, ("sku.name",)),
    "a registry for everybody for nothing": (
        types.REGISTRY,
        {**az.REGISTRY, "anonymousPullEnabled": True},
        ("not supported for the Basic SKU",),
    ),
    "a cluster without a group": (
        types.CLUSTER,
        {**az.CLUSTER, "resourceGroupName": "none"},
        ("ResourceGroupNotFound",),
    ),
    "a cluster nowhere": (types.CLUSTER, {**az.CLUSTER, "location": "mars"}, ("LocationNotAvailableForResourceType",)),
    "a version of long ago": (
        types.CLUSTER,
        {**az.CLUSTER, "kubernetesVersion": "1.20"},
        ("K8sVersionNotSupported", "is on version 1.20", "aks get-versions"),
    ),
    "a host name with an underscore": (types.CLUSTER, {**az.CLUSTER, "dnsPrefix": "a_b"}, ("dnsPrefix: ",)),
    "a pool with a hyphen": (types.CLUSTER, {**az.CLUSTER, "agentPoolProfiles": pools(name="a-b")}, ("name: ",)),
    "no system pool": (
        types.CLUSTER,
        {**az.CLUSTER, "agentPoolProfiles": pools(mode="User")},
        ("Must define at least one system pool.",),
    ),
    "names that are too long together": (
        types.CLUSTER,
        {**az.CLUSTER, "resourceName": "c" * 63, "location": "southafricanorth"},
        ("nodeResourceGroup: ", "has more than 80 characters"),
    ),
    "nobody to log in": (
        types.CLUSTER,
        without({**az.CLUSTER, "disableLocalAccounts": True}, "aadProfile"),
        ("disableLocalAccounts",),
    ),
    "Cilium on kubenet": (
        types.CLUSTER,
        {**az.CLUSTER, "networkProfile": {"networkDataplane": "cilium", "networkPlugin": "kubenet"}},
        ("InvalidNetworkDataplane",),
    ),
    "a misspelt input": (types.CLUSTER, {**az.CLUSTER, "sku": {"teir": "Free"}}, ("sku.teir",)),
    "a workspace of three letters": (
        types.WORKSPACE,
        {"resourceGroupName": "web", "workspaceName": "abc", "location": "westeurope"},
        ("workspaceName: ",),
    ),
}


@pytest.mark.parametrize(("token", "inputs", "words"), REFUSED.values(), ids=REFUSED)
def test_what_azure_would_refuse_is_refused(
    ready: Azure, token: str, inputs: dict[str, Any], words: tuple[str, ...]
) -> None:
    before = ready.world.read().things
    refused(lambda: ready.make(token, inputs), *words)
    assert ready.world.read().things == before


def test_what_is_not_known_yet_is_refused_by_no_rule(azure: Azure) -> None:
    for kind in azure.cloud.kinds:
        inputs = dict.fromkeys(
            ("resourceGroupName", "registryName", "resourceName", "principalId", "location"), UNKNOWN
        )
        assert kind.check({**inputs, "agentPoolProfiles": UNKNOWN}) == []


@pytest.mark.parametrize(
    ("check", "token", "inputs"),
    [
        ("clusters.check_cluster", types.CLUSTER, az.CLUSTER),
        ("registries.check_registry", types.REGISTRY, az.REGISTRY),
        (
            "roles.check_assignment",
            types.ROLE_ASSIGNMENT,
            {"scope": f"/subscriptions/{SUBSCRIPTION}", "principalId": OTHER, "roleDefinitionId": az.ROLES},
        ),
    ],
)
def test_the_vendors_models_have_a_say(
    ready: Azure, monkeypatch: pytest.MonkeyPatch, check: str, token: str, inputs: dict[str, Any]
) -> None:
    def say_no(_: object) -> None:
        message = "no such thing"
        raise CloudError(message)

    monkeypatch.setattr(f"sandbox.clouds.azure.{check}", say_no)
    refused(lambda: ready.make(token, inputs), "no such thing")


def test_a_name_of_a_registry_is_the_only_one_in_all_of_azure(ready: Azure) -> None:
    ready.make(types.REGISTRY, az.REGISTRY)
    ready.make(types.GROUP, {**az.GROUP, "resourceGroupName": "other"})
    refused(
        lambda: ready.make(types.REGISTRY, {**az.REGISTRY, "resourceGroupName": "other", "registryName": "Contoso"}),
        'Status=409 Code="AlreadyInUse" Message="The registry DNS name contoso.azurecr.io is already in use.',
    )


def test_a_name_that_is_not_given_is_chosen_once(ready: Azure) -> None:
    kind, inputs = ready.kind(types.REGISTRY), without(az.REGISTRY, "registryName")
    first = kind.defaults("registry", inputs, az.CONFIG)
    assert first == kind.defaults("registry", inputs, az.CONFIG)
    assert first["registryName"].startswith("registry")
    assert kind.check(first) == []
    assert first != kind.defaults("registry", {**inputs, "resourceGroupName": "other"}, az.CONFIG)
    assert ready.make(types.REGISTRY, inputs, "registry").outputs["loginServer"].endswith(".azurecr.io")


def test_a_cluster_says_all_that_others_need_of_it(ready: Azure) -> None:
    found = ready.make(types.CLUSTER, {**az.CLUSTER, "ingressProfile": {"webAppRouting": {"enabled": True}}})
    told = ready.call("getManagedCluster", {"resourceGroupName": "web", "resourceName": "prod"})
    kubelet = told["identityProfile"]["kubeletidentity"]
    assert len({kubelet["objectId"], kubelet["clientId"], told["identity"]["principalId"]}) == 3
    assert told["nodeResourceGroup"] == "MC_web_prod_westeurope"
    assert (told["powerState"], told["provisioningState"]) == ({"code": "Running"}, "Succeeded")
    assert told["agentPoolProfiles"][0]["vmSize"] == "Standard_B2s"
    assert told["ingressProfile"]["webAppRouting"]["enabled"] is True
    assert (told["id"], told["location"], told["currentKubernetesVersion"]) == (found.id, "westeurope", "1.34.2")


def test_a_cluster_keeps_its_identities_when_it_changes(ready: Azure) -> None:
    found = ready.make(types.CLUSTER, az.CLUSTER)
    ready.now += 100.0
    changed = ready.change(found, tags={"a": "b"}, agentPoolProfiles=pools(count=3))
    for key in ("identityProfile", "identity", "fqdn", "resourceUID"):
        assert changed.outputs[key] == found.outputs[key]
    assert changed.outputs["agentPoolProfiles"][0]["count"] == 3


def test_the_size_of_a_pools_nodes_is_for_its_life(ready: Azure) -> None:
    found = ready.make(types.CLUSTER, az.CLUSTER)
    refused(
        lambda: ready.change(found, agentPoolProfiles=pools(vmSize="Standard_D2s_v5")),
        "PropertyChangeNotAllowed",
        "Changing property 'properties.agentPoolProfiles.vmSize' is not allowed.",
    )


def test_what_cannot_be_changed_makes_a_new_thing(azure: Azure) -> None:
    assert {"location", "resourceName", "dnsPrefix"} <= azure.kind(types.CLUSTER).replaces
    assert {"location", "registryName"} <= azure.kind(types.REGISTRY).replaces
    assert {"principalId", "scope", "roleDefinitionId", "principalType"} <= azure.kind(types.ROLE_ASSIGNMENT).replaces
    for kind in azure.cloud.kinds:
        known = sdk_types.annotations.input_type_types(kind.resource.arguments)
        assert kind.replaces <= set(known), kind.resource.token


def test_a_group_takes_all_that_is_in_it_along(ready: Azure) -> None:
    _ = ready
    ready.make(types.CLUSTER, az.CLUSTER)
    registry = ready.make(types.REGISTRY, az.REGISTRY)
    ready.make(types.GROUP, {**az.GROUP, "resourceGroupName": "web2"})
    ready.role(registry.id, DEPLOYER_AZURE)
    ready.delete(ready.world.read().of(types.GROUP)[0])
    assert [each.inputs["resourceGroupName"] for each in ready.world.read().things] == ["web2"]


def test_a_cluster_that_goes_leaves_its_roles_elsewhere(azure: Azure) -> None:
    cluster, registry, kubelet = azure.wired()
    there = azure.role(registry.id, kubelet)
    azure.role(cluster.id, DEPLOYER_AZURE, "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b")
    azure.delete(cluster)
    assert [each.id for each in azure.world.read().of(types.ROLE_ASSIGNMENT)] == [there.id]


def test_the_same_right_cannot_be_given_twice(azure: Azure) -> None:
    _, registry, kubelet = azure.wired()
    first = azure.role(registry.id, kubelet, roleAssignmentName="aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
    refused(
        lambda: azure.role(registry.id, kubelet, roleAssignmentName="bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"),
        'Status=409 Code="RoleAssignmentExists" Message="The role assignment already exists.',
        "aaaaaaaaaaaa4aaa8aaaaaaaaaaaaaaa",
    )
    azure.delete(first)
    azure.role(registry.id, kubelet, roleAssignmentName="bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb")


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"principalId": "no-guid"}, ["principalId: ", "object id"]),
        ({"roleAssignmentName": "pull"}, ["roleAssignmentName: "]),
        ({"roleDefinitionId": "AcrPull"}, ["RoleDefinitionDoesNotExist", "'AcrPull'"]),
        ({"roleDefinitionId": f"{az.ROLES}/{OTHER}"}, ["RoleDefinitionDoesNotExist"]),
        ({"scope": "/subscriptions/x/resourceGroups/web/providers/A/registries/none"}, ["ResourceNotFound", "none"]),
        ({"principalType": "User"}, ["UnmatchedPrincipalType"]),
        ({"principalType": "User", "principalId": OTHER}, ["PrincipalNotFound", "does not exist in the directory"]),
        ({"principalType": "Robot"}, ["principalType"]),
    ],
)
def test_a_role_that_azure_would_not_give(azure: Azure, own: dict[str, object], words: list[str]) -> None:
    _, registry, kubelet = azure.wired()
    inputs = {
        "scope": registry.id,
        "principalId": kubelet,
        "principalType": "ServicePrincipal",
        "roleDefinitionId": f"{az.ROLES}/{az.ACR_PULL}",
    }
    refused(lambda: azure.make(types.ROLE_ASSIGNMENT, {**inputs, **own}), *words)


def test_a_role_for_an_application_that_nobody_knows_is_given_to_no_effect(azure: Azure) -> None:
    _, registry, _ = azure.wired()
    assert azure.role(registry.id, OTHER).inputs["principalId"] == OTHER


def test_logs_go_to_a_workspace_that_is_there(azure: Azure) -> None:
    cluster, _, _ = azure.wired()
    place = {"resourceGroupName": "web", "location": "westeurope"}
    workspace = azure.make(types.WORKSPACE, {**place, "workspaceName": "prod-logs", "sku": {"name": "PerGB2018"}})
    logs = [{"category": "kube-audit-admin", "enabled": True}]
    setting = {"resourceUri": cluster.id, "name": "control-plane", "workspaceId": workspace.id, "logs": logs}
    azure.make(types.DIAGNOSTIC_SETTING, setting)
    refused(lambda: azure.make(types.DIAGNOSTIC_SETTING, {**setting, "name": "b", "workspaceId": "/x"}), "not found")
    unknown = [{"category": "everything", "enabled": True}]
    refused(lambda: azure.make(types.DIAGNOSTIC_SETTING, {**setting, "name": "b", "logs": unknown}), "'everything'")


LOOK_UPS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "no such cluster": (
        "getManagedCluster",
        {"resourceGroupName": "web", "resourceName": "none"},
        ("ResourceNotFound", "'Microsoft.ContainerService/managedClusters/none' under resource group 'web'"),
    ),
    "no such registry": (
        "getRegistry",
        {"resourceGroupName": "web", "registryName": "none"},
        ("ResourceNotFound", "'Microsoft.ContainerRegistry/registries/none' under resource group 'web'"),
    ),
    "no such group": ("getResourceGroup", {"resourceGroupName": "none"}, ("ResourceGroupNotFound",)),
    "no group of it": ("getRegistry", {"resourceGroupName": "none", "registryName": "x"}, ("ResourceGroupNotFound",)),
}


@pytest.mark.parametrize(("function", "arguments", "words"), LOOK_UPS.values(), ids=LOOK_UPS)
def test_what_is_not_there_is_not_found(
    ready: Azure, function: str, arguments: dict[str, Any], words: tuple[str, ...]
) -> None:
    refused(lambda: ready.call(function, arguments), *words)


def test_a_registry_is_found_in_any_letters_and_tells_no_secret_of_the_simulation(ready: Azure) -> None:
    ready.put(seeds.registry("contoso", "web", mode="AbacRepositoryPermissions"))
    told = ready.call("getRegistry", {"resourceGroupName": "WEB", "registryName": "Contoso"})
    assert told["loginServer"] == "contoso.azurecr.io"
    assert "roleAssignmentMode" not in told


@pytest.mark.parametrize("version", ["2025-11-01", "2023-07-01"])
def test_how_a_registry_gives_rights_is_told_by_newer_versions(ready: Azure, version: str) -> None:
    ready.put(seeds.registry("contoso", "web", mode="AbacRepositoryPermissions"))
    ready.make(types.REGISTRY, {**az.REGISTRY, "registryName": "fabrikam"})

    def look(name: str) -> Any:
        asked = {
            "apiVersion": version,
            "parentResourcePath": "",
            "resourceGroupName": "web",
            "resourceName": name,
            "resourceProviderNamespace": "Microsoft.ContainerRegistry",
            "resourceType": "registries",
        }
        return ready.call("getResource", asked)["properties"].get("roleAssignmentMode")

    told = ("AbacRepositoryPermissions", "LegacyRegistryPermissions") if version > "2025" else (None, None)
    assert (look("contoso"), look("fabrikam")) == told


def test_a_subscription_of_another_tenant_is_not_for_this_login(azure: Azure) -> None:
    azure.put(
        seeds.group("theirs", subscription=OTHER, tenant=FOREIGN_TENANT),
        seeds.registry("contoso", "theirs", subscription=OTHER),
    )
    there = {"subscriptionId": OTHER}
    refused(
        lambda: azure.call("getRegistry", {"resourceGroupName": "theirs", "registryName": "contoso"}, there),
        "InvalidAuthenticationTokenTenant",
        TENANT,
        FOREIGN_TENANT,
    )
    assert [each["subscriptionId"] for each in azure.call("listSubscriptions", {})["value"]] == [SUBSCRIPTION]
    refused(
        lambda: azure.call("getResourceGroup", {"resourceGroupName": "x"}, {"subscriptionId": FOREIGN_TENANT}),
        "SubscriptionNotFound",
    )


def test_a_tenant_that_is_not_the_logins_is_unknown_to_entra() -> None:
    configure({"tenantId": TENANT})
    configure({})
    refused(lambda: configure({"tenantId": FOREIGN_TENANT}), "AADSTS90002", FOREIGN_TENANT)


def test_who_is_logged_in(azure: Azure) -> None:
    told = azure.call("getClientConfig", {}, {"subscriptionId": OTHER})
    assert (told["objectId"], told["tenantId"], told["subscriptionId"]) == (DEPLOYER_AZURE, TENANT, OTHER)
    assert told["clientId"] != told["objectId"]


@pytest.mark.parametrize("endpoint", [None, "https://containerregistry.azure.net"])
def test_a_token_of_entra_is_for_one_audience(azure: Azure, endpoint: str | None) -> None:
    given = azure.call("getClientToken", {} if endpoint is None else {"endpoint": endpoint})["token"]
    claims = azure.tokens.read(given, azure.now)
    assert claims is not None
    assert (claims.cloud, claims.kind, claims.subject) == ("azure", "access", DEPLOYER_AZURE)
    assert claims.detail == (endpoint or "https://management.azure.com")
    assert azure.tokens.read(given, azure.now + 3600.0) is None


def kubeconfig(azure: Azure, **own: object) -> Any:
    asked = {"resourceGroupName": "web", "resourceName": "prod", **own}
    answer = azure.call("listManagedClusterUserCredentials", asked)
    return yaml.safe_load(base64.b64decode(answer["kubeconfigs"][0]["value"]))


def test_a_kubeconfig_is_of_the_sandboxes_cluster_and_asks_a_person_for_a_code(ready: Azure) -> None:
    ready.make(types.CLUSTER, az.CLUSTER)
    document = kubeconfig(ready, format="exec")
    assert document["clusters"][0]["cluster"] == {
        "server": "https://127.0.0.1:6443",
        "certificate-authority-data": "Q0E=",
    }
    entry = document["users"][0]["user"]["exec"]
    assert entry["command"] == "kubelogin"
    assert entry["args"][:5] == [
        "get-token",
        "--environment",
        "AzurePublicCloud",
        "--server-id",
        "6dae42f8-4368-4678-94ff-3960e28e3630",
    ]
    assert entry["args"][-2:] == ["--login", "devicecode"]
    assert "auth-provider" in kubeconfig(ready)["users"][0]["user"]


def test_a_cluster_without_entra_gives_a_credential(ready: Azure) -> None:
    ready.make(types.CLUSTER, without(az.CLUSTER, "aadProfile"))
    assert list(kubeconfig(ready, format="exec")["users"][0]["user"]) == ["token"]
