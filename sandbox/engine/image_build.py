"""Builds an image and pushes it.

Follows `dockerBuild` of pulumi-docker's `provider/image.go` (237b7899), with the docker client in place of its
library. BuildKit builds where the client has it; `builderVersion: BuilderV1`, or a client without it, means the
classic builder.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from sandbox.engine import build_output
from sandbox.engine.context_files import name_in_archive, write_archive
from sandbox.engine.docker_client import DockerClient
from sandbox.engine.docker_config import configuration, half_login
from sandbox.engine.image_inputs import Build, ImageError, Registry, build_of, registry_of
from sandbox.engine.image_names import login_server, repository
from sandbox.engine.property_values import Properties, as_text

_BUILDKIT_IS_A_PLUGIN = 23  # from this version on the client builds with BuildKit only through its buildx plug-in


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
    with configuration(registry, name, docker.environment) as login:
        work = _Work(name, build, registry, docker, voice, login)
        for image in build.cache_from:
            work.pull(image)
        work.build_image()
        digest = work.local_id() if preview or not pushes else work.push()
    return {
        "dockerfile": os.path.relpath(build.dockerfile, build.context),
        "context": build.context,
        "baseImageName": name,
        "registryServer": registry.server,
        "imageName": name,
        "platform": build.platform,
        "repoDigest": digest,
    }


def build_words(name: str, build: Build, inside: str, taken: set[str]) -> list[str]:
    """The words of `docker build`, which reads the context from its standard input.

    Build arguments are named only; docker takes their values from the environment, so that no list of processes
    shows them. Names in `taken` mean something there already, as PATH does: those arguments are given in full.
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
    for key, value in build.arguments.items():
        words += ["--build-arg", f"{key}={value}" if key in taken else key]
    return [*words, "-"]


@dataclass(frozen=True)
class _Work:
    """One image on its way from the context to the registry."""

    name: str
    build: Build
    registry: Registry
    docker: DockerClient
    voice: Voice
    login: dict[str, str]

    def pull(self, image: str) -> None:
        """Fetch an image whose layers the build may use; without it the build is slower, no more."""
        self.voice.status(f"Pulling cached image {image}")
        platform = ["--platform", self.build.platform] if self.build.platform else []
        code, lines = self._run(["pull", *platform, image], {})
        if code:
            self.voice.info(f"cacheFrom image {image} not available: {lines[-1] if lines else 'no reason given'}")

    def build_image(self) -> None:
        context, dockerfile = Path(self.build.context), Path(self.build.dockerfile)
        buildkit = self.build.builder == "BuilderBuildKit" and _has_buildkit(self.docker)
        builder = {"DOCKER_BUILDKIT": "1" if buildkit else "0", "BUILDKIT_PROGRESS": "plain"}
        taken = {*self.docker.environment, *self.login, *builder}
        arguments = {key: value for key, value in self.build.arguments.items() if key not in taken}
        words = build_words(self.name, self.build, name_in_archive(context, dockerfile), taken)
        self.voice.status("Starting Docker build")
        code, lines = self._run(words, {**arguments, **builder}, partial(write_archive, context, dockerfile))
        if code:
            raise ImageError(build_output.failed_build(lines))
        self.voice.status("Image built successfully")

    def push(self) -> str:
        """Push; `repository@sha256:…` as the registry answered."""
        self.voice.status("Pushing Image to the registry")
        code, lines = self._run(["push", self.name], {})
        if code:
            server = login_server(self.registry.server, self.name)
            has_login = bool(self.registry.username and self.registry.password)
            raise ImageError(build_output.failed_push(lines, registry=server, has_login=has_login))
        digest = build_output.pushed_digest(lines)
        if digest:
            return f"{repository(self.name)}@{digest}"
        self.voice.warning("Push completed without reporting a digest; falling back to local image inspect")
        known = self._inspect('{{join .RepoDigests "\\n"}}').splitlines()
        return next((one for one in known if one.startswith(f"{repository(self.name)}@")), "<none>@<none>")

    def local_id(self) -> str:
        """The image's id in the docker engine."""
        return self._inspect("{{.Id}}")

    def _inspect(self, form: str) -> str:
        return self.docker.answer("image", "inspect", "--format", form, self.name)

    def _run(
        self, words: list[str], environment: dict[str, str], feed: Callable[[IO[bytes]], None] | None = None
    ) -> tuple[int, list[str]]:
        output = build_output.Output(self.registry.password)

        def line(text: str) -> None:
            shown = output.take(text)
            if shown:
                self.voice.status(shown)

        code = self.docker.stream(words, line, environment={**environment, **self.login}, feed=feed)
        return code, output.lines


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
