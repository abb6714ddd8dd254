"""What an error below HTTP means: name resolution, connection, TLS. Pure."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from pulls.registry.answer import Outcome

# OpenSSL's X509_V_ERR_*: self-signed, self-signed in the chain, no local issuer, unverifiable first certificate.
_UNTRUSTED = frozenset({18, 19, 20, 21})
_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
_NO_ANSWER = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.ProxyError, OSError)


@dataclass(frozen=True)
class NetworkFault:
    """An outcome and one sentence; `maybe_other` when HTTP may have met TLS, or TLS HTTP."""

    outcome: Outcome
    said: str
    maybe_other: bool = False


def network_fault(error: BaseException) -> NetworkFault:
    """The fault behind an error of httpx."""
    chain = list(_chain(error))
    said = next((str(each) for each in reversed(chain) if str(each)), type(error).__name__)
    for each in chain:
        found = _tls_fault(each, said) if isinstance(each, ssl.SSLError) else None
        if found is not None:
            return found
        if isinstance(each, socket.gaierror | UnicodeError):
            return NetworkFault(Outcome.DNS, said)
    return _http_fault(error, said)


def _tls_fault(error: ssl.SSLError, said: str) -> NetworkFault | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        untrusted = error.verify_code in _UNTRUSTED
        return NetworkFault(Outcome.TLS_UNTRUSTED if untrusted else Outcome.TLS_OTHER, error.verify_message or said)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return NetworkFault(Outcome.UNREACHABLE, "the connection was closed during the TLS handshake")
    return NetworkFault(Outcome.TLS_OTHER, said, maybe_other=any(each in str(error) for each in _NOT_TLS))


def _http_fault(error: BaseException, said: str) -> NetworkFault:
    if isinstance(error, httpx.TimeoutException):
        return NetworkFault(Outcome.UNREACHABLE, "no answer in time")
    if isinstance(error, httpx.RemoteProtocolError):
        return _protocol_fault(said)
    if isinstance(error, _NO_ANSWER):
        return NetworkFault(Outcome.UNREACHABLE, said, maybe_other=isinstance(error, httpx.ReadError))
    return NetworkFault(Outcome.SERVER_ERROR, said)


def _protocol_fault(said: str) -> NetworkFault:
    if "without sending a response" in said:
        return NetworkFault(Outcome.UNREACHABLE, said, maybe_other=True)
    if "illegal" in said:  # the error quotes what came, which may be anything
        return NetworkFault(Outcome.SERVER_ERROR, "the answer is not HTTP", maybe_other=True)
    return NetworkFault(Outcome.SERVER_ERROR, said)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
