"""Signatures that cosign itself made are read as it reads them.

cosign/cosign-3.1.2.json has them as a registry has: what is below `/v2/<path>/`, by name. They were made by cosign
v3.1.2, built from its Go module, by `cosign sign --key cosign.key --use-signing-config=false --tlog-upload=false`, and
the older form with `--new-bundle-format=false` too.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from pulls.signature import Finding, Patience, check_signature
from pulls.signature_key import public_key
from tests import signing
from tests.unit.registry_server import Registry, Reply, registry

PATH = "team/web"
MADE: dict[str, Any] = json.loads((Path(__file__).parent / "cosign" / "cosign-3.1.2.json").read_text())["signed"]
ED25519PH = "bundle-ed25519"


def serve(served: Registry, made: dict[str, Any]) -> str:
    for name, body in made["content"].items():
        media_type = json.loads(body).get("mediaType", "") if name.startswith("manifests/") else ""
        served.content[f"/v2/{PATH}/{name}"] = Reply(200, body.encode(), {"Content-Type": media_type})
    return f"{served.host}/{PATH}@{made['image']}"


@pytest.mark.parametrize("name", sorted(set(MADE) - {ED25519PH}))
def test_what_cosign_signed_is_signed_by_that_key_and_by_no_other(name: str) -> None:
    with registry() as served:
        image = serve(served, MADE[name])
        mine, other = MADE[name]["publicKey"].encode(), signing.public_pem(signing.new_key())
        assert check_signature(image, public_key(mine), None, Patience(0)).finding is Finding.SIGNED
        assert check_signature(image, public_key(other), None, Patience(0)).finding is Finding.OTHER_KEY


@pytest.mark.parametrize("name", sorted(set(MADE) - {ED25519PH}))
def test_one_byte_of_what_was_signed_is_enough_to_tell(name: str) -> None:
    changed = json.loads(json.dumps(MADE[name]))
    blob = next(each for each in changed["content"] if each.startswith("blobs/"))
    manifest = next(each for each, body in changed["content"].items() if blob.removeprefix("blobs/") in body)
    body = changed["content"].pop(blob)
    other = body.replace("eyJfdHlwZSI6", "eyJfdHlwZSI7").replace("critical", "critical ", 1)
    assert other != body
    digest = signing.digest_of(other.encode())
    changed["content"][f"blobs/{digest}"] = other
    text = changed["content"][manifest].replace(blob.removeprefix("blobs/"), digest)
    changed["content"][manifest] = text
    with registry() as served:
        image = serve(served, changed)
        found = check_signature(image, public_key(MADE[name]["publicKey"].encode()), None, Patience(0))
    assert found.finding in (Finding.BROKEN, Finding.OTHER_KEY)


def test_ed25519_as_cosign_3_1_signs_with_it_is_not_taken_and_told() -> None:
    with registry() as served:
        image = serve(served, MADE[ED25519PH])
        found = check_signature(image, public_key(MADE[ED25519PH]["publicKey"].encode()), None, Patience(0))
    assert (found.finding, "cosign 3.1" in found.said) == (Finding.OTHER_KEY, True)
