"""Mounts below a folder: what containers and kubelets leave when they are killed."""

import subprocess
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")


def below(folder: Path) -> list[Path]:
    """Mount points below a folder, the deepest first."""
    prefix = f"{folder}/"
    # Fifth field; a space in a path is written as \040 (proc_pid_mountinfo(5)).
    points = [line.split(" ")[4].encode().decode("unicode_escape") for line in _MOUNTS.read_text().splitlines()]
    return [Path(each) for each in sorted(points, reverse=True) if each.startswith(prefix)]


def remove_below(folder: Path) -> None:
    """Unmount all of them; one that is in use goes as soon as its last user does."""
    points = below(folder)
    if points:
        subprocess.run(["umount", "--lazy", *map(str, points)], capture_output=True, timeout=60, check=False)
