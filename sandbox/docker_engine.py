"""The docker engine that builds images: the machine's own if one answers, else one of the sandbox's."""

import os
import subprocess

from sandbox import network, processes
from sandbox.site import Site, proxies
from sandbox.state import RUNTIME

SOCKET = RUNTIME / "docker.sock"
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


def up(site: Site) -> str | None:
    """Make sure that an engine answers.

    Returns:
        What DOCKER_HOST must be, or None when the machine's own engine is used.

    Raises:
        SandboxError: the client or the engine is not installed, or the engine ended or does not answer.
    """
    processes.require("docker")
    if machine_has_one():
        return None
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
    site.keep_running("docker", command, lambda: answers(own_host()), seconds=60, environment=proxies())
    return own_host()


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
