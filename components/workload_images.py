"""What is wrong with an image that a workload names. Pure.

Public images may be anyone's. A registry of a cloud (Azure, ECR, Artifact Registry) gives nothing without a grant, and
this stack's nodes have one for their own only.
"""

import re

from components.errors import InvalidValueError
from components.references import ImageName, is_content_tag, is_digest, names_content, split_name
from pulls import loaded

_FORM = "host[:port]/path@sha256:…"
_SHORT = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@.*)?", re.ASCII)
_HOST_LIKE = re.compile(r"[^/]*[.:][^/]*/|localhost/")
_LONG_TAG = re.compile(r".*:[\w.-]{129,}", re.ASCII)
_NO_VALUE = ("None", "null", "undefined")
"""What languages write for no value."""
_OF_A_CLOUD = re.compile(
    r"[a-z0-9-]+\.azurecr\.(?:io|cn|us)"
    r"|(?!602401143452\.)\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9.-]+"  # but for the account of EKS's own add-ons
    r"|[a-z0-9-]+-docker\.pkg\.dev",
    re.IGNORECASE,
)


def image_fault(image: str, policy: object, prefix: str | None, *, other_login: bool = False) -> str | None:
    """What is wrong with an image reference, or None.

    Args:
        image: as the workload names it.
        policy: by which it is pulled.
        prefix: of this stack's registry, `host[:port][/path]`; None if unknown.
        other_login: whether its pod brings a login of its own.
    """
    plain = str.__str__(image)
    name, at, digest = plain.partition("@")
    if not plain or "<none>" in plain:
        return "it is what a failed push or build leaves; deploy what the push printed, host/path@sha256:…"
    if is_digest(plain):
        return "it is the id of a local image, which no cluster can pull; push it, and deploy host/path@sha256:…"
    if at and not names_content(digest):
        return "what follows the @ is not sha256: and 64 hexadecimal digits"
    try:
        split = split_name(name)
    except InvalidValueError:
        return _name_fault(plain, name, prefix)
    if prefix is not None and not other_login and _is_foreign(split.host, prefix):
        return f"this stack's nodes may pull from {prefix}, not from {_shown(image, split.host)}; {_COPY}"
    return _content_fault(split, policy, prefix, by_digest=bool(at))


_COPY = "copy it there (skopeo copy --all), or name a pull secret in imagePullSecrets"


def _shown(image: str, host: str) -> str:
    return host if type(image) is str else "another"  # a secret text is not quoted


def _is_foreign(host: str, prefix: str) -> bool:
    return host.lower() != prefix.partition("/")[0].lower() and _OF_A_CLOUD.fullmatch(host) is not None


def _name_fault(plain: str, name: str, prefix: str | None) -> str:
    if _LONG_TAG.fullmatch(name):
        return f"its tag is longer than 128 characters; use {_FORM}"
    if _SHORT.fullmatch(plain) and not _HOST_LIKE.match(name):
        return f"it names no registry; write {prefix or 'registry.example.com'}/…@sha256:…, or docker.io/… if meant"
    return f"it is not an image reference: {_FORM}, path in lower case and of 255 characters at most"


def _content_fault(name: ImageName, policy: object, prefix: str | None, *, by_digest: bool) -> str | None:
    """Whether another content may be meant tomorrow, or on another node."""
    if name.host == loaded.HOST:
        return _loaded_fault(None if by_digest else name.tag, policy, prefix)
    return None if by_digest else _tag_fault(f"{name.repository}/", name.tag, policy, prefix)


def _loaded_fault(tag: str | None, policy: object, prefix: str | None) -> str | None:
    if prefix not in (None, loaded.HOST):
        return f"it is in no registry, and this stack loads no images; use {prefix}/…@sha256:…"
    if not is_content_tag(tag):
        return "an image that is loaded goes by the tag of its content, which is what the build of this stack gives"
    if policy == "Always":
        return "with imagePullPolicy Always a node asks a registry for it, and there is none; use IfNotPresent"
    return None


def _tag_fault(repository: str, tag: str | None, policy: object, prefix: str | None) -> str | None:
    if tag in _NO_VALUE:
        return "its tag is what is written for a value that is missing; deploy what the push printed"
    if prefix is not None and repository.startswith(f"{prefix}/"):
        return "a tag of this stack's registry can move; deploy what the push printed, host/path@sha256:…"
    if tag in (None, "latest"):
        return "without a tag of its own it is another image tomorrow; use host/path@sha256:…"
    if policy == "Always":
        return "with imagePullPolicy Always a tag may be another image on each node; use host/path@sha256:…"
    return None
