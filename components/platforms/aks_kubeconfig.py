"""The kubeconfig of an AKS cluster as a program can use it: one context of a known name, and no device code.

`az aks get-credentials` and the API behind it give an exec entry for kubelogin that asks a person to type a code
(azure.github.io/kubelogin: login modes). This makes it log in as the machine does. Pure.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import yaml

from components.errors import InvalidValueError

Json = dict[str, Any]

_OF_DEVICE_CODE = ("--login", "-l", "--client-id")
"""What only the login by device code needs; the client there is kubectl's own and nobody's service principal."""


@dataclass(frozen=True)
class LoginMethod:
    """How kubelogin gets its token."""

    name: str
    """As its flag `--login` says it."""
    arguments: tuple[str, ...] = ()
    """Further ones."""


def login_method(environment: Mapping[str, str]) -> LoginMethod:
    """How this machine is logged in to Azure, for kubelogin; `az login` where nothing says otherwise.

    The Kubernetes provider runs kubelogin with this machine's environment, so no secret is written anywhere.

    Args:
        environment: variables of this process.
    """
    wish = environment.get("AAD_LOGIN_METHOD")
    if wish:
        return LoginMethod(wish)
    for prefix, arguments in (("ARM", ("--use-azurerm-env-vars",)), ("AZURE", ())):
        secrets = (f"{prefix}_CLIENT_SECRET", f"{prefix}_CLIENT_CERTIFICATE_PATH")
        if environment.get(f"{prefix}_CLIENT_ID") and any(environment.get(each) for each in secrets):
            return LoginMethod("spn", arguments)
    if environment.get("AZURE_FEDERATED_TOKEN_FILE"):
        return LoginMethod("workloadidentity")
    if environment.get("ARM_USE_MSI", "").lower() in ("true", "1"):
        client = environment.get("ARM_CLIENT_ID")
        return LoginMethod("msi", ("--client-id", client) if client else ())
    return LoginMethod("azurecli")


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
    if entry["command"] != "kubelogin":
        return entry
    given = _without(cast("Sequence[str]", entry["args"]), _OF_DEVICE_CODE)
    arguments = [*given, "--login", method.name, *method.arguments]
    return {key: value for key, value in {**entry, "args": arguments}.items() if value is not None}


def _without(arguments: Sequence[str], flags: Sequence[str]) -> list[str]:
    """Arguments without some flags and the values after them."""
    kept: list[str] = []
    skip = False
    for each in arguments:
        if not skip and each not in flags:
            kept.append(each)
        skip = not skip and each in flags
    return kept
