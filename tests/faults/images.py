"""Tiny OCI images, made in memory: right ones, and ones that no node can take.

The same image is the same bytes each time. A node keeps what it has pulled, by digest: whoever needs a pull to happen
gives the image a `seed` that nothing had before, and gets other digests.
"""

import base64
import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.faults.programs import Architecture, program

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
# distribution/distribution v2.8: docs/spec/manifest-v2-1.md
SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"
UNKNOWN_MANIFEST = "application/vnd.example.manifest.v9+json"
# 4 * 1048 * 1048 bytes, meant as 4 MiB: containerd v2.3.4: core/remotes/docker/resolver.go, MaxManifestSize
CONTAINERD_MANIFEST_LIMIT = 4 * 1048 * 1048


@dataclass(frozen=True)
class Manifest:
    """A manifest or index as it is served; `signed` is the part that its digest is of, where it is not the whole."""

    media_type: str
    content: bytes
    signed: bytes | None = None

    @property
    def digest(self) -> str:
        """Its `sha256:…`."""
        return digest_of(self.content if self.signed is None else self.signed)


@dataclass(frozen=True)
class Image:
    """What one reference leads to: `top` under any tag, all of it by digest.

    `digest_header` says whether the registry names the manifest's digest in a header; containerd 2.x says what it has
    against a schema 1 manifest only when it does not.
    """

    top: Manifest
    parts: tuple[Manifest, ...] = ()
    blobs: tuple[bytes, ...] = ()
    digest_header: bool = True

    @property
    def layer(self) -> str:
        """The digest of its last layer, which is its largest blob."""
        return digest_of(self.blobs[-1])

    def manifest(self, reference: str) -> Manifest | None:
        """The manifest under a tag or digest, or None."""
        if not reference.startswith("sha256:"):
            return self.top
        return next((one for one in (self.top, *self.parts) if one.digest == reference), None)

    def blob(self, digest: str) -> bytes | None:
        """The blob of a digest, or None."""
        return next((one for one in self.blobs if digest_of(one) == digest), None)


def digest_of(content: bytes) -> str:
    """`sha256:…` of the content."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def single(architecture: Architecture = Architecture.AMD64, *, padding: int = 1 << 16, seed: str = "") -> Image:
    """An image for one platform, without an index.

    Args:
        architecture: of its configuration and its program.
        padding: bytes in its layer that do not compress, so that a transfer has a middle.
        seed: what the padding is made from.
    """
    archive = _archive({"pause": (program(architecture), 0o755), "padding": (_noise(padding, seed), 0o644)})
    return _single(architecture, gzip.compress(archive, mtime=0), digest_of(archive))


def padding_layer(seed: str, padding: int = 1 << 18) -> bytes:
    """A layer's archive with one file that does not compress; the same for the same seed."""
    return _archive({"padding": (_noise(padding, seed), 0o644)})


def index(*architectures: Architecture, seed: str = "") -> Image:
    """An index of one image for each architecture."""
    images = [single(one, seed=seed) for one in architectures]
    entries = [
        _descriptor(one.top.media_type, one.top.content)
        | {"platform": {"os": "linux", "architecture": str(architecture)}}
        for one, architecture in zip(images, architectures, strict=True)
    ]
    top = _manifest(OCI_INDEX, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries})
    return Image(top, tuple(one.top for one in images), tuple(blob for one in images for blob in one.blobs))


def large_manifest(*, seed: str = "") -> Image:
    """A right image whose manifest is over containerd's limit."""
    image = single(seed=seed)
    fields = json.loads(image.top.content) | {"annotations": {"filler": "x" * CONTAINERD_MANIFEST_LIMIT}}
    return Image(_manifest(OCI_MANIFEST, fields), (), image.blobs)


def corrupt_layer(*, seed: str = "") -> Image:
    """Every digest is right, but the layer is no archive: it is pulled and cannot be unpacked."""
    noise = _noise(1 << 12, seed)
    return _single(Architecture.AMD64, noise, digest_of(noise))


def schema_1(*, digest_header: bool = True, seed: str = "") -> Image:
    """An image in the format before schema 2; containerd 1.x can still take it. Its signature is a made-up one."""
    image = single(seed=seed)
    config, layer = image.blobs
    history = json.loads(config) | {"id": "0" * 64, "created": "2024-01-01T00:00:00Z"}
    fields = {
        "schemaVersion": 1,
        "name": "faults/schema-1",
        "tag": "latest",
        "architecture": "amd64",
        "fsLayers": [{"blobSum": digest_of(layer)}],
        "history": [{"v1Compatibility": json.dumps(history)}],
    }
    signed = json.dumps(fields, indent=3).encode()
    body, tail = signed[:-2], signed[-2:]
    protected = _json({"formatLength": len(body), "formatTail": _base64(tail)})
    signature = {"header": {"alg": "ES256"}, "signature": _base64(b"none"), "protected": _base64(protected)}
    content = body + b',\n   "signatures": ' + _json([signature]) + tail
    return Image(Manifest(SCHEMA_1, content, signed), (), (layer,), digest_header)


def unknown_media_type(*, also_blob: bool = False, seed: str = "") -> Image:
    """A right image under a media type that nobody knows.

    containerd asks for such a manifest among the blobs (v2.3.4: core/remotes/docker/fetcher.go), where a registry that
    keeps the two apart has none; `also_blob` is for one that does not.
    """
    image = single(seed=seed)
    fields = json.loads(image.top.content) | {"mediaType": UNKNOWN_MANIFEST}
    top = _manifest(UNKNOWN_MANIFEST, fields)
    return Image(top, (), (top.content, *image.blobs) if also_blob else image.blobs)


def _single(architecture: Architecture, layer: bytes, diff_id: str) -> Image:
    config = _json(
        {
            "architecture": str(architecture),
            "os": "linux",
            "config": {"Entrypoint": ["/pause"]},
            "rootfs": {"type": "layers", "diff_ids": [diff_id]},
        }
    )
    fields = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": _descriptor(OCI_CONFIG, config),
        "layers": [_descriptor(OCI_LAYER, layer)],
    }
    return Image(_manifest(OCI_MANIFEST, fields), (), (config, layer))


def _manifest(media_type: str, fields: Mapping[str, object]) -> Manifest:
    return Manifest(media_type, _json(fields))


def _descriptor(media_type: str, content: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}


def _json(value: Mapping[str, object] | Sequence[object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _base64(value: bytes) -> str:
    """As in a JSON web signature (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _noise(size: int, seed: str) -> bytes:
    return hashlib.shake_256(seed.encode()).digest(size)


def _archive(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    """A tar archive of files with their contents and modes, the same bytes each time."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, (content, mode) in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()
