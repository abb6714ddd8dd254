"""What to type in place of a value that is wrong, or for a key that is missing. Pure.

Nothing is offered that would be refused in its turn, and no value that may be a secret.
"""

import re
from typing import cast

from pydantic.fields import FieldInfo

from components.secret_like import secret_kind
from components.settings_fields import can_go, element_of, is_mapping, models_of, modes, needed_of, takes
from components.settings_secrets import BUILD_ARGS, VARIABLES
from components.stack_file import Path, StackFile


def replacement(path: Path, field: FieldInfo, value: object, suggestion: str | None, stack: StackFile) -> list[str]:
    """The commands that put something right where a wrong value is.

    Args:
        path: of the value.
        field: what belongs there.
        value: what is there.
        suggestion: what was probably meant, if that is known.
        stack: whose commands they are.
    """
    if models_of(field) or element_of(field) is not None or is_mapping(field):
        return _anew(path, field, value, stack)
    readings = [each for each in (suggestion, *_readings(value)) if each is not None and takes(field, each)]
    offered = [each for each in readings if not holds_secret(path, each)] or _examples(field)
    if offered:
        return [stack.set(path, offered[0])]
    return [stack.remove(path) if can_go(field) else stack.set(path, "<value>")]


def examples(path: Path, field: FieldInfo | None, stack: StackFile) -> list[str]:
    """The commands that set a missing key; of an object, all that it needs."""
    if field is None or not models_of(field):
        return [stack.set(path, [*(_examples(field) if field is not None else []), "<value>"][0])]
    commands = [stack.set((*path, "mode"), modes(field)[0])] if field.discriminator is not None else []
    return commands + [line for key, each in needed_of(field) for line in examples((*path, key), each, stack)]


def holds_secret(path: Path, value: object) -> bool:
    """Whether a value may be a secret, by itself or by the name of its key."""
    return isinstance(value, str) and secret_kind(str(path[-1]) if _is_variable(path) else "", value) is not None


def _is_variable(path: Path) -> bool:
    return path[:-1] in (*VARIABLES, *BUILD_ARGS)


def _anew(path: Path, field: FieldInfo, value: object, stack: StackFile) -> list[str]:
    """Commands for an object or a list that is something else: Pulumi turns it into one at the top only."""
    meant = _meant(field, value)
    if path and isinstance(path[-1], int):  # taking one away would count the others anew
        inner = ", ".join(f"{key}: {each}" for (key, *_), each in meant) or "…"
        return [f"write it as {{{inner}}} in {stack.name}"]
    first = [stack.remove(path)] if value is not None and (len(path) > 1 or isinstance(value, list)) else []
    if meant:
        return [*first, *(stack.set((*path, *keys), each) for keys, each in meant if not holds_secret(path, each))]
    rest = examples(path, field, stack) if models_of(field) else []
    return [*first, *rest] or [stack.remove(path)]


def _meant(field: FieldInfo, value: object) -> list[tuple[Path, object]]:
    """Where in an object or list a lone value belongs: `/data` in the `path` of a volume."""
    element = element_of(field)
    if element is not None:
        inner = [((), value)] if takes(element, value) else _meant(element, value)
        return [((0, *keys), each) for keys, each in inner]
    needed = needed_of(field)
    if len(needed) != 1:
        return []
    key, inner = needed[0]
    lone: object = cast("dict[str, object]", value).get(key) if isinstance(value, dict) else value
    return [((key,), lone)] if takes(inner, lone) else []


def _readings(value: object) -> list[object]:
    """A value as it is and as it may have been meant: YAML and `--path` read what looks like a number as one."""
    if isinstance(value, bool):
        return [value, str(value).lower()]
    if isinstance(value, float):  # Pulumi stores it as text
        return [*([int(value)] if value.is_integer() else []), repr(value)]
    if isinstance(value, int):
        return [value, str(value)]
    if not isinstance(value, str):
        return []
    number = int(value) if re.fullmatch(r"-?[0-9]{1,15}", value) else None
    return [value, {"true": True, "false": False}.get(value.lower(), number)]


def _examples(field: FieldInfo) -> list[object]:
    default = field.default if isinstance(field.default, str | int) else None
    return [each for each in (default, *(field.examples or ())) if each is not None]
