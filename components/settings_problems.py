"""What pydantic says about a stack file, in the words of the person who wrote it."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from components.errors import InvalidValueError
from components.secret_like import looks_secret, secret_kind
from components.settings_conflicts import ConflictError
from components.settings_fields import field_at, modes
from components.settings_keys import unknown_key
from components.settings_offers import examples, replacement
from components.stack_file import Problem, StackFile, path_text

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
        field = field_at(model, error["loc"], needed=True)
        return Problem(error["loc"], f"is missing: {_sentence(field)}", tuple(examples(error["loc"], field, stack)))
    if error["type"].startswith("union_tag_"):
        return _bad_mode(error, field, stack)
    return _bad_value(error, field, stack)


def _bad_value(error: ErrorDetails, field: FieldInfo | None, stack: StackFile) -> Problem:
    reason, cause = _reason(error)
    path = error["loc"]
    if isinstance(cause, ConflictError):
        changes = [((*path, *keys), value) for keys, value in cause.mends]
        commands = [stack.remove(each) if value is None else stack.set(each, value) for each, value in changes]
    elif field is None or (cause is not None and isinstance(error["input"], dict)):
        commands = [f"edit {stack.name}"]
    else:
        suggestion = cause.suggestion if cause is not None else None
        commands = replacement(path, field, error["input"], suggestion, stack)
    return Problem(path, reason, tuple(commands))


def _extra(error: ErrorDetails, field: FieldInfo | None, model: type[BaseModel], stack: StackFile) -> Problem:
    if field is None:
        return unknown_key(error["loc"], model, error["input"], stack)
    reason = f"belongs to another {path_text((*error['loc'][:-1], 'mode'))}"
    return Problem(error["loc"], reason, (stack.remove(error["loc"]),))


def _bad_mode(error: ErrorDetails, field: FieldInfo | None, stack: StackFile) -> Problem:
    path = (*error["loc"], "mode")
    known = modes(field) if field is not None else []
    given = cast("Mapping[str, Any]", error["input"]).get("mode") if isinstance(error["input"], dict) else None
    reason = "is missing" if given is None else f"must not be {shown(cast('object', given))}"
    return Problem(path, f"{reason}: one of {', '.join(known)}", (stack.set(path, known[0]),))


def _bad_name(error: ErrorDetails, stack: StackFile) -> Problem:
    path, reason = error["loc"][:-1], _reason(error)[0]
    commands = [stack.remove(path)]
    if looks_secret(str(path[-1])) and "environment" in path:
        commands.append(stack.set_secret(("appSecrets", path[-1])))
    return Problem(path, reason, tuple(commands))


def _reason(error: ErrorDetails) -> tuple[str, InvalidValueError | None]:
    context = cast("Mapping[str, Any]", error.get("ctx", {}))
    cause = context.get("error")
    if isinstance(cause, InvalidValueError):
        value = error["input"]
        return str(cause).replace(repr(value), shown(value)), cause
    text = error["msg"].replace("Input should be", "must be").replace("String should", "must")
    value: object = error["input"]
    whole = not error["loc"]  # the file itself
    hidden = whole or isinstance(value, dict | list) or bool(_VARIABLES & set(error["loc"]))
    quoted = "" if hidden else f", not {shown(cast('object', value))}"
    return text + quoted, None


def shown(value: object) -> str:
    """A value as a message quotes it: not more than anyone reads, and no secret."""
    text = "what looks like a secret" if _is_secret(value) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _is_secret(value: object) -> bool:
    return isinstance(value, str) and secret_kind("", value) is not None


def _sentence(field: FieldInfo | None) -> str:
    text = field.description if field is not None and field.description is not None else "needed here"
    return text[0].lower() + text[1:].rstrip(".")
