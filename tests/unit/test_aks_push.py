"""The login to push to an Azure registry: exchanged, tried, waited for where it may come, refused with what to type."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from components.errors import ConfigError
from components.platforms.aks_exchange import PushRequest, push_login
from components.platforms.aks_push import fresh_until

SCOPE = "/subscriptions/s/resourceGroups/web/providers/Microsoft.ContainerRegistry/registries/contoso"
UNAUTHORIZED = (
    '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization '
    'for more information.","detail":[]}]}'
)
FIREWALL = (
    '{"errors":[{"code":"DENIED","message":"client with IP \\u0027203.0.113.7\\u0027 is not allowed access. '
    'Refer https://aka.ms/acr/firewall to grant access."}]}'
)
Respond = Callable[[httpx.Request], httpx.Response]


def wanted(**own: Any) -> PushRequest:
    given: dict[str, Any] = {
        "server": "contoso.azurecr.io",
        "repository": "team/web",
        "tenant": "the-tenant",
        "token": "canary-access",
        "deployer": "the-deployer",
        "scope": SCOPE,
        "abac": False,
        "fresh_until": 0.0,
    }
    return PushRequest(**(given | own))


class Registry:
    """Answers by a script, the last of it for ever; time passes only while somebody waits."""

    def __init__(self, *exchanges: httpx.Response | Exception, push: httpx.Response | None = None) -> None:
        self.exchanges = list(exchanges)
        self.push = push or httpx.Response(200, json={"access_token": "a"})
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self.now = 1000.0
        self.waits: list[float] = []

    def respond(self, request: httpx.Request) -> httpx.Response:
        self.forms.append((str(request.url), parse_qs(request.content.decode())))
        if request.url.path == "/oauth2/token":
            return self.push
        answer = self.exchanges.pop(0) if len(self.exchanges) > 1 else self.exchanges[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def login(self, request: PushRequest) -> str:
        async def ask() -> str:
            async with httpx.AsyncClient(transport=httpx.MockTransport(self.respond)) as client:
                return await push_login(request, client, sleep=self.sleep, clock=lambda: self.now)

        return asyncio.run(ask())


def given() -> httpx.Response:
    return httpx.Response(200, json={"refresh_token": "canary-refresh"})


def refused(status: int = 401, text: str = UNAUTHORIZED) -> httpx.Response:
    return httpx.Response(status, text=text)


def test_the_token_of_entra_is_exchanged_and_tried_on_the_repository() -> None:
    registry = Registry(given())
    assert registry.login(wanted()) == "canary-refresh"
    assert registry.forms == [
        (
            "https://contoso.azurecr.io/oauth2/exchange",
            {
                "grant_type": ["access_token"],
                "service": ["contoso.azurecr.io"],
                "tenant": ["the-tenant"],
                "access_token": ["canary-access"],
            },
        ),
        (
            "https://contoso.azurecr.io/oauth2/token",
            {
                "grant_type": ["refresh_token"],
                "service": ["contoso.azurecr.io"],
                "scope": ["repository:team/web:pull,push"],
                "refresh_token": ["canary-refresh"],
            },
        ),
    ]
    assert registry.waits == []


def test_a_new_registry_is_given_time_to_know_the_right() -> None:
    registry = Registry(refused(), refused(), refused(), given())
    assert registry.login(wanted(fresh_until=1600.0)) == "canary-refresh"
    assert registry.waits == [0.5, 1.0, 2.0]  # mostly it is known in a moment, and a person waits


def test_its_time_ends() -> None:
    registry = Registry(refused())
    with pytest.raises(ConfigError):
        registry.login(wanted(fresh_until=1600.0))
    assert 600.0 <= sum(registry.waits) < 620.0
    assert max(registry.waits) == 15.0


@pytest.mark.parametrize(
    ("abac", "role"), [(False, "AcrPush"), (True, "Container Registry Repository Writer")], ids=["rbac", "abac"]
)
@pytest.mark.parametrize("at", ["exchange", "push"])
def test_a_registry_that_is_no_new_one_refuses_at_once_with_the_role_to_give(abac: bool, role: str, at: str) -> None:
    registry = Registry(refused()) if at == "exchange" else Registry(given(), push=refused())
    with pytest.raises(ConfigError) as caught:
        registry.login(wanted(abac=abac))
    said = str(caught.value)
    assert "registry: contoso.azurecr.io does not let this login push team/web (401 authentication required" in said
    assert f'az role assignment create --assignee the-deployer --role "{role}" --scope {SCOPE}' in said
    assert "canary" not in said
    assert registry.waits == []


@pytest.mark.parametrize(("actions", "enough"), [(["pull"], False), (["pull", "push"], True), ([], False)])
def test_a_token_that_is_only_to_pull_is_no_login_to_push(actions: list[str], enough: bool) -> None:
    access = [{"type": "repository", "name": "team/web", "actions": actions}]
    body = base64.urlsafe_b64encode(json.dumps({"access": access}).encode()).decode().rstrip("=")
    registry = Registry(given(), push=httpx.Response(200, json={"access_token": f"x.{body}.y"}))
    if enough:
        assert registry.login(wanted()) == "canary-refresh"
        return
    with pytest.raises(ConfigError) as caught:
        registry.login(wanted())
    assert "a token with which one can only pull" in str(caught.value)
    assert '--role "AcrPush"' in str(caught.value)


def test_a_firewall_is_answered_with_a_rule_and_not_with_a_role() -> None:
    with pytest.raises(ConfigError) as caught:
        Registry(refused(403, FIREWALL)).login(wanted())
    assert "az acr network-rule add -n contoso --ip-address" in str(caught.value)
    assert "role assignment" not in str(caught.value)


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("[Errno -2] Name or service not known"),
        httpx.Response(429, text="slow down"),
        httpx.Response(503),
        httpx.Response(200, text="<html>a proxy's page"),
    ],
    ids=["no such host yet", "too many requests", "unavailable", "no registry"],
)
def test_what_fails_for_a_moment_is_tried_again(failure: httpx.Response | Exception) -> None:
    registry = Registry(failure, failure, given())
    assert registry.login(wanted()) == "canary-refresh"
    broken = Registry(failure)
    with pytest.raises(ConfigError) as caught:
        broken.login(wanted())
    assert str(caught.value).startswith("registry: contoso.azurecr.io gives no login to push with: ")
    assert broken.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0]


def test_a_registry_is_new_for_ten_minutes_if_it_is_of_this_stack() -> None:
    assert fresh_until("2026-01-01T00:00:00.1234567Z") == pytest.approx(1767225600.1 + 600, abs=0.1)
    assert fresh_until("2026-01-01T01:00:00+01:00") == 1767225600 + 600
    assert fresh_until(None) == 0.0


def test_nobody_reads_the_token_by_accident() -> None:
    assert "canary" not in repr(wanted())
