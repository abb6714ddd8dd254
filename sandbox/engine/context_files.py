"""What belongs to a build context: its files in order, their hash, and the archive that docker gets.

The hash is `hashContext` of pulumi-docker's `provider/provider.go` (237b7899): for the Dockerfile and then
for every file its name, its mode as Go writes it, and the SHA-256 of its content. So a mode that differs, for
example by another umask, is another image, as with the official provider.
"""

import hashlib
import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sandbox.engine.ignore_patterns import Pattern, is_ignored, patterns_of
from sandbox.engine.image_inputs import ImageError

_UNNAMED = "----------"  # Go's text for the mode 0, which the Dockerfile is hashed with
_IGNORE_FILE = ".dockerignore"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class ContextFile:
    """One file or link of the context."""

    path: Path
    name: str
    """Relative to the context, with slashes."""
    mode: int
    """`st_mode` of the file itself, not of what a link leads to."""


def context_digest(context: Path, dockerfile: Path) -> str:
    """The hash of a context, 64 hexadecimal digits.

    Raises:
        ImageError: a file cannot be read, or a link leads nowhere.
    """
    digest = hashlib.sha256()
    try:
        digest.update(_entry("Dockerfile", _UNNAMED, _content(dockerfile)))
        for file in files(context, patterns_of(context, dockerfile)):
            content = _content(file.path) if stat.S_ISREG(file.mode) else _other(file)
            digest.update(_entry(file.name, go_mode(file.mode), content))
    except OSError as error:
        message = f"unable to hash build context: {error}"
        raise ImageError(message) from error
    return digest.hexdigest()


def files(context: Path, patterns: list[Pattern]) -> Iterator[ContextFile]:
    """Every file and link that is not ignored, folder by folder, each folder in the order of its names' bytes."""
    return (entry for entry in _walk(context, "", patterns) if not stat.S_ISDIR(entry.mode))


def _walk(folder: Path, prefix: str, patterns: list[Pattern]) -> Iterator[ContextFile]:
    """Files and folders; an ignored folder is looked into when something in it may have been taken back in."""
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    for entry in ordered:
        name = prefix + entry.name
        ignored = is_ignored(name, patterns)
        if not ignored:
            yield ContextFile(Path(entry.path), name, entry.stat(follow_symlinks=False).st_mode)
        if entry.is_dir(follow_symlinks=False) and (not ignored or any(one.keeps for one in patterns)):
            yield from _walk(Path(entry.path), f"{name}/", patterns)


def write_archive(context: Path, dockerfile: Path, target: IO[bytes]) -> None:
    """Write the context as a tar: everything belongs to root, and an ignored Dockerfile is in it all the same.

    Raises:
        OSError: a file cannot be read, or whoever reads the archive has gone.
    """
    patterns = patterns_of(context, dockerfile)
    inside = name_in_archive(context, dockerfile)
    # GNU, not PAX: docker recognises a tar by its first 512 bytes, which must be a file's own header.
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.GNU_FORMAT) as archive:
        archive.add(dockerfile.resolve(), inside, filter=_owned_by_root)
        for entry in _walk(context, "", patterns):
            if entry.name != inside:
                archive.add(entry.path, entry.name, recursive=False, filter=_owned_by_root)
        if is_ignored(_IGNORE_FILE, patterns) and (context / _IGNORE_FILE).is_file():
            # The client sends it also when it names itself: the daemon applies it again, and then leaves it out.
            archive.add(context / _IGNORE_FILE, _IGNORE_FILE, filter=_owned_by_root)


def name_in_archive(context: Path, dockerfile: Path) -> str:
    """The Dockerfile's place in the archive, or a made-up name when it lies outside the context."""
    relative = os.path.relpath(dockerfile.resolve(), context.resolve())
    if not relative.startswith("../"):
        return relative
    return f".dockerfile.{hashlib.sha256(dockerfile.read_bytes()).hexdigest()[:20]}"


def go_mode(mode: int) -> str:
    """A mode as Go's `fs.FileMode.String` writes it, for example `-rw-r--r--` or `Lrwxrwxrwx`."""
    kinds = [
        (stat.S_ISDIR(mode), "d"),
        (stat.S_ISLNK(mode), "L"),
        (stat.S_ISBLK(mode) or stat.S_ISCHR(mode), "D"),
        (stat.S_ISFIFO(mode), "p"),
        (bool(mode & stat.S_ISUID), "u"),
        (bool(mode & stat.S_ISGID), "g"),
        (stat.S_ISCHR(mode), "c"),
        (bool(mode & stat.S_ISVTX), "t"),
    ]
    letters = "".join(letter for present, letter in kinds if present) or "-"
    return letters + stat.filemode(mode & 0o777)[1:]


def _entry(name: str, mode: str, content: bytes) -> bytes:
    return os.fsencode(name) + mode.encode() + content + b"\0"


def _content(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()


def _other(file: ContextFile) -> bytes:
    """A link counts by where it leads, anything else by its name and mode alone."""
    if not stat.S_ISLNK(file.mode):
        return hashlib.sha256().digest()
    target = file.path.resolve(strict=True)
    shown = target if file.path.is_absolute() else Path(os.path.relpath(target))
    return hashlib.sha256(os.fsencode(shown)).digest()


def _owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
