"""TLS under many names: each gets its own certificate, made when it is first asked for."""

import re
import ssl
from collections.abc import Callable
from functools import cache

from sandbox.certificates import Authority

_LOOPBACK = ("127.0.0.1", "localhost")
_HOST_NAME = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def context(authority: Authority, owns: Callable[[str], bool]) -> ssl.SSLContext:
    """The server's side of TLS.

    A client that names a host (SNI, RFC 6066) which is `owns`, is shown a certificate for it; another one, or one that
    reaches an address (a node's containerd), a certificate for loopback.

    Args:
        authority: signs, and keeps what it signed.
        owns: whether a host is served here.
    """

    @cache
    def named(host: str) -> ssl.SSLContext:
        return _with(authority, host, (host,))

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        host = (name or "").lower()
        if _HOST_NAME.fullmatch(host) and owns(host):
            connection.context = named(host)

    default = _with(authority, "loopback", _LOOPBACK)
    default.sni_callback = choose
    return default


def _with(authority: Authority, file_name: str, hosts: tuple[str, ...]) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A common name of its own: host names may be longer than the 64 characters of one (RFC 5280, appendix A.1).
    made.load_cert_chain(*authority.issue(file_name, "registry", hosts=hosts))
    return made
