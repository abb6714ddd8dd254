"""The secrets of a stack file: those that cannot be what they are for, and those that stand in it in clear."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import pulumi
from pulumi.runtime import is_config_secret

from components.domain import as_text
from components.errors import InvalidValueError
from components.object_names import OBJECT_LIMIT, check_key, check_variable
from components.secret_like import secret_kind
from components.settings_values import given, parsed
from components.stack_file import Path, Problem, StackFile

SECRETS = ("registryPassword", "appSecrets")
_PASSWORD = ("registryPassword",)
_APP_SECRETS = ("appSecrets",)
BUILD_ARGS: tuple[Path, ...] = (("image", "buildArgs"), ("cli", "image", "buildArgs"))
VARIABLES: tuple[Path, ...] = (("app", "environment"), ("cli", "environment"))
"""Where names are the file's own, and values may be secrets."""


def plain_secrets(objects: Mapping[str, object], stack: StackFile) -> list[Problem]:
    """Each variable that holds a credential, by its key and never with its value; wrong types are not its business."""
    problems = [
        Problem((*place, name), f"{_what(name, kind)}, and anything written here can be read by many", commands)
        for place in VARIABLES
        for name, kind in _found(objects, place)
        for commands in [(stack.remove((*place, name)), stack.set_secret(("appSecrets", name)))]
    ]
    return problems + [
        Problem((*place, name), f"{_what(name, kind)}, and a build argument can be read in the image", commands)
        for place in BUILD_ARGS
        for name, kind in _found(objects, place)
        for commands in [_instead(place, name, stack)]
    ]


def clear_secrets(config: pulumi.Config, stack: StackFile) -> list[Problem]:
    """Secret keys whose value is not encrypted, and a password that is an object."""
    if _is_object(given(config, "registryPassword")):
        problem = Problem(_PASSWORD, "is an object, and a password is text", (stack.set_secret(_PASSWORD),))
        return [problem, *_in_clear(config, _APP_SECRETS, stack)]
    return _in_clear(config, SECRETS, stack)


def _is_object(password: str | None) -> bool:
    value = parsed(password or "")
    # The password of Google's user `_json_key` is a file that holds an object: a key of a service account.
    return isinstance(value, list) or (isinstance(value, dict) and "private_key" not in value)


def _in_clear(config: pulumi.Config, keys: Sequence[str], stack: StackFile) -> list[Problem]:
    return [
        Problem((key,), "is written in clear; it must be a secret", _mark_secret(config, key, stack))
        for key in keys
        if (text := given(config, key)) is not None and not is_config_secret(config.full_key(key))
        if key == "registryPassword" or isinstance(parsed(text), dict)  # all else is no object, and said to be
    ]


def app_secret_problems(config: pulumi.Config, stack: StackFile) -> list[Problem]:
    """What is wrong with the app's secrets, by name and never with a value."""
    values = parsed(given(config, "appSecrets") or "{}")
    if not isinstance(values, dict):
        first = (stack.remove(_APP_SECRETS),) if isinstance(values, list) else ()  # a text makes way by itself
        commands = (*first, stack.set_secret(("appSecrets", "NAME")))
        return [Problem(_APP_SECRETS, "must be an object of names and values, each a secret", commands)]
    secrets = cast("dict[str, object]", values)
    taken = _variables(config)
    problems: list[Problem] = []
    for name, value in secrets.items():
        path = ("appSecrets", name)
        if not isinstance(as_text(value), str):
            problems.append(Problem(path, "must be text", (stack.set_secret(path),)))
        elif (wrong := _secret_fault(name, str(value), as_files=taken is None)) is not None:
            problems.append(Problem(path, wrong, (stack.remove(path), stack.set_secret(("appSecrets", "NAME")))))
        elif name in (taken or ()):
            reason = "is in app.environment too, and one variable has one value"
            problems.append(Problem(path, reason, (stack.remove(("app", "environment", name)), stack.remove(path))))
    size = sum(len(str(value).encode(errors="replace")) for value in secrets.values())
    if size > OBJECT_LIMIT:
        reason = f"are {size} bytes; Kubernetes takes {OBJECT_LIMIT} in one object"
        biggest = max(secrets, key=lambda name: len(str(secrets[name])))
        problems.append(Problem(("appSecrets",), reason, (stack.remove(("appSecrets", biggest)),)))
    return problems


def _instead(place: Path, name: str, stack: StackFile) -> tuple[str, ...]:
    return (
        stack.remove((*place, name)),
        f"{stack.set_secret(('appSecrets', name))}  # if the app needs it when it runs",
        f"docker build --secret id={name},env={name} … && {stack.set((*place[:-1], 'digest'), 'sha256:…')}"
        "  # if the build needs it",
    )


def _what(name: str, kind: str) -> str:
    return f"{name} looks like a secret ({kind})"


def _found(objects: Mapping[str, object], path: Path) -> Iterator[tuple[str, str]]:
    here = objects
    for key in path:
        inner = here.get(str(key))
        here = cast("Mapping[str, object]", inner) if isinstance(inner, dict) else dict[str, object]()
    for name, value in here.items():
        text = as_text(value)
        kind = secret_kind(name, text) if isinstance(text, str) else None
        if kind is not None:
            yield name, kind


def _variables(config: pulumi.Config) -> set[str] | None:
    """Names of the plain variables, beside which secrets are variables too; None if they are files."""
    value = parsed(given(config, "app") or "{}")
    app = cast("dict[str, object]", value) if isinstance(value, dict) else dict[str, object]()
    if app.get("secretsAs") == "files":
        return None
    plain = app.get("environment")
    return set(cast("dict[str, object]", plain)) if isinstance(plain, dict) else set()


def _secret_fault(name: str, value: str, *, as_files: bool) -> str | None:
    try:
        (check_key if as_files else check_variable)(name)
    except InvalidValueError as error:
        return str(error)
    # Never with the value.
    return "has a zero byte in it, which ends a text for every process" if "\0" in value and not as_files else None


def _mark_secret(config: pulumi.Config, key: str, stack: StackFile) -> tuple[str, ...]:
    values = parsed(given(config, key) or "{}")
    if not isinstance(values, dict) or key == "registryPassword":
        return (stack.set_secret((key,)),)
    return tuple(stack.set_secret((key, name)) for name in cast("dict[str, object]", values))
