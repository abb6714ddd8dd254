"""Keys of a stack file that nothing reads, with the one that was probably meant. Never shows what is encrypted."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel

from components.platforms.contract import Target
from components.settings_fields import field_at, names_at
from components.settings_models import MODELS, StackSettings
from components.settings_offers import examples, holds_secret, replacement
from components.settings_secrets import SECRETS, VARIABLES
from components.stack_file import Path, Problem, StackFile

_PART = re.compile(r'\.?([^.\[\]"]+)|\[([0-9]{1,4})\]|\["([^"\\]*)"\]')
_HIDDEN = object()


@dataclass(frozen=True)
class TopKey:
    """One key below `monadic-pipeline:` and what it holds."""

    name: str
    value: object
    encrypted: bool


def unknown_top_key(key: TopKey, target: str, stack: StackFile) -> Problem:
    """A key of the file itself that nothing reads.

    Args:
        key: as it is written, with its value.
        target: of the stack; anything else if it is not known.
        stack: whose commands they are.
    """
    path = (key.name,)
    model = MODELS[Target(target)] if target in set(Target) else StackSettings
    inside = _parts(key.name)
    top, *rest = inside or ("",)
    if rest and top in _all_names():
        return _without_path(key, inside, model, stack)
    everywhere = _closest(key.name, _all_names())
    here = [*names_at(model, ()), *SECRETS] if model is not StackSettings else _all_names()
    if everywhere is not None and everywhere not in here:
        reason = f"unknown key; {everywhere}, which it is like, is for {_targets_of(everywhere)} only"
        return Problem(path, reason, (stack.remove(path),))
    if everywhere is None:
        return _unlike(path, here, stack)
    return _meant(path, everywhere, _top_commands(everywhere, key, model, stack), stack)


def unknown_key(path: Path, model: type[BaseModel], value: object, stack: StackFile) -> Problem:
    """A key of an object that nothing reads, and at the top one of another target."""
    if len(path) == 1 and path[0] in _all_names():
        return Problem(path, f"is for {_targets_of(str(path[0]))} only", (stack.remove(path),))
    known = names_at(model, path[:-1])
    meant = _closest(str(path[-1]), known)
    if meant is None:
        return _unlike(path, known, stack)
    return _meant(path, meant, _commands((*path[:-1], meant), model, value, stack), stack)


def likely_target(stack: StackFile) -> str:
    """The target that a stack of this name has."""
    return stack.short if stack.short in set(Target) else Target.LOCAL


def _without_path(key: TopKey, inside: Path, model: type[BaseModel], stack: StackFile) -> Problem:
    top = str(inside[0])
    reason = f"is one key with a dot in its name; a key inside of {top} is set with --path"
    secret = key.encrypted or holds_secret(inside, key.value)
    commands: list[str] = []
    if top in SECRETS or (secret and inside[:-1] in VARIABLES):
        commands = [_set_secret(top if top in SECRETS else "appSecrets", str(inside[-1]), stack)]
    elif field_at(model, inside) is not None:
        commands = _commands(inside, model, _HIDDEN if secret else key.value, stack)
    return Problem((key.name,), reason, (stack.remove((key.name,)), *commands))


def _set_secret(key: str, name: str, stack: StackFile) -> str:
    """The command that asks for a secret's value."""
    return stack.set_secret((key, name) if key == "appSecrets" else (key,))


def _top_commands(meant: str, key: TopKey, model: type[BaseModel], stack: StackFile) -> list[str]:
    if meant in SECRETS:  # whose values are asked for, and whose names may be read
        return list(dict.fromkeys(_set_secret(meant, name, stack) for name in _names(key.value)))
    value = _HIDDEN if key.encrypted else key.value
    if meant == "target":
        return [stack.set((meant,), value if value in [*Target] else likely_target(stack))]
    return _commands((meant,), model, value, stack)


def _names(value: object) -> list[str]:
    return list(cast("dict[str, object]", value)) if isinstance(value, dict) else ["NAME"]


def _commands(path: Path, model: type[BaseModel], value: object, stack: StackFile) -> list[str]:
    field = field_at(model, path)
    if value is None or field is None:
        return []
    if value is _HIDDEN:
        return examples(path, field, stack) if len(path) > 1 or isinstance(field.default, str) else []
    if isinstance(value, dict | list):
        return [f"# or write {path[-1]} in its place in {stack.name}"]
    commands = replacement(path, field, value, None, stack)
    return [each for each in commands if each != stack.remove(path)]


def _meant(path: Path, meant: str, commands: list[str], stack: StackFile) -> Problem:
    return Problem(path, f"unknown key; did you mean {meant}?", (stack.remove(path), *commands))


def _unlike(path: Path, known: Collection[str], stack: StackFile) -> Problem:
    return Problem(path, f"unknown key; known here: {', '.join(sorted(known))}", (stack.remove(path),))


def _closest(key: str, known: Collection[str]) -> str | None:
    close = difflib.get_close_matches(key.lower(), [each.lower() for each in known], n=1)
    return next((each for each in known if close and each.lower() == close[0]), None)


def _all_names() -> list[str]:
    return list(dict.fromkeys([*(name for each in MODELS.values() for name in names_at(each, ())), *SECRETS]))


def _targets_of(key: str) -> str:
    found = [target.value for target, model in MODELS.items() if key in names_at(model, ())]
    return f"the target{'s' if len(found) > 1 else ''} {', '.join(found)}"


def _parts(key: str) -> Path:
    """The keys that `--path` would have read; nothing if it is no path."""
    found = list(_PART.finditer(key))
    if "".join(each[0] for each in found) != key:
        return ()
    return tuple(int(each[2]) if each[2] is not None else each[1] or each[3] or "" for each in found)
