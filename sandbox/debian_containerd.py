"""Debian's own containerd, for nodes that shall report failed pulls in the older texts of 1.x."""

import re
import subprocess
from pathlib import Path

from sandbox.bootstrap_checks import not_installed
from sandbox.errors import SandboxError

BINARY = Path("/usr/bin/containerd")
_SECONDS = 10
_INSTEAD = "leave such nodes out: python -m sandbox up --debian-nodes 0"


def executable(binary: Path = BINARY) -> Path:
    """The path of Debian's containerd 1.x.

    Raises:
        SandboxError: it is not there, or is not 1.x: a node must not silently run what was not asked for.
    """
    if not binary.is_file():
        message = f"--debian-nodes: {binary}: {not_installed('containerd')}; or {_INSTEAD}"
        raise SandboxError(message)
    told = _version(binary)
    # `containerd github.com/containerd/containerd 1.6.20~ds1 …`; releases of the project write `v1.7.29`.
    if not re.match(r"containerd \S+ v?1\.", told):
        message = f"--debian-nodes: {binary} is not containerd 1.x (it says: {told or 'nothing'}); {_INSTEAD}"
        raise SandboxError(message)
    return binary


def _version(binary: Path) -> str:
    try:
        done = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stdout.strip()
