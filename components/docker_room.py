"""Whether a docker engine on this machine has room for a build, asked before the build.

Left out where it cannot be known: an engine elsewhere, and one in a machine of its own (Docker Desktop), whose folder
is not on this machine's disk.
"""

import json
import shutil
from typing import cast

from components import docker_engine
from components.context_checks import size_text
from components.errors import InvalidValueError

SPARE = 2**30
"""Bytes beside the context: what a base image with a compiler takes up when it is unpacked (.NET's SDK: 0.8 GiB)."""

_SECONDS = 1.0


def check_room(engine: str | None, size: int) -> None:
    """Refuse a build that the engine's disk has no room for.

    Args:
        engine: its socket; None if it is not on this machine.
        size: of the context, in bytes.

    Raises:
        InvalidValueError: says how much is needed and how much is free, and what to type.
    """
    folder = data_folder(engine) if engine is not None else None
    if folder is None:
        return
    try:
        free = shutil.disk_usage(folder).free
    except (OSError, ValueError):  # not a folder of this machine
        return
    if free < size + SPARE:
        reason = f"needs {size_text(size + SPARE)} on the disk of docker's {folder}, and {size_text(free)} are free"
        raise InvalidValueError(reason, "docker system prune  # what docker no longer needs")


def data_folder(engine: str) -> str | None:
    """Where an engine keeps its images (`docker info --format '{{.DockerRootDir}}'`); None if it does not say."""
    try:
        answer = json.loads(docker_engine.get(engine, "/info", _SECONDS))
    except (OSError, ValueError):
        return None
    folder = cast("dict[str, object]", answer).get("DockerRootDir") if isinstance(answer, dict) else None
    return folder if isinstance(folder, str) and folder else None
