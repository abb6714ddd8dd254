"""What may go wrong when somebody is asked over the network, in words, and how long that may take."""

import http.client
import ssl
import urllib.error
import urllib.parse
from collections.abc import Callable

ANSWER_SECONDS = 1.5
"""For each answer, so that the one that is late is named with its reason."""


def server_address(url: str) -> tuple[str, int] | None:
    """Host and port of an API server's URL; None if it has none that can be connected to."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port or (80 if parts.scheme == "http" else 443)
        (parts.hostname or "").encode("idna")  # as connecting does
    except ValueError:  # half an IPv6 address, a port that is no number up to 65535, a name such as a..b
        return None
    return (parts.hostname, port) if parts.hostname else None


def failure(what: str, attempt: Callable[[], object]) -> str | None:
    """Why an attempt to ask failed, after `what`; None if somebody answered."""
    try:
        attempt()
    except urllib.error.URLError as error:
        # A certificate that only docker trusts, or plain HTTP that only docker was told of: it does answer.
        return None if isinstance(error.reason, ssl.SSLError) else f"{what} ({_words(error.reason)})"
    except http.client.HTTPException:
        return f"{what} (what it says is not HTTP)"
    except OSError as error:
        return f"{what} ({_words(error)})"
    return None


def _words(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
