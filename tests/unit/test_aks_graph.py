"""What an AKS stack registers in each mode: exact inputs of the wiring, its order, and what is secret."""

import asyncio
import uuid
from typing import Any

import pulumi
import pytest
import yaml

from components.platforms import aks_admin, aks_push
from components.platforms.contract import AddressSource, PullKind, Target
from tests.graph import UNKNOWN, Graph
from tests.unit import aks_stack as azure
from tests.unit.aks_stack import ACR, AKS, GROUP, KUBELET, NEW_ACR, NEW_CLUSTER, OLD_ACR, OLD_CLUSTER, ROLE, run

PULL_ROLES = "providers/Microsoft.Authorization/roleDefinitions"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
ADMIN = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"
MODES = {
    "all made": (NEW_CLUSTER, NEW_ACR),
    "cluster made": (NEW_CLUSTER, OLD_ACR),
    "registry made": (OLD_CLUSTER, NEW_ACR),
    "nothing made": (OLD_CLUSTER, OLD_ACR),
}


@pytest.fixture(autouse=True)
def login(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The exchange, remembered and answered."""
    asked: list[Any] = []

    async def push_login(wanted: Any, client: Any) -> str:
        _ = client
        asked.append(wanted)
        return azure.CANARY

    monkeypatch.setattr(aks_push, "push_login", push_login)
    for name in ("AAD_LOGIN_METHOD", "ARM_CLIENT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "ARM_USE_MSI"):
        monkeypatch.delenv(name, raising=False)
    return asked


def types(graph: Graph) -> list[str]:
    return sorted(f"{each.type} {each.name}" for each in graph.resources)


def test_both_are_made_with_the_right_between_them() -> None:
    platform, graph = run(NEW_CLUSTER, NEW_ACR)
    assert types(graph) == sorted(
        [
            f"{azure.PROVIDER} azure",
            f"{GROUP} group",
            f"{ACR} registry",
            f"{AKS} cluster",
            f"{ROLE} admin",
            f"{ROLE} pull",
            "pulumi:providers:kubernetes aks",
        ]
    )
    assert platform.target == Target.AKS
    assert platform.ingress.class_name == "webapprouting.kubernetes.azure.com"
    assert platform.ingress.address == AddressSource.STATUS


def test_nothing_is_made_where_all_is_there_but_the_right() -> None:
    _, graph = run(OLD_CLUSTER, OLD_ACR)
    assert types(graph) == [
        f"{ROLE} pull",
        f"{azure.PROVIDER} azure",
        "pulumi:providers:kubernetes aks",
    ]


def test_a_new_registry_goes_beside_a_cluster_that_is_there() -> None:
    _, graph = run(OLD_CLUSTER, NEW_ACR)
    inputs = graph.one(ACR).inputs
    assert (inputs["resourceGroupName"], inputs["location"]) == ("shared", "northeurope")
    assert graph.all(GROUP) == []


def test_a_new_registry_may_have_another_group_which_is_there() -> None:
    registry = {**NEW_ACR, "resourceGroup": "registries", "name": "contoso"}
    _, graph = run(NEW_CLUSTER, registry)
    inputs = graph.one(ACR).inputs
    assert (inputs["resourceGroupName"], inputs["registryName"]) == ("registries", "contoso")
    assert graph.one(GROUP).inputs["resourceGroupName"] == "web"


def test_the_group_of_the_cluster_is_not_looked_for_under_another_spelling() -> None:
    _, graph = run(NEW_CLUSTER, {**NEW_ACR, "resourceGroup": "WEB"})
    assert azure.GET_GROUP not in [token for token, _ in graph.calls]
    assert graph.one(ACR).inputs["resourceGroupName"] == "web"


def test_the_right_to_pull_is_that_of_the_kubelets_on_the_registry() -> None:
    platform, graph = run(OLD_CLUSTER, OLD_ACR)
    scope = azure.acr_id("contoso", "registries")
    definition = f"/subscriptions/{azure.SUBSCRIPTION}/{PULL_ROLES}/{ACR_PULL}"
    assert graph.one(ROLE, "pull").inputs == {
        "principalId": KUBELET,
        "principalType": "ServicePrincipal",
        "roleDefinitionId": definition,
        "roleAssignmentName": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope}|{KUBELET}|{ACR_PULL}".lower())),
        "scope": scope,
    }
    grant = platform.pull_grant
    assert (grant.kind, grant.role, grant.propagation_seconds) == (PullKind.KUBELET_IDENTITY, "AcrPull", 600)
    assert (graph.exports["identity"], graph.exports["resource"]) == (KUBELET, scope)
    assert graph.exports["facts"] == {
        "resource_group": "shared",
        "cluster": "prod",
        "node_resource_group": "MC_web_prod_westeurope",
        "registry_name": "contoso",
        "registry": "contoso-abc1.azurecr.io",
    }


@pytest.mark.parametrize("how", ["looked up", "by config"])
def test_a_registry_that_gives_rights_by_repository_takes_another_role(how: str) -> None:
    abac = {azure.GET_MODE: azure.constant({"properties": {"roleAssignmentMode": "AbacRepositoryPermissions"}})}
    if how == "looked up":
        platform, graph = run(OLD_CLUSTER, OLD_ACR, abac)
        (asked,) = [given for token, given in graph.calls if token == azure.GET_MODE]
        assert asked == {
            "apiVersion": "2025-11-01",
            "parentResourcePath": "",
            "resourceGroupName": "registries",
            "resourceName": "contoso",
            "resourceProviderNamespace": "Microsoft.ContainerRegistry",
            "resourceType": "registries",
        }
    else:
        platform, graph = run(OLD_CLUSTER, {**OLD_ACR, "permissions": "abac"})
        assert azure.GET_MODE not in [token for token, _ in graph.calls]
    assert graph.one(ROLE, "pull").inputs["roleDefinitionId"].endswith(READER)
    assert platform.pull_grant.role == "Container Registry Repository Reader"


def test_a_right_that_somebody_gave_is_not_given_again() -> None:
    platform, graph = run(OLD_CLUSTER, {**OLD_ACR, "attachPull": False})
    assert graph.all(ROLE) == []
    assert (platform.pull_grant.depends_on, platform.pull_grant.propagation_seconds) == ((), 0)
    assert graph.exports["identity"] == KUBELET


def test_a_registry_of_another_subscription_is_asked_and_changed_there() -> None:
    registry = {**OLD_ACR, "subscription": azure.OTHER}
    _, graph = run(NEW_CLUSTER, registry, {azure.GET_ACR: azure.constant(azure.found_acr(azure.OTHER))})
    there = graph.one(azure.PROVIDER, "azure-registry")
    assert there.inputs["subscriptionId"] == azure.OTHER
    pull = graph.one(ROLE, "pull")
    assert pull.provider_urn == there.urn
    assert pull.inputs["roleDefinitionId"] == f"/subscriptions/{azure.OTHER}/{PULL_ROLES}/{ACR_PULL}"
    assert graph.one(AKS).provider_urn == graph.one(azure.PROVIDER, "azure").urn


def test_a_new_cluster_has_an_identity_and_no_accounts_of_its_own() -> None:
    _, graph = run({**NEW_CLUSTER, "kubernetesVersion": "1.34"}, NEW_ACR, tags={"owner": "team-web"})
    tags = {"managed-by": "pulumi", "owner": "team-web"}
    assert graph.one(AKS).inputs == {
        "resourceGroupName": "web",
        "resourceName": "prod",
        "location": "westeurope",
        "dnsPrefix": "prod",
        "kubernetesVersion": "1.34",
        "sku": {"name": "Base", "tier": "Free"},
        "identity": {"type": "SystemAssigned"},
        "enableRBAC": True,
        "aadProfile": {"managed": True, "enableAzureRBAC": True, "tenantID": azure.TENANT},
        "disableLocalAccounts": True,
        "agentPoolProfiles": [
            {
                "name": "system",
                "mode": "System",
                "type": "VirtualMachineScaleSets",
                "osType": "Linux",
                "vmSize": "Standard_B2s",
                "count": 1,
                "tags": tags,
            }
        ],
        "networkProfile": {
            "networkPlugin": "azure",
            "networkPluginMode": "overlay",
            "networkDataplane": "cilium",
            "networkPolicy": "cilium",
        },
        "ingressProfile": {"webAppRouting": {"enabled": True}},
        "autoUpgradeProfile": {"upgradeChannel": "none", "nodeOSUpgradeChannel": "None"},
        "tags": tags,
    }
    assert graph.one(ACR).inputs == {
        "resourceGroupName": "web",
        "location": "westeurope",
        "sku": {"name": "Basic"},
        "adminUserEnabled": False,
        "anonymousPullEnabled": False,
        "networkRuleBypassOptions": "AzureServices",
        "publicNetworkAccess": "Enabled",
        "zoneRedundancy": "Disabled",
        "tags": tags,
    }
    assert graph.one(GROUP).inputs == {"resourceGroupName": "web", "location": "westeurope", "tags": tags}


def test_production_is_protected_upgraded_and_logged() -> None:
    cluster = {**NEW_CLUSTER, "apiRanges": ["203.0.113.0/24"]}
    _, graph = run(cluster, NEW_ACR, profile="production")
    inputs = graph.one(AKS).inputs
    assert inputs["sku"]["tier"] == "Standard"
    assert inputs["agentPoolProfiles"][0]["count"] == 3
    assert inputs["autoUpgradeProfile"] == {"upgradeChannel": "patch", "nodeOSUpgradeChannel": "NodeImage"}
    assert inputs["apiServerAccessProfile"] == {"authorizedIPRanges": ["203.0.113.0/24"]}
    assert [graph.one(each).request.protect for each in (GROUP, ACR, AKS)] == [True] * 3
    setting = graph.one("azure-native:monitor:DiagnosticSetting").inputs
    assert [each["category"] for each in setting["logs"]] == ["kube-audit-admin", "guard"]
    assert graph.one("azure-native:operationalinsights:Workspace").inputs["workspaceName"] == "prod-logs"
    assert [text for _, text in graph.logs if "profile test" in text] == []


def test_a_number_of_nodes_comes_before_the_profiles() -> None:
    _, graph = run({**NEW_CLUSTER, "nodeCount": 5}, NEW_ACR)
    assert graph.one(AKS).inputs["agentPoolProfiles"][0]["count"] == 5


def test_another_azure_may_be_meant_by_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_ENVIRONMENT", "china")
    assert run(OLD_CLUSTER, OLD_ACR)[1].one(azure.PROVIDER).inputs["environment"] == "china"
    config = {"azure-native:environment": "usgovernment"}
    assert run(OLD_CLUSTER, OLD_ACR, config=config)[1].one(azure.PROVIDER).inputs["environment"] == "usgovernment"


def test_everywhere_is_said_by_leaving_the_ranges_out() -> None:
    _, graph = run({**NEW_CLUSTER, "apiRanges": ["0.0.0.0/0"]}, NEW_ACR, profile="production")
    assert "apiServerAccessProfile" not in graph.one(AKS).inputs


def test_the_profile_test_says_what_it_leaves_open_and_protects_nothing() -> None:
    _, graph = run(NEW_CLUSTER, NEW_ACR)
    (text,) = [text for _, text in graph.logs if "profile test" in text]
    for each in ("can be deleted", "one node", "answers everywhere (cluster.apiRanges)", "no logs", "never upgraded"):
        assert each in text
    assert [graph.one(each).request.protect for each in (GROUP, ACR, AKS)] == [False] * 3
    assert not any("profile test" in text for _, text in run(OLD_CLUSTER, OLD_ACR)[1].logs)


def test_whoever_makes_a_cluster_may_use_it_and_keeps_that_right() -> None:
    _, graph = run(NEW_CLUSTER, NEW_ACR)
    admin = graph.one(ROLE, "admin")
    assert admin.inputs["principalId"] == azure.DEPLOYER
    assert admin.inputs["principalType"] == "ServicePrincipal"
    assert admin.inputs["roleDefinitionId"].endswith(ADMIN)
    assert set(admin.request.ignoreChanges) == {"principalId", "principalType", "roleAssignmentName"}
    assert admin.hooks["after_create"] == ("aks-admin-counts",)
    assert admin.urn in graph.one("pulumi:providers:kubernetes").dependencies


@pytest.mark.parametrize("lets_in", [True, False])
def test_the_update_waits_with_the_new_clusters_own_login(monkeypatch: pytest.MonkeyPatch, lets_in: bool) -> None:
    hooks: list[Any] = []
    asked: list[tuple[str, str]] = []
    warnings: list[str] = []

    class Hook(pulumi.ResourceHook):
        def __init__(self, name: str, callback: Any) -> None:
            super().__init__(name, callback)
            hooks.append(callback)

    class Cluster:
        def list(self, kind: str) -> None:
            asked.append((kind, "list"))

    def connect(kubeconfig: str, context: str) -> Cluster:
        asked.append((yaml.safe_load(kubeconfig)["current-context"], context))
        return Cluster()

    async def let_in(try_once: Any) -> bool:
        await try_once()
        return lets_in

    monkeypatch.setattr(pulumi, "ResourceHook", Hook)
    monkeypatch.setattr(aks_admin, "connect_text", connect)
    monkeypatch.setattr(aks_admin, "let_in", let_in)
    run(NEW_CLUSTER, NEW_ACR)
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    asyncio.run(hooks[0](None))
    assert asked == [("prod", "prod"), ("namespaces", "list")]
    assert warnings == ([] if lets_in else ["cluster prod still refuses this login"])


@pytest.mark.parametrize(("cluster", "registry"), MODES.values(), ids=MODES)
def test_what_pulls_waits_for_the_right_and_every_provider_is_explicit(cluster: Any, registry: Any) -> None:
    platform, graph = run(cluster, registry)
    assert len(platform.pull_grant.depends_on) == 1
    for each in graph.resources:
        if each.type.startswith("azure-native:"):
            assert each.provider_urn == graph.one(azure.PROVIDER, "azure").urn, each.type
    pull = graph.one(ROLE, "pull")
    made = [each.urn for each in graph.resources if each.type in (ACR, AKS)]
    assert set(made) <= set(pull.dependencies)
    if graph.all(AKS):
        assert graph.one(AKS).urn in graph.one("pulumi:providers:kubernetes").dependencies


@pytest.mark.parametrize(("cluster", "registry"), MODES.values(), ids=MODES)
def test_password_and_kubeconfig_are_secret_and_in_no_repr(cluster: Any, registry: Any) -> None:
    platform, graph = run(cluster, registry)
    assert graph.stack.secret_outputs == {"password", "kubeconfig"}
    assert "kubeconfig" in graph.one("pulumi:providers:kubernetes").secrets
    assert graph.exports["password"] == azure.CANARY
    assert platform.registry.username == "00000000-0000-0000-0000-000000000000"
    assert azure.CANARY not in repr(platform)


@pytest.mark.parametrize(("cluster", "registry"), MODES.values(), ids=MODES)
def test_a_preview_knows_what_is_there_and_asks_no_registry(login: list[Any], cluster: Any, registry: Any) -> None:
    platform, graph = run(cluster, registry, preview=True)
    assert login == []
    assert platform.registry.username is not None
    assert graph.exports["server"] == (azure.found_acr()["loginServer"] if registry is OLD_ACR else UNKNOWN)
    assert graph.one("pulumi:providers:kubernetes").inputs["clusterIdentifier"] == (
        "aks/shared/prod" if cluster is OLD_CLUSTER else "aks/web/prod"
    )


def test_the_host_of_the_registry_is_the_one_that_azure_says(login: list[Any]) -> None:
    platform, graph = run(NEW_CLUSTER, NEW_ACR)
    assert graph.exports["server"] == graph.exports["prefix"] == "registry1a2b-h4sh.azurecr.io"
    assert [each.type for each in graph.resources if each.name == "registry"] == [ACR]
    assert len(platform.registry.replace_with) == 1
    (asked,) = login
    assert (asked.server, asked.repository) == ("registry1a2b-h4sh.azurecr.io", "team/web")
    assert (asked.tenant, asked.deployer) == (azure.TENANT, azure.DEPLOYER)
    assert asked.fresh_until == 1767225600 + 600
    assert ("azure-native:authorization:getClientToken", {"endpoint": "https://containerregistry.azure.net"}) in (
        graph.calls
    )


def test_a_registry_that_is_there_is_not_waited_for(login: list[Any]) -> None:
    run(OLD_CLUSTER, OLD_ACR)
    assert [each.fresh_until for each in login] == [0.0]


def test_a_digest_needs_no_login_to_push(login: list[Any]) -> None:
    image = {"repository": "team/web", "digest": f"sha256:{'a' * 64}"}
    platform, _ = run(OLD_CLUSTER, OLD_ACR, image=image)
    assert (platform.registry.username, platform.registry.password, login) == (None, None, [])


def test_the_kubeconfig_has_one_context_and_logs_in_as_the_machine() -> None:
    platform, graph = run(NEW_CLUSTER, NEW_ACR)
    document = yaml.safe_load(graph.exports["kubeconfig"])
    assert (document["current-context"], platform.cluster.context) == ("prod", "prod")
    arguments = document["users"][0]["user"]["exec"]["args"]
    assert arguments[-2:] == ["--login", "azurecli"]
    assert "devicecode" not in arguments


def test_what_is_set_for_the_default_provider_is_handed_on() -> None:
    config = {"azure-native:tenantId": "t", "azure-native:subscriptionId": "s", "azure-native:useOidc": "true"}
    _, graph = run(OLD_CLUSTER, OLD_ACR, config={**config, "azure-native:clientSecret": "canary"})
    provider = graph.one(azure.PROVIDER)
    assert provider.inputs["tenantId"] == "t"
    assert provider.inputs["subscriptionId"] == "s"
    assert provider.inputs["useOidc"] == "true"
    assert "clientSecret" in provider.secrets
    _, graph = run({**OLD_CLUSTER, "subscription": azure.OTHER}, OLD_ACR, config=config)
    assert graph.one(azure.PROVIDER, "azure").inputs["subscriptionId"] == azure.OTHER


def test_a_foreign_registry_takes_the_place_of_azures() -> None:
    registry = {"mode": "foreign", "host": "ghcr.io", "username": "ci"}
    platform, graph = run(OLD_CLUSTER, registry, image={"repository": "team/web", "context": "webapi"})
    assert platform.pull_grant.kind == PullKind.PULL_SECRET
    assert graph.all(ROLE) == []
    assert graph.exports["server"] == "ghcr.io"
    assert azure.GET_ACR not in [token for token, _ in graph.calls]


def test_the_classes_of_the_stack_file_come_before_azures() -> None:
    ingress = {"className": "nginx", "annotations": {"a.b/c": "d"}}
    bare = {azure.GET_CLUSTER: azure.constant(azure.found_cluster(ingressProfile=None))}
    platform, _ = run(OLD_CLUSTER, OLD_ACR, bare, ingress=ingress)
    assert (platform.ingress.class_name, dict(platform.ingress.annotations)) == ("nginx", {"a.b/c": "d"})
