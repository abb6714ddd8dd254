"""AKS clusters and registries that are there: what is found wrong with them before anything is made."""

from typing import Any

import pytest

from components.errors import ConfigError
from components.platforms import aks_push
from components.platforms.aks_lookup import refused
from components.stack_file import Problem
from tests.engine import Answer
from tests.unit import aks_stack as azure
from tests.unit.aks_stack import NEW_ACR, NEW_CLUSTER, OLD_ACR, OLD_CLUSTER, constant, failing, run


@pytest.fixture(autouse=True)
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    async def push_login(wanted: Any, client: Any) -> str:
        _ = wanted, client
        return azure.CANARY

    monkeypatch.setattr(aks_push, "push_login", push_login)


def cluster(**own: Any) -> dict[str, Answer]:
    return {azure.GET_CLUSTER: constant(azure.found_cluster(**own))}


def refusal(
    answers: dict[str, Answer], cluster: Any = OLD_CLUSTER, registry: Any = OLD_ACR, *, preview: bool = True, **own: Any
) -> str:
    with pytest.raises(ConfigError) as caught:
        run(cluster, registry, answers, preview=preview, **own)
    return str(caught.value)


KUBECONFIG = "azure-native:containerservice:listManagedClusterUserCredentials"
NO_CLUSTER = {azure.GET_CLUSTER: azure.not_found("Microsoft.ContainerService/managedClusters", "prod", "shared")}
NO_ACR = {azure.GET_ACR: azure.not_found("Microsoft.ContainerRegistry/registries", "contoso", "registries")}
FORBIDDEN = failing(
    'Status=403 Code="AuthorizationFailed" Message="The client \'x\' does not have authorization to perform action '
    "'Microsoft.ContainerService/managedClusters/read' over scope '/subscriptions/s'\""
)
MISTAKES: dict[str, tuple[dict[str, Answer], Any, tuple[str, ...]]] = {
    "no such cluster": (
        NO_CLUSTER,
        OLD_ACR,
        (
            "cluster.name: there is no cluster prod in resource group shared",
            "az aks list --output table",
            "pulumi config set --path cluster.mode create -s aks",
        ),
    ),
    "a cluster that stands still": (
        cluster(powerState={"code": "Stopped"}),
        OLD_ACR,
        ("cluster.name: cluster prod in resource group shared is stopped", "az aks start -g shared -n prod"),
    ),
    "a cluster that failed": (
        cluster(provisioningState="Failed"),
        OLD_ACR,
        ("is in the state Failed", "az aks show -g shared -n prod --query provisioningState"),
    ),
    "no such registry": (
        NO_ACR,
        OLD_ACR,
        ("registry.name: there is no registry contoso in resource group registries", "az acr list --output table"),
    ),
    "neither": (NO_CLUSTER | NO_ACR, OLD_ACR, ("2 mistakes, nothing was changed", "cluster.name:", "registry.name:")),
    "no such group": (
        {
            azure.GET_GROUP: failing(
                'Status=404 Code="ResourceGroupNotFound" Message="Resource group \'x\' could not be found."'
            )
        },
        {**NEW_ACR, "resourceGroup": "elsewhere"},
        ("registry.resourceGroup: there is no resource group elsewhere", "az group create -n elsewhere -l <location>"),
    ),
    "no right to look": (
        {azure.GET_CLUSTER: FORBIDDEN},
        OLD_ACR,
        ("cluster.name: you may not look it up: ", "AuthorizationFailed"),
    ),
    "a registry of another tenant": (
        {
            azure.GET_ACR: failing(
                'Status=401 Code="InvalidAuthenticationTokenTenant" Message="The access token is from the wrong issuer '
                "'https://sts.windows.net/a/'. It must match the tenant 'https://sts.windows.net/b/' associated with "
                'this subscription."'
            )
        },
        OLD_ACR,
        ("registry: is in another Entra tenant", "authenticate-aks-cross-tenant", "az account list"),
    ),
    "tenants that a login sees both": (
        {
            azure.GET_ACR: constant(azure.found_acr(azure.OTHER)),
            azure.GET_SUBSCRIPTIONS: constant(
                {
                    "value": [
                        {"subscriptionId": azure.SUBSCRIPTION, "tenantId": "one"},
                        {"subscriptionId": azure.OTHER, "tenantId": "two"},
                    ]
                }
            ),
        },
        {**OLD_ACR, "subscription": azure.OTHER},
        ("registry: is in another Entra tenant", "is of one, and the registry's of two"),
    ),
    "a subscription that nobody sees": (
        {
            azure.GET_ACR: failing(
                'Status=404 Code="SubscriptionNotFound" Message="The subscription '
                f"'{azure.OTHER}' could not be found.\""
            )
        },
        {**OLD_ACR, "subscription": azure.OTHER},
        (
            "registry.subscription: your login sees no such subscription",
            "pulumi config set --path registry.subscription",
        ),
    ),
    "a mode that is not said": (
        {azure.GET_MODE: failing("Status=400 NoRegisteredProviderFound")},
        OLD_ACR,
        ("registry.permissions: could not be looked up", "--path registry.permissions rbac"),
    ),
    "nodes of another processor": (
        cluster(agentPoolProfiles=[{"name": "a", "vmSize": "Standard_D2ps_v5", "osType": "Linux"}]),
        OLD_ACR,
        (
            "image.platform: is linux/amd64, which no node of the cluster can run; its nodes are linux/arm64",
            "--path image.platform linux/arm64",
        ),
    ),
    "only Windows": (
        cluster(agentPoolProfiles=[{"name": "a", "vmSize": "Standard_B2s", "osType": "Windows"}]),
        OLD_ACR,
        ("its nodes are not Linux",),
    ),
    "no ingress controller": (
        cluster(ingressProfile=None),
        OLD_ACR,
        (
            "ingress.className: is missing, and the cluster has no application routing add-on",
            "az aks approuting enable -g shared -n prod",
        ),
    ),
    "a service principal, and a registry that is there": (
        cluster(identityProfile=None, servicePrincipalProfile={"clientId": "the-client"}),
        OLD_ACR,
        (
            "cluster.name: cluster prod logs in as a service principal",
            "--enable-managed-identity",
            "--attach-acr contoso && pulumi config set --path registry.attachPull false -s aks",
        ),
    ),
    "a service principal, and a new registry": (
        cluster(identityProfile=None, servicePrincipalProfile={"clientId": "the-client"}),
        NEW_ACR,
        ("cluster.name: cluster prod logs in as a service principal", "--enable-managed-identity"),
    ),
    "nobody is logged in": (
        {
            "azure-native:authorization:getClientConfig": failing(
                "autorest/azure: Please run 'az login' to setup account"
            )
        },
        OLD_ACR,
        ("cluster.subscription: Azure has no login of yours, or one that is over", "az login"),
    ),
}


@pytest.mark.parametrize(("answers", "registry", "texts"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_known_at_preview_with_its_key_and_command(
    answers: dict[str, Answer], registry: Any, texts: tuple[str, ...]
) -> None:
    said = refusal(answers, registry=registry)
    for each in texts:
        assert each in said


def test_a_service_principal_that_was_given_the_right_already_is_named() -> None:
    answers = cluster(identityProfile=None, servicePrincipalProfile={"clientId": "the-client"})
    _, graph = run(OLD_CLUSTER, {**OLD_ACR, "attachPull": False}, answers)
    assert graph.exports["identity"] == "the-client"


def test_one_pool_that_can_run_the_image_is_enough() -> None:
    pools = [
        {"name": "a", "vmSize": "Standard_D2ps_v5", "osType": "Linux"},
        {"name": "b", "vmSize": "Standard_D2s_v5", "osType": "Linux"},
    ]
    platform, _ = run(OLD_CLUSTER, OLD_ACR, cluster(agentPoolProfiles=pools))
    assert platform.cluster.node_platforms == ("linux/amd64", "linux/arm64")


def test_a_registry_behind_private_endpoints_is_warned_of() -> None:
    answers = {azure.GET_ACR: constant(azure.found_acr(publicNetworkAccess="Disabled"))}
    _, graph = run(OLD_CLUSTER, OLD_ACR, answers)
    assert any("takes no requests from outside of its private endpoints" in text for _, text in graph.logs)


def test_a_login_by_kubelogin_needs_kubelogin() -> None:
    said = refusal({}, programs={})
    assert "cluster.name: kubelogin is not on the PATH; users of cluster prod come from Entra" in said
    assert "az aks install-cli" in said
    plain = {"kubeconfigs": [{"name": "x", "value": azure.user_kubeconfig({"token": "t"})}]}
    run(OLD_CLUSTER, OLD_ACR, {KUBECONFIG: constant(plain)}, preview=True, programs={})


def test_a_kubeconfig_that_is_none_is_refused_without_its_text() -> None:
    bad = {"kubeconfigs": [{"name": "x", "value": "Y2FuYXJ5"}]}
    said = refusal({KUBECONFIG: constant(bad)})
    assert "cluster.name: what Azure gives as the kubeconfig of prod is none" in said
    assert "canary" not in said


def test_what_is_not_there_stops_before_anything_is_made() -> None:
    said = refusal(NO_ACR, cluster=NEW_CLUSTER, preview=False)
    assert "1 mistake, nothing was changed" in said


def test_the_words_of_azure_are_kept_where_they_mean_nothing_known() -> None:
    missing = Problem(("registry", "name"), "not there", ("look",))
    found = refused("Status=500\n   something\tnew", missing, azure.STACK)
    assert found == Problem(("registry", "name"), "could not be looked up: Status=500 something new", ("look",))
