"""What the pack knows of the stack: its profile and its registry, from the settings that the engine hands to a pack.

The values of secrets are among them in clear: none is kept here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from policies.values import mapping
from pulls import loaded


class PackError(Exception):
    """A mistake that a person can mend; its text is the whole message."""


class Profile(StrEnum):
    """How careful a stack is, as its key `profile` says."""

    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Facts:
    """Of a stack."""

    stack: str
    """Its name; empty where a pack is published and there is no stack."""
    profile: Profile
    registry: str | None = None
    """Where its images are, `host[:port]`, as far as its file says; `loaded.HOST` where they are in no registry."""


NO_STACK = Facts("", Profile.PRODUCTION)
"""Where nobody says that it is for tests."""


def facts(project: str, stack: str, config: Mapping[str, str]) -> Facts:
    """The facts of the stack that a pack runs for.

    Args:
        project: its name.
        stack: its name.
        config: full keys (`project:key`) to values as the engine has them: objects as JSON.

    Raises:
        PackError: the stack's profile is none.
    """
    return Facts(stack, _profile(config.get(f"{project}:profile"), stack), _registry(config.get(f"{project}:registry")))


def _profile(given: str | None, stack: str) -> Profile:
    try:
        return Profile(given or Profile.TEST)
    except ValueError:
        message = (
            f"Pulumi.{stack}.yaml: profile: {given!r} is neither test nor production\n"
            f"  type: pulumi config set profile {Profile.PRODUCTION} -s {stack}"
        )
        raise PackError(message) from None


def _registry(given: str | None) -> str | None:
    try:
        decoded: object = json.loads(given or "{}")
    except ValueError:
        return None  # the program says what is wrong with it
    fields = mapping(decoded)
    if fields.get("load") not in (None, "registry"):
        return loaded.HOST
    host = fields.get("host")
    return host if isinstance(host, str) else None
