"""Where a request to the clouds' proxy goes: to a simulated registry, a simulated load balancer, or out."""

import base64
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Address = tuple[str, int]
Names = Callable[[str], Address | None]
"""A load balancer's host name or IP → where it is really served."""

_HTTP, _HTTPS = 80, 443
_SCHEMES = ("http", "https")
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_REQUEST_WORDS = 3
# RFC 9110, section 7.6.1: of this connection only. One request a connection: the next may be for another host.
_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "proxy-authorization"})


@dataclass(frozen=True)
class Head:
    """The head of a request."""

    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)

    @classmethod
    def read(cls, data: bytes) -> "Head | None":
        """The head from its bytes; None where it is none of HTTP/1."""
        first, *lines = data.decode("latin-1").rstrip("\r\n").split("\r\n")
        words = first.split(" ")
        pairs = [line.partition(":") for line in lines]
        if len(words) != _REQUEST_WORDS or not words[2].startswith("HTTP/1.") or not all(each[1] for each in pairs):
            return None
        return cls(words[0], words[1], words[2], tuple((name, value.strip()) for name, _, value in pairs))

    def written(self, target: str, more: Mapping[str, str]) -> bytes:
        """The bytes of it for the next server."""
        kept = [(name, value) for name, value in self.headers if name.lower() not in _HOP]
        end = [] if self.method == "CONNECT" else [("Connection", "close")]
        lines = [f"{name}: {value}" for name, value in [*kept, *more.items(), *end]]
        return "\r\n".join([f"{self.method} {target} {self.version}", *lines, "", ""]).encode("latin-1")


@dataclass(frozen=True)
class Route:
    """Where a request goes."""

    said: str
    """In words; the reason when it goes nowhere."""
    address: Address | None = None
    first_on: bytes = field(default=b"", repr=False)
    """What the other side is told before what the client sends on."""
    first_back: bytes = b""
    """What the client is told first."""


@dataclass(frozen=True)
class Routes:
    """What leads where.

    `owns` says which hosts are a simulated registry, and which `host:port` is one on a port of its own; `front` serves
    them; `names` are load balancers; `proxies` are the addresses of the proxies that lead out, by scheme, and `direct`
    the hosts that need none.
    """

    owns: Callable[[str], bool]
    front: Address
    names: Names
    proxies: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    direct: Callable[[str], bool] = lambda _: False

    def of(self, head: Head) -> Route:
        """The route of a request."""
        try:
            tunnel = head.method == "CONNECT"
            url = urllib.parse.urlsplit(f"//{head.target}" if tunnel else head.target)
            host, port = (url.hostname or "").lower(), url.port or (_HTTPS if tunnel else _HTTP)
        except ValueError:
            return bad_head()
        if not host or not (tunnel or url.scheme == "http"):
            return bad_head()
        return self._tunnel(head, host, port) if tunnel else self._plain(head, url, host, port)

    def _tunnel(self, head: Head, host: str, port: int) -> Route:
        if self.owns(host):
            if port != _HTTPS and not self.owns(f"{host}:{port}"):
                return Route(f"a cloud's registry is served on port {_HTTPS} only")
            return Route("the simulated registry", self.front, first_back=_ESTABLISHED)
        if named := self.names(host):
            return Route("the simulated load balancer", named, first_back=_ESTABLISHED)
        if proxy := self._proxy("https", host):
            # Its own answer tells the client whether the way is open.
            return Route(f"{host} by a proxy", _address(proxy), head.written(head.target, _login(proxy)))
        return Route(host, (host, port), first_back=_ESTABLISHED)

    def _plain(self, head: Head, url: urllib.parse.SplitResult, host: str, port: int) -> Route:
        if self.owns(host):
            return Route("a cloud's registry is served by HTTPS only")
        path = urllib.parse.urlunsplit(("", "", url.path or "/", url.query, ""))
        if named := self.names(host):
            return Route("the simulated load balancer", named, head.written(path, {}))
        if proxy := self._proxy("http", host):
            return Route(f"{host} by a proxy", _address(proxy), head.written(head.target, _login(proxy)))
        return Route(host, (host, port), head.written(path, {}))

    def _proxy(self, scheme: str, host: str) -> urllib.parse.SplitResult | None:
        text = self.proxies.get(scheme)
        if not text or self.direct(host):
            return None
        return urllib.parse.urlsplit(text if "://" in text else f"http://{text}")


def outside(own_port: int) -> dict[str, str]:
    """The environment's proxies by scheme, `http` and `https`, without one that is this very proxy.

    A service that is started from a shell of simulated clouds would else be its own way out.
    """
    found = {scheme: text for scheme, text in urllib.request.getproxies_environment().items() if scheme in _SCHEMES}
    return {scheme: text for scheme, text in found.items() if not text.rstrip("/").endswith(f"127.0.0.1:{own_port}")}


def needs_no_proxy(host: str) -> bool:
    """Whether the environment's NO_PROXY names a host, or it is this machine."""
    is_local = host in ("localhost", "::1") or host.startswith("127.")
    return is_local or bool(urllib.request.proxy_bypass(host))


def bad_head() -> Route:
    """For what is no request to a proxy."""
    return Route("this is the proxy of the simulated clouds, and that was no request to a proxy")


def _address(proxy: urllib.parse.SplitResult) -> Address:
    return proxy.hostname or "", proxy.port or _HTTP


def _login(proxy: urllib.parse.SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    user, password = (urllib.parse.unquote(each or "") for each in (proxy.username, proxy.password))
    return {"Proxy-Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}
