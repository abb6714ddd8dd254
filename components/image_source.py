"""From a stack file's `image` to what an AppImage is made from; every check that needs the files is here."""

import os
from functools import partial
from pathlib import Path

from components.build_context import FOLDER, StagedBuild, stage
from components.build_inputs import BuildInputs
from components.context_checks import check_links, check_secrets, check_size
from components.context_files import context_size, path_among, read_context_files, read_dockerfile
from components.docker_engine import check_engine
from components.docker_room import check_room
from components.errors import InvalidValueError
from components.ignore_rules import read_rules
from components.quantities import byte_count
from components.settings_models import ImageSettings
from components.stack_file import Problem, StackFile


def image_source(image: ImageSettings, stack: StackFile, root: Path) -> StagedBuild | str:
    """The digest to deploy, or the build to do, staged below the project's folder.

    Args:
        image: the settings.
        stack: names the file and the commands in errors.
        root: the project's folder.

    Raises:
        ConfigError: no docker engine, no room for a build, or a context that must not be built.
    """
    if image.digest is not None or image.context is None:
        return str(image.digest)
    engine = check_engine(os.environ, Path.home(), stack)
    context = root / image.context
    dockerfile = root / image.dockerfile if image.dockerfile is not None else context / "Dockerfile"
    if not image.allow_outside:
        refuse_outside(image.context, image.dockerfile, root, stack)
    try:
        inputs = read_inputs(image, context, dockerfile, root)
        return stage(inputs, context, dockerfile, root, partial(check_room, engine))
    except InvalidValueError as error:
        commands = () if error.suggestion is None else (error.suggestion,)
        raise stack.refusal([Problem(("image", "context"), f"{image.context}: {error}", commands)]) from error


def repository_root(folder: Path) -> Path:
    """The git checkout that a folder is in; the folder itself if it is in none."""
    here = folder.resolve()
    return next((each for each in (here, *here.parents) if (each / ".git").exists()), here)


def refuse_outside(context: str, dockerfile: str | None, root: Path, stack: StackFile) -> None:
    """Check that the build takes nothing from outside of the repository.

    Raises:
        ConfigError: it would.
    """
    allowed = (repository_root(root), (root / context).resolve())
    problems: list[Problem] = []
    for key, path in (("context", context), ("dockerfile", dockerfile or str(Path(context) / "Dockerfile"))):
        real = (root / path).resolve()
        # A Dockerfile may lie in its context, wherever that is: what is wrong then is said of the context.
        if not any(real.is_relative_to(each) for each in (allowed if key == "dockerfile" else allowed[:1])):
            reason = f"{path}: is {real}, outside of this repository ({allowed[0]})"
            command = f"{stack.set(('image', 'allowOutside'), True)}  # if that is meant"  # noqa: FBT003 - a value to set
            problems.append(Problem(("image", key), reason, (command,)))
    if problems:
        raise stack.refusal(problems)


def read_inputs(image: ImageSettings, context: Path, dockerfile: Path, root: Path) -> BuildInputs:
    """Read all that an image is built from.

    Raises:
        InvalidValueError: the context is too large, or has what must not get into an image.
        OSError: a file of it cannot be read.
    """
    rules = read_rules(context, dockerfile)
    # A project that is part of its own context must not stage its stagings.
    stagings = (root / FOLDER).resolve()
    sizes = context_size(context, rules, stagings)
    check_size(sizes, int(byte_count(image.context_limit)), str(rules.file))
    files = read_context_files(context, rules, stagings)
    check_secrets(files.entries, files.credentials, str(rules.file))
    check_links(files.entries, str(rules.file))
    return BuildInputs(
        files.entries,
        read_dockerfile(dockerfile),
        path_among(files.entries, context, dockerfile),
        image.build_args,
        image.target,
        image.platform,
    )
