"""Values of a stack file through the real `load_settings`, as the engine would hand them over."""

import asyncio
import contextvars
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import set_all_config

from components.errors import ConfigError
from components.settings import Secrets, load_settings
from components.settings_models import Settings
from components.stack_file import StackFile
from tests.stack_files import PROJECT, engine_config, project_defaults

Values = dict[str, Any]


def checkout(folder: Path) -> Path:
    """A project with the context that `local` names."""
    (folder / "webapi").mkdir()
    (folder / "webapi" / "Dockerfile").touch()
    return folder


def local() -> Values:
    """The least that a local stack says."""
    return {
        "target": "local",
        "image": {"repository": "web", "context": "webapi"},
        "app": {"name": "web"},
        "cluster": {"context": "kind-kind"},
        "registry": {"host": "localhost:5001"},
    }


def load(values: Values, root: Path, secret: tuple[str, ...] = (), stack: str = "local") -> tuple[Settings, Secrets]:
    """Load values as the engine would send them, defaults of Pulumi.yaml included."""
    full = project_defaults() | {f"{PROJECT}:{key}": value for key, value in values.items()}

    # Outputs need an event loop, and the one of an earlier test is closed.
    async def run() -> tuple[Settings, Secrets]:
        set_all_config(engine_config(full), [f"{PROJECT}:{key}" for key in secret])
        return load_settings(pulumi.Config(PROJECT), StackFile(stack), root)

    with asyncio.Runner() as runner:
        return contextvars.Context().run(runner.run, run())


def refusal(values: Values, root: Path, secret: tuple[str, ...] = ()) -> str:
    """What is said about values that are refused."""
    with pytest.raises(ConfigError) as caught:
        load(values, root, secret)
    return str(caught.value)


def with_(section: str, **fields: object) -> Values:
    """The least, with fields of one section changed."""
    values = local()
    return values | {section: values.get(section, {}) | fields}
