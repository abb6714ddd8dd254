"""Builds an image and pushes it.

Follows `dockerBuild` of pulumi-docker's `provider/image.go` (237b7899), with the docker client in place of its library.
BuildKit builds where the client has it; `builderVersion: BuilderV1`, or a client without it, means the classic builder.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox.engine import build_output
from sandbox.engine.context_files import name_in_archive, write_archive
from sandbox.engine.docker_client import DockerClient
from sandbox.engine.docker_config import configuration, half_login
from sandbox.engine.image_inputs import Build, ImageError, Registry, build_of, registry_of
from sandbox.engine.image_names import login_server, repository
from sandbox.engine.property_values import Properties, as_text

_BUILDKIT_IS_A_PLUGIN = (
    23  # from this version on the client builds with BuildKit only through its buildx plug-in
)


@dataclass(frozen=True)
class Voice:
    """Where the build reports to."""

    status: Callable[[str], None]
    info: Callable[[str], None]
    warning: Callable[[str], None]


def build_and_push(inputs: Properties, docker: DockerClient, voice: Voice, *, preview: bool) -> Properties:
    """Build, and push unless it is a preview or the program said `skipPush`; the image's outputs.

    `repoDigest` is `repository@sha256:…` after a push, else the local image's id, as with the official provider.

    Raises:
        ImageError: docker or the registry refused; the text names the failing step.
    """
    build, registry, name = build_of(inputs), registry_of(inputs), as_text(inputs.get("imageName"))
    pushes = inputs.get("skipPush") is not True
    if (pushes or build.cache_from) and half_login(registry):
        voice.warning(half_login(registry))
    outputs: Properties = {
        "dockerfile": os.path.relpath(build.dockerfile, build.context),
        "context": build.context,
        "baseImageName": name,
        "registryServer": registry.server,
        "imageName": name,
        "platform": build.platform,
    }
    with configuration(registry, name, docker.environment) as login:
        for image in build.cache_from:
            _pull(image, build, docker, voice, registry, login)
        _build(name, build, docker, voice, registry, login)
        if preview or not pushes:
            return {**outputs, "repoDigest": docker.answer("image", "inspect", "--format", "{{.Id}}", name)}
        return {**outputs, "repoDigest": _push(name, docker, voice, registry, login)}


def build_words(name: str, build: Build, inside: str) -> list[str]:
    """The words of `docker build`, which reads the context from its standard input.

    Build arguments are named only; docker takes their values from the environment, so no list of processes shows them.
    """
    words = ["build", "--tag", name, "--file", inside]
    for option, value in (
        ("--target", build.target),
        ("--platform", build.platform),
        ("--network", build.network),
    ):
        words += [option, value] if value else []
    for option, values in (("--add-host", build.add_hosts), ("--cache-from", build.cache_from)):
        words += [word for value in values for word in (option, value)]
    words += [word for key in build.arguments for word in ("--build-arg", key)]
    return [*words, "-"]


def _build(
    name: str, build: Build, docker: DockerClient, voice: Voice, registry: Registry, login: dict[str, str]
) -> None:
    context, dockerfile = Path(build.context), Path(build.dockerfile)
    words = build_words(name, build, name_in_archive(context, dockerfile))
    buildkit = build.builder == "BuilderBuildKit" and _has_buildkit(docker)
    builder = {"DOCKER_BUILDKIT": "1" if buildkit else "0", "BUILDKIT_PROGRESS": "plain"}
    taken = {*docker.environment, *login, *builder}
    # A build argument called PATH must not become docker's own PATH: those few are given in full.
    words = [
        f"{word}={build.arguments[word]}" if word in build.arguments and word in taken else word
        for word in words
    ]
    arguments = {key: value for key, value in build.arguments.items() if key not in taken}
    voice.status("Starting Docker build")
    output = build_output.Output(registry.password)
    failed = _stream(
        docker,
        words,
        output,
        voice,
        {**arguments, **login, **builder},
        partial(write_archive, context, dockerfile),
    )
    if failed:
        raise ImageError(build_output.failed_build(output.lines))
    voice.status("Image built successfully")


def _stream(
    docker: DockerClient,
    words: list[str],
    output: build_output.Output,
    voice: Voice,
    environment: dict[str, str],
    feed: Callable[..., None] | None = None,
) -> int:
    def line(text: str) -> None:
        shown = output.take(text)
        if shown:
            voice.status(shown)

    return docker.stream(words, line, environment=environment, feed=feed)


def _push(name: str, docker: DockerClient, voice: Voice, registry: Registry, login: dict[str, str]) -> str:
    voice.status("Pushing Image to the registry")
    output = build_output.Output(registry.password)
    if _stream(docker, ["push", name], output, voice, login):
        server = login_server(registry.server, name)
        has_login = bool(registry.username and registry.password)
        raise ImageError(build_output.failed_push(output.lines, registry=server, has_login=has_login))
    digest = build_output.pushed_digest(output.lines)
    if digest:
        return f"{repository(name)}@{digest}"
    voice.warning("Push completed without reporting a digest; falling back to local image inspect")
    known = docker.answer("image", "inspect", "--format", '{{join .RepoDigests "\\n"}}', name).splitlines()
    return next((digest for digest in known if digest.startswith(f"{repository(name)}@")), "<none>@<none>")


def _pull(
    image: str, build: Build, docker: DockerClient, voice: Voice, registry: Registry, login: dict[str, str]
) -> None:
    voice.status(f"Pulling cached image {image}")
    output = build_output.Output(registry.password)
    words = ["pull", *(["--platform", build.platform] if build.platform else []), image]
    if _stream(docker, words, output, voice, login):
        voice.info(
            f"cacheFrom image {image} not available: {output.lines[-1] if output.lines else 'no reason given'}"
        )


def _has_buildkit(docker: DockerClient) -> bool:
    version = docker.answer("version", "--format", "{{.Client.Version}}")
    number = re.match(r"\d+", version)
    if number and int(number[0]) < _BUILDKIT_IS_A_PLUGIN:
        return True
    try:
        docker.answer("buildx", "version")
    except ImageError:
        return False
    return True
