"""The public key that an image must be signed with.

The schemes are those that cosign signs with by default (sigstore/sigstore v1.10, pkg/signature, LoadDefaultSigner…):
ECDSA with the hash of its curve's size, RSA by PKCS #1 v1.5 with SHA-256, Ed25519 of the message itself. Signatures by
Ed25519ph, which cosign 3.1 makes and does not take back (sigstore/cosign#5074), cannot be checked.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

_HASH_OF_CURVE = {"secp256r1": hashes.SHA256, "secp384r1": hashes.SHA384, "secp521r1": hashes.SHA512}
_SHORTEST_RSA = 2048
_Key = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey


class InvalidKeyError(ValueError):
    """No key that a signature can be checked with; the message says why and quotes nothing."""


@dataclass(frozen=True)
class PublicKey:
    """A key that can be checked with."""

    key: _Key

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its DER form, in hexadecimal."""
        der = self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()

    @property
    def caution(self) -> str:
        """What may go wrong with such a key although its owner signs; empty if nothing is known."""
        if isinstance(self.key, ed25519.Ed25519PublicKey):
            return "cosign 3.1 signs with Ed25519 keys in a way that nothing can check, nor does its own verify"
        return ""

    def made(self, signature: bytes, message: bytes) -> bool:
        """Whether the key's owner made this signature of this message."""
        try:
            if isinstance(self.key, ec.EllipticCurvePublicKey):
                self.key.verify(signature, message, ec.ECDSA(_HASH_OF_CURVE[self.key.curve.name]()))
            elif isinstance(self.key, rsa.RSAPublicKey):
                self.key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
            else:
                self.key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def public_key(text: bytes) -> PublicKey:
    """The key in a file as `cosign generate-key-pair` writes it (`cosign.pub`, SubjectPublicKeyInfo in PEM).

    Raises:
        InvalidKeyError: there is none in it, or one of a kind that nothing is checked with here.
    """
    try:
        key = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        message = "is no public key in PEM form (-----BEGIN PUBLIC KEY-----)"
        raise InvalidKeyError(message) from None
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _HASH_OF_CURVE:
        return PublicKey(key)
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < _SHORTEST_RSA:
            message = f"is an RSA key of {key.key_size} bits, which is too short: {_SHORTEST_RSA} at least"
            raise InvalidKeyError(message)
        return PublicKey(key)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey(key)
    message = "is a key of another kind than ECDSA (P-256, P-384, P-521), RSA and Ed25519"
    raise InvalidKeyError(message)
