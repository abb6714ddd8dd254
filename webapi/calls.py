"""HTTP to the services beside this API, with the reason in one line when one fails."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

_SECONDS = 20.0
_SHOWN = 200
# No proxy: these are neighbours, or addresses that somebody chose.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ServiceError(Exception):
    """A service that refuses or does not answer; the text says which and why."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status
        """Of HTTP; 0 when there was no answer."""


def call(method: str, url: str, body: Json, headers: Mapping[str, str] | None = None) -> Json:
    """Send an object, and give the object that comes back.

    Raises:
        ServiceError: refused, no answer, or one that is no object.
    """
    answer = send(method, url, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})
    try:
        return dict(json.loads(answer))
    except (ValueError, TypeError) as error:
        message = f"{url} answers no JSON object: {error}"
        raise ServiceError(message) from error


def send(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Send bytes, and give those that come back.

    Raises:
        ServiceError: refused, or no answer.
    """
    request = urllib.request.Request(url, body, dict(headers), method=method)  # noqa: S310 - http(s)
    try:
        with _opener.open(request, timeout=_SECONDS) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        with error:
            said = " ".join(error.read().decode(errors="replace").split())[:_SHOWN]
        message = f"{url} answers {error.code}: {said}"
        raise ServiceError(message, error.code) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        message = f"{url} does not answer: {reason}"
        raise ServiceError(message) from error
