"""The images of the fault registry: what is right with them, and the one thing that is wrong."""

import base64
import gzip
import io
import json
import platform
import signal
import struct
import subprocess
import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.faults import images
from tests.faults.images import Image
from tests.faults.programs import Architecture, program

_MACHINES = {Architecture.AMD64: 62, Architecture.ARM64: 183}
_CONTAINERD_LIMIT = 4_393_216


@pytest.mark.parametrize(
    "make",
    [
        images.single,
        lambda: images.single(Architecture.ARM64),
        images.large_manifest,
        images.unknown_media_type,
        images.corrupt_layer,
    ],
)
def test_everything_that_a_manifest_names_is_there(make: Callable[[], Image]) -> None:
    image = make()
    fields = json.loads(image.top.content)
    for part in (fields["config"], *fields["layers"]):
        blob = image.blob(part["digest"])
        assert blob is not None
        assert len(blob) == part["size"]


@pytest.mark.parametrize("architecture", list(Architecture))
def test_an_image_says_and_has_its_architecture(architecture: Architecture) -> None:
    config, layer = images.single(architecture).blobs
    unpacked = gzip.decompress(layer)
    assert json.loads(config)["architecture"] == architecture
    assert json.loads(config)["rootfs"]["diff_ids"] == [images.digest_of(unpacked)]
    with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive:
        member = archive.getmember("pause")
        file = archive.extractfile(member)
        assert file is not None
        assert (member.mode, struct.unpack_from("<H", file.read(), 18)) == (0o755, (_MACHINES[architecture],))


def test_the_same_image_has_the_same_digest_each_time() -> None:
    assert images.single() == images.single()
    assert images.single().blobs[1][4:8] == bytes(4)  # no time in it (RFC 1952, section 2.3)


@pytest.mark.parametrize(
    "make",
    [
        images.single,
        images.large_manifest,
        images.corrupt_layer,
        images.schema_1,
        images.unknown_media_type,
        partial(images.index, *Architecture),
    ],
)
def test_another_seed_makes_other_digests(make: Callable[..., Image]) -> None:
    one, other = make(seed="one"), make(seed="other")
    assert one.top.digest != other.top.digest
    assert one.blobs[-1] != other.blobs[-1]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="runs an amd64 program")
def test_the_program_waits_for_a_signal(tmp_path: Path) -> None:
    file = tmp_path / "pause"
    file.write_bytes(program(Architecture.AMD64))
    file.chmod(0o755)
    with subprocess.Popen([file]) as process:
        state = Path(f"/proc/{process.pid}/stat")
        while state.read_text().split(") ")[1][0] not in "SZ":
            pass
        process.send_signal(signal.SIGTERM)
    assert process.returncode == -signal.SIGTERM


@pytest.mark.parametrize("architectures", [[Architecture.ARM64], list(Architecture)])
def test_an_index_has_the_platforms_it_was_asked_for_and_no_other(architectures: list[Architecture]) -> None:
    image = images.index(*architectures)
    entries = json.loads(image.top.content)["manifests"]
    assert [entry["platform"] for entry in entries] == [{"os": "linux", "architecture": one} for one in architectures]
    assert all(image.manifest(entry["digest"]) for entry in entries)


def test_a_large_manifest_is_over_the_limit_of_containerd_and_is_json() -> None:
    content = images.large_manifest().top.content
    assert len(content) > _CONTAINERD_LIMIT
    assert json.loads(content)["schemaVersion"] == 2


def test_a_corrupt_layer_is_no_archive() -> None:
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(images.corrupt_layer().blobs[1])


def test_what_is_signed_of_schema_1_has_the_digest_and_the_layer_is_there() -> None:
    # As read by containerd v1.6.20: remotes/docker/schema1/converter.go, stripSignature.
    image = images.schema_1()
    content = image.top.content
    protected = json.loads(_unbase64(json.loads(content)["signatures"][0]["protected"]))
    signed = content[: protected["formatLength"]] + _unbase64(protected["formatTail"])
    assert image.top.digest == images.digest_of(signed)
    assert image.manifest(image.top.digest) is image.top
    assert image.blob(json.loads(signed)["fsLayers"][0]["blobSum"])


def _unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("also_blob", [False, True])
def test_a_manifest_of_unknown_type_may_be_among_the_blobs(also_blob: bool) -> None:
    image = images.unknown_media_type(also_blob=also_blob)
    assert (image.blob(image.top.digest) is not None) is also_blob


def test_a_manifest_of_schema_1_and_one_that_nobody_knows_say_so() -> None:
    assert json.loads(images.schema_1().top.content)["schemaVersion"] == 1
    unknown = images.unknown_media_type().top
    assert json.loads(unknown.content)["mediaType"] == unknown.media_type == "application/vnd.example.manifest.v9+json"
