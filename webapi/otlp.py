"""Spans as the body of an OTLP export request in protobuf (opentelemetry-proto v1, trace_service.proto, trace.proto).

Written here, as the image of this sample has the standard library alone; an app of your own takes OpenTelemetry's SDK.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONTENT_TYPE = "application/x-protobuf"
_SERVER, _ERROR = 2, 2
"""Kind of span, and its status."""
_FAILED = 500
_NUMBER, _EIGHT_BYTES, _BYTES = 0, 1, 2
"""How a value is written (protobuf.dev, encoding, wire types)."""
_SEVEN_BITS, _MORE = 0x7F, 0x80


@dataclass(frozen=True)
class Span:
    """One request that was answered."""

    name: str
    start: int
    """Nanoseconds since 1970."""
    end: int
    status: int
    """Of HTTP."""
    trace: bytes
    """Sixteen of them; of all that one request has caused."""
    span: bytes
    """Eight of them."""


def request(spans: Iterable[Span], about: Mapping[str, str]) -> bytes:
    """The body.

    Args:
        spans: to be exported.
        about: attributes of the program that they come from.
    """
    resource = b"".join(_bytes(1, _attribute(*each)) for each in about.items())
    scope = _bytes(1, _bytes(1, b"webapi")) + b"".join(_bytes(2, _span(each)) for each in spans)
    return _bytes(1, _bytes(1, resource) + _bytes(2, scope))


def _span(span: Span) -> bytes:
    parts = [
        _bytes(1, span.trace),
        _bytes(2, span.span),
        _bytes(5, span.name.encode()),
        _number(6, _SERVER),
        _moment(7, span.start),
        _moment(8, span.end),
        _bytes(9, _attribute("http.response.status_code", str(span.status))),
    ]
    if span.status >= _FAILED:
        parts.append(_bytes(15, _number(3, _ERROR)))
    return b"".join(parts)


def _attribute(key: str, value: str) -> bytes:
    return _bytes(1, key.encode()) + _bytes(2, _bytes(1, value.encode()))


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(value)) + value


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _NUMBER) + _varint(value)


def _moment(field: int, value: int) -> bytes:
    return _varint(field << 3 | _EIGHT_BYTES) + value.to_bytes(8, "little")


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the highest bit says that more follow."""
    found = bytearray()
    while value > _SEVEN_BITS:
        found.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    return bytes([*found, value])
