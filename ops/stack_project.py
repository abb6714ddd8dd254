"""The Pulumi project that a folder belongs to: its name, and where it says that its state lies."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from ops.stack_errors import StackError, no_project
from pulls.kubelet.objects import Json, text

_FILES = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")
"""In the order in which pulumi looks (v3.274, sdk/go/common/encoding, Exts)."""


@dataclass(frozen=True)
class Project:
    """A project."""

    folder: Path
    name: str
    backend: str
    """URL of its state, where the project itself says it; empty otherwise."""


def find_project(start: Path) -> Project:
    """The project of a folder or of the nearest one above it.

    Raises:
        StackError: there is none, or its file cannot be read.
    """
    for folder in (start, *start.parents):
        for name in _FILES:
            if (folder / name).is_file():
                return _read(folder / name)
    raise StackError(no_project(start))


def _read(file: Path) -> Project:
    try:
        document = yaml.safe_load(file.read_text())
    except (OSError, ValueError, yaml.YAMLError):
        message = f"{file} cannot be read, or is no YAML; try: pulumi stack ls"
        raise StackError(message) from None
    if not isinstance(document, dict) or not text(cast("Json", document), "name"):
        message = f"{file} is no Pulumi project: it has no name; try: pulumi stack ls"
        raise StackError(message)
    known = cast("Json", document)
    return Project(file.parent, text(known, "name"), text(known, "backend", "url"))
