"""What tests see and change of the simulated clouds behind the program's back."""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.world import Content, Thing, World

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

    def content(self) -> Content:
        """All that exists in them."""
        return World(self.folder / "world.json").read()

    def of(self, target: str) -> list[Thing]:
        """What exists in a target's cloud."""
        return [each for each in self.content().things if each.token.startswith(_PACKAGES[target])]

    def behave(self, **change: Any) -> None:
        """Behave from now on as on a good day, but for these."""
        file = self.folder / "behaviour.json"
        scratch = file.with_suffix(".new")
        scratch.write_text(Behaviour(**change).model_dump_json())
        scratch.replace(file)

    def client(self) -> httpx.Client:
        """A client of this shell, which reaches the clouds' names through its proxy."""
        return httpx.Client(proxy=self.environment["http_proxy"], timeout=5, trust_env=False)

    def requests(self) -> list[str]:
        """What the clouds' registries were asked, the oldest first: host, method, path and status of each."""
        return self.log.read_text().splitlines()

    @contextmanager
    def having(self, things: Sequence[Thing]) -> Generator[None]:
        """What exists meanwhile, of somebody else."""
        world = World(self.folder / "world.json")
        with world.changing() as content:
            for each in things:
                content.put(each, time.time())
        try:
            yield
        finally:
            with world.changing() as content:
                for each in things:
                    found = content.find(each.token, each.id)
                    if found is not None:
                        content.remove(found, time.time())
