"""The deployer's right to use a new AKS cluster: nobody has one in a cluster whose users come from Entra.

Azure takes some minutes to know of it (learn.microsoft.com azure/aks/manage-azure-rbac), and the first request after
the cluster is made would be refused. So the update waits here until the API server lets this login in.
"""

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pulumi
from pulumi_azure_native import Provider, authorization

from components.background import in_background
from components.platforms.aks_cluster import Aks
from components.platforms.aks_grant import Principal, Role, assign
from components.platforms.aks_provider import Login
from pulls.cluster import ClusterError, connect_text

CLUSTER_ADMIN = Role("Azure Kubernetes Service RBAC Cluster Admin", "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b")

PATIENCE_SECONDS = 600.0
"""How long a right may need."""
_SILENCE_SECONDS = 60.0
"""How long an API server may not answer at all."""
_WAIT_SECONDS = 5.0
_NOT_YET = (401, 403)


def admin_grant(cluster: Aks, login: Login, azure: Provider) -> authorization.RoleAssignment:
    """Make whoever first deploys the administrator of a cluster of this stack.

    Another deployer does not take its place: that would take the right from the first one.
    """
    assert cluster.made is not None
    token = authorization.get_client_token_output(opts=pulumi.InvokeOutputOptions(provider=azure))

    async def wait(args: pulumi.ResourceHookArgs) -> None:
        _ = args
        kubeconfig = await cluster.kubeconfig.future() or ""

        def try_once() -> None:
            connect_text(kubeconfig, cluster.name).list("namespaces")

        if not await let_in(lambda: in_background(try_once)):
            pulumi.log.warn(f"cluster {cluster.name} still refuses this login")

    counts = pulumi.ResourceHook("aks-admin-counts", wait)
    return assign(
        "admin",
        cluster.made.id,
        Principal(login.object_id, token.token.apply(principal_type)),
        CLUSTER_ADMIN,
        pulumi.ResourceOptions(
            provider=azure,
            ignore_changes=["principalId", "principalType", "roleAssignmentName"],
            hooks=pulumi.ResourceHookBinding(after_create=[counts]),
        ),
    )


def principal_type(token: str) -> str:
    """`User` or `ServicePrincipal`, by an access token of Entra.

    Tokens of people have scopes, those of applications have none (learn.microsoft.com entra/identity-platform
    access-token-claims-reference: `scp`, `idtyp`).
    """
    try:
        body = token.split(".")[1]
        claims: Any = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return "User" if "scp" in claims or claims.get("idtyp") == "user" else "ServicePrincipal"
    except (ValueError, LookupError, TypeError, AttributeError):
        return "ServicePrincipal"


async def let_in(
    try_once: Callable[[], Awaitable[None]],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Whether a cluster answers in time.

    Args:
        try_once: asks it.
        sleep: waits so many seconds.
        clock: seconds.
    """
    start = clock()
    while True:
        try:
            await try_once()
        except ClusterError as error:
            patience = PATIENCE_SECONDS if error.status in _NOT_YET else _SILENCE_SECONDS
            if clock() - start >= patience:
                return False
        else:
            return True
        await sleep(_WAIT_SECONDS)
