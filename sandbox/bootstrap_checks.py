"""What a machine lacks: pure, from what was seen to what a person or apt has to do. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass

COMMANDS: Mapping[str, str] = {
    "docker": "docker.io",
    "dockerd": "docker.io",
    "docker-registry": "docker-registry",
    "etcd": "etcd-server",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "mmdebstrap": "mmdebstrap",
    "nft": "nftables",
    "iptables": "iptables",
    "ip": "iproute2",
}
"""What the sandbox runs → the Debian package that has it. A path is a file, a word a command on PATH."""

VENV_MODULE = "ensurepip"
"""Debian leaves this module of Python out; without it there is no `python3 -m venv`."""

_VENV_GB = 1.5
_PACKAGES_GB = 1.0


@dataclass(frozen=True)
class Machine:
    """What was seen."""

    sandbox: bool
    """Whether the sandbox is wanted at all; else only the virtual environment is."""
    system: str
    """`Linux`, `Darwin`."""
    root: bool
    apt: bool
    """Whether apt-get is there."""
    missing: tuple[str, ...]
    """Keys of COMMANDS, and VENV_MODULE, that are needed and not there."""
    docker_cli_package: bool
    """Whether the docker client is a package of its own here (Debian 13 and later)."""
    python: str
    """Major and minor version: `3.11`."""
    go_problem: str | None
    """What is wrong with Go, if Go is needed."""
    venv_is_current: bool
    free_gb: float
    """Disk space for the checkout and the caches."""
    tools_gb: float
    """What building the tools that are not built yet takes at most."""


def missing_packages(machine: Machine) -> list[str]:
    """The Debian packages that have what is missing, each once, sorted."""
    packages = {COMMANDS[name] for name in machine.missing if name in COMMANDS}
    if VENV_MODULE in machine.missing:
        packages.add(f"python{machine.python}-venv")
    if "docker" in machine.missing and machine.docker_cli_package:
        packages.add("docker-cli")
    return sorted(packages)


def problems(machine: Machine) -> list[str]:
    """Everything that a person has to mend first, each with what to type; packages that apt can add are none."""
    found: list[str] = []
    if machine.sandbox:
        found += _system(machine)
    packages = missing_packages(machine)
    if packages and not (machine.root and machine.apt):
        found.append(_by_hand(machine, packages))
    if machine.sandbox and machine.go_problem:
        found.append(machine.go_problem)
    needed = disk_gb(machine, packages)
    if machine.free_gb < needed:
        found.append(
            f"up to {needed:.1f} GB of disk are needed for the first start and {machine.free_gb:.1f} GB are free; "
            "free some, or set XDG_CACHE_HOME, GOCACHE and GOMODCACHE to folders on a larger disk"
        )
    return found


def disk_gb(machine: Machine, packages: list[str]) -> float:
    """Gigabytes that what is still to be installed and built takes at most."""
    return (
        (_PACKAGES_GB if packages else 0.0)
        + (0.0 if machine.venv_is_current else _VENV_GB)
        + (machine.tools_gb if machine.sandbox else 0.0)
    )


def not_installed(program: str) -> str:
    """What to say where `program`, a key of COMMANDS or any other command, cannot be started as it is not there."""
    if program in COMMANDS:
        package = COMMANDS[program]
        return (
            f"{program} is not installed; it is in the Debian package {package}. "
            f"Type: make up, which installs what is missing (or: sudo apt-get install {package})"
        )
    return f"{program} is not there; type: make up, which makes what is missing"


def _system(machine: Machine) -> list[str]:
    if machine.system != "Linux":
        return [f"the sandbox needs Linux, and this is {machine.system}; use a Linux machine or a virtual one"]
    if not machine.root:
        return ["the sandbox needs root, for containers and their network; type: sudo make up"]
    return []


def _by_hand(machine: Machine, packages: list[str]) -> str:
    names = ", ".join(machine.missing)
    if machine.apt:
        return f"not installed: {names}; type: sudo apt-get install {' '.join(packages)}"
    return f"not installed: {names}; on Debian and Ubuntu these are the packages {', '.join(packages)}"
