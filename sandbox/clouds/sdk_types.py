"""What a cloud's SDK says of a resource's inputs: their names on the wire, types, and which are required.

No schema ships with the Python SDKs, and their annotations say nearly as much: names, nested objects, lists, maps and
the members of enumerations; not which properties force a replacement, nor patterns. `pulumi._types` reads them, and is
no public API: a test notices when it changes.
"""

import enum
import importlib
import inspect
import types
import typing
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pulumi
from pulumi import _types as annotations  # pyright: ignore[reportPrivateUsage] - see above

from sandbox.engine.property_values import UNKNOWN

_INTERNAL = ("__defaults", "__internal")
_SCALARS = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}


@dataclass(frozen=True)
class Resource:
    """A resource type of an SDK."""

    token: str
    """Such as `aws:ecr/repository:Repository`."""
    arguments: type
    """The SDK's class of its inputs."""
    outputs: frozenset[str]
    """Names on the wire of all that it gives, inputs included."""


@cache
def resource(module: str, name: str) -> Resource:
    """Read a resource class.

    Args:
        module: of the SDK, such as `pulumi_aws.ecr`.
        name: of the class.

    Raises:
        AttributeError: the module has no such class.
    """
    found = getattr(importlib.import_module(module), name)
    arguments = getattr(importlib.import_module(found.__module__), f"{name}Args")
    return Resource(
        token=found.pulumi_type,
        arguments=arguments,
        outputs=frozenset(annotations.resource_types(found)),
    )


def problems(found: Resource, inputs: Mapping[str, Any]) -> list[str]:
    """What a provider would refuse in the inputs of a resource, each with its path; unknown values fit everywhere.

    Args:
        found: the resource's type.
        inputs: as plain values, secrets unwrapped, by their names on the wire.
    """
    return _object(found.arguments, inputs, "")


def _object(arguments: type, value: object, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: must be an object, not {value!r}"]
    given = typing.cast("dict[str, Any]", value)
    known = annotations.input_type_types(arguments)
    wrong = [f"{_join(path, key)}: {arguments.__name__} has no such input" for key in _unknown_keys(given, known)]
    wrong += [f"{_join(path, key)}: is missing" for key in _required(arguments) if given.get(key) is None]
    for key, kind in known.items():
        if given.get(key) is not None:
            wrong += _value(kind, given[key], _join(path, key))
    return wrong


def _unknown_keys(given: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    return [key for key in given if key not in known and key not in _INTERNAL]


@cache
def _required(arguments: type) -> tuple[str, ...]:
    names = annotations.input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments.__init__).parameters
    return tuple(wire for name, wire in names.items() if parameters[name].default is inspect.Parameter.empty)


def _value(kind: Any, value: object, path: str) -> list[str]:
    if value == UNKNOWN:
        return []
    kinds = _kinds(kind)
    if not kinds or any(each in (Any, object) for each in kinds):
        return []
    results = [_one(each, value, path) for each in kinds]
    # Of several kinds the one that fits best speaks: an enumeration also takes text in its annotation.
    closed = [result for each, result in zip(kinds, results, strict=True) if _is_enum(each)]
    return closed[0] if closed else min(results, key=len)


def _kinds(kind: Any) -> list[Any]:
    """The kinds of an annotation without what only a program sees: awaitables, outputs, `None`, typed dictionaries."""
    if typing.get_origin(kind) not in (typing.Union, types.UnionType):
        return [kind]
    found: list[Any] = []
    for each in typing.get_args(kind):
        origin = typing.get_origin(each) or each
        is_plumbing = origin in (type(None), Awaitable, pulumi.Output) or typing.is_typeddict(each)
        if not is_plumbing:
            found += _kinds(each)
    return list(dict.fromkeys(found))


def _one(kind: Any, value: object, path: str) -> list[str]:
    origin = typing.get_origin(kind) or kind
    if origin in (Sequence, list):
        return _list(kind, value, path)
    if origin in (Mapping, dict):
        return _map(kind, value, path)
    if _is_enum(kind):
        members = [each.value for each in kind]
        return [] if value in members else [f"{path}: must be one of {', '.join(map(str, members))}, not {value!r}"]
    if origin in _SCALARS:
        return [] if _is_scalar(origin, value) else [f"{path}: must be {_SCALARS[origin]}, not {value!r}"]
    if annotations.is_input_type(kind):
        return _object(kind, value, path)
    return []  # an asset, an archive, a resource


def _list(kind: Any, value: object, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: must be a list, not {value!r}"]
    (item,) = typing.get_args(kind)
    items = typing.cast("list[object]", value)
    return [wrong for number, each in enumerate(items) for wrong in _value(item, each, f"{path}[{number}]")]


def _map(kind: Any, value: object, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: must be an object, not {value!r}"]
    item = typing.get_args(kind)[1]
    items = typing.cast("dict[str, object]", value)
    return [wrong for key, each in items.items() for wrong in _value(item, each, _join(path, key))]


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def _is_scalar(kind: type, value: object) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is int:  # numbers cross the wire as floats
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(value, (int, float) if kind is float else kind)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
