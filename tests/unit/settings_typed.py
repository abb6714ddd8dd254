"""What a stack file holds after the commands of a message were typed, as Pulumi would change it.

Its rules are those of sdk/go/common/resource/config (object.go, map.go): with `--path`, `true` and digits become a
boolean and a number unless `--type string` is given, a text at the top makes way for an object, one below does not.
"""

import copy
import itertools
import re
import shlex
from typing import Any, cast

from tests.unit.settings_loader import Values

TYPED = "typed-secret"
"""What was answered to each `set --secret`."""
_PART = re.compile(r'\.?([^.\[\]"]+)|\[([0-9]+)\]|\["((?:[^"\\]|\\.)*)"\]')


def after(values: Values, secret: tuple[str, ...], commands: list[str]) -> tuple[Values, tuple[str, ...]]:
    """The values and the names of the encrypted ones."""
    result, encrypted = copy.deepcopy(values), set(secret)
    for command in commands:
        words = shlex.split(command, comments=True)
        if words[:2] != ["pulumi", "config"]:
            continue
        verb, flags, key, value = _read(words[2:])
        path: list[str | int] = _path(key) if "--path" in flags else [key]
        if verb == "rm":
            _remove(result, path)
            continue
        if "--secret" in flags:
            encrypted.add(str(path[0]))
            value = TYPED
        assert value is not None, command
        keeps = "--secret" in flags or "string" in flags or len(path) == 1
        _set(result, path, value if keeps else _coerced(value))
    return result, tuple(sorted(encrypted & set(result)))


def _read(words: list[str]) -> tuple[str, list[str], str, str | None]:
    verb, flags, rest = words[0], list[str](), list[str]()
    waiting = words[1:]
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest += waiting
            break
        if word in ("-s", "--type"):
            flags += [word, waiting.pop(0)]
        elif word.startswith("-"):
            assert word in ("--path", "--secret"), word
            flags.append(word)
        else:
            rest.append(word)
    assert flags.count("-s") == 1
    assert len(rest) in (1, 2)
    return verb, flags, rest[0], rest[1] if len(rest) > 1 else None


def _path(text: str) -> list[str | int]:
    found = list(_PART.finditer(text))
    assert "".join(each[0] for each in found) == text
    return [
        int(each[2]) if each[2] is not None else each[1] or each[3].replace('\\"', '"').replace("\\\\", "\\")
        for each in found
    ]


def _coerced(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,18}", text) and not re.match(r"0.", text) else text


def _set(values: Values, path: list[str | int], value: object) -> None:
    here: Any = values
    for depth, (key, following) in enumerate(itertools.pairwise(path)):
        _append_nothing(here, key)
        inner: Any = here.get(key) if isinstance(key, str) else here[key]
        if inner is None or (depth == 0 and not isinstance(inner, dict | list)):
            inner = here[key] = list[Any]() if isinstance(following, int) else dict[str, Any]()
        assert isinstance(inner, list if isinstance(following, int) else dict), f"Pulumi refuses {path}"
        here = cast("Any", inner)
    _append_nothing(here, path[-1])
    here[path[-1]] = value


def _append_nothing(here: Any, key: str | int) -> None:
    if key == len(here) and isinstance(key, int):
        here.append(None)


def _remove(values: Values, path: list[str | int]) -> None:
    here: Any = values
    for key in path[:-1]:
        here = here[key]
    del here[path[-1]]
