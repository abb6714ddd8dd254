"""Images that the server has itself."""

import hashlib
import json

import httpx
import pytest

from tests.faults import images
from tests.faults.programs import Architecture
from tests.faults.registry_behaviour import (
    Behaviour,
)
from tests.faults.registry_server import FaultRegistry
from tests.unit.fault_registry.parts import (
    IMAGE,
    MANIFEST,
)


def test_an_image_is_whole_by_tag_and_by_digest(registry: FaultRegistry, client: httpx.Client) -> None:
    both = images.index(Architecture.AMD64, Architecture.ARM64)
    registry.behave("faults/index", Behaviour(image=both))
    top = client.get("/v2/faults/index/manifests/anything")
    assert top.headers["content-type"] == images.OCI_INDEX
    platforms = {one["platform"]["architecture"]: one["digest"] for one in top.json()["manifests"]}
    assert set(platforms) == {"amd64", "arm64"}
    for architecture, digest in platforms.items():
        manifest = _fetched(client, "manifests", digest)
        config = _fetched(client, "blobs", json.loads(manifest)["config"]["digest"])
        assert json.loads(config)["architecture"] == architecture
        _fetched(client, "blobs", json.loads(manifest)["layers"][0]["digest"])


def _fetched(client: httpx.Client, part: str, digest: str) -> bytes:
    got = client.get(f"/v2/faults/index/{part}/{digest}")
    assert f"sha256:{hashlib.sha256(got.content).hexdigest()}" == digest
    return got.content


def test_what_an_image_has_not_is_not_found(registry: FaultRegistry, client: httpx.Client) -> None:
    registry.behave("faults/web", Behaviour(image=IMAGE))
    for part, code in [("manifests", "MANIFEST_UNKNOWN"), ("blobs", "BLOB_UNKNOWN")]:
        got = client.get(f"/v2/faults/web/{part}/sha256:{'0' * 64}")
        assert (got.status_code, got.json()["errors"][0]["code"]) == (404, code)


@pytest.mark.parametrize("digest_header", [True, False])
def test_a_schema_1_manifest_may_come_without_its_digest(
    registry: FaultRegistry, client: httpx.Client, digest_header: bool
) -> None:
    registry.behave("faults/web", Behaviour(image=images.schema_1(digest_header=digest_header)))
    got = client.head(MANIFEST)
    assert got.headers["content-type"] == "application/vnd.docker.distribution.manifest.v1+prettyjws"
    assert ("docker-content-digest" in got.headers) is digest_header
