"""A front of two simulated clouds' registries that runs, with a registry that stores behind it."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sandbox.certificates import Authority
from sandbox.clouds.registry.front import Front
from sandbox.clouds.registry.gate import CloudRegistry
from sandbox.clouds.registry.stored import Upstream
from sandbox.clouds.tokens import Tokens
from sandbox.site import free_port
from tests.unit.cloud_fronts import ACR, DENIED, ECR, Client, PlainRules, basic, bearer, digest, scene, serving
from tests.unit.cloud_store import LOGIN, Store, stores

LAYER = b"layer" * 1000
LAYER_PATH = f"/v2/web/blobs/{digest(LAYER)}"
LONG = "a" * 63 + ".azurecr.io"  # longer than the common name of a certificate may be


@dataclass
class FrontWorld:
    """A front that runs, and what it told."""

    azure: PlainRules
    aws: PlainRules
    store: Store
    port: int
    trusted: ssl.SSLContext
    seen: list[str] = field(default_factory=list[str])
    pushed: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    said: list[str] = field(default_factory=list[str])

    @property
    def acr(self) -> Client:
        return Client(self.port, self.trusted)

    @property
    def ecr(self) -> Client:
        return Client(self.port, self.trusted, ECR)

    def token(self, subject: str, *scopes: str) -> dict[str, str]:
        query = "&".join(f"scope={each}" for each in scopes)
        answer = self.acr.ask("GET", f"/oauth2/token?service={ACR}&{query}", headers=basic(subject))
        assert answer.status_code == 200, answer.text
        return bearer(answer.json()["token"])

    def fill(self) -> None:
        """Store a layer and a manifest in each cloud's `web`."""
        for host in (ACR, ECR):
            self.store.things[f"/v2/clouds/{host}/web/blobs/{digest(LAYER)}"] = LAYER
            self.store.things[f"/v2/clouds/{host}/web/manifests/v1"] = b"{}"


@contextmanager
def front_world(folder: Path) -> Generator[FrontWorld]:
    """The pusher may push to and pull from `web`, the node may pull it; of ECR's `web` likewise."""
    azure = PlainRules(hosts=frozenset({ACR, LONG}))
    aws = PlainRules("basic", frozenset({ECR}), refusal=DENIED)
    for rules, host in ((azure, ACR), (aws, ECR)):
        rules.rights.update((who, host, "web", "pull") for who in ("node", "pusher"))
        rules.rights.add(("pusher", host, "web", "push"))
    authority = Authority(folder)
    with stores() as store:
        trusted = ssl.create_default_context(cafile=str(authority.certificate_file))
        made = FrontWorld(azure, aws, store, free_port(set()), trusted)
        front = Front(
            [CloudRegistry("azure", azure, scene), CloudRegistry("aws", aws, scene)],
            Upstream(store.url, LOGIN),
            authority,
            Tokens("key"),
            seen=made.seen.append,
            pushed=lambda host, repository: made.pushed.append((host, repository)),
            say=made.said.append,
        )
        with serving(lambda: front.start(made.port), front.close):
            yield made


def code(answer: httpx.Response) -> str:
    """Of the error that a registry answered."""
    return answer.json()["errors"][0]["code"]
