"""What tests see and change of the simulated clouds behind the program's back."""

import json
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

    @classmethod
    def of_shell(cls, environment: dict[str, str]) -> "Sky":
        """As the shell's variables say."""
        return cls(environment, Path(environment["PIPELINE_SIMULATED_CLOUDS"]))

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

    def pulls(self) -> list[dict[str, Any]]:
        """What was pulled from the clouds' registries: who, host, repository, status; the oldest first."""
        file = self.folder / "registry.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
