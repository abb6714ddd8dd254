"""Image references: `repository@sha256:…`, the only form that ever reaches a cluster from a registry.

A tag can move and be removed, a digest names one content for ever. An image that is loaded into the nodes has no digest
of a repository; the one tag of its content stands for it. The grammar is that of distribution/reference
(github.com/distribution/reference, reference.go).
"""

import re
from dataclasses import dataclass

from components.build_inputs import TAG_LENGTH
from components.errors import InvalidValueError
from pulls import loaded

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# What a node takes (opencontainers/go-digest, algorithm.go).
_ANY_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
_LABEL = r"[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
_HOST = rf"(?:\[[0-9a-fA-F:]+\]|{_LABEL}(?:\.{_LABEL})*)(?::(?P<port>[0-9]{{1,5}}))?"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"(?P<host>{_HOST})/(?P<path>{_COMPONENT}(?:/{_COMPONENT})*)")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_CONTENT_TAG = re.compile(rf"[0-9a-f]{{{TAG_LENGTH}}}")
_LAST_PORT, _LONGEST_PATH = 65535, 255


@dataclass(frozen=True)
class ImageName:
    """A name as it is pushed: `host[:port]/path:tag`."""

    host: str
    path: str
    tag: str | None

    @property
    def repository(self) -> str:
        """Host and path, without the tag."""
        return f"{self.host}/{self.path}"


def split_name(text: str) -> ImageName:
    """The parts of `host[:port]/path[:tag]`.

    Raises:
        InvalidValueError: it has no registry host, or is not a name at all.
    """
    repository, colon, tag = text, "", ""
    if ":" in text.rpartition("/")[2]:
        repository, colon, tag = text.rpartition(":")
    match = _REPOSITORY.fullmatch(repository)
    if match is None or not _can_be(match) or (colon and not _TAG.fullmatch(tag)):
        reason = f"{text!r} is not an image name such as registry.example.com/team/web:1"
        raise InvalidValueError(reason)
    return ImageName(match["host"], match["path"], tag or None)


def _can_be(match: re.Match[str]) -> bool:
    port = match["port"]
    good_port = port is None or 0 < int(port) <= _LAST_PORT
    return good_port and len(match["path"]) <= _LONGEST_PATH and is_host(match["host"])


def is_host(text: str) -> bool:
    """Whether docker takes what is before the first slash for a registry."""
    # `team/web` is a path on Docker Hub, `team.io/web` and `localhost/web` are not.
    return "." in text or ":" in text or text == "localhost"


def is_digest(text: str) -> bool:
    """Whether a text is `sha256:` and 64 hexadecimal digits."""
    return _DIGEST.fullmatch(text) is not None


def names_content(text: str) -> bool:
    """Whether a text is a digest of any kind that a node takes: `sha256:…`, `sha384:…` or `sha512:…`."""
    return _ANY_DIGEST.fullmatch(text) is not None


def check_reference(text: object, repository: str | None = None) -> str:
    """A `repository@sha256:…` as it is; a tag before the digest is dropped.

    Args:
        text: what came out of a push.
        repository: where it must have been pushed to, `host[:port]/path`; None for anywhere.

    Raises:
        InvalidValueError: anything else; says what it is, and what to do.
    """
    shown = str(text)
    name, at, digest = shown.partition("@")
    if not at or not is_digest(digest):
        reason = f"{shown!r} is not a reference by digest: {_advice(shown)}"
        raise InvalidValueError(reason)
    found = split_name(name).repository
    if repository is not None and found != repository:
        reason = (
            f"{shown} is in another repository than {repository}, where this stack may pull; "
            f"copy it first: skopeo copy --all docker://{shown} docker://{repository}:copied"
        )
        raise InvalidValueError(reason)
    return f"{found}@{digest}"


def check_loaded(text: object) -> str:
    """A `loaded.invalid/path:tag` as it is, whose tag is that of its content (`build_inputs.py`).

    Raises:
        InvalidValueError: anything else.
    """
    shown = str(text)
    repository, _, tag = shown.rpartition(":")
    if not is_content_tag(tag) or split_name(repository).host != loaded.HOST:
        reason = f"{shown!r} is not an image that is loaded into the nodes, {loaded.HOST}/path and its content's tag"
        raise InvalidValueError(reason)
    return shown


def is_content_tag(tag: str | None) -> bool:
    """Whether a tag is one that names a content for ever, as those of builds do."""
    return tag is not None and _CONTENT_TAG.fullmatch(tag) is not None


def by_digest(repository: str, digest: str) -> str:
    """The reference of an image that is there already.

    Args:
        repository: the stack's own, `host[:port]/path`.
        digest: `sha256:…`, or a whole reference to the same repository.

    Raises:
        InvalidValueError: no digest, or one in another repository.
    """
    return check_reference(digest if "@" in digest else f"{repository}@{digest}", repository)


def short_digest(reference: str) -> str:
    """The first twelve hexadecimal digits of a reference's digest, enough to tell images apart."""
    return reference.rpartition(":")[2][:12]


def _advice(text: str) -> str:
    if "<none>" in text or text in ("", "None"):
        return "the push ended without a digest; run `pulumi up` again, which pushes again"
    if is_digest(text):
        return "it is the id of a local image, which no cluster can pull; the image was not pushed"
    return "a tag can move; give what the push printed, `host/path@sha256:…`"
