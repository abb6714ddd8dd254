"""The login to push to an Azure container registry: this deployer's Entra token, exchanged for one of the registry.

No user of the registry is made and nothing has to be remembered: the token ends after three hours
(learn.microsoft.com azure/container-registry/container-registry-authentication, for the user name too).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx
import pulumi
from pulumi_azure_native import Provider, authorization

from components.platforms.aks_exchange import PushRequest, push_login
from components.platforms.aks_provider import Login
from components.platforms.aks_registry import Acr

USER = "00000000-0000-0000-0000-000000000000"
AUDIENCE = "https://containerregistry.azure.net"
FRESH_SECONDS = 600.0
"""How long the deployer's own right may still be refused by a registry that was just made (Azure/acr FAQ)."""
_TIMEOUT_SECONDS = 30.0


def push_password(acr: Acr, repository: str, login: Login, azure: Provider) -> pulumi.Output[str]:
    """The password of `USER`, secret; asked for only by an update, as a preview pushes nothing.

    Args:
        acr: the registry; nothing is asked while it does not exist.
        repository: path in it.
        login: of this deployer.
        azure: of the registry's subscription.

    Raises:
        ConfigError: inside the output, when the registry does not let this deployer push.
    """
    if pulumi.runtime.is_dry_run():
        return pulumi.Output.secret("not asked for in a preview")
    token = authorization.get_client_token_output(endpoint=AUDIENCE, opts=pulumi.InvokeOutputOptions(provider=azure))

    async def ask(values: Sequence[Any]) -> str:
        server, scope, created, bearer = values
        wanted = PushRequest(
            server=server,
            repository=repository,
            tenant=login.tenant,
            token=bearer,
            deployer=login.object_id,
            scope=scope,
            abac=acr.abac,
            fresh_until=fresh_until(created),
        )
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
            return await push_login(wanted, client)

    asked = pulumi.Output.all(acr.login_server, acr.id, acr.created, token.token).apply(ask)
    return pulumi.Output.secret(asked)


def fresh_until(created: str | None) -> float:
    """When the time is over in which a registry may not know rights yet; 0 for one that is not of this stack.

    Args:
        created: when it was made, as ISO 8601 says it with a zone.
    """
    return datetime.fromisoformat(created).timestamp() + FRESH_SECONDS if created else 0.0
