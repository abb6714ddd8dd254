"""What tests see and change of the simulated clouds behind the program's back."""

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from sandbox.clouds.behaviour import CloudName, Failure, read_behaviour, write_behaviour
from sandbox.clouds.world import Content, Thing, World
from tests.e2e.turns import of_cloud, turn

CLOUDS: Mapping[str, CloudName] = {"aks": "azure", "eks": "aws", "gke": "google"}
_PACKAGES = {"aks": "azure-native:", "eks": "aws:", "gke": "gcp:"}


@dataclass(frozen=True)
class Sky:
    """The clouds of the sandbox."""

    environment: dict[str, str]
    """Of a shell with `sandbox env --clouds`."""
    folder: Path
    """Where the service keeps its content and reads how to behave."""
    log: Path
    """Of the service."""

    @property
    def world(self) -> World:
        """What exists in them, to be changed behind the program's back."""
        return World(self.folder / "world.json")

    def content(self) -> Content:
        """All that exists in them."""
        return self.world.read()

    def of(self, target: str) -> list[Thing]:
        """What exists in a target's cloud."""
        return [each for each in self.content().things if each.token.startswith(_PACKAGES[target])]

    def behave(self, target: str, *, failures: Sequence[Failure] = (), expired_before: float = 0.0) -> None:
        """A target's cloud behaves from now on as on a good day, but for these; the other clouds as before."""
        file, cloud = self.folder / "behaviour.json", CLOUDS.get(target)
        if cloud is None:
            return
        with turn("behaviour", alone=True):
            now = read_behaviour(file)
            others = [each for each in now.failures if not each.token.startswith(_PACKAGES[target])]
            changed = {"failures": [*others, *failures], "expired": {**now.expired, cloud: expired_before}}
            write_behaviour(file, now.model_copy(update=changed))

    def client(self) -> httpx.Client:
        """A client of this shell, which reaches the clouds' names through its proxy."""
        return httpx.Client(proxy=self.environment["http_proxy"], timeout=5, trust_env=False)

    def requests(self) -> list[str]:
        """What the clouds' registries were asked, the oldest first: host, method, path and status of each."""
        return self.log.read_text().splitlines()

    @contextmanager
    def having(self, things: Sequence[Thing]) -> Generator[None]:
        """What exists meanwhile, of somebody else; no other worker has a stack in that cloud then."""
        targets = [name for name, package in _PACKAGES.items() if any(one.token.startswith(package) for one in things)]
        with ExitStack() as clouds:
            for target in targets:
                clouds.enter_context(turn(of_cloud(target), alone=True))
            with self._there(things):
                yield

    @contextmanager
    def _there(self, things: Sequence[Thing]) -> Generator[None]:
        with self.world.changing() as content:
            for each in things:
                content.put(each, time.time())
        try:
            yield
        finally:
            with self.world.changing() as content:
                for each in things:
                    found = content.find(each.token, each.id)
                    if found is not None:
                        content.remove(found, time.time())
