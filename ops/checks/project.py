"""The project and the stack file as they lie in the folder, read without Pulumi."""

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from components.kubeconfig import place_in
from components.stack_file import StackFile
from ops.checks.finding import Finding, Name, State
from ops.stack_project import find_project

_SEALED = "sealed"
"""Stands for a secret that nobody could decrypt."""
_WHY = "a deploy reads all its settings from this file"


@dataclass(frozen=True)
class Project:
    """What Pulumi.yaml says."""

    folder: Path
    name: str
    backend: str = ""
    """URL of the state; empty where the project does not say it."""
    keys: frozenset[str] = frozenset()
    """Settings that it declares."""
    virtualenv: str | None = None
    """Folder of the Python that runs the program, relative to the project."""
    pulumi: tuple[int, ...] = ()
    """The oldest version that will do."""

    @property
    def is_ours(self) -> bool:
        """Whether its stack files are this program's, and not those of one that only uses the components."""
        return {"target", "image", "app"} <= self.keys


class _Loader(yaml.SafeLoader):
    """Reads `on`, `off`, `yes` and `no` as texts, as Pulumi's reader does (YAML 1.2; gopkg.in/yaml.v3, resolve.go)."""


_BOOLEAN = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != _BOOLEAN or first in "tTfF"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_project(start: Path) -> Project:
    """The project of a folder, or of the nearest one above it.

    Raises:
        StackError: there is none, or it cannot be read.
    """
    found = find_project(start)
    document = _read(found.folder / "Pulumi.yaml")[0]
    options = _mapping(_mapping(document.get("runtime")).get("options"))
    virtualenv = options.get("virtualenv")
    wanted = re.findall(r"\d+", str(document.get("requiredPulumiVersion", "")))[:3]
    return Project(
        found.folder,
        found.name,
        found.backend,
        frozenset(_mapping(document.get("config"))),
        virtualenv if isinstance(virtualenv, str) else None,
        tuple(map(int, wanted)),
    )


def stacks_of(project: Project) -> list[str]:
    """The stacks that have a file."""
    found = project.folder.glob("Pulumi.*.yaml")
    return sorted(each.name.removeprefix("Pulumi.").removesuffix(".yaml") for each in found)


def read_stack_file(project: Project, stack: StackFile) -> tuple[Mapping[str, Any], Finding | None]:
    """A stack file, or why there is none that can be read."""
    file = project.folder / stack.name
    if not file.exists():
        there = stacks_of(project)
        close = [*difflib.get_close_matches(stack.short, there, n=1), *there][:1]
        others = f"; there are {', '.join(there)}" if there else ""
        place = stack.stack.removesuffix(stack.short)
        commands = tuple(f".venv/bin/python -m ops doctor -s {place}{each}" for each in close)
        return {}, Finding(Name.STACK, State.PROBLEM, f"there is no {stack.name}{others}", _WHY, commands)
    document, wrong = _read(file)
    if wrong is not None:
        return {}, Finding(Name.SETTINGS, State.PROBLEM, f"{stack.name} {wrong}", _WHY, (f"edit {stack.name}",))
    return document, None


def values_of(document: Mapping[str, Any]) -> tuple[dict[str, str], frozenset[str]]:
    """Values by full key as the engine would send them, and which are secret; their text is not known here."""
    values = {str(key): _opened(value) for key, value in _mapping(document.get("config")).items()}
    secret = {str(key) for key, value in _mapping(document.get("config")).items() if _is_secret(value)}
    return {key: each if isinstance(each, str) else json.dumps(each) for key, each in values.items()}, frozenset(secret)


def _opened(value: object) -> object:
    if _is_sealed(value):
        return _SEALED
    if isinstance(value, dict):
        return {str(key): _opened(each) for key, each in cast("dict[object, object]", value).items()}
    if isinstance(value, list):
        return [_opened(each) for each in cast("list[object]", value)]
    # YAML's dates and the like are no JSON.
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _is_secret(value: object) -> bool:
    if isinstance(value, dict):
        inside = cast("dict[object, object]", value)
        return _is_sealed(inside) or any(map(_is_secret, inside.values()))
    return isinstance(value, list) and any(map(_is_secret, cast("list[object]", value)))


def _is_sealed(value: object) -> bool:
    """Whether it is `{secure: …}`, as Pulumi writes what is encrypted (sdk/go/common/resource/config/value.go)."""
    return isinstance(value, dict) and [*cast("dict[object, object]", value)] == ["secure"]


def _read(file: Path) -> tuple[Mapping[str, Any], str | None]:
    """A mapping of YAML, and what is wrong with it."""
    try:
        document: object = yaml.load(file.read_text(), _Loader)  # noqa: S506 - a safe one
    except OSError as error:
        return {}, f"cannot be read: {error.strerror}"
    except (ValueError, yaml.YAMLError) as error:
        # Only the place: the parser's own words quote the line, which may hold a secret.
        return {}, f"is no YAML{place_in(error)}"
    if not isinstance(document, dict | None):
        return {}, "is no mapping of YAML"
    return _mapping(cast("object", document)), None


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
