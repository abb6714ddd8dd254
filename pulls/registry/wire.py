"""HTTP with a registry: bounded in time and size, credentials to one host only, no error of the network left unread."""

import contextlib
import json
import socket
import ssl
import time
import urllib.request
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import certifi
import httpx

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.auth import TokenRequest
from pulls.registry.faults import network_fault
from pulls.registry.probe import speaks_http, speaks_tls
from pulls.registry.reference import is_loopback

_MOST_REDIRECTS = 5
_SHORTEST_WAIT = 0.01
_LARGEST_TOKEN = 1 << 20
_HEADERS = {"User-Agent": "monadic-pipeline", "Accept-Encoding": "identity"}
# Each of these may come out of httpx for what a server sends or a resolver says; RuntimeError from a closed client.
_ERRORS = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RuntimeError)


@dataclass(frozen=True)
class Reply:
    """An answer; `elsewhere` when it came from another origin than the one asked, `whole` when the body was not cut."""

    status: int
    headers: httpx.Headers
    body: bytes
    elsewhere: bool
    whole: bool

    @property
    def content_type(self) -> str:
        """The Content-Type header, empty when there is none."""
        return self.headers.get("Content-Type", "")


class Wire:
    """Requests that together end by a deadline.

    Args:
        timeout: seconds that one step (to connect, to read) may take.
        total: seconds that all requests together may take.
    """

    def __init__(self, timeout: float, total: float) -> None:
        self._timeout = timeout
        self._deadline = time.monotonic() + total
        self._clients: dict[tuple[bool, bool], httpx.Client] = {}
        self.resolving = False
        """Whether a host name is being looked up, which nothing can hurry."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection and let no new one begin."""
        self._deadline = 0.0
        for client in list(self._clients.values()):
            client.close()

    def get(self, url: str, *, authorization: str | None, accept: str, limit: int) -> Reply:
        """Ask for a URL, through redirects; `limit` is the most bytes that are read.

        Raises:
            RegistryFaultError: there was no answer of HTTP.
        """
        start = _parsed(url)
        here = start
        for _ in range(_MOST_REDIRECTS + 1):
            own = _origin(here) == _origin(start)
            headers = {"Accept": accept}
            if own and authorization is not None:
                headers["Authorization"] = authorization
            reply = self._send(httpx.Request("GET", here, headers=headers), limit, elsewhere=not own)
            location = reply.headers.get("Location")
            if reply.status not in (301, 302, 303, 307, 308) or not location:
                return reply
            here = _parsed(location, here)
        raise RegistryFaultError(Outcome.SERVER_ERROR, "too many redirects")

    def token(self, request: TokenRequest) -> Reply:
        """Ask a token service; redirects are not followed.

        Raises:
            RegistryFaultError: there was no answer of HTTP.
        """
        url = _parsed(request.url)
        headers = {} if request.authorization is None else {"Authorization": request.authorization}
        if request.query:
            url = url.copy_merge_params(httpx.QueryParams(request.query))
        built = httpx.Request(request.method, url, headers=headers, data=request.form)
        return self._send(built, _LARGEST_TOKEN, elsewhere=False)

    def _send(self, request: httpx.Request, limit: int, *, elsewhere: bool) -> Reply:
        try:
            return self._exchange(request, limit, elsewhere=elsewhere)
        except _ERRORS as error:
            fault = network_fault(error)
        if fault.maybe_other and self._speaks_the_other(request.url):
            spoken, wanted = ("HTTP", "HTTPS") if request.url.scheme == "https" else ("HTTPS", "HTTP")
            raise RegistryFaultError(Outcome.PLAIN_HTTP, f"{spoken} is spoken where {wanted} was asked")
        raise RegistryFaultError(fault.outcome, fault.said)

    def _exchange(self, request: httpx.Request, limit: int, *, elsewhere: bool) -> Reply:
        client = self._client(request.url)
        _address(request)
        self._resolve(request.url)
        for name, value in _HEADERS.items():
            request.headers.setdefault(name, value)
        request.extensions["timeout"] = httpx.Timeout(self._left()).as_dict()
        with contextlib.closing(client.send(request, stream=True)) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                self._left()
                if len(body) > limit:
                    break
            whole = len(body) <= limit
            return Reply(response.status_code, response.headers, bytes(body[:limit]), elsewhere, whole)

    def _client(self, url: httpx.URL) -> httpx.Client:
        # A proxy of the environment is another machine: loopback there is not loopback here.
        loopback, tls = is_loopback(url.host), url.scheme == "https"
        if (loopback, tls) not in self._clients:
            trust = _trust() if tls or not loopback else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            try:
                client = httpx.Client(verify=trust, trust_env=not loopback, follow_redirects=False)
            except (ValueError, ImportError) as error:  # its text may hold the proxy's password
                reason = "the environment's proxy settings cannot be used"
                raise RegistryFaultError(Outcome.UNREACHABLE, reason) from error
            self._clients[loopback, tls] = client
        return self._clients[loopback, tls]

    def _resolve(self, url: httpx.URL) -> None:
        # Connecting looks the name up again; done before too, so that a resolver that hangs can be told from a host.
        if is_loopback(url.host) or urllib.request.getproxies():
            return
        self.resolving = True
        socket.getaddrinfo(url.host, url.port or url.scheme, type=socket.SOCK_STREAM)
        self.resolving = False

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left < _SHORTEST_WAIT:
            raise RegistryFaultError(Outcome.UNREACHABLE, "no whole answer in time")
        return min(left, self._timeout)

    def _speaks_the_other(self, url: httpx.URL) -> bool:
        speaks = speaks_http if url.scheme == "https" else speaks_tls
        _, host, port = _origin(url)
        return speaks(host, port, self._left())


def _trust() -> ssl.SSLContext:
    """This machine's authorities, and Mozilla's for a Python that does not find the machine's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _parsed(url: str, base: httpx.URL | None = None) -> httpx.URL:
    """A URL that a registry gave; one with a user in it would be sent as a login, so the user is dropped."""
    try:
        parsed = httpx.URL(url) if base is None else base.join(url)
        parsed = parsed.copy_with(username="", password="", fragment=None)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        reason = "the registry names a URL that is none"
        raise RegistryFaultError(Outcome.SERVER_ERROR, reason) from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        reason = "the registry names a URL that is not http or https"
        raise RegistryFaultError(Outcome.SERVER_ERROR, reason)
    return parsed


def json_of(body: bytes) -> object:
    """A body as JSON; None when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def origin(url: str) -> str:
    """Scheme, host and port of a URL that a registry gave; nothing else of it is shown to anybody.

    Raises:
        RegistryFaultError: it is no URL.
    """
    parsed = _parsed(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii', 'replace')}"


def _address(request: httpx.Request) -> None:
    # Resolvers need not know *.localhost (RFC 6761, 6.3); the name stays in Host and in TLS.
    if request.url.host.endswith(".localhost"):
        request.extensions["sni_hostname"] = request.url.host
        request.url = request.url.copy_with(host="127.0.0.1")
