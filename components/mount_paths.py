"""Which folders of a container may be mounted beside each other. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from components.errors import InvalidValueError

CONFIG_PATH = "/etc/app/config"
SECRETS_PATH = "/etc/app/secrets"
TMP_PATH = "/tmp"  # noqa: S108 - in the container


@dataclass(frozen=True)
class MountPath:
    """A folder that something is mounted at."""

    path: str
    """Absolute, without `.` and `..`."""
    what: str
    """As people know it, such as `volumes.data`."""
    sealed: bool = False
    """Whether nobody can make a folder in it: what comes from a ConfigMap or Secret, and folders only to read."""


def beside(folder: str, file: str) -> str:
    """Where a file is mounted by itself."""
    return str(PurePosixPath(folder, file))


def check_mount_paths(mounts: Sequence[MountPath]) -> None:
    """Refuse mounts of which one makes another impossible.

    Kubernetes refuses two at one path. One below another is fine (container runtimes mount the outer one first), but
    not below a sealed one, where the folder for it cannot be made and no container starts.

    Raises:
        InvalidValueError: names both.
    """
    seen: dict[str, MountPath] = {}
    for each in mounts:
        if each.path in seen:
            reason = f"mounts both {seen[each.path].what} and {each.what} at {each.path}"
            raise InvalidValueError(reason)
        seen[each.path] = each
    for each in mounts:
        outer = next((seen[path] for path in map(str, PurePosixPath(each.path).parents) if path in seen), None)
        if outer is not None and outer.sealed:
            reason = f"mounts {each.what} at {each.path}, inside of {outer.what} ({outer.path}), which is read-only"
            raise InvalidValueError(reason)
