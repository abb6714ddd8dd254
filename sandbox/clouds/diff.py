"""What changed between the inputs that a resource has and those that the program gives it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


@dataclass(frozen=True)
class Change:
    """One property that differs."""

    path: str
    """As the engine writes property paths: `tags.team`, `agentPoolProfiles[0].count`, `tags["a.b"]`."""
    deed: Literal["add", "delete", "update"]
    replaces: bool
    """Whether it takes a new resource in place of the old one."""

    @property
    def top(self) -> str:
        """The input that it is in."""
        return self.path.split(".")[0].split("[")[0]


def changes(old: Mapping[str, Any], new: Mapping[str, Any], replaces: Collection[str]) -> list[Change]:
    """All changes, in the order of the new inputs.

    Args:
        old: inputs.
        new: inputs; what is not known yet differs from whatever was.
        replaces: inputs whose change replaces the resource, or paths in them without numbers of list items:
            `vpcConfig.subnetIds`.
    """
    return [
        Change(path, deed, any(prefix in replaces for prefix in _prefixes(keys)))
        for keys, path, deed in _object(old, new, (), "")
    ]


_Found = tuple[tuple[str, ...], str, Literal["add", "delete", "update"]]


def _object(old: Mapping[str, Any], new: Mapping[str, Any], keys: tuple[str, ...], path: str) -> Iterator[_Found]:
    for key in [*new, *(key for key in old if key not in new)]:
        inner, inner_path = (*keys, key), _join(path, key)
        if key not in new:
            yield inner, inner_path, "delete"
        elif key not in old:
            yield inner, inner_path, "add"
        else:
            yield from _value(old[key], new[key], inner, inner_path)


def _value(old: object, new: object, keys: tuple[str, ...], path: str) -> Iterator[_Found]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _object(cast("Mapping[str, Any]", old), cast("Mapping[str, Any]", new), keys, path)
        return
    if isinstance(old, list) and isinstance(new, list):
        olds, news = cast("list[object]", old), cast("list[object]", new)
        if len(olds) == len(news):
            for number, (one, other) in enumerate(zip(olds, news, strict=True)):
                yield from _value(one, other, keys, f"{path}[{number}]")
            return
    if old != new:
        yield keys, path, "update"


def _prefixes(keys: tuple[str, ...]) -> list[str]:
    return [".".join(keys[:length]) for length in range(1, len(keys) + 1)]


def _join(path: str, key: str) -> str:
    if any(letter not in _PLAIN for letter in key):
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{escaped}"]'
    return f"{path}.{key}" if path else key
