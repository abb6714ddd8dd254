"""The pure parts of the AKS platform: what its settings may be, its kubeconfig, who the deployer is."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.errors import ConfigError, InvalidValueError
from components.platforms.aks import check_aks
from components.platforms.aks_admin import let_in, principal_type
from components.platforms.aks_checks import dns_prefix
from components.platforms.aks_grant import assignment_name
from components.platforms.aks_kubeconfig import asks_kubelogin, usable_kubeconfig
from components.platforms.login_kubelogin import LoginMethod, login_method
from components.platforms.machine import Machine
from components.platforms.node_sizes import azure_platform
from components.settings import Secrets
from pulls.cluster import ClusterError
from tests.unit.aks_stack import KUBELOGIN, NEW_ACR, NEW_CLUSTER, STACK, TENANT, settings, user_kubeconfig


@pytest.mark.parametrize(
    ("size", "platform"),
    [
        ("Standard_B2s", "linux/amd64"),
        ("Standard_D4s_v5", "linux/amd64"),
        ("Standard_NP10s", "linux/amd64"),
        ("Standard_PB6s", "linux/amd64"),
        ("Standard_M64-16ms", "linux/amd64"),
        ("Standard_B2pls_v2", "linux/arm64"),
        ("Standard_B2pts_v2", "linux/arm64"),
        ("Standard_D2ps_v5", "linux/arm64"),
        ("Standard_E4pds_v6", "linux/arm64"),
    ],
)
def test_a_size_says_its_processor(size: str, platform: str) -> None:
    assert azure_platform(size) == platform


MISTAKES: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "nodes that cannot run the image": (
        {**NEW_CLUSTER, "nodeSize": "Standard_D2ps_v5"},
        {},
        (
            "image.platform: is linux/amd64, and nodes of size Standard_D2ps_v5 run linux/arm64",
            "pulumi config set --path image.platform linux/arm64 -s aks",
            "pulumi config set --path cluster.nodeSize Standard_B2s -s aks",
        ),
    ),
    "names that are too long together": (
        {**NEW_CLUSTER, "name": "c" * 40, "resourceGroup": "g" * 40},
        {},
        (
            "cluster.resourceGroup: is too long beside cluster.name",
            f"pulumi config set --path cluster.resourceGroup {'g' * 25} -s aks",
        ),
    ),
    "an API server for everybody in production": (
        NEW_CLUSTER,
        {"profile": "production"},
        ("cluster.apiRanges: is missing", "--path 'cluster.apiRanges[0]' 203.0.113.0/24", "# from everywhere"),
    ),
}


@pytest.mark.parametrize(("cluster", "own", "texts"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_without_asking_anybody(
    cluster: dict[str, Any], own: dict[str, Any], texts: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError) as caught:
        check_aks(settings(cluster, NEW_ACR, **own), Secrets(), STACK)
    for each in texts:
        assert each in str(caught.value)


def test_the_longest_names_that_azure_takes_are_taken() -> None:
    cluster = {**NEW_CLUSTER, "name": "c" * 40, "resourceGroup": "g" * 25}
    check_aks(settings(cluster, NEW_ACR), Secrets(), STACK)


@given(st.from_regex(r"[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?", fullmatch=True))
def test_every_name_of_a_cluster_gives_a_host_name(name: str) -> None:
    prefix = dns_prefix(name)
    assert 1 <= len(prefix) <= 54
    assert prefix.replace("-", "").isalnum()
    assert prefix[0].isalnum()
    assert prefix[-1].isalnum()


def test_the_same_right_has_the_same_name_however_it_is_spelled() -> None:
    one = assignment_name("/subscriptions/s/registries/contoso", "principal", "role")
    assert one == assignment_name("/Subscriptions/S/registries/Contoso", "principal", "role")
    others = [
        assignment_name("/subscriptions/s/registries/other", "principal", "role"),
        assignment_name("/subscriptions/s/registries/contoso", "another", "role"),
        assignment_name("/subscriptions/s/registries/contoso", "principal", "other"),
    ]
    assert len({one, *others}) == 4


METHODS: dict[str, tuple[dict[str, str], dict[str, str], LoginMethod]] = {
    "nothing said": ({}, {}, LoginMethod("azurecli")),
    "a wish": ({"AAD_LOGIN_METHOD": "azd", "ARM_CLIENT_ID": "x", "ARM_CLIENT_SECRET": "y"}, {}, LoginMethod("azd")),
    "a service principal as Pulumi has it": (
        {"ARM_CLIENT_ID": "x", "ARM_CLIENT_SECRET": "y"},
        {},
        LoginMethod("spn", ("--use-azurerm-env-vars",)),
    ),
    "one with a certificate": (
        {"ARM_CLIENT_ID": "x", "ARM_CLIENT_CERTIFICATE_PATH": "y"},
        {},
        LoginMethod("spn", ("--use-azurerm-env-vars",)),
    ),
    "one of the stack": (
        {},
        {"clientId": "x", "clientSecret": "canary"},
        LoginMethod("spn", ("--client-id", "x"), {"AZURE_CLIENT_SECRET": "canary"}),
    ),
    "one of the stack beside the machine's": (
        {"ARM_CLIENT_ID": "other", "ARM_CLIENT_SECRET": "y"},
        {"clientId": "x", "clientSecret": "canary"},
        LoginMethod("spn", ("--client-id", "x"), {"AZURE_CLIENT_SECRET": "canary"}),
    ),
    "one of the stack with a certificate": (
        {},
        {"clientId": "x", "clientCertificatePath": "/c.pem"},
        LoginMethod("spn", ("--client-id", "x", "--client-certificate", "/c.pem")),
    ),
    "one as Azure has it": ({"AZURE_CLIENT_ID": "x", "AZURE_CLIENT_SECRET": "y"}, {}, LoginMethod("spn")),
    "a workload": (
        {"AZURE_CLIENT_ID": "x", "AZURE_FEDERATED_TOKEN_FILE": "/token"},
        {},
        LoginMethod("workloadidentity", ("--client-id", "x", "--federated-token-file", "/token")),
    ),
    "a workflow of GitHub": (
        {"ARM_CLIENT_ID": "x", "ARM_USE_OIDC": "true", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"},
        {},
        LoginMethod("workloadidentity", ("--client-id", "x")),
    ),
    "a workflow that logs in otherwise": ({"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}, {}, LoginMethod("azurecli")),
    "a machine": ({"ARM_USE_MSI": "true"}, {}, LoginMethod("msi")),
    "one of its identities": ({"ARM_CLIENT_ID": "x"}, {"useMsi": "true"}, LoginMethod("msi", ("--client-id", "x"))),
    "an id without a secret": ({"ARM_CLIENT_ID": "x"}, {}, LoginMethod("azurecli")),
}


@pytest.mark.parametrize(("environment", "config", "method"), METHODS.values(), ids=METHODS)
def test_kubelogin_logs_in_as_this_machine_does(
    environment: dict[str, str], config: dict[str, str], method: LoginMethod
) -> None:
    found = login_method(
        Machine(environment, Path(), lambda key: config.get(key.removeprefix("azure-native:")), lambda _: True)
    )
    assert found == method
    assert "canary" not in repr(found)


def test_what_only_the_stack_knows_goes_to_kubelogin_in_its_environment() -> None:
    method = LoginMethod("spn", ("--client-id", "x"), {"AZURE_CLIENT_SECRET": "canary"})
    text = usable_kubeconfig(user_kubeconfig(KUBELOGIN), "web", method)
    entry = yaml.safe_load(text)["users"][0]["user"]["exec"]
    assert entry["env"] == [{"name": "AZURE_CLIENT_SECRET", "value": "canary"}]
    assert "canary" not in " ".join(entry["args"])
    assert asks_kubelogin(text)
    assert not asks_kubelogin(usable_kubeconfig(user_kubeconfig({"token": "t"}), "web", method))


def test_the_code_that_a_person_would_type_is_gone_from_the_kubeconfig() -> None:
    document = yaml.safe_load(usable_kubeconfig(user_kubeconfig(KUBELOGIN), "web", LoginMethod("spn", ("--flag",))))
    assert document["contexts"] == [{"name": "web", "context": {"cluster": "web", "user": "web"}}]
    assert document["clusters"][0]["cluster"]["server"] == "https://prod.hcp.westeurope.azmk8s.io:443"
    entry = document["users"][0]["user"]["exec"]
    assert entry["args"] == [
        "get-token",
        "--environment",
        "AzurePublicCloud",
        "--server-id",
        "6dae42f8-4368-4678-94ff-3960e28e3630",
        "--tenant-id",
        TENANT,
        "--login",
        "spn",
        "--flag",
    ]
    assert "env" not in entry


def test_a_cluster_without_entra_keeps_its_certificate() -> None:
    user = {"client-certificate-data": "Yw==", "client-key-data": "aw==", "token": "t"}
    document = yaml.safe_load(usable_kubeconfig(user_kubeconfig(user), "web", LoginMethod("azurecli")))
    assert document["users"][0]["user"] == user


@pytest.mark.parametrize("value", ["", "%", "Y2FuYXJ5", base64.b64encode(b"users: [").decode(), "ümlaut"])
def test_what_is_no_kubeconfig_is_refused_without_its_text(value: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        usable_kubeconfig(value, "web", LoginMethod("azurecli"))
    assert str(caught.value) == "what Azure gives as the kubeconfig of web is none"


def token(claims: object) -> str:
    return f"x.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.y"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (token({"scp": "user_impersonation", "oid": "x"}), "User"),
        (token({"idtyp": "user"}), "User"),
        (token({"idtyp": "app", "oid": "x"}), "ServicePrincipal"),
        (token({"roles": []}), "ServicePrincipal"),
        (token([]), "ServicePrincipal"),
        ("opaque", "ServicePrincipal"),
    ],
)
def test_a_token_says_whether_a_person_deploys(text: str, kind: str) -> None:
    assert principal_type(text) == kind


class Api:
    """An API server that refuses some times; time passes only while somebody waits."""

    def __init__(self, status: int, times: int) -> None:
        self.status, self.times, self.now = status, times, 0.0

    async def ask(self) -> None:
        if self.times > 0:
            self.times -= 1
            message = "forbidden"
            raise ClusterError(message, self.status)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def let_in(self) -> bool:
        return asyncio.run(let_in(self.ask, sleep=self.sleep, clock=lambda: self.now))


def test_a_right_on_a_new_cluster_is_waited_for() -> None:
    api = Api(403, 30)
    assert api.let_in()
    assert api.now == 150.0


@pytest.mark.parametrize(("status", "seconds"), [(403, 600.0), (401, 600.0), (0, 60.0)])
def test_the_wait_for_a_right_ends(status: int, seconds: float) -> None:
    api = Api(status, 10_000)
    assert not api.let_in()
    assert api.now == seconds
