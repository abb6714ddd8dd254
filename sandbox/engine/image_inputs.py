"""The inputs of `docker:index/image:Image`, with the provider's defaults.

Follows the marshal functions of `provider/image.go` in pulumi/pulumi-docker at 237b7899.
"""

import posixpath
from dataclasses import dataclass, field
from typing import Literal

from sandbox.engine.property_values import UNKNOWN, Properties, Value, as_object, as_text, is_known

Builder = Literal["BuilderV1", "BuilderBuildKit"]


class ImageError(Exception):
    """An image cannot be checked, built or pushed; the text is the whole message for the user."""


@dataclass(frozen=True)
class Build:
    """How the image is built. Paths are as the program wrote them: relative to the program's folder."""

    context: str
    dockerfile: str
    builder: Builder = "BuilderBuildKit"
    arguments: dict[str, str] = field(default_factory=dict[str, str])
    target: str = ""
    platform: str = ""
    network: str = ""
    add_hosts: tuple[str, ...] = ()
    cache_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class Registry:
    """Where the image goes, and the login given in the program; empty texts for what was not given."""

    server: str = ""
    username: str = ""
    password: str = field(default="", repr=False)


def build_of(inputs: Properties) -> Build:
    """The build options; an option whose value is not known yet counts as not given.

    Raises:
        ImageError: an option has a value that the official provider refuses, too.
    """
    given = as_object(inputs.get("build"))
    context = "." if "context" not in given else as_text(given["context"])
    dockerfile = posixpath.normpath(posixpath.join(context, "Dockerfile"))
    if "dockerfile" in given:
        dockerfile = as_text(given["dockerfile"])
    arguments = as_object(given.get("args"))
    return Build(
        context=context,
        dockerfile=dockerfile,
        builder=_builder(given.get("builderVersion")),
        arguments={key: value for key, value in arguments.items() if isinstance(value, str) and value != UNKNOWN},
        target=as_text(given.get("target")),
        platform=as_text(given.get("platform")),
        network=as_text(given.get("network")),
        add_hosts=_texts(given.get("addHosts")),
        cache_from=_cache_images(given.get("cacheFrom")),
    )


def registry_of(inputs: Properties) -> Registry:
    """The registry and the login that the program gave."""
    given = as_object(inputs.get("registry"))
    return Registry(as_text(given.get("server")), as_text(given.get("username")), as_text(given.get("password")))


def _builder(value: Value) -> Builder:
    if value is None or value == UNKNOWN:
        return "BuilderBuildKit"
    if value not in ("BuilderV1", "BuilderBuildKit"):
        message = "invalid Docker Builder version"
        raise ImageError(message)
    return value


def _texts(value: Value) -> tuple[str, ...]:
    items = value if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str) and item != UNKNOWN)


def _cache_images(value: Value) -> tuple[str, ...]:
    if not isinstance(value, dict):
        return ()
    images = value.get("images")
    if images is None:
        message = "cacheFrom requires an `images` field"
        raise ImageError(message)
    if not isinstance(images, list) and is_known(images):
        message = "the `images` field must be a list of strings"
        raise ImageError(message)
    return _texts(images)
