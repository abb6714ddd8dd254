"""Which signatures of an image count, by a registry on loopback."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from pulls.signature import Finding, Verdict
from tests import signing
from tests.signing import Artifact, Private
from tests.unit.registry_server import Reply
from tests.unit.signed_image import ANOTHER_DIGEST, KEY, OTHER, PATH, Signed, image

__all__ = ["image"]


def test_an_image_with_nothing_beside_it_is_unsigned(image: Signed) -> None:
    assert image.verdict() == Verdict(Finding.UNSIGNED)


@pytest.mark.parametrize("api", [True, False])
def test_a_bundle_that_is_attached_signs_it_with_and_without_the_api(image: Signed, api: bool) -> None:
    image.attach(image.bundled(), api=api)
    assert image.verdict().finding is Finding.SIGNED


def test_a_payload_at_the_tag_of_the_digest_signs_it(image: Signed) -> None:
    image.tag(image.simple())
    assert image.verdict().finding is Finding.SIGNED


def test_a_payload_that_is_attached_signs_it(image: Signed) -> None:
    artifact = image.simple()
    manifest = {**json.loads(artifact.manifest), "artifactType": "application/vnd.dev.cosign.artifact.sig.v1+json"}
    image.attach(Artifact(json.dumps(manifest).encode(), artifact.blobs))
    assert image.verdict().finding is Finding.SIGNED


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
        rsa.generate_private_key(65537, 2048),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["P-384", "P-521", "RSA", "Ed25519"],
)
def test_keys_of_other_kinds_sign_too_and_only_what_they_signed(image: Signed, key: Private) -> None:
    image.tag(image.simple(key))
    assert image.verdict(key).finding is Finding.SIGNED
    image.tag(image.simple(OTHER))
    found = image.verdict(key)
    assert (found.finding, "Ed25519" in found.said) == (Finding.OTHER_KEY, isinstance(key, ed25519.Ed25519PrivateKey))


def test_another_key_does_not_count_wherever_it_signed(image: Signed) -> None:
    image.tag(image.simple(OTHER))
    image.attach(image.bundled(OTHER))
    assert image.verdict() == Verdict(Finding.OTHER_KEY, count=2)


def test_one_good_signature_among_others_is_enough(image: Signed) -> None:
    image.attach(image.bundled(OTHER), image.bundled(digest=ANOTHER_DIGEST), image.bundled())
    assert image.verdict().finding is Finding.SIGNED


def test_a_signature_of_another_image_does_not_count(image: Signed) -> None:
    image.tag(image.simple(digest=ANOTHER_DIGEST))
    assert image.verdict() == Verdict(Finding.OTHER_IMAGE, ANOTHER_DIGEST, 1)
    image.attach(image.bundled(digest=ANOTHER_DIGEST))
    assert image.verdict() == Verdict(Finding.OTHER_IMAGE, ANOTHER_DIGEST, 2)


def test_an_image_that_was_copied_with_its_signatures_stays_signed(image: Signed) -> None:
    image.tag(signing.simple_signature(KEY, signing.simple_payload(image.digest, "elsewhere.example.com/other")))
    assert image.verdict().finding is Finding.SIGNED


def test_what_else_the_key_attested_is_no_signature_and_is_not_fetched(image: Signed) -> None:
    provenance = image.bundled(kind="https://slsa.dev/provenance/v1")
    image.attach(provenance)
    assert image.verdict() == Verdict(Finding.UNSIGNED)
    assert f"manifests/{provenance.digest}" not in image.asked()


def test_what_calls_itself_a_signature_and_is_another_statement_is_none(image: Signed) -> None:
    statement = signing.statement(image.digest, "https://slsa.dev/provenance/v1")
    image.attach(signing.referrer(image.digest, signing.bundle(KEY, statement)))
    assert image.verdict() == Verdict(Finding.UNSIGNED)


def test_a_registry_that_gives_another_artifact_type_hides_no_signature(image: Signed) -> None:
    image.attach(image.bundled())
    index = json.loads(image.registry.content[f"/v2/{PATH}/referrers/{image.digest}"].body)
    index["manifests"][0] = {**index["manifests"][0], "artifactType": "application/vnd.oci.empty.v1+json"}
    del index["manifests"][0]["annotations"]
    reply = Reply(200, json.dumps(index).encode(), {"Content-Type": signing.INDEX})
    image.registry.content[f"/v2/{PATH}/referrers/{image.digest}"] = reply
    assert image.verdict().finding is Finding.SIGNED


def test_what_is_attached_and_holds_no_signature_is_passed_over(image: Signed) -> None:
    image.attach(signing.referrer(image.digest, b"{}", "application/spdx+json"), Artifact(signing.index_of()))
    assert image.verdict() == Verdict(Finding.UNSIGNED)


def test_a_key_that_signed_another_image_is_told_before_keys_that_are_unknown(image: Signed) -> None:
    image.attach(image.bundled(OTHER), image.bundled(digest=ANOTHER_DIGEST), signing.referrer(image.digest, b"x"))
    assert image.verdict().finding is Finding.OTHER_IMAGE
