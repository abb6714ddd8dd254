"""The only reader of Pulumi's configuration. Not a component: it turns a stack file into checked values.

All mistakes of a file come in one `ConfigError`, each with its key, what is wrong, and the commands to type.
Secrets never become plain fields: they leave here as secret outputs, beside the settings.
"""

import json
import pathlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
from pulumi.runtime import get_config_env, is_config_secret
from pulumi.runtime.config import CONFIG
from pydantic import SecretStr, TypeAdapter, ValidationError

from components.cli_names import cli_problems
from components.cli_stack_file import CliStackFile, of_cli
from components.domain import as_text
from components.platforms.contract import Target
from components.settings_fields import without_modes
from components.settings_keys import TopKey, likely_target, unknown_top_key
from components.settings_models import MODELS, Settings, StackSettings
from components.settings_paths import missing_paths
from components.settings_problems import explain, shown
from components.settings_secrets import SECRETS, app_secret_problems, clear_secrets, plain_secrets
from components.settings_values import given, parsed
from components.signature_key import key_problems
from components.stack_file import Path, Problem, StackFile

OBJECTS = ("image", "app", "cli", "cluster", "registry", "ingress", "services", "tags")
_WORDS = ("target", "profile")
KEYS = (*_WORDS, *OBJECTS, *SECRETS)
"""The keys of this project. Pulumi.yaml declares each with an empty default, which counts as absent."""

_STAND_INS: Mapping[str, Mapping[str, Any]] = {
    "app": {"name": "stand-in"},
    "image": {"repository": "stand-in", "digest": f"sha256:{'0' * 64}"},
    "cli": {"name": "stand-in-cli", "image": {"repository": "stand-in-cli", "digest": f"sha256:{'0' * 64}"}},
    "cluster": {"context": "stand-in"},
    "registry": {"host": "stand-in:1"},
}
"""The least that a part can say."""
_OF_CLOUDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    target: {"cluster": {"mode": "existing", "name": "stand-in", **place}, "registry": {"mode": "create"}}
    for target, place in {
        "aks": {"resourceGroup": "stand-in"},
        "eks": {"region": "eu-central-1"},
        "gke": {"project": "stand-in", "location": "europe-west1"},
    }.items()
}
"""The same, where a cloud's stack file differs."""


@dataclass(frozen=True)
class Secrets:
    """The secret keys of a stack file."""

    registry_password: SecretStr | None = None
    """In hand rather than an output, so that the login can be tried before anything starts."""
    app: Mapping[str, pulumi.Output[str]] = field(default_factory=dict[str, pulumi.Output[str]], repr=False)
    """By name, as the app will see them."""


def load_settings(config: pulumi.Config, stack: StackFile, root: pathlib.Path) -> tuple[Settings, Secrets]:
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
    problems = _unknown_keys(config, stack) + clear_secrets(config, stack) + app_secret_problems(config, stack)
    problems += _missing_paths(objects, root, stack) + plain_secrets(objects, stack)
    settings, wrong = _validate(_document(config, objects), stack)
    problems += wrong if settings is None else cli_problems(settings, stack)
    if settings is None or problems:
        raise stack.refusal(sorted(problems, key=lambda each: [str(key) for key in each.path]))
    return settings, _read_secrets(config)


def load_sound(config: pulumi.Config, stack: StackFile, broken: Collection[Path]) -> Settings | None:
    """The settings of a file with mistakes, stand-ins in place of what is broken; None if too much is.

    Args:
        config: the project's configuration.
        stack: names the file.
        broken: where the mistakes are.
    """
    objects, _ = _read_objects(config, stack)
    tops = {str(each[0]) for each in broken}
    sound = {key: value for key, value in objects.items() if key not in tops}
    stand_ins = {**_STAND_INS, **_OF_CLOUDS.get(given(config, "target") or "", {})}
    least = {key: dict(stand_ins.get(key, {})) for key in tops & set(OBJECTS)}
    kept = {key: {**least[key], **_unbroken(key, objects.get(key), broken)} for key in least}
    if "subscription" in kept.get("cluster", {}):  # which login counts, whatever else is wrong
        least["cluster"]["subscription"] = kept["cluster"]["subscription"]
    with_rest = _validate(_document(config, {**sound, **kept}), stack)[0]
    return with_rest or _validate(_document(config, {**sound, **least}), stack)[0]


def _unbroken(key: str, value: object, broken: Collection[Path]) -> dict[str, Any]:
    if not isinstance(value, dict) or any(each == (key,) for each in broken):
        return {}
    wrong = {each[:2] for each in broken}
    return {name: each for name, each in cast("dict[str, Any]", value).items() if (key, name) not in wrong}


def _document(config: pulumi.Config, objects: Mapping[str, Any]) -> dict[str, Any]:
    document = {**{key: given(config, key) for key in _WORDS}, **objects}
    return {key: value for key, value in document.items() if value is not None}


def _read_objects(config: pulumi.Config, stack: StackFile) -> tuple[dict[str, Any], list[Problem]]:
    texts = {key: given(config, key) for key in (*_WORDS, *OBJECTS)}
    encrypted = [key for key, text in texts.items() if text is not None and is_config_secret(config.full_key(key))]
    problems: list[Problem] = []
    for key in encrypted:
        reason = "holds a secret, and only appSecrets and registryPassword are kept secret"
        commands = (stack.set_secret(("appSecrets", "NAME")), f"remove it from {key} in {stack.name}")
        if key in _WORDS:
            commands = (stack.set((key,), likely_target(stack)) if key == "target" else stack.remove((key,)),)
        problems.append(Problem((key,), reason, commands))
    return {key: parsed(text) for key in OBJECTS if (text := texts[key]) is not None}, problems


def _missing_paths(objects: Mapping[str, Any], root: pathlib.Path, stack: StackFile) -> list[Problem]:
    cli = objects.get("cli")
    of_its_own = cast("dict[str, Any]", cli).get("image") if isinstance(cli, dict) else None
    found, mine = _paths_of(objects.get("image"), root, stack), CliStackFile(stack.stack)
    return found + of_cli(_paths_of(of_its_own, root, mine))


def _paths_of(image: object, root: pathlib.Path, stack: StackFile) -> list[Problem]:
    return missing_paths(image, root, stack) + key_problems(image, root, stack)


def _unknown_keys(config: pulumi.Config, stack: StackFile) -> list[Problem]:
    # Config can look keys up, but not list them; these two are where it looks.
    everything = {**get_config_env(), **CONFIG.get()}
    prefix = f"{config.name}:"
    own = [key.removeprefix(prefix) for key in everything if key.startswith(prefix)]
    unknown = [
        TopKey(key, parsed(str(config.get(key))), is_config_secret(config.full_key(key)))
        for key in own
        if key not in KEYS
    ]
    return [unknown_top_key(key, given(config, "target") or "", stack) for key in unknown]


def _validate(document: dict[str, Any], stack: StackFile) -> tuple[Settings | None, list[Problem]]:
    target = str(document.get("target", ""))
    if target not in set(Target):
        choices = ", ".join(Target)
        reason = f"must be one of {choices}, not {shown(target)}" if target else f"is missing: one of {choices}"
        problem = Problem(("target",), reason, (stack.set(("target",), likely_target(stack)),))
        common = {key: value for key, value in document.items() if key in StackSettings.model_fields}
        return None, [problem, *_common_problems(common, stack)]
    adapter: TypeAdapter[Settings] = TypeAdapter(Settings)
    try:
        # As JSON: strictness then still takes a list for a tuple and text for an enum.
        return adapter.validate_json(json.dumps(document)), []
    except ValidationError as error:
        model = MODELS[Target(target)]
        wrong = [{**each, "loc": without_modes(each["loc"][1:], model)} for each in error.errors()]
        return None, [explain(cast("Any", each), model, stack) for each in wrong]


def _common_problems(document: dict[str, Any], stack: StackFile) -> list[Problem]:
    try:
        StackSettings.model_validate_json(json.dumps(document))
    except ValidationError as error:
        return [explain(each, StackSettings, stack) for each in error.errors()]
    return []


def read_password(config: pulumi.Config) -> SecretStr | None:
    """The registry's password, if there is one."""
    password = given(config, "registryPassword")
    return SecretStr(password) if password is not None else None


def _read_secrets(config: pulumi.Config) -> Secrets:
    text = given(config, "appSecrets")
    if text is None:
        return Secrets(read_password(config))
    values: pulumi.Output[Any] = config.require_secret_object("appSecrets")
    # Names are not secret: the Deployment lists them. Values only ever pass through the secret output.
    names = cast("dict[str, str]", parsed(text))
    plain = {name: values.apply(lambda all_, n=name: str(as_text(all_[n]))) for name in names}
    return Secrets(read_password(config), plain)
