"""The answers that a cloud's registry gives by itself, without asking what is stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.clouds.access import Refusal

UNAUTHORIZED, NOT_FOUND, BAD_GATEWAY = 401, 404, 502
_JSON, _TEXT = "application/json", "text/plain"


@dataclass(frozen=True)
class Answer:
    """A complete one."""

    status: int
    body: str = field(repr=False)
    content_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def values(status: int, body: Mapping[str, object]) -> Answer:
    """Values as JSON."""
    return Answer(status, json.dumps(body))


def error(status: int, code: str, message: str) -> Answer:
    """An error of the registry's API (opencontainers/distribution-spec: spec.md, "Error Codes")."""
    return values(status, {"errors": [{"code": code, "message": message}]})


def refusal(said: Refusal, challenge: str | None = None) -> Answer:
    """A cloud's refusal; a 401 says how to log in.

    A refusal without a code is plain text, as ECR's `Not Authorized` (NVIDIA/enroot issue 59).
    """
    headers = {"WWW-Authenticate": challenge} if challenge and said.status == UNAUTHORIZED else {}
    if not said.code:
        return Answer(said.status, f"{said.message}\n", _TEXT, headers)
    return Answer(said.status, error(said.status, said.code, said.message).body, _JSON, headers)
