"""Reads a build context: every file that a build would get, with what identifies it."""

import hashlib
import os
import shlex
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.build_inputs import Entry, normal_mode
from components.credential_files import credential_in
from components.errors import InvalidValueError
from components.ignore_rules import NAME, IgnoreRules
from components.private_keys import HEAD

_BLOCK = 1 << 20


@dataclass(frozen=True)
class ContextFiles:
    """What a build context holds."""

    entries: tuple[Entry, ...]
    """In the order of their paths."""
    credentials: Mapping[str, str]
    """What credential a file holds, by path; only of those that hold one."""


def read_context_files(context: Path, rules: IgnoreRules, apart: Path | None = None) -> ContextFiles:
    """Read every file that the rules let through.

    Empty folders are left out, as a checkout of git has none. So is the file with the rules: what it says is
    done here. Sockets and devices are left out as docker does.

    Args:
        context: the folder.
        rules: what stays behind.
        apart: a folder that is no part of the context wherever it is met, such as that of the stagings.

    Raises:
        InvalidValueError: a file cannot be read.
    """
    entries: list[Entry] = []
    credentials: dict[str, str] = {}
    for path, found in _walk(context, "", rules, apart):
        try:
            entry, head = _entry(context, path, found)
        except OSError as error:
            raise _unreadable(context / path, error, within=context) from error
        entries.append(entry)
        credential = credential_in(path, head)
        if credential is not None:
            credentials[path] = credential
    return ContextFiles(tuple(sorted(entries)), credentials)


def context_size(context: Path, rules: IgnoreRules, apart: Path | None = None) -> dict[str, int]:
    """Bytes by path, of the same files, without reading any.

    Raises:
        InvalidValueError: a folder cannot be read, or a file went meanwhile.
    """
    sizes: dict[str, int] = {}
    for path, found in _walk(context, "", rules, apart):
        try:
            sizes[path] = found.stat(follow_symlinks=False).st_size
        except OSError as error:
            raise _unreadable(context / path, error, within=context) from error
    return sizes


def read_dockerfile(dockerfile: Path) -> str:
    """SHA-256 of a Dockerfile in hexadecimal digits.

    Raises:
        InvalidValueError: it cannot be read.
    """
    try:
        return hash_file(dockerfile)[0]
    except OSError as error:
        raise _unreadable(dockerfile, error) from error


def path_among(entries: Sequence[Entry], context: Path, file: Path) -> str | None:
    """The path of a file in its context; None if it is not one of the entries."""
    # A link keeps its own name; the folders that lead to it may be spelt in several ways.
    real, folder = file.parent.resolve() / file.name, context.resolve()
    path = real.relative_to(folder).as_posix() if real.is_relative_to(folder) else None
    return path if any(each.path == path for each in entries) else None


def hash_file(path: Path) -> tuple[str, bytes]:
    """SHA-256 of a file in hexadecimal digits, and its first bytes.

    Raises:
        OSError: it cannot be read.
    """
    hashed = hashlib.sha256()
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        hashed.update(head)
        while block := stream.read(_BLOCK):
            hashed.update(block)
    return hashed.hexdigest(), head


def _walk(context: Path, folder: str, rules: IgnoreRules, apart: Path | None) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(context / folder) as listed:
            found = sorted(listed, key=lambda each: each.name)
    except OSError as error:
        raise _unreadable(context / folder, error) from error
    for each in found:
        path = f"{folder}/{each.name}" if folder else each.name
        if each.is_dir(follow_symlinks=False):
            if not rules.prunes(path) and not _is(each, apart):
                yield from _walk(context, path, rules, apart)
        elif path != NAME and not rules.ignores(path) and _is_content(each):
            yield path, each


def _unreadable(path: Path, error: OSError, within: Path | None = None) -> InvalidValueError:
    shown = path if within is None else f"{path.relative_to(within)} in {within}"
    reason = f"cannot read {shown}: {error.strerror}"
    return InvalidValueError(reason, f"ls -ld {shlex.quote(str(path))}  # whether it is there, and who may read it")


def _is(found: os.DirEntry[str], folder: Path | None) -> bool:
    # Resolving each folder would cost more than reading the small ones: names first.
    return folder is not None and found.name == folder.name and Path(found.path).resolve() == folder


def _is_content(found: os.DirEntry[str]) -> bool:
    return found.is_symlink() or found.is_file(follow_symlinks=False)


def _entry(context: Path, path: str, found: os.DirEntry[str]) -> tuple[Entry, bytes]:
    if found.is_symlink():
        return Entry(path, 0, 0, str((context / path).readlink())), b""
    info = found.stat(follow_symlinks=False)
    content, head = hash_file(context / path)
    return Entry(path, normal_mode(stat.S_IMODE(info.st_mode)), info.st_size, content), head
