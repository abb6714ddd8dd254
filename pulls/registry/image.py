"""Reads an image at its registry far enough to know whether nodes could run it."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.manifest import (
    ACCEPT,
    LARGEST_MANIFEST,
    Child,
    Index,
    MalformedManifestError,
    Manifest,
    UnsupportedManifestError,
    platform_of_config,
    read_manifest,
    runs_on,
)
from pulls.registry.session import Session
from pulls.registry.wire import Reply

_DIGEST = re.compile(r"(sha256|sha384|sha512):([0-9a-f]{64,128})")
_GOOD = range(200, 300)
_NOT_FOUND = 404


@dataclass
class Image:
    """What is known so far; see `Answer` for the fields."""

    platforms: tuple[str, ...] = ()
    missing_platforms: tuple[str, ...] = ()
    digest: str | None = None
    size: int | None = None


def read_image(session: Session, wanted: str, digest: str | None, nodes: Sequence[str], image: Image) -> None:
    """Fill `image` with what the registry has under `wanted`.

    Args:
        session: of the image's repository.
        wanted: tag or digest.
        digest: what the content must have, or None.
        nodes: platforms of the nodes.
        image: is filled as far as it goes, also before an error.

    Raises:
        RegistryFaultError: the image cannot be pulled.
    """
    reply = _fetch(session, f"manifests/{wanted}")
    if reply.status == _NOT_FOUND:
        raise session.missing(reply)
    _check(session, reply, None)
    image.digest = digest_of(reply.body, digest or "sha256:")
    _check(session, reply, digest)
    content = _content(reply)
    if isinstance(content, Index):
        _read_index(session, content, nodes, image)
    else:
        _read_single(session, content, nodes, image)


def digest_of(body: bytes, like: str) -> str:
    """The digest of a content, by the same algorithm as another digest."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, body).hexdigest()}"


def _read_index(session: Session, index: Index, nodes: Sequence[str], image: Image) -> None:
    offered = [each.platform for each in index.children if each.platform is not None]
    image.platforms = tuple(dict.fromkeys(offered))
    if len(offered) == len(index.children):  # a child that does not say its platform may be for any node
        image.missing_platforms = _missing(offered, nodes)
    child = _child_for(index.children, nodes)
    if child is None:
        return
    reply = read_part(session, "manifests", child.digest, f"the manifest for {child.platform or 'its one platform'}")
    content = _content(reply)
    if isinstance(content, Manifest):
        image.size = content.size


def _read_single(session: Session, manifest: Manifest, nodes: Sequence[str], image: Image) -> None:
    image.size = manifest.size
    if manifest.config is None:
        return
    config = read_part(session, "blobs", manifest.config, "the image's config")
    try:
        platform = platform_of_config(config.body)
    except MalformedManifestError as error:
        raise RegistryFaultError(Outcome.SERVER_ERROR, str(error)) from error
    if platform is not None:
        image.platforms = (platform,)
        image.missing_platforms = _missing([platform], nodes)


def _missing(offered: Sequence[str], nodes: Sequence[str]) -> tuple[str, ...]:
    return tuple(node for node in dict.fromkeys(nodes) if not any(runs_on(each, node) for each in offered))


def _child_for(children: Sequence[Child], nodes: Sequence[str]) -> Child | None:
    for node in nodes:
        for child in children:
            if child.platform is not None and runs_on(child.platform, node):
                return child
    return children[0] if len(children) == 1 and not nodes else None


def read_part(session: Session, kind: str, digest: str, what: str) -> Reply:
    """A content that a manifest names by its digest.

    Args:
        session: of the repository.
        kind: `manifests` or `blobs`.
        digest: of the content.
        what: it is, for what is said when it is missing.

    Raises:
        RegistryFaultError: it is not there, or is another content.
    """
    if not _DIGEST.fullmatch(digest):
        reason = f"{what} is named by something that is no digest"
        raise RegistryFaultError(Outcome.SERVER_ERROR, reason)
    reply = _fetch(session, f"{kind}/{digest}")
    if reply.status == _NOT_FOUND:
        reason = f"the registry has the tag or digest, but {what} is missing"
        raise RegistryFaultError(Outcome.NOT_FOUND, reason, status=_NOT_FOUND)
    _check(session, reply, digest)
    return reply


def _fetch(session: Session, below: str) -> Reply:
    return session.get(below, accept=ACCEPT, limit=LARGEST_MANIFEST)


def _check(session: Session, reply: Reply, digest: str | None) -> None:
    if reply.status not in _GOOD:
        raise session.fault(reply)
    if not reply.whole:
        reason = f"larger than the {LARGEST_MANIFEST} bytes that nodes accept"
        raise RegistryFaultError(Outcome.MANIFEST_UNSUPPORTED, reason, status=reply.status)
    if digest is not None and (found := digest_of(reply.body, digest)) != digest:
        reason = f"asked for {digest}, and the content is {found}"
        raise RegistryFaultError(Outcome.WRONG_DIGEST, reason, status=reply.status)


def _content(reply: Reply) -> Index | Manifest:
    try:
        return read_manifest(reply.content_type, reply.body)
    except UnsupportedManifestError as error:
        raise RegistryFaultError(Outcome.MANIFEST_UNSUPPORTED, str(error), status=reply.status) from error
    except MalformedManifestError as error:
        raise RegistryFaultError(Outcome.SERVER_ERROR, str(error), status=reply.status) from error
