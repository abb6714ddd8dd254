"""What the front of the simulated clouds' registries is tried on: rules, a client, and a loop that serves."""

import asyncio
import base64
import hashlib
import ssl
import threading
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import httpx

from sandbox.clouds.access import Action, Login, Refusal, Scene
from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.world import Content

ACR = "contoso.azurecr.io"
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
NOBODY = Refusal(401, "UNAUTHORIZED", "authentication required, visit https://aka.ms/acr/authorization")
DENIED = Refusal(403, "DENIED", "because no identity-based policy allows the action")

Right = tuple[str, str, str, Action]
"""Subject, host, repository, action."""


def scene(now: float = 1000.0, *, expired_before: float = 0.0) -> Scene:
    return Scene(Content(), now, Behaviour(expired_before=expired_before))


@dataclass
class PlainRules:
    """Rights as a list. The password of somebody is `<somebody>'s`."""

    scheme: Literal["basic", "bearer"] = "bearer"
    hosts: frozenset[str] = frozenset({ACR})
    rights: set[Right] = field(default_factory=set[Right])
    refusal: Refusal = NOBODY
    token_path: str = "/oauth2/token"
    made_anew: str = ""

    def owns(self, host: str) -> bool:
        return host in self.hosts

    def subject(self, scene: Scene, host: str, login: Login | None) -> str | Refusal:
        assert isinstance(scene, Scene)
        assert self.owns(host)
        known = login is not None and login.password.endswith("'s")
        return login.password.removesuffix("'s") if known and login else self.refusal

    def decide(self, scene: Scene, host: str, repository: str, subject: str, action: Action) -> Refusal | None:
        assert isinstance(scene, Scene)
        return None if (subject, host, repository, action) in self.rights else self.refusal

    def node_login(self, scene: Scene, image: str) -> Login | None:
        raise AssertionError(scene, image)

    def store(self, scene: Scene, host: str, repository: str) -> str:
        _ = scene, host, repository
        return self.made_anew

    def posted(self, scene: Scene, host: str, path: str, form: Mapping[str, str]) -> Mapping[str, str] | Refusal | None:
        assert isinstance(scene, Scene)
        assert self.owns(host)
        if path != "/oauth2/exchange":
            return None
        return {"refresh_token": "node's"} if form.get("access_token") == "entra" else self.refusal


@contextmanager
def serving(start: Callable[[], Awaitable[object]], close: Callable[[], Awaitable[object]]) -> Generator[None]:
    """Run a server of asyncio in a thread of its own."""
    up, down = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    async def whole() -> None:
        await start()
        up.set()
        while not down.is_set():
            await asyncio.sleep(0.01)
        await close()
        await asyncio.sleep(0.02)  # so that connections end before the loop does

    def run() -> None:
        try:
            asyncio.run(whole())
        except BaseException as error:  # told to the test
            failed.append(error)
        up.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert up.wait(10)
        yield
    finally:
        down.set()
        thread.join()
    if failed:
        raise failed[0]


@dataclass(frozen=True)
class Client:
    """Asks the front as a docker engine does: by a registry's name, at its real port."""

    port: int
    trusted: ssl.SSLContext
    host: str = ACR

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        data: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        with httpx.Client(verify=self.trusted, trust_env=False, timeout=10) as client:
            return client.request(
                method,
                f"https://127.0.0.1:{self.port}{path}",
                headers={"Host": self.host, **(headers or {})},
                content=content,
                data=data,
                extensions={"sni_hostname": self.host},
            )


def basic(subject: str) -> dict[str, str]:
    """The header of a login as somebody."""
    return {"Authorization": "Basic " + base64.b64encode(f"any:{subject}'s".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    """The header of a token."""
    return {"Authorization": f"Bearer {token}"}


def digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
