"""Whether the local cluster and registry answer, and what the cluster has, asked before anything starts.

All is asked at once and has two seconds. Parsing is pure; `ask` is the only effect.
"""

import base64
import http.client
import re
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from components.docker_login import Login
from components.kubeconfig import Context
from components.platforms.cluster_facts import Facts, read_facts
from components.platforms.matching import is_loopback
from components.platforms.pull_secret import DOCKER_HUB

SECONDS = 2.0
"""For both answers together."""
ANSWER_SECONDS = 1.5
"""For each, so that the one that is late is named with its reason."""

_UNAUTHORIZED, _FORBIDDEN = 401, 403
_HUB_API = "registry-1.docker.io"
"""What serves Docker Hub (moby/moby registry/config.go, DefaultV2Registry); docker.io itself is a web site."""
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Finding:
    """What the cluster and the registry said; None when there is nothing to object to."""

    cluster: str | None
    registry: str | None
    facts: Facts = field(default_factory=Facts)


def ask(context: Context | None, host: str | None, login: Login | None) -> Finding:
    """Ask the API server and the registry, at the same time.

    Args:
        context: whose API server to connect to; None to ask none.
        host: the registry, `host[:port]`; None to ask none.
        login: what to log in with; None to ask without.
    """
    pool = ThreadPoolExecutor(3)
    cluster = None if context is None else pool.submit(ask_cluster, context)
    facts = None if context is None else pool.submit(read_facts, context, ANSWER_SECONDS)
    registry = None if host is None else pool.submit(ask_registry, host, login)
    # Looking a name up has no time-out of its own, so the whole has one.
    asked: list[Future[Any]] = [each for each in (cluster, facts, registry) if each is not None]
    done, _ = wait(asked, timeout=SECONDS)
    pool.shutdown(wait=False)
    server = "" if context is None else context.server
    return Finding(
        _answer(cluster, done, f"no answer from {server} in time"),
        _answer(registry, done, f"no answer from the registry {host} in time"),
        facts.result() if facts in done else Facts(),
    )


def _answer(asked: Future[str | None] | None, done: Collection[object], late: str) -> str | None:
    if asked is None:
        return None
    return asked.result() if asked in done else late


def ask_cluster(context: Context) -> str | None:
    """Why the API server cannot be connected to, or None."""
    if context.proxied:
        return None
    address = server_address(context.server)
    if address is None:
        return f"context {context.name!r} has no usable server address ({context.server!r})"
    return _failure(
        f"the cluster of context {context.name!r} does not answer at {context.server}",
        lambda: socket.create_connection(address, timeout=ANSWER_SECONDS).close(),
    )


def server_address(url: str) -> tuple[str, int] | None:
    """Host and port of an API server's URL; None if it has none that can be connected to."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port or (80 if parts.scheme == "http" else 443)
        (parts.hostname or "").encode("idna")  # as connecting does
    except ValueError:  # half an IPv6 address, a port that is no number up to 65535, a name such as a..b
        return None
    return (parts.hostname, port) if parts.hostname else None


def ask_registry(host: str, login: Login | None) -> str | None:
    """Why images cannot be pushed to a registry with a login, or None."""
    if host == DOCKER_HUB and login is None:
        return None  # it asks everybody for a login, and gives away what is public
    statuses: list[int] = []
    silent = _failure(f"the registry {host} does not answer", lambda: statuses.append(_status(host, login)))
    if silent is not None or statuses[0] != _UNAUTHORIZED:
        return silent
    if login is None:
        return f"the registry {host} wants a login, and there is none for it"
    return f"the registry {host} refuses the password of user {login.username!r}"


def token_url(challenge: str) -> str | None:
    """Where a registry's `WWW-Authenticate` header sends for a token; None if it takes the password."""
    scheme, _, rest = challenge.partition(" ")
    fields = dict(_CHALLENGE.findall(rest))
    if scheme.lower() != "bearer" or "realm" not in fields:
        return None
    query = urllib.parse.urlencode({"service": fields["service"]} if "service" in fields else {})
    return f"{fields['realm']}?{query}"


def _status(host: str, login: Login | None) -> int:
    deadline = time.monotonic() + ANSWER_SECONDS
    served = _HUB_API if host == DOCKER_HUB else host
    scheme = "http" if is_loopback(served) else "https"
    status, challenge = _get(f"{scheme}://{served}/v2/", login, deadline)
    realm = token_url(challenge) if status == _UNAUTHORIZED and login is not None else None
    if realm is None:
        return status
    if not realm.startswith(("http://", "https://")) or server_address(realm) is None:
        reason = f"it sends to {realm.partition('?')[0]!r} for a token"
        raise OSError(reason)
    status = _get(realm, login, deadline)[0]
    # GHCR's answer to a wrong password. Nothing is asked for here that a right one could be forbidden.
    return _UNAUTHORIZED if status == _FORBIDDEN else status


def _get(url: str, login: Login | None, deadline: float) -> tuple[int, str]:
    request = urllib.request.Request(url)  # noqa: S310 - scheme is ours, or the registry's own realm
    if login is not None:
        basic = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {basic}")
    local = is_loopback(urllib.parse.urlsplit(url).netloc)
    handlers = [urllib.request.ProxyHandler({})] if local else []
    opener = urllib.request.build_opener(*handlers)
    try:
        with opener.open(request, timeout=max(deadline - time.monotonic(), 0.1)) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("WWW-Authenticate", "")


def _failure(what: str, attempt: Callable[[], object]) -> str | None:
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
