"""What must be there before anything else can start: `python3 -m sandbox.bootstrap [all | python | test]`.

    all     what the sandbox needs, then the virtual environment (make up)
    python  the virtual environment only (make check)
    test    `all` where the sandbox can run, `python` elsewhere (make test)

It runs before the virtual environment exists, so it and what it imports use the standard library only.
"""

import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.bootstrap_apt import install_packages
from sandbox.bootstrap_checks import Machine, missing_packages, problems
from sandbox.bootstrap_machine import look
from sandbox.bootstrap_venv import ensure_venv, venv_is_current
from sandbox.errors import SandboxError

_ROOT = Path(__file__).resolve().parents[1]
_MODES = ("all", "python", "test")


def bootstrap(root: Path, mode: str) -> None:
    """Make sure that this checkout (`root`) can run; says what it installs.

    Raises:
        SandboxError: something is missing that a person has to install; the text names all of it.
    """
    if mode == "test":
        reason = sandbox_obstacle()
        mode = "python" if reason else "all"
        if reason:
            print(f"{reason}; its tests will {'fail' if in_ci(os.environ) else 'be skipped and counted'}", flush=True)
    current = venv_is_current(root)
    if mode == "python" and current:
        return
    machine = look(root, sandbox=mode == "all", venv_is_current=current)
    found = problems(machine)
    if found:
        lines = [f"{len(found)} thing{'s' if len(found) > 1 else ''} missing before this can start:"]
        raise SandboxError("\n".join([*lines, *(f"  - {problem}" for problem in found)]))
    _install(machine)
    if not current:
        ensure_venv(root)


def sandbox_obstacle() -> str | None:
    """Why the sandbox cannot run on this machine, or None."""
    if platform.system() != "Linux":
        return f"the sandbox needs Linux, and this is {platform.system()}"
    return None if os.geteuid() == 0 else "the sandbox needs root (type: sudo make test)"


def in_ci(environment: Mapping[str, str]) -> bool:
    """Whether this runs in a CI job, by the variable that all of them set."""
    return environment.get("CI", "").lower() not in ("", "0", "false")


def _install(machine: Machine) -> None:
    packages = missing_packages(machine)
    if packages:
        install_packages(packages)


def main(words: list[str]) -> int:
    """Run; the exit code."""
    mode = words[0] if words else "all"
    if mode not in _MODES or len(words) > 1:
        print(f"error: type one of: {', '.join(_MODES)}", file=sys.stderr)
        return 2
    try:
        bootstrap(_ROOT, mode)
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
