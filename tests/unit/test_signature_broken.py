"""What lies where signatures lie and cannot be read."""

import json

import pytest

from pulls.signature import Finding, Verdict
from tests import signing
from tests.signing import Artifact
from tests.unit.registry_server import Reply
from tests.unit.signed_image import ANOTHER_DIGEST, KEY, PATH, Signed, image

__all__ = ["image"]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"", "the payload is no simple signing"),
        (b"{", "the payload is no simple signing"),
        (b'{"critical": {}}', "the payload is no simple signing"),
        (b"[" * 100_000, "the payload is no simple signing"),
        (
            b'{"critical": {"type": "atomic container signature", "image": {"docker-manifest-digest": "x"}}}',
            "the payload's type is not 'cosign container image signature'",
        ),
    ],
)
def test_a_payload_that_is_none_is_a_broken_signature(image: Signed, payload: bytes, said: str) -> None:
    image.tag(signing.simple_signature(KEY, payload))
    assert image.verdict() == Verdict(Finding.BROKEN, said, 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"annotations": {}}, "the annotation dev.cosignproject.cosign/signature is missing"),
        ({"annotations": {"dev.cosignproject.cosign/signature": "no base64!"}}, "the signature is not base64"),
        ({"digest": ANOTHER_DIGEST}, "the registry has the tag or digest, but the signature's payload is missing"),
    ],
)
def test_a_layer_that_is_wrong_is_a_broken_signature(image: Signed, changed: dict[str, object], said: str) -> None:
    artifact = image.simple()
    manifest = json.loads(artifact.manifest)
    manifest["layers"] = [{**manifest["layers"][0], **changed}]
    image.tag(Artifact(json.dumps(manifest).encode(), artifact.blobs))
    assert image.verdict() == Verdict(Finding.BROKEN, said, 1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"no json", "the bundle is none"),
        (b'{"dsseEnvelope": {"payload": "*"}}', "the bundle is none"),
        (
            b'{"dsseEnvelope": {"payload": "*", "payloadType": "application/vnd.in-toto+json", "signatures": []}}',
            "the envelope's payload is not base64",
        ),
        (
            b'{"dsseEnvelope": {"payload": "e30=", "payloadType": "application/vnd.in-toto+json", "signatures": []}}',
            "the envelope's payload is no statement",
        ),
    ],
)
def test_a_bundle_that_is_none_is_a_broken_signature(image: Signed, body: bytes, said: str) -> None:
    image.attach(signing.referrer(image.digest, body))
    assert image.verdict() == Verdict(Finding.BROKEN, said, 1)


@pytest.mark.parametrize(
    "body",
    [
        b'{"messageSignature": {}}',
        b'{"dsseEnvelope": {"payload": "e30=", "payloadType": "text/plain", "signatures": []}}',
    ],
)
def test_a_bundle_of_another_form_is_no_signature(image: Signed, body: bytes) -> None:
    image.attach(signing.referrer(image.digest, body))
    assert image.verdict() == Verdict(Finding.UNSIGNED)


def test_content_that_was_changed_in_the_registry_is_a_broken_signature(image: Signed) -> None:
    artifact = image.bundled()
    image.attach(artifact)
    for digest in artifact.blobs:
        image.registry.content[f"/v2/{PATH}/blobs/{digest}"] = Reply(200, signing.bundle(KEY, b"other"))
    assert (image.verdict().finding, "the content is" in image.verdict().said) == (Finding.BROKEN, True)
    image.registry.content[f"/v2/{PATH}/manifests/{artifact.digest}"] = Reply(404)
    assert image.verdict().said.endswith("the signature's manifest is missing")


def test_a_manifest_that_is_none_is_a_broken_signature(image: Signed) -> None:
    image.put(f"{image.digest.replace(':', '-')}.sig", Artifact(b'{"layers": 5}'))
    assert image.verdict() == Verdict(Finding.BROKEN, "the signature's manifest is none", 1)


def test_an_index_that_is_none_has_nothing(image: Signed) -> None:
    for body in (b"{", b'{"manifests": [5, {"annotations": 5, "digest": 5}]}'):
        image.registry.content[f"/v2/{PATH}/referrers/{image.digest}"] = Reply(
            200, body, {"Content-Type": signing.INDEX}
        )
        assert image.verdict() == Verdict(Finding.UNSIGNED)
