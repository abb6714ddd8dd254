"""Looks at the machine for the bootstrap. Standard library only."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from sandbox.bootstrap_checks import COMMANDS, VENV_MODULE, Machine
from sandbox.cache_home import cache_home
from sandbox.go_install import installed_go, missing_go, required_go
from sandbox.tool_catalogue import CATALOGUE, ToolSpec, disk_needed

_SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
"""Not on every user's PATH, and where daemons lie."""


def look(root: Path, *, sandbox: bool, venv_is_current: bool) -> Machine:
    """The machine as it is now; `root` is the checkout."""
    missing = _missing_commands() if sandbox else []
    if not venv_is_current and shutil.which("uv") is None and importlib.util.find_spec(VENV_MODULE) is None:
        missing.append(VENV_MODULE)
    unbuilt: Iterable[ToolSpec] = _unbuilt() if sandbox else ()
    return Machine(
        sandbox=sandbox,
        system=platform.system(),
        root=os.geteuid() == 0,
        apt=shutil.which("apt-get") is not None,
        missing=tuple(missing),
        docker_cli_package="docker" in missing and _apt_knows("docker-cli"),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        go_problem=_go_problem() if sandbox else None,
        venv_is_current=venv_is_current,
        free_gb=min(_free(root), _free(cache_home())),
        tools_gb=disk_needed(unbuilt),
    )


def is_installed(program: str) -> bool:
    """Whether a command is on PATH or where daemons lie, or, for a path, whether that file can be run."""
    return shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM_FOLDERS}") is not None


def _missing_commands() -> list[str]:
    missing = [name for name in COMMANDS if not is_installed(name)]
    if "dockerd" in missing and "docker" not in missing and _docker_answers():
        missing.remove("dockerd")  # an engine elsewhere builds as well
    return missing


def _docker_answers() -> bool:
    try:
        done = subprocess.run(["docker", "version"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _apt_knows(package: str) -> bool:
    if shutil.which("apt-cache") is None:
        return False
    done = subprocess.run(["apt-cache", "show", package], capture_output=True, timeout=60, check=False)
    return done.returncode == 0


def _go_problem() -> str | None:
    return missing_go(installed_go(), required_go(spec.folder for spec in _wanted()))


def _wanted() -> list[ToolSpec]:
    specs = [spec for spec in CATALOGUE.values() if not spec.for_tests]
    return [spec for spec in specs if spec.name != "pulumi" or shutil.which("pulumi") is None]


def _unbuilt() -> Iterable[ToolSpec]:
    store = cache_home() / "tools"
    return [spec for spec in _wanted() if not any(store.glob(f"{spec.name}-" + "[0-9a-f]" * 16))]


def _free(folder: Path) -> float:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free / 1e9
