"""Whether a request may go on to what is stored: who asks, and what the cloud's content says of that identity."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from sandbox.clouds.access import Action, Login, Refusal, RegistryRules, Scene
from sandbox.clouds.registry import answers
from sandbox.clouds.registry.answers import Answer
from sandbox.clouds.registry.asked import Access, Content, Credentials
from sandbox.clouds.tokens import Claims, Tokens

_KIND = "bearer"
"""Of the tokens that are given here; a cloud's rules read other kinds."""
_LIFE = 3600.0  # Google's; ACR's lasts 75 minutes
_UNAUTHORIZED = Refusal(answers.UNAUTHORIZED, "UNAUTHORIZED", "authentication required")

_Mistake = Literal["invalid_token", "insufficient_scope"]


@dataclass(frozen=True)
class CloudRegistry:
    """One cloud's registries, or one of no cloud."""

    name: str
    """Whose tokens it gives, and takes."""
    rules: RegistryRules
    scene: Callable[[], Scene]
    """The cloud as it is at this moment."""
    named: Callable[[str], str] = str
    """What the names of its images begin with, by any of its hosts; that host itself at a cloud."""
    service: str | None = None
    """What its tokens are for; its host if not given."""
    token_host: str | None = None
    """Where whoever reached it by a name of its own gets a token; there too if not given."""
    refuses_late: bool = False
    """Whether who may do nothing gets a token for nothing, and is refused with that."""


@dataclass(frozen=True)
class Asker:
    """Who asks, and where."""

    host: str
    """The registry that is meant."""
    reached: str
    """The Host header: where this client reaches the registry, and so where it can fetch a token."""
    credentials: Credentials


class Gate:
    """The gate of one cloud's registries, at one moment."""

    def __init__(self, cloud: CloudRegistry, tokens: Tokens) -> None:
        self._cloud = cloud
        self._rules = cloud.rules
        self._scene = cloud.scene()
        self._tokens = tokens

    def refused(self, asker: Asker, wanted: Content | None) -> Answer | None:
        """The answer to who may not; None lets pass.

        Args:
            asker: who.
            wanted: None for the registry's own address, `/v2/`.
        """
        return (self._bearer if self._rules.scheme == "bearer" else self._basic)(asker, wanted)

    def token(self, host: str, login: Login | None, asked: Access) -> Answer:
        """The answer of the token service (distribution/distribution: docs/content/spec/auth/token.md).

        Of several things asked for, a token carries those that are allowed. Nothing allowed is refused here, in the
        words for the first: so do ACR (401) and Artifact Registry (403). Registries of no cloud refuse later.
        """
        subject = self._rules.subject(self._scene, host, login)
        if isinstance(subject, Refusal):
            return answers.refusal(subject)
        granted: dict[str, list[Action]] = {}
        refusals: list[Refusal] = []
        for repository, actions in asked.items():
            for action in sorted(actions):
                no = self._rules.decide(self._scene, host, repository, subject, action)
                if no is None:
                    granted.setdefault(repository, []).append(action)
                else:
                    refusals.append(no)
        if refusals and not granted and not self._cloud.refuses_late:
            return answers.refusal(refusals[0])
        now = self._scene.now
        detail = json.dumps({"host": host, "access": granted})
        claims = Claims(self._cloud.name, _KIND, subject, given=now, expires=now + _LIFE, detail=detail)
        text = self._tokens.give(claims)
        return answers.values(200, {"token": text, "access_token": text, "expires_in": int(_LIFE)})

    def _basic(self, asker: Asker, wanted: Content | None) -> Answer | None:
        # NVIDIA/enroot issue 59 shows ECR's
        challenge = f'Basic realm="https://{asker.host}/",service="ecr.amazonaws.com"'
        subject = self._rules.subject(self._scene, asker.host, asker.credentials.login)
        no = subject if isinstance(subject, Refusal) else self._decided(asker, wanted, subject)
        return answers.refusal(no, challenge) if no else None

    def _bearer(self, asker: Asker, wanted: Content | None) -> Answer | None:
        claims = self._claims(asker)
        if claims is None:
            mistake = None if asker.credentials.token is None else "invalid_token"
            return answers.refusal(_UNAUTHORIZED, self._challenge(asker, wanted, mistake))
        no = self._decided(asker, wanted, claims.subject)
        if no is None and wanted is not None and not _covers(claims, wanted):
            no = _UNAUTHORIZED
        return answers.refusal(no, self._challenge(asker, wanted, "insufficient_scope")) if no else None

    def _decided(self, asker: Asker, wanted: Content | None, subject: str) -> Refusal | None:
        if wanted is None:
            return None
        return self._rules.decide(self._scene, asker.host, wanted.repository, subject, wanted.action)

    def _claims(self, asker: Asker) -> Claims | None:
        """What the token says, when it is one of this registry's."""
        scene = self._scene
        text = asker.credentials.token or ""
        claims = self._tokens.read(text, scene.now, given_after=scene.behaviour.given_after(self._cloud.name))
        if claims is None or (claims.cloud, claims.kind) != (self._cloud.name, _KIND):
            return None
        return claims if _detail(claims)["host"] == asker.host else None

    def _challenge(self, asker: Asker, wanted: Content | None, mistake: _Mistake | None) -> str:
        """Where a token is to be had, for what, and what was wrong with the one that came (RFC 6750, section 3)."""
        realm = f"https://{self._token_host(asker.reached)}{self._rules.token_path}"
        parts = {"realm": realm, "service": self._cloud.service or asker.host}
        if wanted is not None:
            actions = "pull" if wanted.action == "pull" else "pull,push"
            parts["scope"] = f"repository:{wanted.repository}:{actions}"
        if mistake is not None:
            parts["error"] = mistake
        return "Bearer " + ",".join(f'{key}="{value}"' for key, value in parts.items())

    def _token_host(self, reached: str) -> str:
        elsewhere = self._cloud.token_host
        # A node reached the front at its address, and knows no other way to it.
        return elsewhere if elsewhere and self._rules.owns(reached.partition(":")[0]) else reached


def _detail(claims: Claims) -> dict[str, object]:
    return json.loads(claims.detail)


def _covers(claims: Claims, wanted: Content) -> bool:
    granted = cast("dict[str, list[Action]]", _detail(claims)["access"])
    return wanted.action in granted.get(wanted.repository, [])
