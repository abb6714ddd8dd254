"""Manifests, indexes and platforms (opencontainers/image-spec v1.1, distribution's manifest v2 schema 2). Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

INDEX_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFEST_TYPES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
ACCEPT = ", ".join((*INDEX_TYPES, *MANIFEST_TYPES, "*/*"))
LARGEST_MANIFEST = 4 * 1048 * 1048
"""Bytes; containerd takes no larger one (v2.1.0, core/remotes/docker/resolver.go, MaxManifestSize)."""
_SCHEMA_1_TYPES = (
    "application/vnd.docker.distribution.manifest.v1+prettyjws",
    "application/vnd.docker.distribution.manifest.v1+json",
)
# Types that say nothing; CRI-O then looks into the text (containers/image v5, manifest/manifest.go, GuessMIMEType).
_SAYS_NOTHING = ("", "text/plain", "application/json", "application/octet-stream", "binary/octet-stream")
_ARCHITECTURES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "armhf": "arm", "armel": "arm"}
_ATTESTATION = "unknown"


class UnsupportedManifestError(ValueError):
    """Content that no node takes for an image; the message says what it is."""


class MalformedManifestError(ValueError):
    """Content that is not what its media type says."""


@dataclass(frozen=True)
class Child:
    """A manifest in an index; the platform is None when the index does not say."""

    digest: str
    platform: str | None


@dataclass(frozen=True)
class Index:
    """Manifests for platforms, without attestations."""

    children: tuple[Child, ...]


@dataclass(frozen=True)
class Manifest:
    """One image: its config's digest, None for one that is no image, and the bytes of its compressed layers."""

    config: str | None
    size: int


def read_manifest(content_type: str, body: bytes) -> Index | Manifest:
    """What a registry's answer holds.

    Raises:
        UnsupportedManifestError: schema 1, or a media type that is no image's.
        MalformedManifestError: it is not JSON of the shape that its media type says.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    try:
        document = _mapping(json.loads(body))
        if media_type in _SAYS_NOTHING:
            media_type = _guess(document) or media_type
        if media_type in INDEX_TYPES:
            return Index(tuple(_children(document)))
        if media_type in MANIFEST_TYPES:
            return _manifest(document)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if media_type in (*INDEX_TYPES, *MANIFEST_TYPES, "", "application/json"):
            reason = f"the manifest is not what its media type {media_type or '(none)'} says"
            raise MalformedManifestError(reason) from error
    if media_type in _SCHEMA_1_TYPES:
        reason = "schema 1 manifest, which containerd 2 and later refuse"
        raise UnsupportedManifestError(reason)
    reason = f"media type {media_type[:80] or '(none)'} is no image's"
    raise UnsupportedManifestError(reason)


def platform_of_config(body: bytes) -> str | None:
    """`os/arch[/variant]` of an image's config; None when it does not say.

    Raises:
        MalformedManifestError: it is not a JSON object.
    """
    try:
        return _platform(_mapping(json.loads(body)))
    except (ValueError, TypeError, RecursionError) as error:
        reason = "the image's config is not JSON"
        raise MalformedManifestError(reason) from error


def runs_on(offered: str, node: str) -> bool:
    """Whether a node of platform `node` runs `offered`; without a variant on one side, any variant may.

    A 32-bit arm node runs lower variants too (containerd/platforms v1.0, compare.go).
    """
    left, right = _parts(offered), _parts(node)
    if left[:2] != right[:2]:
        return False
    if not left[2] or not right[2] or left[2] == right[2]:
        return True
    return left[1] == "arm" and left[2] < right[2]


def _guess(document: Mapping[str, object]) -> str | None:
    stated = document.get("mediaType")
    if isinstance(stated, str) and stated:
        return stated
    if document.get("schemaVersion") == 1:
        return _SCHEMA_1_TYPES[0]
    if isinstance(document.get("manifests"), list):
        return INDEX_TYPES[0]
    return MANIFEST_TYPES[0] if isinstance(document.get("layers"), list) else None


def _children(document: Mapping[str, object]) -> Iterator[Child]:
    for each in _mappings(document["manifests"]):
        stated = each.get("platform")
        platform = None if stated is None else _platform(_mapping(stated))
        if platform is None or not platform.startswith(f"{_ATTESTATION}/"):
            yield Child(_text(each["digest"]), platform)


def _manifest(document: Mapping[str, object]) -> Manifest:
    config = _mapping(document["config"])
    layers = _mappings(document["layers"])
    # An artifact's config (a Helm chart, a signature) has no platform to read.
    is_image = ".image." in _text(config.get("mediaType", "")) and "artifactType" not in document
    digest = _text(config["digest"])
    return Manifest(digest if is_image else None, sum(_number(each["size"]) for each in layers))


def _platform(entry: Mapping[str, object]) -> str | None:
    system, architecture, variant = (_text(entry.get(each) or "") for each in ("os", "architecture", "variant"))
    return "/".join(filter(None, (system, architecture, variant))) if system and architecture else None


def _parts(platform: str) -> tuple[str, str, str]:
    system, architecture, variant, *_ = [*platform.lower().split("/"), "", "", ""]
    architecture = _ARCHITECTURES.get(architecture, architecture)
    if architecture == "arm64" and variant in ("8", "v8"):
        variant = ""
    return system, architecture, variant.removeprefix("v")


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return cast("Mapping[str, object]", value)


def _mappings(value: object) -> Sequence[Mapping[str, object]]:
    if not isinstance(value, list):
        raise TypeError
    return [_mapping(each) for each in cast("list[object]", value)]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value
