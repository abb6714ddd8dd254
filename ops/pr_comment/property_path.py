"""Paths of properties as the engine writes them: `spec.ports[0].port`, `data["a.b"]`. Pure.

The grammar is that of pulumi v3.274, sdk/go/common/resource/properties_path.go; what it would refuse is read as far as
it goes.
"""

import re
from collections.abc import Iterator
from typing import Any

from ops.pr_comment.shapes import mapping, sequence
from ops.state import SIGNATURE

Keys = tuple[str | int, ...]
_VALUE = re.compile(r".*values?|val|contents?|default|text|literal", re.IGNORECASE)
_NAME = re.compile(r".*(name|key)|id|header|variable", re.IGNORECASE)
_STEP = re.compile(r'\["((?:\\"|[^"])*)"\]|\[(\d{1,9})\]|\.?([^.\[]+)')


def keys_of(path: str) -> Keys:
    """The keys of a path."""
    found: list[str | int] = []
    for quoted, index, plain in _STEP.findall(path):
        found.append(int(index) if index else quoted.replace('\\"', '"') or plain)
    return tuple(found)


def value_at(of: Any, keys: Keys) -> Any:
    """What stands there; None where nothing does."""
    here = of
    for key in keys:
        if isinstance(key, int):
            items = sequence(here)
            here = items[key] if key < len(items) else None
        else:
            here = mapping(here).get(key)
    return here


def names_beside(of: Any, keys: Keys) -> set[str]:
    """The names of what has its value there: `A_TOKEN` in `{name: A_TOKEN, value: …}`, at any depth on the way."""
    found: set[str] = set()
    for depth, key in enumerate(keys):
        if isinstance(key, str) and _VALUE.fullmatch(key):
            around = mapping(value_at(of, keys[:depth]))
            found |= {word for other, word in around.items() if isinstance(word, str) and _NAME.fullmatch(other)}
    return found


def all_at(of: Any, pattern: str) -> dict[str, Any]:
    """What stands at the places of a pattern, by path.

    Args:
        of: properties.
        pattern: keys with points between them; `*` is every item of a list: `agentPoolProfiles.*.count`.
    """
    found: dict[str, Any] = {"": of}
    for key in pattern.split("."):
        if key == "*":
            found = {f"{path}[{n}]": each for path, here in found.items() for n, each in enumerate(sequence(here))}
        else:
            found = {f"{path}.{key}": mapping(here)[key] for path, here in found.items() if key in mapping(here)}
    return {path.removeprefix("."): value for path, value in found.items()}


def leaves(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ: the path below objects that both are, with what stands there."""
    if not (isinstance(old, dict) and isinstance(new, dict)) or SIGNATURE in old or SIGNATURE in new:
        yield path, old, new
        return
    before, then = mapping(old), mapping(new)
    for key in sorted({*before, *then}):
        if before.get(key) != then.get(key):
            yield from leaves(f"{path}{_step(key)}", before.get(key), then.get(key))


def _step(key: str) -> str:
    quoted = key.replace('"', '\\"')
    return f'["{quoted}"]' if "." in key or "[" in key else f".{key}"
