"""What a simulated cloud's registry asks before it serves: who is it, and may it.

Each cloud answers with a `RegistryRules`; nothing is allowed that the cloud's content does not grant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sandbox.clouds.behaviour import Behaviour
from sandbox.clouds.world import Content, Thing

Action = Literal["pull", "push"]


@dataclass(frozen=True)
class Scene:
    """A moment in a cloud."""

    content: Content
    now: float
    behaviour: Behaviour


@dataclass(frozen=True)
class Refusal:
    """A registry's answer that is no: the OCI error body, with the cloud's own words."""

    status: int
    code: str
    """Such as `DENIED`, `UNAUTHORIZED`, `NAME_UNKNOWN`."""
    message: str


@dataclass(frozen=True)
class Login:
    """A user and a password, as a kubelet or a docker engine gets it."""

    username: str
    password: str = field(repr=False)


def store_of(thing: Thing | None) -> str:
    """A name for what this very thing holds, for `RegistryRules.store`."""
    return "" if thing is None else f"{int(thing.made * 1000):x}"


class RegistryRules(Protocol):
    """How one cloud's registries behave."""

    scheme: Literal["basic", "bearer"]
    """Whether each request carries the login (ECR) or a token that was fetched with it (ACR, Artifact Registry)."""
    token_path: str
    """Where tokens are fetched: `/oauth2/token`, `/v2/token`; unused with `basic`."""

    def owns(self, host: str) -> bool:
        """Whether a registry host is one of this cloud's, existing or not."""
        ...

    def subject(self, scene: Scene, host: str, login: Login | None) -> "str | Refusal":
        """Who logs in; None is nobody."""
        ...

    def decide(self, scene: Scene, host: str, repository: str, subject: str, action: Action) -> Refusal | None:
        """Whether somebody may pull from or push to a repository; None is yes."""
        ...

    def store(self, scene: Scene, host: str, repository: str) -> str:
        """A name for what a repository holds: another one when it is deleted and made anew under its name."""
        ...

    def node_login(self, scene: Scene, image: str) -> Login | None:
        """What the node's credential provider gets for an image, as the identity that the newest cluster's nodes have.

        None where the provider gives nothing (the kubelet then pulls as nobody).
        """
        ...

    def posted(
        self, scene: Scene, host: str, path: str, form: Mapping[str, str]
    ) -> "Mapping[str, str] | Refusal | None":
        """The JSON answer to a form posted beside the registry's API, such as ACR's `/oauth2/exchange`; None is 404."""
        ...
