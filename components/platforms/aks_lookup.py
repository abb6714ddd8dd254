"""A question to Azure, and what its refusals mean for a stack file."""

import re
from collections.abc import Callable
from typing import TypeVar

from components.platforms import lookup
from components.stack_file import Path, Problem, StackFile

Found = TypeVar("Found")

# learn.microsoft.com azure/azure-resource-manager/troubleshooting/common-deployment-errors
_MISSING = re.compile(r"ResourceNotFound|ResourceGroupNotFound|was not found|could not be found", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"SubscriptionNotFound|The subscription '[^']*' could not be found")
_TENANT = re.compile(r"InvalidAuthenticationTokenTenant|token is from the wrong issuer")
_FORBIDDEN = re.compile(r"AuthorizationFailed|does not have authorization")
_NO_LOGIN = re.compile(
    r"az login|AADSTS\d+|no valid (authentication|credentials)|failed to acquire a token", re.IGNORECASE
)
_LONGEST = 400


def look(ask: Callable[[], Found], missing: Problem, stack: StackFile) -> Found:
    """What a question gives.

    Args:
        ask: a plain function of the SDK.
        missing: what is wrong with the stack file when there is no such thing.
        stack: names the file.

    Raises:
        StackFileError: there is none, or it cannot be asked.
    """
    return lookup.look(ask, lambda text: refused(text, missing, stack), stack)


def refused(text: str, missing: Problem, stack: StackFile) -> Problem:
    """What a refusal means.

    Args:
        text: of the provider.
        missing: what is wrong when it means that there is no such thing.
        stack: names the file.
    """
    said = " ".join(text.split())[:_LONGEST]
    top = str(missing.path[0])
    if _TENANT.search(text):
        return other_tenant(top, said)
    if _NO_LOGIN.search(text):
        return Problem(missing.path, f"Azure has no login of yours, or one that is over: {said}", ("az login",))
    if _SUBSCRIPTION.search(text):
        path: Path = (top, "subscription")
        commands = ("az account list --output table", stack.set(path, "<subscription>"))
        return Problem(path, f"your login sees no such subscription: {said}", commands)
    if _MISSING.search(text):
        return missing
    if _FORBIDDEN.search(text):
        return Problem(missing.path, f"you may not look it up: {said}", missing.commands)
    return Problem(missing.path, f"could not be looked up: {said}", missing.commands)


def other_tenant(top: str, said: str) -> Problem:
    """What is wrong with a cluster and a registry of two Entra tenants.

    Args:
        top: `cluster` or `registry`.
        said: how it is known.
    """
    reason = (
        "is in another Entra tenant, and a cluster's identity has rights in its own one only "
        f"(learn.microsoft.com azure/container-registry/authenticate-aks-cross-tenant): {said}"
    )
    return Problem((top,), reason, ("az account list --query '[].[name,id,tenantId]' --output table",))
