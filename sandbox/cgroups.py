"""The sandbox's control groups: one tree under each controller, holding every container that it runs.

A container's processes do not carry the mark of `processes`, as their environment is the image's; their control
group tells whose they are.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_MOUNT = Path("/sys/fs/cgroup")
NAME = "monadic-sandbox"
_INHERITED = ("cpuset.cpus", "cpuset.mems")


def node_root(node: str) -> str:
    """What a kubelet calls `cgroupRoot`; each needs its own, as it removes the pod groups that it does not know."""
    return f"/{NAME}/{node}"


def make(node: str) -> None:
    """Make a node's group under each controller; a new cpuset is empty and would run nothing."""
    for top in _tops():
        here = top
        for part in node_root(node).strip("/").split("/"):
            parent, here = here, here / part
            here.mkdir(exist_ok=True)
            for setting in _INHERITED:
                if (parent / setting).exists() and not (here / setting).read_text().strip():
                    (here / setting).write_text((parent / setting).read_text())
            _enable_controllers(parent)


def _enable_controllers(parent: Path) -> None:
    control = parent / "cgroup.subtree_control"
    if control.exists():
        wanted = " ".join(f"+{each}" for each in (parent / "cgroup.controllers").read_text().split())
        with suppress(OSError):
            control.write_text(wanted)


def _tops() -> list[Path]:
    if (_MOUNT / "cgroup.controllers").exists():
        return [_MOUNT]
    return [each for each in _MOUNT.iterdir() if each.is_dir() and not each.is_symlink()]


def _groups() -> Iterator[Path]:
    """Every group of the sandbox, children before their parents."""
    for top in _tops():
        for folder, _, _ in os.walk(top / NAME, topdown=False):
            yield Path(folder)


def members() -> set[int]:
    """Process ids in the sandbox's groups."""
    found: set[int] = set()
    for group in _groups():
        with suppress(OSError):
            found.update(int(each) for each in (group / "cgroup.procs").read_text().split())
    return found


def remove(*, seconds: float = 10) -> list[Path]:
    """Kill what still runs in the groups and remove them.

    Returns:
        Groups that are still there after `seconds`.
    """
    deadline = time.monotonic() + seconds
    left: list[Path] = []
    while time.monotonic() < deadline:
        for process in members():
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
        left = [group for group in _groups() if not _removed(group)]
        if not left:
            return []
        time.sleep(0.05)
    return left


def _removed(group: Path) -> bool:
    try:
        group.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
