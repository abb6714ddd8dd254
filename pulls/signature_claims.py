"""What signatures beside an image say that they sign, in the two forms of cosign. Pure; nothing is verified here.

- cosign 1 and 2: a payload of "simple signing", with the signature in an annotation (specs/SIGNATURE_SPEC.md there)
- cosign 3: a sigstore bundle, with an in-toto statement in a DSSE envelope (specs/BUNDLE_SPEC.md;
  cmd/cosign/cli/sign/sign.go, signDigestBundle)
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, Field, ValidationError

SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json"
BUNDLE = "application/vnd.dev.sigstore.bundle"
"""Begins each version's media type."""
PREDICATE_NOTE = "dev.sigstore.bundle.predicateType"
SIGNED = "https://sigstore.dev/cosign/sign/v1"
"""Predicate type of a signature. Others (provenance, contents, a scan) are signed too, and say nothing of approval."""
_ANNOTATION = "dev.cosignproject.cosign/signature"
_SIMPLE_TYPE = "cosign container image signature"
_IN_TOTO = "application/vnd.in-toto+json"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Claim:
    """Signatures of one message, and the digests of the images that the message is about."""

    message: bytes
    signatures: tuple[bytes, ...]
    digests: frozenset[str]


class BrokenSignatureError(ValueError):
    """What should be a signature is none; the message says what of it is wrong."""


class _Image(BaseModel):
    digest: str = Field(alias="docker-manifest-digest")


class _Critical(BaseModel):
    image: _Image
    type: str


class _Simple(BaseModel):
    critical: _Critical


class _Subject(BaseModel):
    digest: Mapping[str, str]


class _Statement(BaseModel):
    predicate_type: str = Field(alias="predicateType")
    subject: tuple[_Subject, ...]


class _Signature(BaseModel):
    sig: str


class _Envelope(BaseModel):
    payload: str
    payload_type: str = Field(alias="payloadType")
    signatures: tuple[_Signature, ...]


class _Bundle(BaseModel):
    envelope: _Envelope | None = Field(default=None, alias="dsseEnvelope")


def of_simple_signing(payload: bytes, annotations: Mapping[str, str]) -> Claim:
    """The claim of a payload and the annotations that its layer has.

    The repository in it is not judged, as cosign does not: an image is copied with its signatures, and stays the same.

    Raises:
        BrokenSignatureError: one of both is not what the specification says.
    """
    if _ANNOTATION not in annotations:
        message = f"the annotation {_ANNOTATION} is missing"
        raise BrokenSignatureError(message)
    critical = _read(_Simple, payload, "the payload is no simple signing").critical
    if critical.type != _SIMPLE_TYPE:
        message = f"the payload's type is not {_SIMPLE_TYPE!r}"
        raise BrokenSignatureError(message)
    signature = _decoded(annotations[_ANNOTATION], "the signature")
    return Claim(payload, (signature,), frozenset({critical.image.digest}))


def of_bundle(body: bytes) -> Claim | None:
    """The claim of a bundle; None for one that is about something else than a signature of images.

    Raises:
        BrokenSignatureError: it is no bundle, or its envelope holds no statement.
    """
    envelope = _read(_Bundle, body, "the bundle is none").envelope
    if envelope is None or envelope.payload_type != _IN_TOTO:
        return None
    payload = _decoded(envelope.payload, "the envelope's payload")
    statement = _read(_Statement, payload, "the envelope's payload is no statement")
    if statement.predicate_type != SIGNED:
        return None
    signatures = tuple(_decoded(each.sig, "the signature") for each in envelope.signatures)
    digests = frozenset(f"sha256:{each.digest['sha256']}" for each in statement.subject if "sha256" in each.digest)
    return Claim(_authenticated(payload), signatures, digests)


def _authenticated(payload: bytes) -> bytes:
    # What a DSSE signature is over (secure-systems-lab/dsse, protocol.md, "PAE").
    return b"DSSEv1 %d %b %d %b" % (len(_IN_TOTO), _IN_TOTO.encode(), len(payload), payload)


def _read(model: type[Model], body: bytes, wrong: str) -> Model:
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise BrokenSignatureError(wrong) from None  # its own text quotes what came


def _decoded(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        message = f"{what} is not base64"
        raise BrokenSignatureError(message) from None
