"""Who may pull and push at the simulated Azure container registry: each piece of the wiring, there and missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.clouds.access import Login, Refusal, RegistryRules
from sandbox.clouds.accounts import DEPLOYER_AZURE, SUBSCRIPTION
from sandbox.clouds.azure import seeds
from sandbox.clouds.azure import type_tokens as types
from sandbox.clouds.azure.access import AzureRules
from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.tokens import Claims, Tokens
from tests.stack_files import ROOT
from tests.unit import azure_world as az
from tests.unit.azure_world import Azure

NO = Refusal(
    401, "UNAUTHORIZED", "authentication required, visit https://aka.ms/acr/authorization for more information."
)
OTHER = "55555555-5555-4555-8555-555555555555"


@pytest.fixture
def azure(tmp_path: Path) -> Azure:
    return Azure(tmp_path)


def test_the_rules_are_a_registrys() -> None:
    rules: RegistryRules = AzureRules(Tokens("key"))
    assert (rules.scheme, rules.token_path) == ("bearer", "/oauth2/token")
    assert [rules.owns(each) for each in ("a.azurecr.io", "a.azurecr.cn", "a.azurecr.us", "azurecr.io.example")] == [
        True,
        True,
        True,
        False,
    ]


def test_wired_nodes_pull_and_do_not_push(azure: Azure) -> None:
    _, registry, kubelet = azure.wired()
    azure.role(registry.id, kubelet)
    assert azure.pull() is None
    assert azure.ask(azure.login(kubelet), "push") == NO


def test_without_a_right_nodes_get_no_login_and_pull_as_nobody(azure: Azure) -> None:
    azure.wired()
    assert azure.rules.node_login(azure.scene(), "contoso.azurecr.io/team/web") is None
    assert azure.pull() == NO


def test_a_registry_that_is_not_there_answers_as_one_that_refuses(azure: Azure) -> None:
    azure.wired()
    assert azure.pull(host="nowhere.azurecr.io") == NO
    assert azure.exchange(azure.entra(), "nowhere.azurecr.io") == NO


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("registry", True),
        (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/web", True),
        (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/WEB", True),
        (f"/subscriptions/{SUBSCRIPTION}", True),
        ("another registry", False),
        ("the cluster", False),
    ],
)
def test_a_right_is_on_the_registry_or_above_it(azure: Azure, scope: str, allowed: bool) -> None:
    cluster, registry, kubelet = azure.wired()
    other = azure.make(types.REGISTRY, {**az.REGISTRY, "registryName": "contoso2"})
    where = {"registry": registry.id, "another registry": other.id, "the cluster": cluster.id}
    azure.role(where.get(scope, scope), kubelet)
    assert (azure.pull() is None) is allowed


@pytest.mark.parametrize("whom", ["client id", "the cluster's own identity", "somebody"])
def test_a_right_of_somebody_else_is_none_of_the_nodes(azure: Azure, whom: str) -> None:
    cluster, registry, kubelet = azure.wired()
    principals = {
        "client id": cluster.outputs["identityProfile"]["kubeletidentity"]["clientId"],
        "the cluster's own identity": cluster.outputs["identity"]["principalId"],
        "somebody": OTHER,
    }
    azure.role(registry.id, principals[whom])
    assert azure.pull() == NO
    azure.role(registry.id, kubelet)
    assert azure.pull() is None


@pytest.mark.parametrize(
    ("role", "legacy", "abac"),
    [
        (az.ACR_PULL, True, False),
        (az.ACR_PUSH, True, False),
        (az.READER, False, True),
        (az.WRITER, False, True),
        ("acdd72a7-3385-48ef-bd42-f606fba81ae7", True, False),
        ("c2f4ef07-c644-48eb-af81-4b1b4947fb11", False, False),
    ],
    ids=["AcrPull", "AcrPush", "Repository Reader", "Repository Writer", "Reader", "AcrDelete"],
)
def test_each_mode_has_its_own_roles(azure: Azure, role: str, legacy: bool, abac: bool) -> None:
    _, registry, kubelet = azure.wired()
    azure.put(seeds.registry("fabrikam", "web", mode="AbacRepositoryPermissions"))
    azure.role(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/web", kubelet, role)
    assert (azure.pull() is None) is legacy
    assert (azure.pull(host="fabrikam.azurecr.io") is None) is abac
    _ = registry


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        (None, True),
        ("@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'team/web'", True),
        ("@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWith 'team/'", True),
        ("@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'other'", False),
        ("@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'Team/Web'", False),
        ("something else", False),
    ],
)
def test_a_condition_is_for_the_repositories_that_it_names(azure: Azure, condition: str | None, allowed: bool) -> None:
    _, _, kubelet = azure.wired()
    registry = seeds.registry("fabrikam", "web", mode="AbacRepositoryPermissions")
    azure.put(registry)
    own = {} if condition is None else {"condition": condition, "conditionVersion": "2.0"}
    azure.role(registry.id, kubelet, az.READER, **own)
    assert (azure.pull(host="fabrikam.azurecr.io") is None) is allowed


def test_a_right_counts_after_a_while_and_not_before(azure: Azure) -> None:
    azure.behaviour = Behaviour(grant_seconds={"azure": 600.0})
    _, registry, kubelet = azure.wired()
    azure.role(registry.id, kubelet)
    assert azure.pull() == NO
    azure.now += 600.0
    assert azure.pull() is None


def test_a_right_that_was_taken_away_is_gone(azure: Azure) -> None:
    _, registry, kubelet = azure.wired()
    azure.delete(azure.role(registry.id, kubelet))
    assert azure.pull() == NO


def test_a_cluster_that_is_made_anew_has_not_the_right_of_the_old_one(azure: Azure) -> None:
    cluster, registry, kubelet = azure.wired()
    azure.role(registry.id, kubelet)
    azure.delete(cluster)
    azure.now += 1.0
    azure.make(types.CLUSTER, az.CLUSTER)
    assert azure.pull() == NO


def test_a_registry_that_is_made_anew_knows_nobody(azure: Azure) -> None:
    _, registry, kubelet = azure.wired()
    azure.role(registry.id, kubelet)
    azure.delete(registry)
    azure.make(types.REGISTRY, az.REGISTRY)
    assert azure.pull() == NO
    assert azure.world.read().of(types.ROLE_ASSIGNMENT) == []


def test_whoever_deploys_pushes_to_all_of_its_subscription_once_it_is_known(azure: Azure) -> None:
    azure.behaviour = Behaviour(grant_seconds={"azure": 600.0})
    azure.wired()
    assert azure.exchange(azure.entra()) == NO
    azure.now += 600.0
    assert azure.ask(azure.login(), "push") is None


def test_in_another_subscription_whoever_deploys_needs_a_role_too(azure: Azure) -> None:
    registry = seeds.registry("fabrikam", "web", subscription=OTHER)
    azure.put(seeds.group("web", subscription=OTHER), registry)
    assert azure.exchange(azure.entra(), "fabrikam.azurecr.io") == NO
    azure.role(registry.id, DEPLOYER_AZURE, az.ACR_PUSH)
    assert azure.ask(azure.login(host="fabrikam.azurecr.io"), "push", host="fabrikam.azurecr.io") is None


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"grant_type": "password"}, 400),
        ({"service": "other.azurecr.io"}, 400),
        ({"tenant": OTHER}, 401),
        ({"access_token": "made.up.token"}, 401),
    ],
)
def test_an_exchange_wants_all_of_its_form(azure: Azure, form: dict[str, str], status: int) -> None:
    azure.wired()
    answer = azure.exchange(azure.entra(), **form)
    assert isinstance(answer, Refusal)
    assert answer.status == status


def test_a_token_for_something_else_is_not_exchanged(azure: Azure) -> None:
    azure.wired()
    for token in (azure.entra(audience="https://graph.microsoft.com"), _of(azure, "aws", "access")):
        answer = azure.exchange(token)
        assert isinstance(answer, Refusal)
        assert answer.status == 401


def test_nothing_else_is_posted(azure: Azure) -> None:
    azure.wired()
    assert azure.rules.posted(azure.scene(), "contoso.azurecr.io", "/oauth2/other", {}) is None


@pytest.mark.parametrize("case", ["Entra's own token", "another registry's", "a user name", "expired", "old", "nobody"])
def test_only_a_registrys_own_token_is_a_password_there(azure: Azure, case: str) -> None:
    azure.wired()
    azure.make(types.REGISTRY, {**az.REGISTRY, "registryName": "contoso2"})
    login = azure.login()
    assert azure.ask(login, "push") is None
    assert azure.ask(Login("", login.password), "push") is None  # as a form that asks with the token alone
    logins = {
        "Entra's own token": Login(az.NOBODY, azure.entra()),
        "another registry's": azure.login(host="contoso2.azurecr.io"),
        "a user name": Login("ci", login.password),
        "expired": login,
        "old": login,
        "nobody": None,
    }
    if case == "expired":
        azure.now += 3 * 3600.0
    if case == "old":
        azure.behaviour = azure.behaviour.model_copy(update={"expired_before": azure.now + 1.0})
    answer = azure.ask(logins[case], "push")
    assert isinstance(answer, Refusal)
    assert answer.status == 401


def test_a_registry_can_be_open_to_be_read(azure: Azure) -> None:
    azure.wired(sku={"name": "Standard"}, anonymousPullEnabled=True)
    assert azure.ask(None) is None
    assert azure.ask(None, "push") == NO


def test_the_nodes_are_those_of_the_newest_cluster(azure: Azure) -> None:
    _, registry, kubelet = azure.wired()
    azure.role(registry.id, kubelet)
    azure.make(types.CLUSTER, {**az.CLUSTER, "resourceName": "newer"})
    assert azure.pull() == NO
    assert azure.rules.node_login(azure.scene(), "docker.io/library/nginx") is None


def test_the_rules_are_imported_without_the_clouds_libraries() -> None:
    check = "import sys, sandbox.clouds.azure.access; print([each for each in sys.modules if 'azure.mgmt' in each])"
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _of(azure: Azure, cloud: str, kind: str) -> str:
    detail = "https://containerregistry.azure.net"
    return azure.tokens.give(Claims(cloud, kind, DEPLOYER_AZURE, azure.now, azure.now + 60, detail))
