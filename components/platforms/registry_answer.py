"""Whether a registry answers, and takes a login: what would otherwise be said by the first push or pull."""

import base64
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import wait

from components.docker_login import Login
from components.platforms import asking
from components.platforms.asking import failure, server_address
from components.platforms.matching import is_loopback
from components.platforms.pull_secret import DOCKER_HUB
from pulls.beside import beside

SECONDS = 2.0
"""For an answer with the looking up of a name, which has no time-out of its own."""

_UNAUTHORIZED, _FORBIDDEN = 401, 403
_HUB_API = "registry-1.docker.io"
"""What serves Docker Hub (moby/moby registry/config.go, DefaultV2Registry); docker.io itself is a web site."""
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


def ask_registry(host: str, login: Login | None) -> str | None:
    """Why images cannot be pushed to a registry with a login, or None."""
    if host == DOCKER_HUB and login is None:
        return None  # it asks everybody for a login, and gives away what is public
    statuses: list[int] = []
    silent = failure(f"the registry {host} does not answer", lambda: statuses.append(_status(host, login)))
    if silent is not None or statuses[0] != _UNAUTHORIZED:
        return silent
    if login is None:
        return f"the registry {host} wants a login, and there is none for it"
    return _refused(host, login)


def refuses_login(host: str, login: Login) -> str | None:
    """Why a registry does not take a login; None if it does, or gives no answer to that in time."""
    asked = beside(lambda: _status(host, login))
    done, _ = wait([asked], timeout=SECONDS)
    if asked not in done or asked.exception() is not None:
        return None
    return _refused(host, login) if asked.result() == _UNAUTHORIZED else None


def refusal(host: str) -> str:
    """How it begins what is said of a login that a registry does not take."""
    return f"the registry {host} refuses the password of user "


def _refused(host: str, login: Login) -> str:
    return f"{refusal(host)}{login.username!r}"


def token_url(challenge: str) -> str | None:
    """Where a registry's `WWW-Authenticate` header sends for a token; None if it takes the password."""
    scheme, _, rest = challenge.partition(" ")
    fields = dict(_CHALLENGE.findall(rest))
    if scheme.lower() != "bearer" or "realm" not in fields:
        return None
    query = urllib.parse.urlencode({"service": fields["service"]} if "service" in fields else {})
    return f"{fields['realm']}?{query}"


def _status(host: str, login: Login | None) -> int:
    deadline = time.monotonic() + asking.ANSWER_SECONDS
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
