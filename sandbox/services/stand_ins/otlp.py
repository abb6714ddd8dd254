"""Reads OTLP's protobuf: of an export request of traces, what a collector shows of it. Standard library only.

Fields are those of opentelemetry-proto v1: trace_service.proto, trace.proto, resource.proto, common.proto.
"""

from collections.abc import Iterator
from typing import Any

CONTENT_TYPE = "application/x-protobuf"
_Json = dict[str, Any]
_Value = int | bytes
_NUMBER, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5


class NotProtobufError(ValueError):
    """Bytes are no message."""


def spans(body: bytes) -> list[_Json]:
    """The spans of an ExportTraceServiceRequest, by the names that OTLP's JSON has for them, each with its service.

    Raises:
        NotProtobufError: it is none.
    """
    found: list[_Json] = []
    for resource_spans in _messages(body, 1):
        about = {key: value for each in _messages(resource_spans, 1) for key, value in _attributes(each, 1)}
        for scope_spans in _messages(resource_spans, 2):
            for each in _messages(scope_spans, 2):
                found.append({**_span(each), "service": about.get("service.name", "unknown")})
    return found


def _span(message: bytes) -> _Json:
    found: _Json = {"attributes": dict(_attributes(message, 9))}
    names = {1: "traceId", 2: "spanId", 5: "name", 7: "startTimeUnixNano", 8: "endTimeUnixNano"}
    for field, value in _fields(message):
        if field in names:
            found[names[field]] = value
    identities = {each: _raw(found.get(each)).hex() for each in ("traceId", "spanId")}
    return {**found, **identities, "name": _text(_raw(found.get("name")))}


def _attributes(message: bytes, field: int) -> Iterator[tuple[str, object]]:
    """Of its KeyValues, those whose value is one: a text, a truth, a number."""
    for pair in _messages(message, field):
        key = next(_messages(pair, 1), b"")
        for value in _messages(pair, 2):
            for kind, content in _fields(value):
                yield _text(key), _text(content) if kind == 1 and isinstance(content, bytes) else content


def _messages(message: bytes, wanted: int) -> Iterator[bytes]:
    return (value for field, value in _fields(message) if field == wanted and isinstance(value, bytes))


def _raw(value: _Value | None) -> bytes:
    return value if isinstance(value, bytes) else b""


def _text(value: bytes) -> str:
    return value.decode(errors="replace")


def _fields(message: bytes) -> Iterator[tuple[int, _Value]]:
    """Number and value of each field, in order (protobuf.dev, encoding)."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind, size = tag & 7, 0
        if kind == _NUMBER:
            value, at = _varint(message, at)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            size, at = _varint(message, at)
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            size = 8 if kind == _EIGHT_BYTES else 4
        else:
            reason = f"there is no wire type {kind}"
            raise NotProtobufError(reason)
        content = message[at : at + size]
        if len(content) < size:
            reason = "it ends in the middle of a field"
            raise NotProtobufError(reason)
        at += size
        yield tag >> 3, content if kind == _BYTES else int.from_bytes(content, "little")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number, and where it ends."""
    value = shift = 0
    while at < len(message):
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            return value, at
    reason = "it ends in the middle of a number"
    raise NotProtobufError(reason)
