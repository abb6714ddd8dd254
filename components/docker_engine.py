"""Whether a docker engine answers, asked before anything starts.

The docker provider asks too, in the middle of a deployment, and says only "failed to connect to any docker
daemon" (pulumi-docker, provider/image.go, configureDockerClient). The same places are tried here.
"""

import http.client
import shlex
import socket
import urllib.parse
from collections.abc import Mapping
from pathlib import Path

from components.errors import ConfigError
from components.stack_file import StackFile

SECONDS = 3.0
Place = str | tuple[str, int]
"""A socket's path, or a host and a port."""

_DEFAULT = "unix:///var/run/docker.sock"
_OF_USER = (".docker/run/docker.sock", ".docker/desktop/docker.sock")
_NOT_ASKED = ("ssh", "https", "npipe")
_SCHEMES = ("unix", "tcp", "http", *_NOT_ASKED)
_PORT = 2375
_OK = 200


def check_engine(environment: Mapping[str, str], home: Path, stack: StackFile) -> str | None:
    """Refuse to start when there is no engine to build with.

    An engine behind ssh is not asked: the provider does not do so either before it builds.

    Args:
        environment: whose `DOCKER_HOST` counts.
        home: of the user.
        stack: whose commands are offered.

    Returns:
        the engine's socket, if it is on this machine.

    Raises:
        ConfigError: no engine, no permission to use it, or `DOCKER_HOST` is no address; says what to type.
    """
    given = environment.get("DOCKER_HOST")
    hosts = (given,) if given else (_DEFAULT, *(f"unix://{home / each}" for each in _OF_USER))
    failures: list[tuple[str, OSError]] = []
    for host in hosts:
        try:
            place = _place(host)
            if place is None:
                return None
            _ping(place)
        except OSError as error:
            failures.append((host, error))
        except ValueError as error:
            raise _no_address(host, error, stack) from error
        else:
            return place if isinstance(place, str) else None
    raise _refusal(failures, bool(given), stack)


def get(path: str, url: str, seconds: float = SECONDS) -> bytes:
    """What an engine answers at a URL such as `/info`.

    Args:
        path: of its socket.
        url: without scheme and host.
        seconds: to wait for each part of the answer.

    Raises:
        OSError: nobody listens, it is not allowed, or the answer is not a good one.
    """
    connection = http.client.HTTPConnection("localhost")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
        stream.settimeout(seconds)
        stream.connect(path)
        connection.sock = stream
        try:
            connection.request("GET", url)
            with connection.getresponse() as response:
                status, body = response.status, response.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error) or "it does not speak HTTP") from error
    if status != _OK:
        reason = f"it answers {status}"
        raise ConnectionError(reason)
    return body


def _place(host: str) -> Place | None:
    """Where an engine is asked; None for one that is not.

    Raises:
        ValueError: docker knows no such address.
    """
    scheme, separator, rest = host.partition("://")
    if not separator or scheme not in _SCHEMES:
        reason = f"it does not start with {', '.join(f'{each}://' for each in _SCHEMES)}"
        raise ValueError(reason)
    if scheme in _NOT_ASKED:
        return None
    parts = urllib.parse.urlsplit(host) if scheme != "unix" else None
    name = rest if parts is None else parts.hostname
    if not name:
        reason = "nothing to connect to is named"
        raise ValueError(reason)
    if parts is None:
        return name
    name.encode("idna")  # as it will be looked up
    return name, parts.port if parts.port is not None else _PORT


def _ping(place: Place) -> None:
    if isinstance(place, str):
        get(place, "/_ping")
    else:
        # Only whether somebody listens: with TLS, the provider has the certificates.
        socket.create_connection(place, timeout=SECONDS).close()


def _by_digest(stack: StackFile) -> str:
    return stack.set(("image", "digest"), "sha256:…")


def _no_address(host: str, error: ValueError, stack: StackFile) -> ConfigError:
    meant = _DEFAULT if "://" in host else f"unix://{host}" if host.startswith("/") else f"tcp://{host}"
    lines = [
        f"docker: DOCKER_HOST={host} is no address of a docker engine: {error}; nothing was changed",
        f"      export DOCKER_HOST={shlex.quote(meant)}  # or tcp://host:port, ssh://user@host",
        "      unset DOCKER_HOST  # the engine of this machine",
        f"      {_by_digest(stack)}  # deploys an image that was built elsewhere",
    ]
    return ConfigError("\n".join(lines))


def _refusal(failures: list[tuple[str, OSError]], chosen: bool, stack: StackFile) -> ConfigError:  # noqa: FBT001 - private
    forbidden = [host for host, error in failures if isinstance(error, PermissionError)]
    if forbidden:
        wrong = f"you may not use the docker engine at {forbidden[0]}"
        commands = ["sudo usermod -aG docker $USER && newgrp docker"]
    else:
        host, error = failures[0]
        where = f"{host} (from DOCKER_HOST)" if chosen else host
        wrong = f"no docker engine answers at {where}: {error.strerror or error}"
        commands = [
            "sudo systemctl start docker  # Linux",
            "open -a Docker  # macOS",
            "make up  # brings an engine of its own",
        ]
    preview = f"pulumi preview -s {shlex.quote(stack.stack)}"
    commands += [
        f"{_by_digest(stack)}  # deploys an image that was built elsewhere",
        # The provider asks an engine whether it answers in previews too, but none behind ssh.
        f"DOCKER_HOST=ssh://preview.invalid {preview}  # builds nothing, and so needs none",
    ]
    return ConfigError("\n".join([f"docker: {wrong}; nothing was changed", *(f"      {each}" for each in commands)]))
