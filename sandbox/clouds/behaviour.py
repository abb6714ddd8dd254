"""How the simulated clouds behave beside their rules: delays, expiry, and answers that a test asks for; in a file."""

import zlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from sandbox.state import private_file

CloudName = Literal["azure", "aws", "google"]


class Failure(BaseModel, frozen=True):
    """The next requests of a kind fail with these words."""

    token: str
    """Of the resource type or function."""
    deed: Literal["create", "update", "delete", "read", "call"] = "create"
    message: str
    times: int = 1_000_000
    """How often."""


class Behaviour(BaseModel):
    """All of it; the defaults are a cloud on a good day."""

    model_config = ConfigDict(extra="forbid")

    seed: int = 0
    """Of the delays."""
    grant_seconds: dict[CloudName, float] = {"azure": 1.0, "aws": 0.5, "google": 1.0}
    """The longest time after which a new right counts; each right's own is drawn from the seed and its id."""
    create_seconds: dict[str, float] = {}
    """How long a creation takes, by token."""
    failures: list[Failure] = []
    expired_before: float = 0.0
    """Tokens that were given before this moment are no longer taken."""
    expired: dict[CloudName, float] = {}
    """The same of one cloud alone."""

    def given_after(self, cloud: str) -> float:
        """The moment from which on tokens of a cloud are taken."""
        return max([self.expired_before, *(moment for name, moment in self.expired.items() if name == cloud)])

    def grant_counts(self, cloud: CloudName, identifier: str, made: float, now: float) -> bool:
        """Whether a right counts by now.

        Args:
            cloud: whose.
            identifier: of the right.
            made: when it was given.
            now: the moment; both in seconds since 1970.
        """
        # A hash and not a random generator's next number: the order in which rights are asked for changes nothing.
        return now >= made + self.grant_seconds.get(cloud, 0.0) * _share(f"{self.seed}/{identifier}")


def read_behaviour(file: Path) -> Behaviour:
    """What a file says; the defaults where there is none."""
    return Behaviour.model_validate_json(file.read_bytes()) if file.exists() else Behaviour()


def write_behaviour(file: Path, behaviour: Behaviour) -> None:
    """Say how the clouds behave from now on; nobody reads half of it."""
    private_file(file, behaviour.model_dump_json(indent=1))


def _share(text: str) -> float:
    return zlib.crc32(text.encode()) / 0xFFFFFFFF
