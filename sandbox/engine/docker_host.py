"""Which docker engine the provider works with: found by the official provider's rules, and asked whether it answers."""

import os
from collections.abc import Mapping
from pathlib import Path

from sandbox.engine.docker_client import DockerClient
from sandbox.engine.image_inputs import ImageError
from sandbox.engine.property_values import Properties, as_text

_OWN = "unix:///var/run/docker.sock"
_PER_USER = ("unix://{home}/.docker/run/docker.sock", "unix://{home}/.docker/desktop/docker.sock")


def connect(config: Properties, base: Mapping[str, str], tls_folder: Path) -> DockerClient:
    """The docker engine that the provider's configuration and the environment name, asked whether it answers.

    As the official (`configureDockerClient` in `provider/image.go`): an ssh host is not contacted, and
    without any host named, the engines of Docker Desktop are tried after the machine's own.

    Raises:
        ImageError: none answers; the text has docker's reason.
    """
    named = as_text(config.get("host")) or base.get("DOCKER_HOST", "")
    home = base.get("HOME", str(Path.home()))
    hosts = [named] if named else [_OWN, *(host.format(home=home) for host in _PER_USER)]
    environment = {key: value for key, value in base.items() if key not in ("DOCKER_HOST", "DOCKER_CONTEXT")}
    environment.update(_tls(config, base, tls_folder))
    reasons: list[str] = []
    for host in hosts:
        client = DockerClient(host, environment)
        if host.startswith("ssh://"):
            return client
        try:
            client.answer("version", "--format", "{{.Server.Version}}")
        except ImageError as error:
            reasons.append(str(error))
        else:
            return client
    message = f"failed to connect to any docker daemon: {reasons[0]}"
    raise ImageError(message)


def _tls(config: Properties, base: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The client's environment for a host that wants certificates."""
    variables = {"ca": "caMaterial", "cert": "certMaterial", "key": "keyMaterial"}
    material = {
        file: as_text(config.get(name)) or base.get(f"DOCKER_{file.upper()}_MATERIAL", "")
        for file, name in variables.items()
    }
    path = as_text(config.get("certPath")) or base.get("DOCKER_CERT_PATH", "")
    if not any(material.values()):
        return {"DOCKER_CERT_PATH": path, "DOCKER_TLS_VERIFY": "1"} if path else {}
    if not all(material.values()):
        message = "certMaterial, keyMaterial, and caMaterial must all be specified"
        raise ImageError(message)
    if path:
        message = "when using raw certificates, certPath must not be specified"
        raise ImageError(message)
    for file, text in material.items():
        target = folder / f"{file}.pem"
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
            output.write(text)
    return {"DOCKER_CERT_PATH": str(folder), "DOCKER_TLS_VERIFY": "1"}
