"""What Microsoft's own published models say of a request: unknown fields, wrong types, what only Azure may set.

The provider turns a resource's inputs into the body of a REST request: what stands in the URL is left out, what ARM
has at the top of every resource stays there, and the rest is `properties`. The names are the API's own.
"""

import enum
import importlib
import types
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sandbox.clouds.azure.arm import refused
from sandbox.clouds.kinds import Json

_TOP = ("extendedLocation", "identity", "kind", "location", "sku", "tags", "zones")
_OF_ASSIGNMENT = ("roleAssignmentName", "scope")
_OF_URL = ("resourceGroupName", "resourceName", "registryName")
_SCALARS: Mapping[type, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}


def check_cluster(inputs: Json) -> None:
    """Refuse a cluster that the model of the AKS API does not take.

    Raises:
        CloudError: in ARM's words.
    """
    _check("azure.mgmt.containerservice.models", "ManagedCluster", _body(inputs))


def check_registry(inputs: Json) -> None:
    """Refuse a registry that the model of the ACR API does not take.

    Raises:
        CloudError: in ARM's words.
    """
    _check("azure.mgmt.containerregistry.models", "Registry", _body(inputs))


def check_assignment(inputs: Json) -> None:
    """Refuse a role assignment that the model of the authorization API does not take.

    Raises:
        CloudError: in ARM's words.
    """
    # This library is of the older make: its models list their fields, and which of them there must be.
    models: Any = importlib.import_module("azure.mgmt.authorization.v2022_04_01.models")
    model = models.RoleAssignmentCreateParameters
    fields: Mapping[str, Mapping[str, str]] = model._attribute_map
    rules: Mapping[str, Mapping[str, bool]] = model._validation
    names = {field: each["key"].removeprefix("properties.") for field, each in fields.items()}
    own = {key: value for key, value in inputs.items() if key not in _OF_ASSIGNMENT and not key.startswith("__")}
    for key, value in own.items():
        if key not in names.values() or not isinstance(value, str):
            message = f"Could not find member '{key}' of type string on object of type 'RoleAssignmentProperties'."
            raise _invalid(message)
    missing = [names[field] for field, rule in rules.items() if rule.get("required") and names[field] not in own]
    if missing:
        message = f"Required property '{missing[0]}' not found."
        raise _invalid(message)


def _body(inputs: Json) -> dict[str, Any]:
    given = {key: value for key, value in inputs.items() if key not in _OF_URL and not key.startswith("__")}
    top = {key: value for key, value in given.items() if key in _TOP}
    return {**top, "properties": {key: value for key, value in given.items() if key not in _TOP}}


def _check(module: str, name: str, body: dict[str, Any]) -> None:
    wrong = _object(getattr(importlib.import_module(module), name), body, "")
    if wrong:
        raise _invalid("; ".join(wrong))


def _invalid(message: str) -> Exception:
    return refused(400, "InvalidRequestContent", f"The request content was invalid: {message}")


def _object(model: Any, value: object, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path} must be an object"]
    known = _rest_fields(model)
    wrong: list[str] = []
    for key, each in typing.cast("dict[str, Any]", value).items():
        where = f"{path}.{key}".lstrip(".")
        if key not in known:
            wrong.append(f"Could not find member '{key}' on object of type '{model.__name__}' ({where})")
        elif known[key][1]:
            wrong.append(f"{where} is read-only")
        else:
            wrong += _value(known[key][0], each, where)
    return wrong


@cache
def _rest_fields(model: Any) -> Mapping[str, tuple[Any, bool]]:
    """Fields of a model by their names on the wire: their annotations, and whether only the service sets them."""
    module: Any = importlib.import_module(model.__module__.rpartition(".")[0])
    unions: Any = importlib.import_module(model.__module__.partition(".models")[0])
    names = {"_models": module, "_unions": unions}
    found: dict[str, tuple[Any, bool]] = {}
    owners: Sequence[Any] = model.__mro__
    for owner in reversed(owners):
        hints = typing.get_type_hints(owner, localns=names) if "__annotations__" in vars(owner) else {}
        own = typing.cast("Mapping[str, Any]", vars(owner))
        for name, field in own.items():
            if hasattr(field, "_rest_name_input") and name in hints:
                read_only = getattr(field, "_visibility", None) == ["read"]
                found[field._rest_name_input or name] = (hints[name], read_only)
    return found


def _value(kind: Any, value: object, path: str) -> list[str]:
    kinds = typing.get_args(kind) if typing.get_origin(kind) in (typing.Union, types.UnionType) else (kind,)
    kinds = tuple(each for each in kinds if each is not type(None))
    results = [_one(each, value, path) for each in kinds]
    closed = [result for each, result in zip(kinds, results, strict=True) if _is_enum(each)]
    # An enumeration's annotation also takes any text; its members are what the service takes.
    return closed[0] if closed else min(results, key=len)


def _one(kind: Any, value: object, path: str) -> list[str]:
    origin = typing.get_origin(kind) or kind
    if origin in (list, dict):
        return _items(kind, value, path)
    if _is_enum(kind):
        members = [each.value for each in kind]
        return [] if value in members else [f"{path} must be one of {', '.join(members)}, not {value!r}"]
    if origin in _SCALARS:
        is_right = isinstance(value, _SCALARS[origin]) and (origin is bool or not isinstance(value, bool))
        return [] if is_right else [f"{path} must be {origin.__name__}, not {value!r}"]
    return _object(kind, value, path) if hasattr(kind, "as_dict") else []


def _items(kind: Any, value: object, path: str) -> list[str]:
    """Of a list or a map."""
    if not isinstance(value, typing.get_origin(kind)):
        return [f"{path} must be a {'list' if typing.get_origin(kind) is list else 'map'}"]
    if isinstance(value, dict):
        pairs = list(typing.cast("dict[str, object]", value).items())
    else:
        pairs = [(str(number), each) for number, each in enumerate(typing.cast("list[object]", value))]
    return [wrong for key, each in pairs for wrong in _value(typing.get_args(kind)[-1], each, f"{path}.{key}")]


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)
