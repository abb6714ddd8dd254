"""Registries of other providers, simulated: under their names, for their accounts alone, in their words."""

import base64
import ssl
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from sandbox.certificates import Authority
from sandbox.clouds.foreign import Account, read_accounts, registries, write_accounts
from sandbox.clouds.proxy_routes import Routes
from sandbox.clouds.registry.front import Front
from sandbox.clouds.registry.stored import Upstream
from sandbox.clouds.tokens import Tokens
from sandbox.site import free_port
from tests.unit.cloud_fronts import Client, bearer, scene, serving
from tests.unit.cloud_store import LOGIN, Store, stores
from tests.unit.test_cloud_proxy_routes import FRONT, head

HARBOR = "registry.example.com:8443"
HOSTS = ("docker.io", "ghcr.io", "quay.io", HARBOR)
CI = Account(username="acme-ci", password="right", namespace="acme")
READER = Account(username="reader", password="right", namespace="acme", pushes=False)
APIS = {"docker.io": "registry-1.docker.io"}
TOKENS = {
    "docker.io": ("auth.docker.io", "/token", "registry.docker.io"),
    "ghcr.io": ("ghcr.io", "/token", "ghcr.io"),
    "quay.io": ("quay.io", "/v2/auth", "quay.io"),
    HARBOR: (HARBOR, "/service/token", "harbor-registry"),
}
"""Host, path and service of each one's tokens."""
PULL, PUSH = "repository:acme/web:pull", "repository:acme/web:pull,push"


@dataclass
class Foreign:
    """A front of them that runs."""

    front: Front
    file: Path
    store: Store
    port: int
    trusted: ssl.SSLContext
    seen: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])

    def ask(
        self, host: str, method: str, path: str, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> httpx.Response:
        """The answer to an engine, which reaches a registry under the host that serves it; to a node, at an address."""
        served = APIS.get(host, host)
        client = Client(self.port, self.trusted, served.partition(":")[0])
        return client.ask(method, path, headers={"Host": served, **(headers or {})}, content=content)

    def asked_for_token(self, registry: str, scope: str, login: str | None) -> httpx.Response:
        """The answer of its token service."""
        host, path, service = TOKENS[registry]
        headers = {} if login is None else {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
        return self.ask(host, "GET", f"{path}?service={service}&scope={scope}", headers)

    def token(self, registry: str, scope: str, login: str | None = "acme-ci:right") -> dict[str, str]:
        answer = self.asked_for_token(registry, scope, login)
        assert answer.status_code == 200, answer.text
        return bearer(answer.json()["token"])


@pytest.fixture
def world(tmp_path: Path) -> Generator[Foreign]:
    authority, file = Authority(tmp_path / "certificates"), tmp_path / "foreign.json"
    write_accounts(file, {host: [CI, READER] for host in HOSTS})
    seen: list[str] = []
    said: list[str] = []
    with stores() as store:
        front = Front(
            registries(file, scene),
            Upstream(store.url, LOGIN),
            authority,
            Tokens("key"),
            seen=seen.append,
            pushed=lambda _host, _repository: None,
            say=said.append,
        )
        port = free_port(set())
        trusted = ssl.create_default_context(cafile=str(authority.certificate_file))
        with serving(lambda: front.start(port), front.close):
            yield Foreign(front, file, store, port, trusted, seen, said)


def errors(answer: httpx.Response) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["code"], error.get("message", "")


@pytest.mark.parametrize("registry", HOSTS)
def test_a_push_and_a_pull_go_all_the_way_under_the_registrys_own_name(world: Foreign, registry: str) -> None:
    path = "/v2/acme/web/manifests/v1"
    told = world.ask(registry, "GET", "/v2/")
    host, token_path, service = TOKENS[registry]
    assert told.headers["WWW-Authenticate"] == f'Bearer realm="https://{host}{token_path}",service="{service}"'
    assert world.ask(registry, "PUT", path, world.token(registry, PUSH), b"{}").status_code == 201
    reader = world.token(registry, PULL, "reader:right")
    assert world.ask(registry, "GET", path, reader).text == "{}"
    assert set(world.store.things) == {f"/v2/clouds/{registry.replace(':', '_')}/acme/web/manifests/v1"}
    assert set(world.seen) == {registry}
    assert all(each.startswith(f"{registry} ") for each in world.said)
    assert "right" not in " ".join(world.said)


@pytest.mark.parametrize("registry", HOSTS)
def test_a_node_gets_its_token_where_it_reached_the_front(world: Foreign, registry: str) -> None:
    node = f"127.0.0.1:{world.port}"
    told = world.ask(node, "GET", f"/v2/acme/web/manifests/v1?ns={registry}")
    _, path, service = TOKENS[registry]
    assert f'realm="https://{node}{path}",service="{service}"' in told.headers["WWW-Authenticate"]
    login = {"Authorization": "Basic " + base64.b64encode(b"reader:right").decode()}
    given = world.ask(node, "GET", f"{path}?service={service}&scope={PULL}", login)
    answer = world.ask(node, "GET", f"/v2/acme/web/manifests/v1?ns={registry}", bearer(given.json()["token"]))
    assert errors(answer)[1] == "NAME_UNKNOWN"  # of the store: it was let in, and nothing is there


@pytest.mark.parametrize(
    ("registry", "status", "words"),
    [
        ("docker.io", 401, "incorrect username or password"),
        ("ghcr.io", 403, "denied"),
        ("quay.io", 401, "Invalid Username or Password"),
        (HARBOR, 401, "authentication required"),
    ],
)
def test_a_wrong_password_gets_no_token(world: Foreign, registry: str, status: int, words: str) -> None:
    for login in ("acme-ci:wrong", "stranger:right"):
        answer = errors(world.asked_for_token(registry, PUSH, login))
        assert (answer[0], answer[2]) == (status, words)


@pytest.mark.parametrize("registry", HOSTS)
@pytest.mark.parametrize(
    ("method", "repository", "login"),
    [
        ("GET", "acme/web", None),
        ("PUT", "acme/web", "reader:right"),
        ("GET", "other/web", "acme-ci:right"),
        ("GET", "acmes/web", "acme-ci:right"),
    ],
)
def test_nobody_does_what_no_account_is_for(
    world: Foreign, registry: str, method: str, repository: str, login: str | None
) -> None:
    given = world.asked_for_token(registry, f"repository:{repository}:pull,push", login)
    if login is None and registry == "ghcr.io":
        assert given.status_code == 401
        return
    refused = world.ask(registry, method, f"/v2/{repository}/manifests/v1", bearer(given.json()["token"]))
    assert refused.status_code == (403 if registry == "ghcr.io" else 401)
    assert ("insufficient_scope" in refused.headers.get("WWW-Authenticate", "")) == (registry != "ghcr.io")
    assert world.store.asked == []


def test_one_registrys_token_is_no_use_at_another(world: Foreign) -> None:
    token = world.token("ghcr.io", PULL)
    assert world.ask("quay.io", "GET", "/v2/acme/web/manifests/v1", token).status_code == 401


@pytest.mark.parametrize("host", ["docker.io", "registry-1.docker.io", "auth.docker.io", "ghcr.io", "quay.io", HARBOR])
def test_without_the_file_no_name_is_taken_from_who_owns_it(world: Foreign, host: str) -> None:
    assert world.front.owns(host)
    world.file.unlink()
    assert not world.front.owns(host)
    assert read_accounts(world.file) == {}


def test_the_file_is_private(world: Foreign) -> None:
    assert world.file.stat().st_mode & 0o777 == 0o600


def test_the_proxy_leads_to_a_registry_on_its_own_port_only(world: Foreign) -> None:
    routes = Routes(world.front.owns, FRONT, lambda _: None)
    assert routes.of(head(f"CONNECT {HARBOR} HTTP/1.1")).address == FRONT
    assert routes.of(head("CONNECT registry-1.docker.io:443 HTTP/1.1")).address == FRONT
    assert routes.of(head("CONNECT registry.example.com:9443 HTTP/1.1")).address is None
    assert routes.of(head("CONNECT ghcr.io:8443 HTTP/1.1")).address is None
    assert routes.of(head("CONNECT other.example.com:8443 HTTP/1.1")).address == ("other.example.com", 8443)
