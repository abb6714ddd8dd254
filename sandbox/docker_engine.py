"""The docker engine that builds images: the machine's own if one answers, else one of the sandbox's."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sandbox import docker_logins, network, processes
from sandbox.site import Site, proxies
from sandbox.state import RUNTIME

SOCKET = RUNTIME / "docker.sock"
_PART = "docker"
_GRACE = 20.0
"""Seconds for an engine to end its own containerd."""
_SECONDS = 300  # an image of 100 MB is imported from a slow disk


def answers(host: str | None = None) -> bool:
    """Whether a docker engine answers at `host`, or where this shell's docker points to."""
    environment = {**os.environ, **({"DOCKER_HOST": host} if host else {})}
    try:
        done = subprocess.run(
            ["docker", "version", "--format", "{{.Server.Version}}"],
            capture_output=True,
            env=environment,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def machine_has_one() -> bool:
    """Whether this shell's docker answers, and is not one that the sandbox started."""
    return not SOCKET.exists() and answers(os.environ.get("DOCKER_HOST"))


def own_host() -> str:
    """The address of the sandbox's own engine."""
    return f"unix://{SOCKET}"


def host(environment: Mapping[str, str], own_config: Path) -> str | None:
    """What DOCKER_HOST must be for the engine that is used; None where docker finds it by itself.

    Args:
        environment: of this shell.
        own_config: the sandbox's folder of docker's configuration.
    """
    return own_host() if SOCKET.exists() else context_host(environment, own_config)


def context_host(environment: Mapping[str, str], own_config: Path) -> str | None:
    """The address of the engine in the `docker context` that the user chose (rootless docker, colima), or None.

    Only the docker client knows contexts, and it keeps them beside the user's configuration, which the sandbox
    replaces by its own: the address is what the program and its docker provider can be told.
    """
    if environment.get("DOCKER_HOST"):  # comes before a context, and whoever is told has it already
        return None
    file = docker_logins.users_file(environment, Path.home(), own_config)
    name = environment.get("DOCKER_CONTEXT") or docker_logins.current_context(file)
    if name in ("", "default"):
        return None
    command = ["docker", "--config", str(file.parent), "context", "inspect"]
    command += ["--format", "{{.Endpoints.docker.Host}}", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def up(site: Site) -> str | None:
    """Make sure that an engine answers.

    Returns:
        What DOCKER_HOST must be, or None when the machine's own engine is used and docker finds it by itself.

    Raises:
        SandboxError: the client or the engine is not installed, or the engine ended or does not answer.
    """
    processes.require("docker")
    if machine_has_one():
        return context_host(os.environ, site.state.docker_config)
    _start(site, proxies())
    return own_host()


def up_with(site: Site, environment: Mapping[str, str]) -> bool:
    """Make sure that the sandbox's own engine answers and has these variables, such as a proxy.

    It runs beside the machine's own where there is one: that one's environment is not ours to change.

    Returns:
        Whether it had to be started, or started anew.

    Raises:
        SandboxError: the client or the engine is not installed, or the engine ended or does not answer.
    """
    processes.require("docker")
    present = processes.running(site.state.folder, _PART)
    if present is not None and not processes.has_environment(present, environment):
        processes.stop([present], grace=_GRACE)
    return _start(site, environment)


def _start(site: Site, environment: Mapping[str, str]) -> bool:
    folder = site.state.folder / "docker"
    command = [
        "dockerd",
        f"--host={own_host()}",
        f"--data-root={folder}",
        f"--exec-root={RUNTIME / 'docker'}",
        f"--pidfile={RUNTIME / 'docker.pid'}",
        f"--bridge={network.BUILD_BRIDGE}",
        "--iptables=false",
        "--ip-forward=false",
        "--ip-masq=false",
        "--cgroup-parent=/monadic-sandbox/docker",
        "--log-level=warn",
    ]
    (RUNTIME / "docker.pid").unlink(missing_ok=True)
    return site.keep_running(_PART, command, lambda: answers(own_host()), seconds=60, environment=environment)


def run_docker(*words: str, host: str | None) -> str:
    """Run the docker client; its output.

    Raises:
        subprocess.CalledProcessError: it failed; stderr holds docker's own text.
        subprocess.TimeoutExpired: the engine does not answer.
    """
    environment = {**os.environ, **({"DOCKER_HOST": host} if host else {})}
    command = ["docker", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=_SECONDS, check=True)
    return done.stdout
