"""Resource properties as plain Python values, and the two marks that the engine puts on them.

The marks are the protocol's (`sdk/go/common/resource/plugin/rpc.go`): one string stands for a value that is
not known yet, and a secret travels in a wrapper.
"""

from collections.abc import Mapping
from typing import TypeAlias, cast

from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict

Value: TypeAlias = "str | float | bool | list[Value] | dict[str, Value] | None"
Properties: TypeAlias = dict[str, Value]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark of the protocol, the same everywhere


def read(struct: struct_pb2.Struct) -> Properties:
    """Properties without secret wrappers and without nulls."""
    return _object(cast("Value", MessageToDict(struct)))


def write(properties: Mapping[str, Value]) -> struct_pb2.Struct:
    """Properties for the engine."""
    struct = struct_pb2.Struct()
    struct.update(dict(properties))
    return struct


def secret(value: Value) -> Value:
    """A value that the engine encrypts in state and hides in its output."""
    return {_SIGNATURE: _SECRET, "value": value}


def is_known(value: Value) -> bool:
    """Whether nothing in a value is still to come."""
    if isinstance(value, dict):
        return all(is_known(item) for item in value.values())
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    return value != UNKNOWN


def as_object(value: Value) -> Properties:
    """An object's fields; none for everything that is not a known object."""
    return value if isinstance(value, dict) else {}


def as_text(value: Value) -> str:
    """A known text; empty for everything else."""
    return value if isinstance(value, str) and value != UNKNOWN else ""


def _object(value: Value) -> Properties:
    plain = _plain(value)
    return plain if isinstance(plain, dict) else {}


def _plain(value: Value) -> Value:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return _plain(value.get("value"))
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
