"""Stages a build context: a copy that is the same on every machine.

The docker provider hashes paths, permission bits and contents of the folder it is given (pulumi-docker,
provider/provider.go, hashContext), so another umask or checkout would build, push and roll out again. It is
given a copy below `.build/<tag>` of the project instead: modes and times set, ignored files left out, and its
path the same everywhere, as the path is part of the resource's inputs too.
"""

import contextlib
import hashlib
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from components.build_inputs import FILE_MODE, PROGRAM_MODE, BuildInputs, Entry
from components.context_checks import size_text
from components.context_files import hash_file
from components.errors import InvalidValueError
from components.ignore_rules import NAME
from components.staged_copy import holds, settle

FOLDER = ".build"
OUTSIDE_DOCKERFILE = ".Dockerfile.build"
"""Name in the staged context of a Dockerfile that is not one of the context's files, if that is free."""

SPARE = 256 * 2**20
"""Bytes of disk that must be free beside a copy of the context."""
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
        InvalidValueError: no room on the disk, a file changed meanwhile, or the copy cannot be written.
    """
    home = root / FOLDER
    final = home / inputs.tag
    try:
        copy = _copy_of(inputs, source, dockerfile)
        if not holds(final / "context", copy.entries):
            shutil.rmtree(final, ignore_errors=True)
            if check_room is not None:
                check_room(inputs.size)
            _make(copy, final)
        os.utime(final)
    except OSError as error:
        reason = f"cannot stage a copy below {home}: {error}"
        raise InvalidValueError(reason, f"ls -ld {shlex.quote(str(home))}  # who may write there") from error
    _clean(home, keep=inputs.tag)
    context = PurePosixPath(FOLDER, inputs.tag, "context")
    staged = str(context / copy.dockerfile)
    return StagedBuild(inputs.tag, str(context), staged, inputs.args, inputs.target, inputs.platform)


@dataclass(frozen=True)
class _Copy:
    """What a staged context is made of."""

    entries: Collection[Entry]
    origins: Mapping[str, Path | bytes]
    """The file that each one but links is copied from, or its content, by path."""
    dockerfile: str
    """Path of the Dockerfile."""


def _copy_of(inputs: BuildInputs, source: Path, dockerfile: Path) -> _Copy:
    origins: dict[str, Path | bytes] = {each.path: source / each.path for each in inputs.entries if each.mode}
    if inputs.dockerfile_path is not None:
        return _Copy(inputs.entries, origins, inputs.dockerfile_path)
    name = _free_name(inputs.entries)
    # Docker gets the whole folder, and leaves both out of what `COPY` sees. (BuildKit does not when it gets an
    # archive, which is all that the provider can send.)
    ignored = f"{name}\n{NAME}\n".encode()
    beside = (
        Entry(name, FILE_MODE, dockerfile.stat().st_size, inputs.dockerfile),
        Entry(NAME, FILE_MODE, len(ignored), hashlib.sha256(ignored).hexdigest()),
    )
    return _Copy((*inputs.entries, *beside), {**origins, name: dockerfile, NAME: ignored}, name)


def _free_name(entries: Collection[Entry]) -> str:
    taken = {each.path.partition("/")[0] for each in entries}
    name = OUTSIDE_DOCKERFILE
    # A file of that other name would be its ignore file.
    while {name, name + NAME} & taken:
        name += "_"
    return name


def _make(copy: _Copy, final: Path) -> None:
    home = final.parent
    home.mkdir(exist_ok=True)
    needed, free = sum(each.size for each in copy.entries) + SPARE, shutil.disk_usage(home).free
    if free < needed:
        reason = f"needs {size_text(needed)} on the disk of {home}, and {size_text(free)} are free"
        raise InvalidValueError(reason, "docker system prune  # what docker no longer needs")
    partial = Path(tempfile.mkdtemp(prefix=".staging-", dir=home))
    try:
        _fill(partial / "context", copy)
        partial.chmod(PROGRAM_MODE)
        # A rename is all or nothing; a second run that was faster has the same content.
        with contextlib.suppress(OSError):
            partial.rename(final)
        if not holds(final / "context", copy.entries):
            reason = f"cannot put the staged copy at {final}"
            raise InvalidValueError(reason, f"rm -rf {shlex.quote(str(final))}  # a copy that is not whole")
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _fill(context: Path, copy: _Copy) -> None:
    context.mkdir()
    for entry in copy.entries:
        path = context / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if entry.mode == 0:
            path.symlink_to(entry.content)
        else:
            _write(path, copy.origins[entry.path], entry.content)
        settle(path, entry.mode)
    for folder, _, _ in os.walk(context, topdown=False):
        settle(Path(folder), PROGRAM_MODE)


def _write(path: Path, origin: Path | bytes, content: str) -> None:
    if isinstance(origin, bytes):
        path.write_bytes(origin)
        return
    try:
        shutil.copyfile(origin, path)
    except OSError as error:
        reason = f"cannot copy {origin}: {error.strerror}"
        suggestion = f"ls -ld {shlex.quote(str(origin))}  # who may read it"
        raise InvalidValueError(reason, suggestion) from error
    if hash_file(path)[0] != content:
        reason = f"{origin} changed while it was read; run the command again, once nothing writes it any more"
        raise InvalidValueError(reason, f"ls -l {shlex.quote(str(origin))}  # when it changed last")


def _clean(home: Path, keep: str) -> None:
    # Another stack of this checkout may be building from one that was used a moment ago, or clean up meanwhile.
    with contextlib.suppress(OSError):
        others = [each for each in home.iterdir() if each.is_dir() and each.name != keep]
        by_use = sorted(others, key=lambda each: -each.stat().st_mtime)
        for each in by_use[_KEPT:]:
            if time.time() - each.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(each, ignore_errors=True)
