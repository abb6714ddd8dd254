"""Signatures of images as cosign makes them, without cosign: keys, payloads, bundles, and the manifests that hold them.

That the forms are cosign's own is shown by tests/unit/cosign, which has signatures that cosign made.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIGN = "https://sigstore.dev/cosign/sign/v1"
_SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json"
_IN_TOTO = "application/vnd.in-toto+json"
_HASHES = {256: hashes.SHA256, 384: hashes.SHA384, 521: hashes.SHA512}

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def new_key() -> ec.EllipticCurvePrivateKey:
    """What `cosign generate-key-pair` makes."""
    return ec.generate_private_key(ec.SECP256R1())


def public_pem(key: Private) -> bytes:
    """The file `cosign.pub`."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign(key: Private, message: bytes) -> bytes:
    """By the schemes of cosign."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(_HASHES[key.key_size]()))
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(message)


@dataclass(frozen=True)
class Artifact:
    """A manifest, and the blobs that it names."""

    manifest: bytes
    blobs: Mapping[str, bytes] = field(default_factory=dict[str, bytes])

    @property
    def digest(self) -> str:
        """Of the manifest."""
        return digest_of(self.manifest)


def digest_of(body: bytes) -> str:
    """`sha256:…` of a content."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def simple_payload(digest: str, repository: str = "r.example.com/web") -> bytes:
    """What cosign 1 and 2 sign."""
    critical = {
        "identity": {"docker-reference": repository},
        "image": {"docker-manifest-digest": digest},
        "type": "cosign container image signature",
    }
    return json.dumps({"critical": critical, "optional": None}).encode()


def simple_signature(key: Private, payload: bytes) -> Artifact:
    """What stands at the tag `sha256-….sig`."""
    signature = base64.b64encode(sign(key, payload)).decode()
    layer = {"mediaType": _SIMPLE, "annotations": {"dev.cosignproject.cosign/signature": signature}}
    return _artifact({}, payload, layer)


def statement(digest: str, predicate_type: str = SIGN) -> bytes:
    """What cosign 3 signs, or what else is attested of an image."""
    subject = [{"digest": {"sha256": digest.removeprefix("sha256:")}}]
    kind = "https://in-toto.io/Statement/v1"
    return json.dumps({"_type": kind, "subject": subject, "predicateType": predicate_type, "predicate": {}}).encode()


def bundle(key: Private, payload: bytes) -> bytes:
    """A sigstore bundle with a statement."""
    message = b"DSSEv1 %d %b %d %b" % (len(_IN_TOTO), _IN_TOTO.encode(), len(payload), payload)
    signature = base64.b64encode(sign(key, message)).decode()
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": _IN_TOTO,
        "signatures": [{"sig": signature}],
    }
    material = {"publicKey": {"hint": "unused"}}
    return json.dumps({"mediaType": BUNDLE, "verificationMaterial": material, "dsseEnvelope": envelope}).encode()


def referrer(digest: str, body: bytes, kind: str = BUNDLE, predicate_type: str = SIGN) -> Artifact:
    """A manifest that attaches a bundle to an image."""
    more = {
        "artifactType": kind,
        "subject": {"mediaType": MANIFEST, "digest": digest, "size": 1},
        "annotations": {"dev.sigstore.bundle.predicateType": predicate_type},
    }
    return _artifact(more, body, {"mediaType": kind})


def index_of(*artifacts: Artifact) -> bytes:
    """The list of what is attached, as the referrers API gives it and as it stands at the tag for it."""
    entries: list[dict[str, object]] = []
    for each in artifacts:
        manifest = json.loads(each.manifest)
        known = {name: manifest[name] for name in ("artifactType", "annotations") if name in manifest}
        entries.append({"mediaType": MANIFEST, "digest": each.digest, "size": len(each.manifest), **known})
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode()


def _artifact(more: Mapping[str, object], body: bytes, layer: Mapping[str, object]) -> Artifact:
    config = b"{}"
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": digest_of(config), "size": len(config)},
        "layers": [{**layer, "digest": digest_of(body), "size": len(body)}],
        **more,
    }
    blobs = {digest_of(each): each for each in (config, body)}
    return Artifact(json.dumps(manifest).encode(), blobs)
