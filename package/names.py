"""The names of arguments: `service_port` in Python is `servicePort` in every other language."""

import re
from collections.abc import Iterable, Mapping

from pulumi.provider.experimental.analyzer import TypeDefinition

_IN_PYTHON = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def from_python(mappings: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Python's names to the others', of the mappings that the SDK made the other way round."""
    return {python: other for mapping in mappings for other, python in mapping.items()}


def in_text(text: str, names: Mapping[str, str]) -> str:
    """A text about arguments, for somebody who knows them by the others' names."""
    return _IN_PYTHON.sub(lambda found: names.get(found[0], found[0]), text)


def mappings(types: Mapping[str, TypeDefinition]) -> list[dict[str, str]]:
    """Of every type."""
    return [each.properties_mapping for each in types.values()]
