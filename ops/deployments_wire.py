"""One request to Pulumi Cloud, with the token in its header, and an answer that is small and comes in time."""

import json
import ssl
import time
from dataclasses import dataclass
from functools import cache

import httpx

from pulls.kubelet.objects import Json

_CONNECT, _READ, _WHOLE = 5.0, 20.0, 30.0
"""Seconds to connect, for one piece, and for all of an answer."""
_LARGEST = 64 << 20
"""Bytes; the state of a large stack has some ten million."""
_ACCEPT = "application/vnd.pulumi+8"
"""The version of the API that its pages describe (pulumi/docs, reference/cloud-rest-api)."""


class TooLateError(Exception):
    """An answer did not end in time, or was larger than any."""


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    body: bytes
    retry_after: str | None

    def document(self) -> object:
        """What it holds as JSON; None where it holds none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@cache
def _tls() -> ssl.SSLContext:
    """Made once: to read all authorities takes longer than to ask."""
    return httpx.create_ssl_context()


def send(method: str, url: str, token: str, body: Json | None) -> Reply:
    """Send it once.

    Raises:
        httpx.HTTPError: there is no answer.
        httpx.InvalidURL: nobody can be asked by that name.
        TooLateError: it does not end.
    """
    headers = {"Authorization": f"token {token}", "Accept": _ACCEPT, "Content-Type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    timeout = httpx.Timeout(_READ, connect=_CONNECT)
    end = time.monotonic() + _WHOLE
    with httpx.stream(method, url, headers=headers, content=content, timeout=timeout, verify=_tls()) as answer:
        pieces: list[bytes] = []
        for piece in answer.iter_bytes():
            pieces.append(piece)
            if time.monotonic() > end or sum(map(len, pieces)) > _LARGEST:
                raise TooLateError
        return Reply(answer.status_code, b"".join(pieces), answer.headers.get("Retry-After"))
