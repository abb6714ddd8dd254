"""Who is let in, who is not, and from when on."""

import httpx
import pytest

from tests.faults import registry_answers
from tests.faults.registry_answers import Answer
from tests.faults.registry_behaviour import (
    Behaviour,
    Challenge,
    Lasts,
    Scheme,
    Token,
)
from tests.faults.registry_server import FaultRegistry
from tests.unit.fault_registry.parts import ECR, LOGIN, MANIFEST, Clock


def _bearer_pull(client: httpx.Client, login: tuple[str, str] | None, *, post: bool = False) -> list[int]:
    """Statuses of a pull as containerd does it: asked, told where, token fetched, asked again."""
    first = client.head(MANIFEST, params={"ns": "mycompany.azurecr.io"})
    realm, service, scope = _challenge(first)
    asked = {"service": service, "scope": scope}
    if post and login:
        form = asked | {"grant_type": "password", "username": login[0], "password": login[1]}
        token = client.post(realm, data=form)
    else:
        token = client.get(realm, params=asked, auth=login)
    if token.status_code != 200:
        return [first.status_code, token.status_code]
    bearer = {"Authorization": f"Bearer {token.json()['token']}"}
    again = client.head(MANIFEST, params={"ns": "mycompany.azurecr.io"}, headers=bearer)
    return [first.status_code, 200, again.status_code]


def _challenge(answer: httpx.Response) -> tuple[str, str, str]:
    scheme, _, rest = answer.headers["www-authenticate"].partition(" ")
    assert scheme == "Bearer"
    fields = dict(part.split("=", 1) for part in rest.split(",") if "=" in part)
    return tuple(fields[name].strip('"') for name in ("realm", "service", "scope"))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("challenge", "login", "statuses"),
    [
        (Challenge(), None, [401, 401]),
        (Challenge(), LOGIN, [401, 200, 200]),
        (Challenge(anonymous=registry_answers.ACR_FIREWALL), None, [401, 403]),
        (Challenge(known=registry_answers.ACR_UNAUTHORIZED), LOGIN, [401, 401]),
        (Challenge(known=registry_answers.GHCR_DENIED), LOGIN, [401, 403]),
        (Challenge(anonymous=Token.GRANTED), None, [401, 200, 200]),
        (Challenge(anonymous=Token.WITHOUT_SCOPE), None, [401, 200, 401]),
        (Challenge(known=Token.WITHOUT_SCOPE), LOGIN, [401, 200, 401]),
        (Challenge(login=LOGIN), LOGIN, [401, 200, 200]),
        (Challenge(login=LOGIN), ("pipeline", "wrong"), [401, 401]),
        (Challenge(login=LOGIN, stranger=registry_answers.DENIED), ("pipeline", "wrong"), [401, 403]),
    ],
)
@pytest.mark.parametrize("post", [False, True])
def test_a_token_endpoint_gives_each_client_its_due(  # noqa: PLR0917
    registry: FaultRegistry,
    client: httpx.Client,
    challenge: Challenge,
    login: tuple[str, str] | None,
    statuses: list[int],
    post: bool,
) -> None:
    registry.behave("faults/web", Behaviour(challenge), host="mycompany.azurecr.io")
    assert _bearer_pull(client, login, post=post) == statuses


def test_a_challenge_names_endpoint_registry_and_scope(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Challenge(token_path="/oauth2/token")))
    told = _challenge(client.head(MANIFEST, params={"ns": "mycompany.azurecr.io"}))
    assert told == (f"{registry.url}/oauth2/token", "mycompany.azurecr.io", "repository:faults/web:pull")


def test_a_token_without_the_scope_is_told_so(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Challenge()))
    for token, error in [(Token.WITHOUT_SCOPE, "insufficient_scope"), ("forged", "invalid_token")]:
        got = client.head(MANIFEST, headers={"Authorization": f"Bearer {token}"})
        assert (got.status_code, f'error="{error}"' in got.headers["www-authenticate"]) == (401, True)


def test_a_refresh_token_is_a_login_too(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Challenge()))
    form = {"scope": "repository:faults/web:pull", "grant_type": "refresh_token", "refresh_token": "given"}
    assert client.post("/token", data=form).status_code == 200
    assert client.post("/token", data=form | {"refresh_token": ""}).status_code == 401


def test_basic_wants_a_login_and_says_so_as_amazon_does(registry: FaultRegistry, client: httpx.Client) -> None:
    answer = registry_answers.ECR_NOT_AUTHORIZED
    registry.behave("faults/web", Behaviour(Challenge(Scheme.BASIC, body=answer, login=LOGIN)))
    got = client.get(MANIFEST, params={"ns": ECR})
    assert (got.status_code, got.content, len(got.content)) == (401, b"Not Authorized\n", 15)
    assert got.headers["www-authenticate"] == f'Basic realm="https://{ECR}/",service="ecr.amazonaws.com"'
    assert client.get(MANIFEST, auth=LOGIN).status_code == 200
    wrong = client.get(MANIFEST, auth=("pipeline", "wrong"))
    assert (wrong.status_code, wrong.headers["www-authenticate"][:6]) == (401, "Basic ")


@pytest.mark.parametrize("refusal", [registry_answers.ECR_NO_IDENTITY_POLICY, registry_answers.ECR_TOKEN_EXPIRED])
def test_basic_refuses_a_known_login_without_asking_again(
    registry: FaultRegistry, client: httpx.Client, refusal: Answer
) -> None:
    registry.behave("faults/web", Behaviour(Challenge(Scheme.BASIC, known=refusal)))
    got = client.get(MANIFEST, auth=LOGIN)
    assert (got.status_code, "www-authenticate" in got.headers) == (403, False)


def test_a_silent_401_has_no_challenge(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(Challenge(Scheme.SILENT), lasts=Lasts(times=2)))
    got = client.get(MANIFEST)
    assert (got.status_code, "www-authenticate" in got.headers) == (401, False)
    assert [client.get(MANIFEST, auth=LOGIN).status_code for _ in range(2)] == [401, 200]


@pytest.mark.parametrize("refusal", [registry_answers.ACR_UNAUTHORIZED, registry_answers.DENIED, Token.WITHOUT_SCOPE])
def test_a_role_granted_late_opens_to_who_has_it_only(
    registry: FaultRegistry, client: httpx.Client, clock: Clock, refusal: Answer | Token
) -> None:
    registry.behave("faults/web", Behaviour(Challenge(known=refusal), lasts=Lasts(seconds=60)))
    clock.now = 59
    assert _bearer_pull(client, LOGIN)[-1] in (401, 403)
    clock.now = 60
    assert _bearer_pull(client, LOGIN) == [401, 200, 200]
    assert _bearer_pull(client, None) == [401, 401]


def test_credentials_can_become_good_after_some_refusals(registry: FaultRegistry, client: httpx.Client) -> None:
    denied = registry_answers.DENIED
    registry.behave("faults/web", Behaviour(Challenge(known=denied), lasts=Lasts(times=2)))
    assert [_bearer_pull(client, LOGIN)[-1] for _ in range(3)] == [403, 403, 200]
    registry.behave("faults/web", Behaviour(Challenge(Scheme.BASIC, known=denied), lasts=Lasts(times=2)))
    assert client.get(MANIFEST).status_code == 401
    assert [client.get(MANIFEST, auth=LOGIN).status_code for _ in range(3)] == [403, 403, 200]
