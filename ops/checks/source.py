"""What the build of an image needs: a docker engine, a context that may be built, and room."""

import json
import os
import shutil
from pathlib import Path
from typing import cast

from components import docker_engine
from components.build_context import FOLDER, SPARE
from components.build_inputs import BuildInputs
from components.context_checks import size_text
from components.docker_engine import check_engine
from components.docker_room import check_room, data_folder
from components.errors import ConfigError, InvalidValueError
from components.image_source import read_inputs, refuse_outside
from components.settings_models import ImageSettings
from components.stack_file import Problem, StackFile
from ops.checks.finding import Finding, Name, State, of_problem, of_refusal, ok

_WHY_ENGINE = "the image is built and pushed by it"
_WHY_CONTEXT = "the image is built from it, and pulumi refuses what must not get into one"
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
"""Processor as an engine calls it (`docker info`) → as platforms do."""
_SECONDS = 2.0


def check_docker(image: ImageSettings, stack: StackFile) -> list[Finding]:
    """Whether an engine answers that can build the image."""
    if image.digest is not None:
        return ok(Name.DOCKER, "not needed: image.digest deploys what was built before")
    try:
        engine = check_engine(os.environ, Path.home(), stack)
    except ConfigError as refusal:
        return of_refusal(Name.DOCKER, refusal, _WHY_ENGINE)
    if engine is None:
        host = os.environ.get("DOCKER_HOST", "")
        return ok(Name.DOCKER, f"{host}, which is not on this machine and was not asked")
    version, machine = _told(engine, "/version", "Version"), _told(engine, "/info", "Architecture")
    built, runs = image.platform.rpartition("/")[2], _MACHINES.get(machine, "")
    if runs and runs != built:
        what = f"{version} runs on {runs}, and builds {image.platform} by emulation only"
        why = "without an emulator the build ends with `exec format error`, with one it is slow"
        commands = (f"docker run --privileged --rm tonistiigi/binfmt --install {built}",)
        return [Finding(Name.DOCKER, State.WARNING, what, why, commands)]
    return ok(Name.DOCKER, f"{version or 'an engine that does not tell its version'} at {engine}")


def check_context(image: ImageSettings, stack: StackFile, root: Path) -> list[Finding]:
    """Whether the context may be built, and has room; nothing is staged.

    Args:
        image: the settings.
        stack: names the file and the commands.
        root: the project's folder.
    """
    if image.digest is not None or image.context is None:
        return []
    context = root / image.context
    dockerfile = root / image.dockerfile if image.dockerfile is not None else context / "Dockerfile"
    try:
        if not image.allow_outside:
            refuse_outside(image.context, image.dockerfile, root, stack)
        inputs = read_inputs(image, context, dockerfile, root)
    except ConfigError as refusal:
        return of_refusal(Name.CONTEXT, refusal, _WHY_CONTEXT)
    except InvalidValueError as error:
        return [_of(Name.CONTEXT, image.context, error, _WHY_CONTEXT, stack)]
    count = len(inputs.entries)
    files = "1 file" if count == 1 else f"{count} files"
    found = f"{image.context}: {files}, {size_text(inputs.size)}, for {image.platform}"
    return [*ok(Name.CONTEXT, found), *_room(inputs, image.context, root, stack)]


def _room(inputs: BuildInputs, context: str, root: Path, stack: StackFile) -> list[Finding]:
    """Whether both disks have room, which what was built before needs no more."""
    if (root / FOLDER / inputs.tag).exists():
        return ok(Name.DISK, "this content was built before")
    why = "a build that runs out of disk ends half way"
    needed, free = inputs.size + SPARE, shutil.disk_usage(root).free
    if free < needed:
        reason = f"needs {size_text(needed)} on the disk of {root / FOLDER}, and {size_text(free)} are free"
        return [_of(Name.DISK, context, InvalidValueError(reason, "docker system prune"), why, stack)]
    try:
        engine = check_engine(os.environ, Path.home(), stack)
        check_room(engine, inputs.size)
    except ConfigError:  # told of the engine itself
        return []
    except InvalidValueError as error:
        return [_of(Name.DISK, context, error, why, stack)]
    folder = data_folder(engine) if engine is not None else None
    if folder is None or not Path(folder).is_dir():
        return [
            Finding(Name.DISK, State.UNKNOWN, "docker's disk is not one of this machine", why, ("docker system df",))
        ]
    return ok(Name.DISK, f"{size_text(shutil.disk_usage(folder).free)} free in {folder}")


def _of(check: Name, context: str, error: InvalidValueError, why: str, stack: StackFile) -> Finding:
    commands = () if error.suggestion is None else (error.suggestion,)
    # The file knows whose image it is.
    (problem,) = stack.refusal([Problem(("image", "context"), f"{context}: {error}", commands)]).problems
    return of_problem(check, problem, why)


def _told(engine: str, url: str, key: str) -> str:
    """One word of an engine's answer; nothing where it does not say."""
    try:
        answer = json.loads(docker_engine.get(engine, url, _SECONDS))
    except (OSError, ValueError):
        return ""
    value = cast("dict[str, object]", answer).get(key) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""
