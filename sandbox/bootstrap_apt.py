"""Installs Debian packages, saying so. Standard library only."""

import time
from collections.abc import Sequence
from pathlib import Path

from sandbox.bootstrap_run import run_logged
from sandbox.cache_home import cache_home
from sandbox.errors import SandboxError

_LISTS = Path("/var/lib/apt/lists")
_OLD = 24 * 3600.0
"""Seconds after which a list may name packages that the mirror has replaced."""
_APT = ("apt-get", "--quiet", "--yes", "--option", "DPkg::Lock::Timeout=120", "--option", "Acquire::Retries=3")
_PROXY = """echo 'Acquire::http::Proxy "http://PROXY:PORT";' > /etc/apt/apt.conf.d/99proxy"""
"""In a file, as `sudo` hides the variable http_proxy from apt."""


def lists_are_fresh(folder: Path, now: float) -> bool:
    """Whether apt knows packages, as of less than a day ago (`now` in seconds since the epoch)."""
    times = [file.stat().st_mtime for file in folder.glob("*_Packages*")]
    # apt keeps the server's time stamp on a list; its own last look is the folder's.
    return bool(times) and now - max(*times, folder.stat().st_mtime) < _OLD


def install_packages(packages: Sequence[str]) -> None:
    """Install them with apt; needs root.

    Raises:
        SandboxError: apt failed; the text has its last lines and the command to type.
    """
    log = cache_home() / "logs" / "apt.log"
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    names = " ".join(packages)
    try:
        if not lists_are_fresh(_LISTS, time.time()):
            run_logged("apt-get update", [*_APT, "update"], log, environment=quiet)
        run_logged(
            f"apt-get install {names}", [*_APT, "--no-install-recommends", "install", *packages], log, environment=quiet
        )
    except SandboxError as error:
        message = (
            f"{error}\nit needs the Debian packages {names}. If they could not be fetched: behind a proxy, type in a "
            f"root shell: {_PROXY}; the mirrors are named in /etc/apt/sources.list and /etc/apt/sources.list.d; then "
            f"type the same command again, or by hand: sudo apt-get update && sudo apt-get install {names}"
        )
        raise SandboxError(message) from error
