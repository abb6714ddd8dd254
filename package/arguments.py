"""The component's arguments, from what the engine hands over: every mistake at once, each with its place.

A typed language finds most of them itself. What comes from YAML, or round the types, is checked here, because the SDK
drops what it does not know, hands numbers over as floats, and takes an output where a value is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, cast

import pulumi
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails
from pulumi.output import Unknown
from pulumi.provider.experimental.analyzer import PropertyDefinition, PropertyType, TypeDefinition

_KINDS: Mapping[PropertyType | None, tuple[type | tuple[type, ...], str]] = {
    PropertyType.STRING: (str, "a text"),
    PropertyType.BOOLEAN: (bool, "true or false"),
    PropertyType.INTEGER: ((int, float), "a whole number"),
    PropertyType.NUMBER: ((int, float), "a number"),
    PropertyType.ARRAY: (list, "a list"),
    PropertyType.OBJECT: (dict, "a map"),
}


@dataclass
class Arguments:
    """Takes what the engine handed over apart."""

    types: Mapping[str, TypeDefinition]
    """By name."""
    problems: list[InputPropertyErrorDetails] = field(default_factory=list[InputPropertyErrorDetails])

    def of(
        self, given: Mapping[str, Any], properties: Mapping[str, PropertyDefinition], names: Mapping[str, str]
    ) -> dict[str, Any]:
        """The arguments by Python's names.

        Args:
            given: by the names of the schema, as the SDK's `deserialize_properties` gives it.
            properties: what there may be.
            names: the schema's names to Python's.

        Raises:
            InputPropertiesError: all that is wrong.
        """
        arguments = self._object(given, properties, names, "")
        if self.problems:
            message = "PipelineApp cannot be made from these arguments:"
            raise InputPropertiesError(message, self.problems)
        return arguments

    def _object(
        self,
        given: Mapping[str, Any],
        properties: Mapping[str, PropertyDefinition],
        names: Mapping[str, str],
        path: str,
    ) -> dict[str, Any]:
        for name in sorted({*given} - {*properties}):
            close = get_close_matches(name, properties, n=1)
            hint = f"; did you mean {close[0]}?" if close else f"; known are {', '.join(properties)}"
            self._problem(f"{path}{name}", f"there is no such argument{hint}")
        for name, definition in properties.items():
            if given.get(name) is None and not definition.optional:
                self._problem(f"{path}{name}", "is missing")
        return {
            names[name]: self._value(given[name], definition, f"{path}{name}")
            for name, definition in properties.items()
            if given.get(name) is not None
        }

    def _value(self, value: Any, definition: PropertyDefinition, path: str) -> Any:
        if isinstance(value, pulumi.Output | Unknown):
            if definition.plain:
                self._problem(path, "must be known before the app is made; an output or a secret cannot be given here")
            return cast("Any", value)
        kind, words = _KINDS[PropertyType.OBJECT if definition.ref else definition.type]
        whole = definition.type is not PropertyType.INTEGER or (
            isinstance(value, int | float) and float(value).is_integer()
        )
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool) or not whole:
            self._problem(path, f"must be {words}")
            return value
        return self._parts(value, definition, path)

    def _parts(self, value: Any, definition: PropertyDefinition, path: str) -> Any:
        """A value of the right kind, and what is in it."""
        if definition.ref:
            return self._typed(value, self.types[definition.ref.rpartition(":")[2]], path)
        if definition.items:
            inner = definition.items
            return [self._value(each, inner, f"{path}[{number}]") for number, each in enumerate(value)]
        if definition.additional_properties:
            inner = definition.additional_properties
            return {key: self._value(each, inner, f'{path}["{key}"]') for key, each in value.items()}
        return int(value) if definition.type is PropertyType.INTEGER else value

    def _typed(self, value: Mapping[str, Any], definition: TypeDefinition, path: str) -> dict[str, Any]:
        found = self._object(value, definition.properties, definition.properties_mapping, f"{path}.")
        # None where Python wants the key all the same, as for an Ingress without a class.
        wanted = cast("frozenset[str]", definition.python_type.__required_keys__)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - of every TypedDict
        return {**dict.fromkeys(wanted), **found}

    def _problem(self, path: str, reason: str) -> None:
        self.problems.append({"property_path": path, "reason": reason})
