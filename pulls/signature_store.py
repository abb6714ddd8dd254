"""The signatures that a registry has beside an image: among what is attached to it, and at cosign's own tag."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, Field, ValidationError

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.image import read_part
from pulls.registry.manifest import ACCEPT, LARGEST_MANIFEST
from pulls.registry.referrers import Referrer, referrers
from pulls.registry.session import Session
from pulls.registry.wire import Reply
from pulls.signature_claims import (
    BUNDLE,
    PREDICATE_NOTE,
    SIGNED,
    SIMPLE_SIGNING,
    BrokenSignatureError,
    Claim,
    of_bundle,
    of_simple_signing,
)

_GOOD = range(200, 300)
_NOT_FOUND = 404
_OF_CONTENT = frozenset({Outcome.NOT_FOUND, Outcome.WRONG_DIGEST, Outcome.MANIFEST_UNSUPPORTED})
"""Faults of what is stored: the registry will give no other answer when it is asked again."""

Found = Claim | BrokenSignatureError


class _Layer(BaseModel):
    media_type: str = Field(alias="mediaType")
    digest: str
    annotations: Mapping[str, str] = {}


class _Manifest(BaseModel):
    layers: tuple[_Layer, ...] = ()


def attached(session: Session, digest: str) -> Iterator[Found]:
    """The signatures among what refers to an image.

    Raises:
        RegistryFaultError: the registry does not say.
    """
    for each in referrers(session, digest).entries:
        if _may_be(each):
            yield from _of_referrer(session, each.digest)


def tagged(session: Session, digest: str) -> Iterator[Found]:
    """The signatures at the tag that cosign 1 and 2 make of a digest.

    Raises:
        RegistryFaultError: the registry does not say.
    """
    reply = _at_tag(session, digest)
    if reply is not None:
        yield from _of_manifest(session, reply)


def has_tagged(session: Session, digest: str) -> bool:
    """Whether there is something at that tag.

    Raises:
        RegistryFaultError: the registry does not say.
    """
    return _at_tag(session, digest) is not None


def _at_tag(session: Session, digest: str) -> Reply | None:
    reply = session.get(f"manifests/{digest.replace(':', '-')}.sig", accept=ACCEPT, limit=LARGEST_MANIFEST)
    if reply.status == _NOT_FOUND:
        return None
    if reply.status not in _GOOD:
        raise session.fault(reply)
    return reply


def check_image(session: Session, digest: str) -> None:
    """Look whether the image itself is there: only then is it known that it has no signature.

    Raises:
        RegistryFaultError: it is not, or the registry does not say.
    """
    reply = session.get(f"manifests/{digest}", accept=ACCEPT, limit=LARGEST_MANIFEST)
    if reply.status == _NOT_FOUND:
        raise session.missing(reply)
    if reply.status not in _GOOD:
        raise session.fault(reply)


def _may_be(referrer: Referrer) -> bool:
    """Whether it may hold a signature: what says that it is another statement is not fetched.

    Its artifact type is not asked: some registries and tools give that of its config (docker/buildx#4010).
    """
    return bool(referrer.digest) and referrer.annotations.get(PREDICATE_NOTE, SIGNED) == SIGNED


def _of_referrer(session: Session, digest: str) -> Iterator[Found]:
    try:
        reply = read_part(session, "manifests", digest, "the signature's manifest")
    except RegistryFaultError as error:
        yield _broken(error)
        return
    yield from _of_manifest(session, reply)


def _of_manifest(session: Session, reply: Reply) -> Iterator[Found]:
    try:
        layers = _Manifest.model_validate_json(reply.body).layers
    except ValidationError:
        yield BrokenSignatureError("the signature's manifest is none")
        return
    for each in layers:
        try:
            claim = _of_layer(session, each)
        except BrokenSignatureError as error:
            yield error
        except RegistryFaultError as error:
            yield _broken(error)
        else:
            if claim is not None:
                yield claim


def _of_layer(session: Session, layer: _Layer) -> Claim | None:
    if layer.media_type == SIMPLE_SIGNING:
        payload = read_part(session, "blobs", layer.digest, "the signature's payload").body
        return of_simple_signing(payload, layer.annotations)
    if layer.media_type.startswith(BUNDLE):
        return of_bundle(read_part(session, "blobs", layer.digest, "the signature's bundle").body)
    return None


def _broken(fault: RegistryFaultError) -> BrokenSignatureError:
    """What is stored wrongly, as a broken signature.

    Raises:
        RegistryFaultError: the fault is another one.
    """
    if fault.outcome in _OF_CONTENT:
        return BrokenSignatureError(fault.said)
    raise fault
