"""Images that the sandbox made in the machine's own docker engine: the base image, and those named by its registry."""

import json
import os
import subprocess
from contextlib import suppress

from sandbox import base_image, docker_engine, registry
from sandbox.docker_engine import run_docker
from sandbox.errors import SandboxError
from sandbox.state import State

_NONE = "<none>"


def remove_all(state: State) -> list[str]:
    """Remove them from the engine that a sandbox without an engine of its own used.

    Returns:
        What a person must know: which may be left, and why.
    """
    host = docker_engine.context_host(os.environ, state.docker_config)
    if not docker_engine.answers(host):
        return []
    base_image.remove(host)
    with suppress(SandboxError):  # a record that cannot be read says to type `down`
        record = state.read()
        if record is not None:
            return remove(registry.host_at(record.options.registry_port), host)
    return []


def remove(name: str, host: str | None) -> list[str]:
    """Remove every image whose name begins with a registry's host, and no other.

    Args:
        name: host and port of the registry.
        host: what DOCKER_HOST must be, or None.

    Returns:
        What to tell if some could not be removed, as a container runs with them.
    """
    try:
        names = _names(name, host)
        if names:
            run_docker("image", "rm", *names, host=host)
    except (OSError, subprocess.SubprocessError) as error:
        reason = str(getattr(error, "stderr", None) or error).strip().splitlines()[-1]
        return [f"images of {name} are left in docker: {reason}; to see them, type: docker image ls | grep {name}/"]
    return []


def _names(registry_host: str, host: str | None) -> list[str]:
    """Names by which docker removes the images: with a tag, or with a digest where a newer build took the tag."""
    lines = run_docker("image", "ls", "--digests", "--no-trunc", "--format", "{{json .}}", host=host).splitlines()
    images: list[dict[str, str]] = [json.loads(line) for line in lines]
    ours = [each for each in images if each["Repository"].startswith(f"{registry_host}/")]
    tagged = [f"{each['Repository']}:{each['Tag']}" for each in ours if each["Tag"] != _NONE]
    others = [
        f"{each['Repository']}@{each['Digest']}" for each in ours if each["Tag"] == _NONE and each["Digest"] != _NONE
    ]
    return list(dict.fromkeys([*tagged, *others]))  # an image with two digests is listed twice
