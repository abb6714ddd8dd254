"""How a registry asks who is there, and how a node answers: pure, without a connection.

The flow is the one of containerd v2.1.0 (core/remotes/docker/authorizer.go, auth/parse.go, auth/fetch.go), with the
order of google/go-containerregistry v0.20 (pkg/v1/remote/transport/bearer.go) and containers/image v5
(docker/docker_client.go): a password is tried as Basic at the token service, a refresh token as OAuth first.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from pulls.registry.login import Login

_LONGEST_CHALLENGE = 8192
_PART = re.compile(
    r"[\s,]*(?:(?P<key>[\w-]+)[ \t]*=[ \t]*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<plain>[^\s,\"]*))"
    r"|(?P<scheme>[\w-]+)(?=[\s,]|$))",
    re.ASCII,
)
_CLIENT = "containerd-client"
_TOKEN = re.compile(r"[\x21-\x7e]+")
OAUTH_NOT_SPOKEN = frozenset({400, 401, 404, 405})
"""Statuses after which the token is asked for with GET (authorizer.go, doBearerAuth: Artifactory, ACR, GCR)."""


@dataclass(frozen=True)
class Challenge:
    """One challenge of a WWW-Authenticate header; the scheme in lower case."""

    scheme: str
    parameters: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class TokenRequest:
    """One request to a token service."""

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    form: Mapping[str, str] | None = field(default=None, repr=False)
    authorization: str | None = field(default=None, repr=False)


def best_challenge(headers: Sequence[str]) -> Challenge | None:
    """The challenge to answer: Bearer before Basic, others not at all."""
    found = [each for header in headers for each in _challenges(header[:_LONGEST_CHALLENGE])]
    for scheme in ("bearer", "basic"):
        for each in found:
            if each.scheme == scheme:
                return each
    return None


def _challenges(header: str) -> list[Challenge]:
    found: list[tuple[str, dict[str, str]]] = []
    position = 0
    while match := _PART.match(header, position):
        position = match.end()
        if match["scheme"]:
            found.append((match["scheme"].lower(), {}))
        elif found:
            quoted = match["quoted"]
            value = match["plain"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            found[-1][1].setdefault(match["key"].lower(), value)
    return [Challenge(scheme, parameters) for scheme, parameters in found]


def basic(login: Login) -> str:
    """The Authorization header of RFC 7617, in UTF-8."""
    return "Basic " + base64.b64encode(f"{login.username}:{login.password}".encode()).decode()


def token_requests(challenge: Challenge, path: str, login: Login | None) -> list[TokenRequest]:
    """The requests for a token that may pull `path`; the later ones only after one of `OAUTH_NOT_SPOKEN`."""
    realm = challenge.parameters.get("realm", "")
    service = challenge.parameters.get("service", "")
    asked = challenge.parameters.get("scope", "").split(" ")
    scopes = list(dict.fromkeys([f"repository:{path}:pull", *filter(None, asked)]))
    query = [("service", service)] if service else []
    query += [("scope", scope) for scope in scopes]
    get = TokenRequest("GET", realm, tuple(query), authorization=basic(login) if login else None)
    if login is None or not login.is_refresh_token:
        return [get]
    form = {
        "grant_type": "refresh_token",
        "service": service,
        "client_id": _CLIENT,
        "scope": " ".join(scopes),
        "refresh_token": login.password,
    }
    return [TokenRequest("POST", realm, form=form), get]


def token_of(document: object) -> str | None:
    """The token in a token service's answer; None when there is none that a header could carry."""
    if not isinstance(document, dict):
        return None
    answer = cast("Mapping[str, object]", document)
    token = answer.get("access_token") or answer.get("token")
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else None
