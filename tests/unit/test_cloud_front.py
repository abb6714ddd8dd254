"""The front of the simulated clouds' registries as a server: names, tokens, forms."""

from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.unit.cloud_front_world import LONG, FrontWorld, code, front_world
from tests.unit.cloud_fronts import ACR, ECR, Client, basic, bearer


@pytest.fixture
def world(tmp_path: Path) -> Generator[FrontWorld]:
    with front_world(tmp_path) as made:
        yield made


@pytest.fixture
def pushed(world: FrontWorld) -> FrontWorld:
    """With content."""
    world.fill()
    return world


@pytest.mark.parametrize("host", [ACR, ECR, LONG])
def test_each_registry_has_a_certificate_for_its_own_name(world: FrontWorld, host: str) -> None:
    assert Client(world.port, world.trusted, host).ask("GET", "/v2/").status_code == 401 or host == ECR
    assert world.seen == [host]


def test_a_name_that_no_cloud_owns_gets_no_certificate_for_it(world: FrontWorld) -> None:
    with pytest.raises(httpx.ConnectError, match=r"certificate is not valid for 'example\.com'"):
        Client(world.port, world.trusted, "example.com").ask("GET", "/v2/")
    assert world.seen == []


def test_a_host_that_no_cloud_owns_has_no_registry_here(world: FrontWorld) -> None:
    answer = world.acr.ask("GET", "/v2/", headers={"Host": "example.com"})
    assert (answer.status_code, code(answer)) == (404, "UNSUPPORTED")
    assert world.seen == []


def test_a_node_finds_the_token_service_where_it_reached_the_registry(pushed: FrontWorld) -> None:
    node = Client(pushed.port, pushed.trusted, f"127.0.0.1:{pushed.port}")
    path = f"/v2/web/manifests/v1?ns={ACR}"
    with httpx.Client(verify=pushed.trusted, trust_env=False) as client:
        url = f"https://127.0.0.1:{pushed.port}"
        told = client.get(f"{url}{path}")
        realm = told.headers["WWW-Authenticate"].split('"')[1]
        assert realm == f"https://{node.host}/oauth2/token"
        given = client.get(f"{realm}?scope=repository:web:pull&service={ACR}", headers=basic("node"))
        assert client.get(f"{url}{path}", headers=bearer(given.json()["token"])).status_code == 200
    assert pushed.store.asked == [f"GET /v2/clouds/{ACR}/web/manifests/v1"]


def test_a_node_that_posts_its_password_is_led_to_ask_by_get(world: FrontWorld) -> None:
    form = {"grant_type": "password", "username": "any", "password": "node's", "service": ACR}
    assert world.acr.ask("POST", "/oauth2/token", data=form).status_code == 404


def test_a_refresh_token_is_posted_for_a_token(pushed: FrontWorld) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "node's", "service": ACR, "scope": "repository:web:pull"}
    # Also where the Host header is none of a registry: the form says which is meant.
    given = pushed.acr.ask("POST", "/oauth2/token", data=form, headers={"Host": f"127.0.0.1:{pushed.port}"})
    assert pushed.acr.ask("GET", "/v2/web/manifests/v1", headers=bearer(given.json()["access_token"])).text == "{}"
    assert pushed.acr.ask("POST", "/oauth2/token", data={**form, "refresh_token": "guessed"}).status_code == 401


def test_forms_beside_the_api_are_the_clouds_to_answer(world: FrontWorld) -> None:
    answer = world.acr.ask("POST", "/oauth2/exchange", data={"access_token": "entra"})
    assert answer.json() == {"refresh_token": "node's"}
    assert world.acr.ask("POST", "/oauth2/exchange", data={"access_token": "guessed"}).status_code == 401
    assert world.acr.ask("POST", "/elsewhere").status_code == 404
    assert world.acr.ask("GET", "/oauth2/exchange").status_code == 404


def test_a_form_that_is_too_large_is_refused(world: FrontWorld) -> None:
    assert world.acr.ask("POST", "/oauth2/exchange", data={"access_token": "x" * 70_000}).status_code == 413


def test_logins_and_tokens_are_not_told(world: FrontWorld) -> None:
    node = world.token("node", "repository:web:pull")
    world.acr.ask("PUT", "/v2/web/manifests/v1?ns=", headers=node)
    assert world.said == [f"{ACR} GET /oauth2/token 200", f"{ACR} PUT /v2/web/manifests/v1 401"]
