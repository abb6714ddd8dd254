"""The kubeconfig of an AKS cluster as a program can use it: one context of a known name, and no device code.

`az aks get-credentials` and the API behind it give an exec entry for kubelogin that asks a person to type a code
(azure.github.io/kubelogin: login modes). This makes it log in as the machine does. Pure.
"""

import base64
from collections.abc import Sequence
from typing import Any, cast

import yaml

from components.errors import InvalidValueError
from components.platforms.login_kubelogin import LoginMethod

Json = dict[str, Any]

_KUBELOGIN = "kubelogin"
_OF_DEVICE_CODE = ("--login", "-l", "--client-id")
"""What only the login by device code needs; the client there is kubectl's own and nobody's service principal."""


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
