"""Check of an image: defaults filled in, the context hashed, mistakes named.

Follows `Check` of pulumi-docker's `provider/provider.go` (237b7899). Unknown properties are refused in
addition: the official SDKs cannot send one, so one that comes is a misspelling.
"""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.context_files import context_digest
from sandbox.engine.image_inputs import Build, ImageError, build_of, registry_of
from sandbox.engine.image_names import login_server
from sandbox.engine.property_values import UNKNOWN, Properties, as_object, is_known

_IMAGE = ("imageName", "build", "registry", "skipPush", "buildOnPreview")
_BUILD = (
    "context", "dockerfile", "args", "target", "platform", "network", "addHosts", "cacheFrom",
    "builderVersion", "contextDigest",
)  # fmt: skip
_REGISTRY = ("server", "username", "password")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_NO_PLATFORM = (
    "Building your image for {platform} architecture.\nTo ensure you are building for the correct platform, "
    "consider explicitly setting the `platform` field on ImageBuildOptions."
)


@dataclass(frozen=True)
class Failure:
    """One mistake in the inputs."""

    property: str
    reason: str


def failures(inputs: Properties) -> list[Failure]:
    """Properties that an image does not have, and the one that it must have."""
    known: dict[str, tuple[Properties, tuple[str, ...]]] = {
        "": (inputs, _IMAGE),
        "build.": (as_object(inputs.get("build")), _BUILD),
        "registry.": (as_object(inputs.get("registry")), _REGISTRY),
    }
    found = [
        Failure(prefix + name, f"an image has no property {prefix}{name}; it has {', '.join(names)}")
        for prefix, (given, names) in known.items()
        for name in given
        if name not in names and not name.startswith("__")
    ]
    if "imageName" not in inputs:
        found.append(Failure("imageName", "missing required property 'imageName'"))
    return found


def checked(inputs: Properties, inform: Callable[[str], None]) -> Properties:
    """The inputs with defaults and with `build.contextDigest`; paths are relative to the working folder.

    `inform` gets what the user should know.

    Raises:
        ImageError: the Dockerfile is not there, the context cannot be read, or the name is not fully
            qualified.
    """
    build = build_of(inputs)
    on_preview = inputs.get("buildOnPreview")
    checked = {**inputs, "buildOnPreview": on_preview if isinstance(on_preview, bool) else False}
    if isinstance(inputs.get("build", {}), dict):
        checked["build"] = _options(inputs, build, inform)
    _must_be_qualified(inputs, build)
    return checked


def _options(inputs: Properties, build: Build, inform: Callable[[str], None]) -> Properties:
    options = dict(as_object(inputs.get("build")))
    known_dockerfile = is_known(options.get("dockerfile"))
    if known_dockerfile:
        options["dockerfile"] = build.dockerfile
    if is_known(options.get("context")):
        options["context"] = build.context
    if known_dockerfile and is_known(options.get("context")):
        _must_have_dockerfile(build)
        options["contextDigest"] = context_digest(Path(build.context), Path(build.dockerfile))
    if "platform" not in options:
        options["platform"] = host_platform()
        inform(_NO_PLATFORM.format(platform=host_platform()))
    return options


def host_platform() -> str:
    """This machine's, for example `linux/amd64`: what an image is built for when the program does not say."""
    machine = platform.machine()
    return f"linux/{_ARCHITECTURES.get(machine, machine)}"


def _must_have_dockerfile(build: Build) -> None:
    try:
        Path(build.dockerfile).stat()
    except OSError as error:
        cause = f"stat {build.dockerfile}: {os.strerror(error.errno or 0).lower()}"
        if Path(build.dockerfile).is_absolute():
            message = f'expected a relative Dockerfile path; got "{build.dockerfile}" instead: {cause}'
            raise ImageError(message) from error
        beside = os.path.normpath(os.path.join(build.context, build.dockerfile))  # noqa: PTH118 - the text as typed
        hint = f'. Try setting `dockerfile` to "{beside}"' if Path(beside).exists() else f": {cause}"
        message = f'could not open dockerfile at relative path "{build.dockerfile}"{hint}'
        raise ImageError(message) from error


def _must_be_qualified(inputs: Properties, build: Build) -> None:
    name = inputs.get("imageName")
    pushes = inputs.get("skipPush") is not True
    if isinstance(name, str) and name != UNKNOWN and (pushes or build.cache_from):
        login_server(registry_of(inputs).server, name)
