"""What the engine writes may be of any version, or of no engine: a value of another shape is an empty one. Pure."""

from typing import Any, cast

Json = dict[str, Any]
"""An object of JSON."""


def mapping(value: Any) -> Json:
    """The object, empty where it is none."""
    return cast("Json", value) if isinstance(value, dict) else Json()


def sequence(value: Any) -> list[Any]:
    """The list, empty where it is none."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def word(value: Any) -> str:
    """The text, empty where it is none."""
    return value if isinstance(value, str) else ""


def words(value: Any) -> list[str]:
    """The texts of a list."""
    return [each for each in sequence(value) if isinstance(each, str)]


def pruned(value: Any, depth: int = 40) -> Any:
    """The value without what lies deeper than any property does: what follows goes down into it as far as it goes."""
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        return "…"
    if isinstance(value, list):
        return [pruned(each, depth - 1) for each in sequence(value)]
    return {key: pruned(each, depth - 1) for key, each in mapping(value).items()}
