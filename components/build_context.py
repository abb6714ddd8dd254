"""Stages a build context: a copy that is the same on every machine.

The docker provider hashes paths, permission bits and contents of the folder it is given (pulumi-docker,
provider/provider.go, hashContext), so another umask or checkout would build, push and roll out again. It is
given a copy below `.build/<tag>` of the project instead: modes and times set, ignored files left out, and its
path the same everywhere, as the path is part of the resource's inputs too.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from components.build_inputs import PROGRAM_MODE, BuildInputs, Entry
from components.context_checks import size_text
from components.context_files import hash_file
from components.errors import InvalidValueError

FOLDER = ".build"
OUTSIDE_DOCKERFILE = ".Dockerfile.build"
"""Name in the staged context of a Dockerfile that is not one of the context's files."""
TIMESTAMP = 946_684_800
"""Of every staged file: the start of the year 2000, seconds since 1970; zip files cannot say 1970."""

_SPARE = 256 * 2**20
_KEPT = 3
_KEPT_SECONDS = 3600


@dataclass(frozen=True)
class StagedBuild:
    """A build that is ready to be done."""

    tag: str
    """Of its content."""
    context: str
    """The staged copy, relative to the project."""
    dockerfile: str
    """Relative to the project, in the staged copy."""
    args: Mapping[str, str]
    target: str | None
    platform: str


def stage(
    inputs: BuildInputs, source: Path, dockerfile: Path, root: Path, check_room: Callable[[int], None] | None = None
) -> StagedBuild:
    """Copy a context below the project's folder, unless it is there.

    Args:
        inputs: what was read from it.
        source: the context.
        dockerfile: the Dockerfile, in the context or elsewhere.
        root: the project's folder.
        check_room: asked first, with the bytes of a context that is not there yet; an old one was built before.

    Raises:
        InvalidValueError: no room on the disk, or a file changed meanwhile.
    """
    home = root / FOLDER
    final = home / inputs.tag
    name = _dockerfile_name(inputs.entries, source, dockerfile)
    if not _is_whole(final / "context", inputs.entries):
        shutil.rmtree(final, ignore_errors=True)
        if check_room is not None:
            check_room(inputs.size)
        _make(inputs, source, dockerfile, name, final)
    os.utime(final)
    _clean(home, keep=inputs.tag)
    context = PurePosixPath(FOLDER, inputs.tag, "context")
    return StagedBuild(inputs.tag, str(context), str(context / name), inputs.args, inputs.target, inputs.platform)


def _dockerfile_name(entries: Sequence[Entry], source: Path, dockerfile: Path) -> str:
    path = Path(os.path.abspath(dockerfile))  # noqa: PTH100 - not resolved: a link keeps its own name
    try:
        relative = path.relative_to(source.absolute()).as_posix()
    except ValueError:
        return OUTSIDE_DOCKERFILE
    return relative if any(each.path == relative for each in entries) else OUTSIDE_DOCKERFILE


def _is_whole(context: Path, entries: Sequence[Entry]) -> bool:
    # Contents were compared when they were copied; a file edited since has another time.
    for entry in entries:
        try:
            found = os.lstat(context / entry.path)
        except OSError:
            return False
        if entry.mode and (found.st_size != entry.size or found.st_mtime != TIMESTAMP):
            return False
    return context.is_dir()


def _make(inputs: BuildInputs, source: Path, dockerfile: Path, name: str, final: Path) -> None:
    home = final.parent
    home.mkdir(exist_ok=True)
    needed, free = inputs.size + _SPARE, shutil.disk_usage(home).free
    if free < needed:
        reason = f"needs {size_text(needed)} on the disk of {home}, and {size_text(free)} are free"
        raise InvalidValueError(reason, "docker system prune  # what docker no longer needs")
    partial = Path(tempfile.mkdtemp(prefix=".staging-", dir=home))
    try:
        _fill(partial / "context", inputs.entries, source)
        if name == OUTSIDE_DOCKERFILE:
            _copy(dockerfile, partial / "context" / name, inputs.dockerfile)
            _settle(partial / "context" / name, 0o644)
        _settle_folders(partial / "context")
        partial.chmod(PROGRAM_MODE)
        # A rename is all or nothing; a second run that was faster has the same content.
        with contextlib.suppress(OSError):
            partial.rename(final)
        if not final.is_dir():
            reason = f"cannot put the staged copy at {final}"
            raise InvalidValueError(reason)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _fill(context: Path, entries: Sequence[Entry], source: Path) -> None:
    context.mkdir()
    for entry in entries:
        copy = context / entry.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        if entry.mode == 0:
            copy.symlink_to(entry.content)
            os.utime(copy, (TIMESTAMP, TIMESTAMP), follow_symlinks=False)
        else:
            _copy(source / entry.path, copy, entry.content)
            _settle(copy, entry.mode)


def _copy(source: Path, copy: Path, content: str) -> None:
    try:
        shutil.copyfile(source, copy)
    except OSError as error:
        reason = f"cannot copy {source}: {error.strerror}"
        raise InvalidValueError(reason) from error
    if hash_file(copy)[0] != content:
        reason = f"{source} changed while it was read; run the command again"
        raise InvalidValueError(reason)


def _settle(path: Path, mode: int) -> None:
    path.chmod(mode)
    os.utime(path, (TIMESTAMP, TIMESTAMP))


def _settle_folders(context: Path) -> None:
    for folder, _, _ in os.walk(context, topdown=False):
        _settle(Path(folder), PROGRAM_MODE)


def _clean(home: Path, keep: str) -> None:
    # Another stack of this checkout may be building from one that was used a moment ago.
    others = [each for each in home.iterdir() if each.is_dir() and each.name != keep]
    by_use = sorted(others, key=lambda each: -each.stat().st_mtime)
    for each in by_use[_KEPT:]:
        if time.time() - each.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(each, ignore_errors=True)
