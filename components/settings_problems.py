"""What pydantic says about a stack file, in the words of the person who wrote it."""

import difflib
from collections.abc import Mapping
from typing import Any, cast, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from components.errors import InvalidValueError
from components.secret_like import looks_secret, secret_kind
from components.stack_file import Path, Problem, StackFile

_SHOWN = 60
_VARIABLES = {"environment", "buildArgs"}
"""Whose values may be secrets that do not look like one."""


def explain(error: ErrorDetails, model: type[BaseModel], stack: StackFile) -> Problem:
    """One validation error of a model as a mistake with the commands that mend it."""
    if error["loc"][-1:] == ("[key]",):
        return _bad_name(error, stack)
    if error["type"] == "extra_forbidden":
        return unknown_key(error["loc"], names_at(model, error["loc"][:-1]), stack, error["input"])
    field = field_at(model, error["loc"])
    if error["type"] == "missing":
        meaning = _sentence(field)
        return Problem(error["loc"], f"is missing: {meaning}", (stack.set(error["loc"], _example(field)),))
    reason, suggestion = _reason(error)
    if isinstance(error["input"], dict | list) or field is None or _is_model(field):
        return Problem(error["loc"], reason, (f"edit {stack.name}",))
    value = suggestion if suggestion is not None else _example(field)
    return Problem(error["loc"], reason, (stack.set(error["loc"], value),))


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
    """The keys that a model takes at a path."""
    field = field_at(model, path)
    here = _model_of(field) if field is not None else model
    return [name.alias or key for key, name in here.model_fields.items()] if here else []


def field_at(model: type[BaseModel], path: Path) -> FieldInfo | None:
    """The field that a path leads to; None for the top, and inside of mappings."""
    here: type[BaseModel] | None = model
    field: FieldInfo | None = None
    for key in path:
        fields = here.model_fields.values() if here is not None else ()
        field = next((each for each in fields if each.alias == key), None)
        here = _model_of(field) if field is not None else None
    return field


def _model_of(field: FieldInfo) -> type[BaseModel] | None:
    candidates = (field.annotation, *get_args(field.annotation))
    models = (each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel))
    return next(models, None)


def _is_model(field: FieldInfo) -> bool:
    return _model_of(field) is not None


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
