"""New versions of a real image without building one: its own layers, and one more that no node has."""

import gzip
import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.faults import images
from tests.faults.images import Image, Manifest, digest_of

_ACCEPT = {"Accept": "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"}


@dataclass(frozen=True)
class Base:
    """An image that was read from a registry."""

    manifest: dict[str, Any]
    config: dict[str, Any]
    layers: tuple[bytes, ...]

    def version(self, seed: str) -> Image:
        """The same image with a file more."""
        archive = images.padding_layer(seed)
        layer = gzip.compress(archive, mtime=0)
        rootfs = {**self.config["rootfs"], "diff_ids": [*self.config["rootfs"]["diff_ids"], digest_of(archive)]}
        config = json.dumps({**self.config, "rootfs": rootfs}).encode()
        last = {"mediaType": self.manifest["layers"][0]["mediaType"], "size": len(layer), "digest": digest_of(layer)}
        document = {
            **self.manifest,
            "config": {**self.manifest["config"], "size": len(config), "digest": digest_of(config)},
            "layers": [*self.manifest["layers"], last],
        }
        top = Manifest(self.manifest["mediaType"], json.dumps(document).encode())
        return Image(top, (), (*self.layers, config, layer))


def read_base(reference: str, login: tuple[str, str]) -> Base:
    """Read `host/path@digest` from a registry on loopback."""
    name, _, digest = reference.partition("@")
    host, _, path = name.partition("/")
    with httpx.Client(base_url=f"http://{host}/v2/{path}", auth=login, trust_env=False, headers=_ACCEPT) as client:
        manifest = client.get(f"/manifests/{digest}").raise_for_status().json()
        blobs = [client.get(f"/blobs/{each['digest']}").raise_for_status() for each in manifest["layers"]]
        config = client.get(f"/blobs/{manifest['config']['digest']}").raise_for_status().json()
    return Base(manifest, config, tuple(each.content for each in blobs))
