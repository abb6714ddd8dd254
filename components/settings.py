"""The only reader of Pulumi's configuration. Not a component: it turns a stack file into checked values.

All mistakes of a file come in one `ConfigError`, each with its key, what is wrong, and the commands to type.
Secrets never become plain fields: they leave here as secret outputs, beside the settings.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi.runtime import get_config_env, is_config_secret
from pulumi.runtime.config import CONFIG
from pydantic import SecretStr, TypeAdapter, ValidationError

from components.domain import as_text
from components.errors import InvalidValueError
from components.object_names import OBJECT_LIMIT, check_key, check_variable
from components.platforms.contract import Target
from components.settings_models import MODELS, Settings, StackSettings
from components.settings_paths import missing_paths
from components.settings_problems import explain, shown, unknown_key
from components.stack_file import Problem, StackFile

OBJECTS = ("image", "app", "cluster", "registry", "ingress")
SECRETS = ("registryPassword", "appSecrets")
KEYS = ("target", *OBJECTS, *SECRETS)
"""The keys of this project. Pulumi.yaml declares each with an empty default, which counts as absent."""

_EMPTY = ("", "{}")


@dataclass(frozen=True)
class Secrets:
    """The secret keys of a stack file."""

    registry_password: SecretStr | None = None
    """In hand rather than an output, so that the login can be tried before anything starts."""
    app: Mapping[str, pulumi.Output[str]] = field(default_factory=dict[str, pulumi.Output[str]], repr=False)
    """By name, as the app will see them."""


def load_settings(config: pulumi.Config, stack: StackFile, root: Path) -> tuple[Settings, Secrets]:
    """Read and check a stack's configuration.

    Args:
        config: the project's configuration.
        stack: names the file and the commands in errors.
        root: the project's folder, which relative paths start from.

    Raises:
        ConfigError: everything that is wrong with the file.
    """
    objects, hidden = _read_objects(config, stack)
    if hidden:  # alone: what the checks below say of a value may quote it
        raise stack.refusal(hidden)
    problems = _unknown_keys(config, stack) + _secret_problems(config, stack) + _app_secret_problems(config, stack)
    problems += missing_paths(objects.get("image"), root, stack)
    document = {"target": _given(config, "target"), **objects}
    settings, wrong = _validate({key: value for key, value in document.items() if value is not None}, stack)
    problems += wrong
    if settings is None or problems:
        raise stack.refusal(sorted(problems, key=lambda each: [str(key) for key in each.path]))
    return settings, _read_secrets(config)


def _given(config: pulumi.Config, key: str) -> str | None:
    text = config.get(key)
    return None if text in _EMPTY else text


def _read_objects(config: pulumi.Config, stack: StackFile) -> tuple[dict[str, Any], list[Problem]]:
    objects: dict[str, Any] = {}
    problems: list[Problem] = []
    for key in OBJECTS:
        text = _given(config, key)
        if text is None:
            continue
        if is_config_secret(config.full_key(key)):
            reason = "holds a secret, and only appSecrets and registryPassword are kept secret"
            commands = (stack.set_secret(("appSecrets", "NAME")), f"remove it from {key} in {stack.name}")
            problems.append(Problem((key,), reason, commands))
        objects[key] = _parsed(text)
    return objects, problems


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # no JSON, or a number of more digits than Python reads
        return text


def _unknown_keys(config: pulumi.Config, stack: StackFile) -> list[Problem]:
    # Config can look keys up, but not list them; these two are where it looks.
    everything = {**get_config_env(), **CONFIG.get()}
    prefix = f"{config.name}:"
    own = [key.removeprefix(prefix) for key in everything if key.startswith(prefix)]
    return [unknown_key((key,), list(KEYS), stack, _parsed(str(config.get(key)))) for key in own if key not in KEYS]


def _validate(document: dict[str, Any], stack: StackFile) -> tuple[Settings | None, list[Problem]]:
    target = str(document.get("target", ""))
    if target not in set(Target):
        choices = ", ".join(Target)
        reason = f"must be one of {choices}, not {shown(target)}" if target else f"is missing: one of {choices}"
        problem = Problem(("target",), reason, (stack.set(("target",), _likely_target(stack)),))
        common = {key: value for key, value in document.items() if key in StackSettings.model_fields}
        return None, [problem, *_common_problems(common, stack)]
    adapter: TypeAdapter[Settings] = TypeAdapter(Settings)
    try:
        # As JSON: strictness then still takes a list for a tuple and text for an enum.
        return adapter.validate_json(json.dumps(document)), []
    except ValidationError as error:
        model = MODELS[Target(target)]
        wrong = [{**each, "loc": each["loc"][1:]} for each in error.errors()]
        return None, [explain(cast("Any", each), model, stack) for each in wrong]


def _common_problems(document: dict[str, Any], stack: StackFile) -> list[Problem]:
    try:
        StackSettings.model_validate_json(json.dumps(document))
    except ValidationError as error:
        return [explain(each, StackSettings, stack) for each in error.errors()]
    return []


def _likely_target(stack: StackFile) -> str:
    return stack.stack if stack.stack in set(Target) else Target.LOCAL


def _secret_problems(config: pulumi.Config, stack: StackFile) -> list[Problem]:
    return [
        Problem((key,), "is written in clear; it must be a secret", _mark_secret(config, key, stack))
        for key in SECRETS
        if _given(config, key) is not None and not is_config_secret(config.full_key(key))
    ]


def _app_secret_problems(config: pulumi.Config, stack: StackFile) -> list[Problem]:
    values = _parsed(_given(config, "appSecrets") or "{}")
    if not isinstance(values, dict):
        command = stack.set_secret(("appSecrets", "NAME"))
        return [Problem(("appSecrets",), "must be an object of names and values", (command,))]
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
        problems.append(Problem(("appSecrets",), reason, (f"edit {stack.name}",)))
    return problems


def _variables(config: pulumi.Config) -> set[str] | None:
    """Names of the plain variables, beside which secrets are variables too; None if they are files."""
    parsed = _parsed(_given(config, "app") or "{}")
    app = cast("dict[str, object]", parsed) if isinstance(parsed, dict) else dict[str, object]()
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
    values = _parsed(_given(config, key) or "{}")
    if not isinstance(values, dict):
        return (stack.set_secret((key,)),)
    return tuple(stack.set_secret((key, name)) for name in cast("dict[str, object]", values))


def _read_secrets(config: pulumi.Config) -> Secrets:
    password = _given(config, "registryPassword")
    login = SecretStr(password) if password is not None else None
    text = _given(config, "appSecrets")
    if text is None:
        return Secrets(login)
    values: pulumi.Output[Any] = config.require_secret_object("appSecrets")
    # Names are not secret: the Deployment lists them. Values only ever pass through the secret output.
    names = cast("dict[str, str]", _parsed(text))
    return Secrets(login, {name: values.apply(lambda all_, n=name: str(as_text(all_[n]))) for name in names})
