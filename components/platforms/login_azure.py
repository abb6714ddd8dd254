"""Whether this machine is logged in to Azure, as the provider would look for it. Pure, but for reading its files.

The ways, their order and what each needs are those of pulumi/pulumi-azure-native (auth_azidentity.go,
newSingleMethodAuthCredential). What the Azure CLI keeps: ~/.azure/azureProfile.json (Azure/azure-cli,
azure/cli/core/_profile.py).
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from components.platforms.machine import Machine
from components.stack_file import Problem, StackFile

_CLIENT, _TENANT, _SUBSCRIPTION = "clientId", "tenantId", "subscriptionId"
SUBSCRIPTION = (f"azure-native:{_SUBSCRIPTION}",)
"""Where a stack says its subscription for all that says none."""
_VARIABLES = {_CLIENT: "ARM_CLIENT_ID", _TENANT: "ARM_TENANT_ID", _SUBSCRIPTION: "ARM_SUBSCRIPTION_ID"}
_ALL = (_CLIENT, _TENANT, _SUBSCRIPTION)
OPEN_ID = "ARM_USE_OIDC"
_WAYS = (
    ("ARM_USE_DEFAULT_AZURE_CREDENTIAL", "useDefaultAzureCredential", (_SUBSCRIPTION,)),
    ("ARM_CLIENT_CERTIFICATE_PATH", "clientCertificatePath", _ALL),
    ("ARM_CLIENT_SECRET", "clientSecret", _ALL),
    (OPEN_ID, "useOidc", _ALL),
    ("ARM_USE_MSI", "useMsi", (_SUBSCRIPTION,)),
)
"""Variable, key of `azure-native:`, and what must be known beside; the first that is given is taken."""
_TOKENS = (
    ("oidcToken", "ARM_OIDC_TOKEN"),
    ("oidcTokenFilePath", "ARM_OIDC_TOKEN_FILE_PATH"),
    ("oidcRequestToken", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
)
_LIST = "az account list --refresh -o table"
_IN_CI = "export ARM_CLIENT_ID=<id> ARM_CLIENT_SECRET=<secret> ARM_TENANT_ID=<id> ARM_SUBSCRIPTION_ID=<id>  # in CI"
_TAG_OF_AZURE = "7783-7084-3265-9085-8269-3286-77"
"""Chassis asset tag of each of Azure's machines (canonical/cloud-init cloudinit/sources/azure/identity.py)."""


def azure_problems(machine: Machine, subscription: str | None, stack: StackFile) -> list[Problem]:
    """Why nobody is logged in, or to nothing in particular; none if there is a login, which may have ended.

    Args:
        machine: that deploys.
        subscription: that the stack file says for itself.
        stack: whose commands are offered.
    """
    way = way_to_azure(machine)
    if way is None:
        return _cli_problems(machine, subscription or _given(_SUBSCRIPTION, machine), stack)
    needed = next(each for variable, _, each in _WAYS if variable == way)
    problems = [each for name in needed if (each := _missing(name, way, machine, subscription, stack))]
    return problems + (_token_problems(machine) if way == OPEN_ID else [])


def way_to_azure(machine: Machine) -> str | None:
    """By which variable the provider logs in, or the key of the same meaning; None for the Azure CLI."""
    for variable, key, _ in _WAYS:
        value = machine.first(f"azure-native:{key}", variable)
        if value and (value == "true" or not key.startswith("use")):
            return variable
    return None


def is_in_cli(machine: Machine) -> bool:
    """Whether somebody is logged in to the Azure CLI, and it is here."""
    return machine.has_program("az") and bool(_accounts(machine))


def _given(name: str, machine: Machine) -> str | None:
    return machine.first(f"azure-native:{name}", _VARIABLES[name])


def _missing(name: str, way: str, machine: Machine, subscription: str | None, stack: StackFile) -> Problem | None:
    if _given(name, machine) or (name == _SUBSCRIPTION and subscription):
        return None
    path = (f"azure-native:{name}",)
    commands = (f"export {_VARIABLES[name]}=<id>", stack.set(path, "<id>"))
    return Problem(path, f"is missing: the login by {way} needs it", commands)


def _token_problems(machine: Machine) -> list[Problem]:
    if any(machine.first(f"azure-native:{key}", variable) for key, variable in _TOKENS):
        return []
    reason = "not logged in: ARM_USE_OIDC is on, and no token is given"
    commands = (
        "permissions: {id-token: write}  # in the workflow, on GitHub",
        "export ARM_OIDC_TOKEN_FILE_PATH=<file>",
    )
    return [Problem(("azure",), reason, commands)]


def _cli_problems(machine: Machine, subscription: str | None, stack: StackFile) -> list[Problem]:
    here = ("export ARM_USE_MSI=true  # this machine's own identity",) if _TAG_OF_AZURE in machine.hardware else ()
    accounts = _accounts(machine)
    if not accounts:
        reason = "not logged in: no ARM_… variables of a service principal, and nobody in the Azure CLI"
        return [Problem(("azure",), reason, ("az login", *here, _IN_CI))]
    if not machine.has_program("az"):
        reason = "not logged in: somebody is in the Azure CLI, and its command az is not on the PATH"
        return [Problem(("azure",), reason, (*here, _IN_CI))]
    wanted = next((each for each in accounts if _is_wanted(each, subscription)), None)
    if wanted is None:
        return [_no_subscription(subscription, stack)]
    if cast("Mapping[str, Any]", wanted.get("user") or {}).get("type") == "servicePrincipal":
        reason = "a service principal is in the Azure CLI, which Pulumi cannot use; it needs the variables"
        return [Problem(("azure",), reason, (*here, _IN_CI, "az login  # or as a person"))]
    return []


def _is_wanted(account: Mapping[str, Any], subscription: str | None) -> bool:
    return bool(account.get("isDefault")) if subscription is None else account.get("id") == subscription


def _no_subscription(subscription: str | None, stack: StackFile) -> Problem:
    if subscription is None:
        commands = ("az account set --subscription <id>", stack.set(SUBSCRIPTION, "<id>"), _LIST)
        return Problem(SUBSCRIPTION, "is missing: the Azure CLI has no default subscription", commands)
    reason = f"not logged in to subscription {subscription}: the Azure CLI does not list it"
    return Problem(("azure",), reason, (_LIST, "az login --tenant <tenant>"))


def _accounts(machine: Machine) -> list[Mapping[str, Any]]:
    folder = machine.environment.get("AZURE_CONFIG_DIR")
    text = machine.read("", f"{folder or '.azure'}/azureProfile.json")
    try:
        return list(json.loads(text or "{}").get("subscriptions") or ())
    except (ValueError, AttributeError, TypeError):
        return []
