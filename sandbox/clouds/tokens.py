"""Tokens of the simulated clouds: signed, for one identity of one cloud, and expiring like the real ones.

A token is `simulated.<claims>.<signature>`, both in URL-safe base64; the key is one random secret of the sandbox.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

_PREFIX = "simulated"


@dataclass(frozen=True)
class Claims:
    """What a token says."""

    cloud: str
    """`azure`, `aws` or `google`."""
    kind: str
    """What it is for, such as `refresh`, `registry`, `access`, `cluster`."""
    subject: str
    """Whose it is: an object id, an ARN, a service account's e-mail address."""
    given: float
    expires: float
    """Both in seconds since 1970."""
    detail: str = ""
    """What else it is bound to: a registry host and scope, a cluster."""


class Tokens:
    """Gives and reads tokens."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def give(self, claims: Claims) -> str:
        """The text of a token."""
        body = _encoded(json.dumps(claims.__dict__, sort_keys=True).encode())
        return f"{_PREFIX}.{body}.{self._signature(body)}"

    def read(self, text: str, now: float, *, given_after: float = 0.0) -> Claims | None:
        """What a token says; None when it is none of ours, over, or given before `given_after`."""
        parts = text.split(".")
        if len(parts) != 3 or parts[0] != _PREFIX:  # noqa: PLR2004
            return None
        # As bytes: it takes no text beyond ASCII, and whoever asks may send some.
        if not hmac.compare_digest(parts[2].encode(errors="replace"), self._signature(parts[1]).encode()):
            return None
        values: dict[str, Any] = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
        claims = Claims(**values)
        return claims if claims.given >= given_after and now < claims.expires else None

    def _signature(self, body: str) -> str:
        return _encoded(hmac.digest(self._key, body.encode(errors="replace"), hashlib.sha256))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
