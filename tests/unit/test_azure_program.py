"""The AKS platform on the simulated Azure: what it makes is enough for a pull, and each piece of it is needed.

Without the engine: what the program registers is made in the simulation at once, and read back from it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.errors import ConfigError
from components.platforms import aks_push
from components.platforms.aks_exchange import PushRequest
from sandbox.clouds.access import Refusal
from sandbox.clouds.accounts import DEPLOYER_AZURE
from sandbox.clouds.azure import seeds
from sandbox.clouds.azure import type_tokens as types
from tests.unit import azure_world as az
from tests.unit.aks_stack import NEW_ACR, NEW_CLUSTER, OLD_ACR, OLD_CLUSTER, TENANT
from tests.unit.azure_world import Azure, Bend

OTHER = "55555555-5555-4555-8555-555555555555"
KUBELET = "kubeletidentity"
Json = dict[str, Any]


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Azure:
    made = Azure(tmp_path)

    async def push_login(wanted: PushRequest, client: Any) -> str:
        _ = client
        given = made.exchange(wanted.token, wanted.server, tenant=wanted.tenant)
        assert not isinstance(given, Refusal), given
        token = str(given["refresh_token"])
        assert made.ask(az.Login(az.NOBODY, token), "push", wanted.repository, wanted.server) is None
        return token

    monkeypatch.setattr(aks_push, "push_login", push_login)
    return made


def there(azure: Azure, **registry: Any) -> None:
    """What somebody else has made."""
    azure.put(
        seeds.group("shared"),
        seeds.group("registries"),
        seeds.cluster("prod", "shared"),
        seeds.registry("contoso", "registries", **registry),
    )


MODES = {
    "all made": (NEW_CLUSTER, {**NEW_ACR, "name": "contoso"}),
    "cluster made": (NEW_CLUSTER, OLD_ACR),
    "registry made": (OLD_CLUSTER, {**NEW_ACR, "name": "fabrikam"}),
    "nothing made": (OLD_CLUSTER, OLD_ACR),
}


@pytest.mark.parametrize(("cluster", "registry"), MODES.values(), ids=MODES)
def test_in_each_mode_what_was_pushed_can_be_pulled(azure: Azure, cluster: Json, registry: Json) -> None:
    if "existing" in (cluster["mode"], registry["mode"]):
        there(azure)
    platform, graph = azure.run(cluster, registry)
    host = graph.exports["server"]
    assert azure.pull(host=host) is None
    assert azure.pull(path="another/one", host=host) is None
    newest = azure.world.read().of(types.CLUSTER)[-1]
    assert graph.exports["identity"] == newest.outputs["identityProfile"][KUBELET]["objectId"]
    assert platform.pull_grant.role == "AcrPull"


def test_production_is_taken_too(azure: Azure) -> None:
    cluster = {**NEW_CLUSTER, "apiRanges": ["203.0.113.0/24"], "kubernetesVersion": "1.35", "nodeCount": 2}
    _, graph = azure.run(cluster, {**NEW_ACR, "sku": "Premium"}, profile="production", tags={"owner": "team web"})
    assert azure.pull(host=graph.exports["server"]) is None
    assert [each.inputs["tags"]["owner"] for each in azure.world.read().of(types.REGISTRY)] == ["team web"]


def test_a_registry_in_abac_mode_gets_the_role_that_counts_there(azure: Azure) -> None:
    there(azure, mode="AbacRepositoryPermissions")
    platform, graph = azure.run(OLD_CLUSTER, OLD_ACR)
    assert azure.pull(host=graph.exports["server"]) is None
    assert platform.pull_grant.role == "Container Registry Repository Reader"


def test_all_of_it_can_be_taken_down_again(azure: Azure) -> None:
    azure.run(NEW_CLUSTER, NEW_ACR)
    for thing in reversed(azure.world.read().things):
        azure.delete(thing)
    assert azure.world.read().things == []


def test_a_second_run_of_the_same_finds_its_own_names(azure: Azure) -> None:
    azure.run(NEW_CLUSTER, NEW_ACR)
    first = {each.id for each in azure.world.read().things}
    for thing in reversed(azure.world.read().things):
        azure.delete(thing)
    azure.run(NEW_CLUSTER, NEW_ACR)
    assert {each.id for each in azure.world.read().things} == first


def bent(**changes: Any) -> Bend:
    """The right to pull with other inputs; a change may be a function of what it was."""

    def bend(token: str, name: str, inputs: Json) -> Json | None:
        if (token, name) != (types.ROLE_ASSIGNMENT, "pull"):
            return inputs
        return inputs | {key: value(inputs) if callable(value) else value for key, value in changes.items()}

    return bend


def left_out(token: str, name: str, inputs: Json) -> Json | None:
    return None if (token, name) == (types.ROLE_ASSIGNMENT, "pull") else inputs


def role(guid: str) -> dict[str, Any]:
    return {"roleDefinitionId": f"{az.ROLES}/{guid}"}


def principal(azure: Azure, *path: str) -> Bend:
    """The right to pull given to something else of the cluster."""

    def of_cluster(_: Json) -> Any:
        found: Any = azure.world.read().of(types.CLUSTER)[-1].outputs
        for each in path:
            found = found[each]
        return found

    return bent(principalId=of_cluster)


def scope_of_the_cluster(azure: Azure) -> Bend:
    def of_cluster(_: Json) -> str:
        return azure.world.read().of(types.CLUSTER)[-1].id

    return bent(scope=of_cluster)


def scope_of_another(azure: Azure) -> Bend:
    azure.put(seeds.group("others"), seeds.registry("fabrikam", "others"))
    return bent(scope=seeds.registry("fabrikam", "others").id)


MUTATIONS: dict[str, Callable[[Azure], Bend]] = {
    "no right": lambda _: left_out,
    "the client id in place of the object id": lambda azure: principal(azure, "identityProfile", KUBELET, "clientId"),
    "the cluster's identity in place of the kubelets'": lambda azure: principal(azure, "identity", "principalId"),
    "the deployer in place of the kubelets": lambda _: bent(principalId=DEPLOYER_AZURE),
    "somebody unknown": lambda _: bent(principalId=OTHER),
    "on the cluster in place of the registry": scope_of_the_cluster,
    "on another registry": scope_of_another,
    "a role of the cluster": lambda _: bent(**role("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b")),
    "the role of the other mode": lambda _: bent(**role(az.READER)),
    "a condition on another repository": lambda _: bent(
        condition="@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'other'",
        conditionVersion="2.0",
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_pull_fails_without_each_piece_of_the_wiring(azure: Azure, mutation: Callable[[Azure], Bend]) -> None:
    _, graph = azure.run(NEW_CLUSTER, NEW_ACR, mutation(azure))
    refusal = azure.pull(host=graph.exports["server"])
    assert refusal is not None
    assert refusal.status == 401
    # What diagnoses say is who would have to have the right, whoever got it.
    cluster = azure.world.read().of(types.CLUSTER)[-1]
    assert graph.exports["identity"] == cluster.outputs["identityProfile"][KUBELET]["objectId"]


def test_a_pull_fails_with_acr_pull_in_abac_mode(azure: Azure) -> None:
    there(azure, mode="AbacRepositoryPermissions")
    _, graph = azure.run(OLD_CLUSTER, {**OLD_ACR, "permissions": "rbac", "attachPull": True})
    assert azure.pull(host=graph.exports["server"]) is not None


def test_a_pull_fails_where_a_right_is_only_said_to_be_given(azure: Azure) -> None:
    there(azure)
    _, graph = azure.run(OLD_CLUSTER, {**OLD_ACR, "attachPull": False})
    assert azure.pull(host=graph.exports["server"]) is not None


@pytest.mark.parametrize(
    ("bend", "word"),
    [
        (bent(principalType="User"), "UnmatchedPrincipalType"),
        (bent(roleDefinitionId=az.ACR_PULL), "RoleDefinitionDoesNotExist"),
        (bent(roleDefinitionId=f"{az.ROLES}/{OTHER}"), "RoleDefinitionDoesNotExist"),
        (bent(scope="/subscriptions/x/resourceGroups/web/providers/A/registries/none"), "ResourceNotFound"),
    ],
)
def test_some_mistakes_azure_does_not_even_take(azure: Azure, bend: Bend, word: str) -> None:
    with pytest.raises(Exception, match=word):
        azure.run(NEW_CLUSTER, NEW_ACR, bend)


def test_what_was_attached_by_hand_is_found_out_when_it_is_attached_again(azure: Azure) -> None:
    there(azure)
    cluster, registry = azure.world.read().of(types.CLUSTER)[0], azure.world.read().of(types.REGISTRY)[0]
    azure.role(registry.id, cluster.outputs["identityProfile"][KUBELET]["objectId"])
    with pytest.raises(Exception, match="RoleAssignmentExists"):
        azure.run(OLD_CLUSTER, OLD_ACR)
    _, graph = azure.run(OLD_CLUSTER, {**OLD_ACR, "attachPull": False})
    assert azure.pull(host=graph.exports["server"]) is None


def refusal(azure: Azure, cluster: Json, registry: Json) -> str:
    before = azure.world.read().things
    with pytest.raises(ConfigError) as caught:
        azure.run(cluster, registry)
    assert azure.world.read().things == before
    return str(caught.value)


def test_what_is_not_there_is_named_and_nothing_is_made(azure: Azure) -> None:
    said = refusal(azure, OLD_CLUSTER, OLD_ACR)
    assert "2 mistakes, nothing was changed" in said
    there(azure)
    azure.put(seeds.cluster("prod", "shared", power="Stopped"))
    assert "is stopped" in refusal(azure, OLD_CLUSTER, OLD_ACR)


def test_a_registry_of_another_tenant_is_refused(azure: Azure) -> None:
    theirs = {"mode": "existing", "name": "fabrikam", "resourceGroup": "theirs", "subscription": OTHER}
    azure.put(
        seeds.group("theirs", subscription=OTHER, tenant=OTHER),
        seeds.registry("fabrikam", "theirs", subscription=OTHER),
    )
    said = refusal(azure, NEW_CLUSTER, theirs)
    assert "registry: is in another Entra tenant" in said
    assert TENANT in said


def test_a_registry_of_another_subscription_is_wired_there(azure: Azure) -> None:
    ours = {"mode": "existing", "name": "fabrikam", "resourceGroup": "ours", "subscription": OTHER}
    registry = seeds.registry("fabrikam", "ours", subscription=OTHER)
    azure.put(seeds.group("ours", subscription=OTHER), registry)
    azure.role(registry.id, DEPLOYER_AZURE, az.ACR_PUSH)
    _, graph = azure.run(NEW_CLUSTER, ours)
    assert azure.pull(host=graph.exports["server"]) is None
