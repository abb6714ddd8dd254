"""Entra's token, exchanged at an Azure container registry for one of its own (azure.github.io/acr/AAD-OAuth.html)."""

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from components.errors import ConfigError

_OK, _UNAUTHORIZED, _FORBIDDEN = 200, 401, 403
_TRIES = 7
"""Of requests that fail for a moment."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 15.0
_LONGEST_WORDS = 300


@dataclass(frozen=True)
class PushRequest:
    """Who wants to push where."""

    server: str
    repository: str
    tenant: str
    token: str = field(repr=False)
    """Entra's, for registries."""
    deployer: str
    """Object id, for the command that gives the right."""
    scope: str
    """The registry's id."""
    abac: bool
    fresh_until: float
    """Until when a refusal may pass by itself; seconds since 1970."""


class _RefusedError(Exception):
    """The registry's no."""


class _BusyError(Exception):
    """No answer that counts."""

    def __init__(self, status: int) -> None:
        super().__init__(f"it answers {status}")


async def push_login(
    wanted: PushRequest,
    client: httpx.AsyncClient,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.time,
) -> str:
    """The registry's token, once it may push.

    Args:
        wanted: by whom and where.
        client: sends.
        sleep: waits so many seconds.
        clock: seconds since 1970.

    Raises:
        ConfigError: it may not, or the registry does not answer.
    """
    wait, tries = _FIRST_WAIT, 0
    while True:
        try:
            refresh = await _exchange(wanted, client)
            await _try_to_push(wanted, refresh, client)
        except _RefusedError as refused:
            if clock() >= wanted.fresh_until:
                raise _refusal(wanted, str(refused)) from None
        except (_BusyError, httpx.TransportError) as failure:
            tries += 1
            if tries >= _TRIES and clock() >= wanted.fresh_until:  # a new host name may not be known everywhere
                reason = f"registry: {wanted.server} gives no login to push with: {failure or type(failure).__name__}"
                raise ConfigError(reason) from None
        else:
            return refresh
        await sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)


async def _exchange(wanted: PushRequest, client: httpx.AsyncClient) -> str:
    form = {
        "grant_type": "access_token",
        "service": wanted.server,
        "tenant": wanted.tenant,
        "access_token": wanted.token,
    }
    answer = _checked(await client.post(f"https://{wanted.server}/oauth2/exchange", data=form))
    return str(answer["refresh_token"])


async def _try_to_push(wanted: PushRequest, refresh: str, client: httpx.AsyncClient) -> None:
    # As the docker engine will: a build takes minutes, and this says in a moment whether it is for nothing.
    form = {
        "grant_type": "refresh_token",
        "service": wanted.server,
        "scope": f"repository:{wanted.repository}:pull,push",
        "refresh_token": refresh,
    }
    token = _checked(await client.post(f"https://{wanted.server}/oauth2/token", data=form)).get("access_token")
    if not _may_push(str(token)):
        message = "the registry gives a token with which one can only pull"
        raise _RefusedError(message)


def _may_push(token: str) -> bool:
    """Whether a token of a registry is for a push; one that does not say is tried."""
    try:
        body = token.split(".")[1]
        access = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["access"]
        return any("push" in each["actions"] for each in access)
    except (ValueError, LookupError, TypeError):
        return True


def _checked(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code in (_UNAUTHORIZED, _FORBIDDEN):
        raise _RefusedError(f"{answer.status_code} {_words(answer)}".strip())
    if answer.status_code != _OK:
        raise _BusyError(answer.status_code)
    try:
        return dict(answer.json())
    except (ValueError, TypeError) as error:  # a proxy's page
        raise _BusyError(answer.status_code) from error


def _words(answer: httpx.Response) -> str:
    """What the registry says of its refusal: the message of its first error."""
    try:
        return str(json.loads(answer.text)["errors"][0]["message"])[:_LONGEST_WORDS]
    except (ValueError, LookupError, TypeError):
        return ""


def _refusal(wanted: PushRequest, said: str) -> ConfigError:
    role = "Container Registry Repository Writer" if wanted.abac else "AcrPush"
    name = wanted.scope.rpartition("/")[2]
    command = f'az role assignment create --assignee {wanted.deployer} --role "{role}" --scope {wanted.scope}'
    if "aka.ms/acr/firewall" in said:
        command = f"az acr network-rule add -n {name} --ip-address <this machine's address>"
    reason = f"registry: {wanted.server} does not let this login push {wanted.repository} ({said})"
    return ConfigError(f"{reason}\n      {command}")
