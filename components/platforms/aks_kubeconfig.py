"""The kubeconfig of an AKS cluster as a program can use it: one context of a known name, and no device code.

`az aks get-credentials` and the API behind it give an exec entry for kubelogin that asks a person to type a code
(azure.github.io/kubelogin: login modes). This makes it log in as the machine does. Pure.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from components.errors import InvalidValueError
from components.platforms.machine import Machine

Json = dict[str, Any]

_KUBELOGIN = "kubelogin"
_OF_DEVICE_CODE = ("--login", "-l", "--client-id")
"""What only the login by device code needs; the client there is kubectl's own and nobody's service principal."""


@dataclass(frozen=True)
class LoginMethod:
    """How kubelogin gets its token."""

    name: str
    """As its flag `--login` says it."""
    arguments: tuple[str, ...] = ()
    """Further ones."""
    variables: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """What only the stack's configuration knows, and kubelogin takes from its environment."""


def login_method(machine: Machine) -> LoginMethod:
    """How this machine is logged in to Azure, for kubelogin; `az login` where nothing says otherwise.

    The ways are those of the Azure provider, in its order (`login_azure`), in kubelogin's words
    (azure.github.io/kubelogin/concepts/login-modes; Azure/kubelogin pkg/internal/token/provider.go).

    Args:
        machine: that deploys.
    """
    wish = machine.environment.get("AAD_LOGIN_METHOD")
    found = LoginMethod(wish) if wish else _of_application(machine)
    return found or _of_identity(machine) or LoginMethod("azurecli")


def _of_application(machine: Machine) -> LoginMethod | None:
    """With a secret or a certificate."""
    client = machine.first("azure-native:clientId", "ARM_CLIENT_ID")
    certificate = machine.first("azure-native:clientCertificatePath", "ARM_CLIENT_CERTIFICATE_PATH")
    secret = machine.first("azure-native:clientSecret", "ARM_CLIENT_SECRET")
    environment = machine.environment
    if client and (certificate or secret):
        if client == environment.get("ARM_CLIENT_ID") and not machine.config("azure-native:clientSecret"):
            return LoginMethod("spn", ("--use-azurerm-env-vars",))
        if certificate:
            return LoginMethod("spn", ("--client-id", client, "--client-certificate", certificate))
        return LoginMethod("spn", ("--client-id", client), {"AZURE_CLIENT_SECRET": secret or ""})
    own = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH")
    if environment.get("AZURE_CLIENT_ID") and any(environment.get(each) for each in own):
        return LoginMethod("spn")
    return None


def _of_identity(machine: Machine) -> LoginMethod | None:
    """With a token that a workflow, a cluster or a machine has."""
    client = machine.first("azure-native:clientId", "ARM_CLIENT_ID", "AZURE_CLIENT_ID")
    named = ("--client-id", client) if client else ()
    file = machine.first("azure-native:oidcTokenFilePath", "ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE")
    if file:
        return LoginMethod("workloadidentity", (*named, "--federated-token-file", file))
    is_oidc = machine.first("azure-native:useOidc", "ARM_USE_OIDC") == "true"
    if is_oidc and machine.environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        return LoginMethod("workloadidentity", named)
    if machine.first("azure-native:useMsi", "ARM_USE_MSI") == "true":
        return LoginMethod("msi", named)
    return None


def asks_kubelogin(kubeconfig: str) -> bool:
    """Whether the user of a usable kubeconfig logs in by that program."""
    user = yaml.safe_load(kubeconfig)["users"][0]["user"]
    return user.get("exec", {}).get("command") == _KUBELOGIN


def usable_kubeconfig(value: str, name: str, method: LoginMethod) -> str:
    """A kubeconfig with one context.

    Args:
        value: what Azure gives, in base64.
        name: for the context and the cluster.
        method: how kubelogin gets its token; without meaning where the user is no exec entry.

    Raises:
        InvalidValueError: it is no kubeconfig with one cluster and one user.
    """
    try:
        document = yaml.safe_load(base64.b64decode(value))
        cluster = document["clusters"][0]["cluster"]
        user = document["users"][0]["user"]
        kept = {**user, "exec": _exec(user["exec"], method)} if "exec" in user else user
    except (ValueError, yaml.YAMLError, LookupError, TypeError) as error:
        reason = f"what Azure gives as the kubeconfig of {name} is none"  # without its text: it may hold a credential
        raise InvalidValueError(reason) from error
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": name, "user": kept}],
        },
        sort_keys=True,
    )


def _exec(entry: Json, method: LoginMethod) -> Json:
    if entry["command"] != _KUBELOGIN:
        return entry
    given = _without(cast("Sequence[str]", entry["args"]), _OF_DEVICE_CODE)
    arguments = [*given, "--login", method.name, *method.arguments]
    variables = [{"name": name, "value": value} for name, value in method.variables.items()]
    changed = {**entry, "args": arguments, "env": variables or None}
    return {key: value for key, value in changed.items() if value is not None}


def _without(arguments: Sequence[str], flags: Sequence[str]) -> list[str]:
    """Arguments without some flags and the values after them."""
    kept: list[str] = []
    skip = False
    for each in arguments:
        if not skip and each not in flags:
            kept.append(each)
        skip = not skip and each in flags
    return kept
