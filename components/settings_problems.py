"""What pydantic says about a stack file, in the words of the person who wrote it."""

import difflib
from collections.abc import Mapping
from typing import Any, cast, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from components.errors import InvalidValueError
from components.secret_like import looks_secret, secret_kind
from components.stack_file import Path, Problem, StackFile, path_text

_SHOWN = 60
_VARIABLES = {"environment", "buildArgs"}
"""Whose values may be secrets that do not look like one."""


def explain(error: ErrorDetails, model: type[BaseModel], stack: StackFile) -> Problem:
    """One validation error of a model as a mistake with the commands that mend it."""
    if error["loc"][-1:] == ("[key]",):
        return _bad_name(error, stack)
    field = field_at(model, error["loc"])
    if error["type"] == "extra_forbidden":
        return _extra(error, field, model, stack)
    if error["type"] == "missing":
        return Problem(error["loc"], f"is missing: {_sentence(field)}", tuple(_examples(error["loc"], field, stack)))
    if error["type"].startswith("union_tag_"):
        return _bad_mode(error, field, stack)
    return _bad_value(error, field, stack)


def _bad_value(error: ErrorDetails, field: FieldInfo | None, stack: StackFile) -> Problem:
    reason, suggestion = _reason(error)
    if isinstance(error["input"], dict | list) or field is None or _is_model(field):
        return Problem(error["loc"], reason, (f"edit {stack.name}",))
    value = suggestion if suggestion is not None else _example(field)
    return Problem(error["loc"], reason, (stack.set(error["loc"], value),))


def _extra(error: ErrorDetails, field: FieldInfo | None, model: type[BaseModel], stack: StackFile) -> Problem:
    if field is None:
        return unknown_key(error["loc"], names_at(model, error["loc"][:-1]), stack, error["input"])
    reason = f"belongs to another {path_text((*error['loc'][:-1], 'mode'))}"
    return Problem(error["loc"], reason, (stack.remove(error["loc"]),))


def unknown_key(path: Path, known: list[str], stack: StackFile, value: object) -> Problem:
    """A key that nothing reads, with the one that was probably meant."""
    key = str(path[-1])
    close = difflib.get_close_matches(key.lower(), [each.lower() for each in known], n=1)
    if not close:
        return Problem(path, f"unknown key; known here: {', '.join(sorted(known))}", (stack.remove(path),))
    meant = next(each for each in known if each.lower() == close[0])
    commands = [stack.remove(path)]
    if looks_secret(meant):
        commands.append(stack.set_secret((*path[:-1], meant)))  # which asks: the value must not be shown
    elif not isinstance(value, dict | list):
        commands.append(stack.set((*path[:-1], meant), "<value>" if _is_secret(value) else value))
    return Problem(path, f"unknown key; did you mean {meant}?", tuple(commands))


def names_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that a model takes at a path; of a choice between models, those of all of them."""
    field = field_at(model, path)
    here = _models_of(field) if field is not None else [model]
    return list(dict.fromkeys(name.alias or key for each in here for key, name in each.model_fields.items()))


def field_at(model: type[BaseModel], path: Path) -> FieldInfo | None:
    """The field that a path leads to; None for the top, and inside of mappings."""
    here = [model]
    field: FieldInfo | None = None
    for key in path:
        fields = (each for model in here for each in model.model_fields.values())
        field = next((each for each in fields if each.alias == key), None)
        here = _models_of(field) if field is not None else []
    return field


def without_modes(path: Path, model: type[BaseModel]) -> Path:
    """A path as the file has it: pydantic puts the chosen mode between an object and its keys."""
    kept: list[str | int] = []
    for key in path:
        field = field_at(model, tuple(kept))
        if field is not None and field.discriminator is not None and key in _modes(field):
            continue
        kept.append(key)
    return tuple(kept)


def _modes(field: FieldInfo) -> list[str]:
    return [str(get_args(each.model_fields["mode"].annotation)[0]) for each in _models_of(field)]


def _models_of(field: FieldInfo) -> list[type[BaseModel]]:
    candidates = (field.annotation, *get_args(field.annotation))
    return [each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel)]


def _is_model(field: FieldInfo) -> bool:
    return bool(_models_of(field))


def _bad_mode(error: ErrorDetails, field: FieldInfo | None, stack: StackFile) -> Problem:
    path = (*error["loc"], "mode")
    modes = _modes(field) if field is not None else []
    given = cast("Mapping[str, Any]", error["input"]).get("mode") if isinstance(error["input"], dict) else None
    reason = "is missing" if given is None else f"must not be {shown(cast('object', given))}"
    return Problem(path, f"{reason}: one of {', '.join(modes)}", (stack.set(path, modes[0]),))


def _examples(path: Path, field: FieldInfo | None, stack: StackFile) -> list[str]:
    """The commands that set a missing key; of an object, all that it needs."""
    if field is None or not _is_model(field):
        return [stack.set(path, _example(field))]
    commands = [stack.set((*path, "mode"), _modes(field)[0])] if field.discriminator is not None else []
    needed = [(each.alias, each) for each in _models_of(field)[0].model_fields.values() if each.is_required()]
    rest = [(key, each) for key, each in needed if key != "mode"]
    return commands + [command for key, each in rest for command in _examples((*path, str(key)), each, stack)]


def _bad_name(error: ErrorDetails, stack: StackFile) -> Problem:
    path, reason = error["loc"][:-1], _reason(error)[0]
    commands = [stack.remove(path)]
    if looks_secret(str(path[-1])) and "environment" in path:
        commands.append(stack.set_secret(("appSecrets", path[-1])))
    return Problem(path, reason, tuple(commands))


def _reason(error: ErrorDetails) -> tuple[str, str | None]:
    context = cast("Mapping[str, Any]", error.get("ctx", {}))
    cause = context.get("error")
    if isinstance(cause, InvalidValueError):
        value = error["input"]
        return str(cause).replace(repr(value), shown(value)), cause.suggestion
    text = error["msg"].replace("Input should be", "must be").replace("String should", "must")
    value: object = error["input"]
    hidden = isinstance(value, dict | list) or bool(_VARIABLES & set(error["loc"]))
    quoted = "" if hidden else f", not {shown(cast('object', value))}"
    return text + quoted, None


def shown(value: object) -> str:
    """A value as a message quotes it: not more than anyone reads, and no secret."""
    text = "what looks like a secret" if _is_secret(value) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _is_secret(value: object) -> bool:
    return isinstance(value, str) and secret_kind("", value) is not None


def _example(field: FieldInfo | None) -> object:
    if field is None:
        return "<value>"
    if field.examples:
        return field.examples[0]
    return field.default if isinstance(field.default, str | int) else "<value>"


def _sentence(field: FieldInfo | None) -> str:
    text = field.description if field is not None and field.description is not None else "needed here"
    return text[0].lower() + text[1:].rstrip(".")
