"""Signatures and lists of contents, as far as a registry tells of them."""

import json

import pytest

from ops.verify import Attached, has_sbom, signed
from ops.verify_health import findings
from ops.verify_registry import attached_to
from pulls.registry.reference import InvalidReference
from tests.unit import stack_exports as export
from tests.unit.registry_server import INDEX
from tests.unit.registry_server import Reply as RegistryReply
from tests.unit.verified_place import place, shown


def index_of(*kinds: str) -> RegistryReply:
    entries = [{"mediaType": "x", "digest": export.DIGEST, "size": 1, "artifactType": each} for each in kinds]
    body = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode()
    return RegistryReply(200, body, {"Content-Type": INDEX})


COSIGN, SPDX = "application/vnd.dev.sigstore.bundle.v0.3+json", "application/spdx+json"


def test_signatures_and_sboms_are_found_by_the_referrers_api() -> None:
    with place() as here:
        digest = here.image.partition("@")[2]
        here.registry.content[f"/v2/team/web/referrers/{digest}"] = index_of(COSIGN, SPDX, SPDX)
        found = here.verified()
    (proof,) = found.images
    assert proof.attached == Attached(asked=True, api=True, kinds=(COSIGN, SPDX))
    assert (signed(proof.attached), has_sbom(proof.attached)) == (True, True)
    assert f"attached, signature and SBOM: {COSIGN}, {SPDX}" in shown(found)
    assert findings(found) == []


def test_a_registry_without_the_api_is_asked_for_the_tag_that_stands_for_it() -> None:
    with place() as here:
        digest = here.image.partition("@")[2]
        here.registry.content[f"/v2/team/web/manifests/{digest.replace(':', '-')}"] = index_of(COSIGN)
        found = here.verified()
    assert found.images[0].attached == Attached(asked=True, api=False, kinds=(COSIGN,))
    assert "(the registry has no referrers API)" in shown(found)


def test_a_signature_at_cosigns_own_tag_is_found_where_the_api_does_not_tell_of_it() -> None:
    with place() as here:
        digest = here.image.partition("@")[2]
        here.registry.content[f"/v2/team/web/referrers/{digest}"] = index_of()
        here.registry.content[f"/v2/team/web/manifests/{digest.replace(':', '-')}.sig"] = RegistryReply(200, b"{}")
        found = here.verified()
    assert found.images[0].attached == Attached(asked=True, api=True, kinds=("cosign's tag",))
    assert "attached, signature: cosign's tag" in shown(found)


@pytest.mark.parametrize(
    ("reply", "attached", "words"),
    [
        (None, Attached(asked=True), "no signature and no SBOM is attached (the registry has no referrers API)"),
        (index_of(), Attached(asked=True, api=True), "no signature and no SBOM is attached\n"),
        (index_of("text/x"), Attached(asked=True, api=True, kinds=("text/x",)), "neither signature nor SBOM: text/x"),
        (RegistryReply(500), Attached(), "signature and SBOM: not known, the registry does not say"),
        (RegistryReply(200, b"<html>"), Attached(asked=True), "no signature and no SBOM is attached"),
        (RegistryReply(406), Attached(asked=True), "(the registry has no referrers API)"),
        (
            RegistryReply(200, b'{"manifests": 5}', {"Content-Type": INDEX}),
            Attached(asked=True, api=True),
            "attached\n",
        ),
        (RegistryReply(200, b"{", {"Content-Type": INDEX}), Attached(asked=True, api=True), "no SBOM is attached\n"),
    ],
)
def test_what_is_attached_is_information_and_no_finding(
    reply: RegistryReply | None, attached: Attached, words: str
) -> None:
    with place() as here:
        if reply is not None:
            here.registry.content[f"/v2/team/web/referrers/{here.image.partition('@')[2]}"] = reply
        found = here.verified()
    assert (found.images[0].attached, findings(found)) == (attached, [])
    assert words in shown(found)


def test_only_digests_have_something_attached() -> None:
    with pytest.raises(InvalidReference):
        attached_to("r.example.com/web:1", None)


@pytest.mark.parametrize(
    ("kind", "signature", "sbom"),
    [
        ("application/vnd.dev.cosign.artifact.sig.v1+json", True, False),
        (COSIGN, True, False),
        ("application/vnd.cncf.notary.signature", True, False),
        (SPDX, False, True),
        ("application/vnd.cyclonedx+json", False, True),
        ("application/vnd.syft+json", False, True),
        ("application/vnd.in-toto+json", False, False),
    ],
)
def test_signatures_and_sboms_are_known_by_their_types(kind: str, signature: bool, sbom: bool) -> None:
    attached = Attached(asked=True, kinds=(kind,))
    assert (signed(attached), has_sbom(attached)) == (signature, sbom)
