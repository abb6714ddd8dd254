"""What a provider reads from the wire, and refuses before anything starts: inputs, arguments, configuration."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from google.protobuf import struct_pb2

from sandbox.clouds import sdk_types
from sandbox.clouds.kinds import Cloud, Function, Json, Kind
from sandbox.engine import property_values

Failure = tuple[str, str]
"""Which property, and why."""
_PLUMBING = ("version", "pluginDownloadURL")


def read(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Plain values; whole numbers, which cross the wire as floats, are `int` again."""
    return cast("dict[str, Any]", _whole(property_values.read(struct)))


def check(kind: Kind, name: str, inputs: Json, config: Json) -> tuple[Json, list[Failure]]:
    """The inputs with the cloud's defaults, and what the SDK's types or the cloud's rules refuse in them.

    Rules and defaults see only inputs whose types are right.
    """
    mistyped = [_split(problem) for problem in sdk_types.problems(kind.resource, inputs)]
    if mistyped:
        return inputs, mistyped
    complete = kind.defaults(name, inputs, config)
    return complete, kind.check(complete)


def arguments(function: Function, given: Json) -> list[Failure]:
    """What is refused in the arguments of a function."""
    unknown = _not_among(given, function.known | function.required, f"{function.token} has no such argument")
    return unknown + [(name, "is missing") for name in sorted(function.required) if given.get(name) is None]


def configuration(cloud: Cloud, names: Iterable[str]) -> list[Failure]:
    """What the provider cannot be configured with."""
    has = f"the simulated {cloud.package} provider has no such setting; it has {', '.join(sorted(cloud.config))}"
    return _not_among(names, cloud.config, has)


def read_configuration(variables: Mapping[str, str], args: struct_pb2.Struct) -> dict[str, Any]:
    """A provider's configuration; SDKs send whatever is no text as the JSON of it.

    Args:
        variables: as `aws:config:region`, from engines that send no `args`.
        args: by name.
    """
    given: dict[str, Any] = {name.rsplit(":", 1)[-1]: value for name, value in variables.items()}
    return {name: _parsed(value) for name, value in (given | read(args)).items()}


def _not_among(names: Iterable[str], known: Collection[str], reason: str) -> list[Failure]:
    return [(name, reason) for name in names if name not in {*known, *_PLUMBING} and not name.startswith("__")]


def _split(problem: str) -> Failure:
    path, _, reason = problem.partition(": ")
    return path, reason


def _parsed(value: object) -> object:
    if isinstance(value, str) and (value in ("true", "false") or value[:1] in ("{", "[")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _whole(value: object) -> object:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_whole(item) for item in cast("list[object]", value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value
