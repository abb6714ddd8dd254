"""Whether a folder holds exactly what was put into it: no file more or less, none changed."""

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from components.build_inputs import PROGRAM_MODE, Entry

TIMESTAMP = 946_684_800
"""Of all that is staged: the start of the year 2000, seconds since 1970; zip files cannot say 1970."""

_FOLDER = "folder"
_State = tuple[int, float, int | str]


def settle(path: Path, mode: int) -> None:
    """Give a file or folder the mode and the time of all that is staged; mode 0 is for a link."""
    if mode:
        path.chmod(mode)
    os.utime(path, (TIMESTAMP, TIMESTAMP), follow_symlinks=False)


def holds(context: Path, entries: Collection[Entry]) -> bool:
    """Whether a folder holds the entries and nothing else.

    Contents were compared when they were copied; a file that was edited since has another time.
    """
    try:
        return dict(_found(context, "")) == _expected(entries)
    except OSError:  # it is not there, or somebody removes it
        return False


def _expected(entries: Collection[Entry]) -> dict[str, _State]:
    folders = {str(parent) for each in entries for parent in PurePosixPath(each.path).parents} - {"."}
    files = {each.path: (each.mode, float(TIMESTAMP), each.size if each.mode else each.content) for each in entries}
    return {path: (PROGRAM_MODE, float(TIMESTAMP), _FOLDER) for path in folders} | files


def _found(context: Path, folder: str) -> Iterator[tuple[str, _State]]:
    with os.scandir(context / folder) as listed:
        found = list(listed)
    for each in found:
        path = f"{folder}/{each.name}" if folder else each.name
        yield path, _state(each)
        if each.is_dir(follow_symlinks=False):
            yield from _found(context, path)


def _state(found: os.DirEntry[str]) -> _State:
    info = found.stat(follow_symlinks=False)
    if found.is_symlink():
        return 0, info.st_mtime, str(Path(found.path).readlink())
    if found.is_dir(follow_symlinks=False):
        return stat.S_IMODE(info.st_mode), info.st_mtime, _FOLDER
    return stat.S_IMODE(info.st_mode), info.st_mtime, info.st_size
