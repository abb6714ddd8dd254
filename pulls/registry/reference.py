"""Image references, read as a node reads them.

The grammar and the expansion of Docker Hub's short names are those of distribution/reference v0.6.0
(regexp.go, normalize.go); with a tag and a digest, the digest counts (normalize.go, ParseDockerRef).
"""

import ipaddress
import re
from dataclasses import dataclass

from pulls.text.redact import redact

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::(?P<port>[0-9]{{1,5}}))?")
_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
_HUB = "docker.io"
_HUB_API = "registry-1.docker.io"  # containerd v2.1.0, core/remotes/docker/registry.go
_LONGEST_PATH, _LONGEST_LABEL, _LONGEST_HOST, _LAST_PORT = 255, 63, 253, 65535
_SHOWN = 160


class InvalidReference(ValueError):  # noqa: N818 - reads as what it is
    """A text that no node can pull; the message says why."""


@dataclass(frozen=True)
class ImageReference:
    """What to ask which registry for.

    Attributes:
        host: `host[:port]` as in the reference; `docker.io` for Docker Hub.
        path: the repository, without the host.
        tag: None where a digest was given.
        digest: `sha256:…`, or None.
    """

    host: str
    path: str
    tag: str | None
    digest: str | None

    @property
    def registry(self) -> str:
        """The `host[:port]` that serves the API."""
        return _HUB_API if self.host == _HUB else self.host

    @property
    def repository(self) -> str:
        """`host[:port]/path`."""
        return f"{self.host}/{self.path}"

    @property
    def wanted(self) -> str:
        """What the manifest is asked by: the digest, else the tag."""
        return self.digest or self.tag or "latest"


def parse_reference(image: str) -> ImageReference:
    """The parts of `host[:port]/path[:tag][@digest]`, or of a short name of Docker Hub.

    Raises:
        InvalidReference: no node can pull it.
    """
    _refuse_known_mistakes(image)
    name, at, digest = image.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        raise _invalid(image, "what follows @ is not sha256: and 64 hexadecimal digits")
    host, rest = _split_host(name)
    path, colon, tag = rest.partition(":")
    if host == _HUB and "/" not in path:
        path = f"library/{path}"
    _check_host(image, host)
    _check_path(image, path)
    if colon and not _TAG.fullmatch(tag):
        raise _invalid(image, "the tag is empty, too long or has a character that tags cannot have")
    if digest:
        return ImageReference(host, path, None, digest)
    return ImageReference(host, path, tag or "latest", None)


def is_loopback(host: str) -> bool:
    """Whether a `host[:port]` is this machine by its name: 127.0.0.0/8, ::1, localhost, *.localhost (RFC 6761)."""
    name = split_port(host)[0].lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def split_port(host: str) -> tuple[str, str]:
    """Host and port of `host[:port]`; the port is empty when there is none, brackets of IPv6 stay."""
    name, colon, port = host.rpartition(":")
    return (name, port) if colon and not host.endswith("]") and (":" not in name or "]" in name) else (host, "")


def _split_host(name: str) -> tuple[str, str]:
    # As normalize.go, splitDockerDomain: `team/web` is a path on Docker Hub; `team.io/web` and `localhost/web` are not.
    first, slash, rest = name.partition("/")
    is_host = slash and (first == "localhost" or "." in first or ":" in first or first != first.lower())
    if not is_host:
        return _HUB, name
    return (_HUB, rest) if first == "index.docker.io" else (first, rest)


def _refuse_known_mistakes(image: str) -> None:
    if "<none>" in image:
        raise _invalid(image, "it has no name; the image was not tagged or not pushed")
    if "://" in image:
        raise _invalid(image, "it starts with a scheme; leave out everything up to ://")
    if any(character.isspace() for character in image):
        raise _invalid(image, "it has white space in it")


def _check_host(image: str, host: str) -> None:
    match = _HOST.fullmatch(host[: _LONGEST_HOST + 10])
    if match is None or int(match["port"] or 0) > _LAST_PORT:
        raise _invalid(image, "what is before the first / is not a host name with or without a port")
    name = split_port(host)[0]
    if len(name) > _LONGEST_HOST or any(len(label) > _LONGEST_LABEL for label in name.split(".")):
        raise _invalid(image, "the registry's host name is longer than DNS allows")


def _check_path(image: str, path: str) -> None:
    if path != path.lower():
        raise _invalid(image, "repository names must be lower case")
    if len(path) > _LONGEST_PATH or not _PATH.fullmatch(path):
        raise _invalid(image, "the repository name is empty, too long or has a character that names cannot have")


def _invalid(image: str, reason: str) -> InvalidReference:
    return InvalidReference(f"{redact(image)[:_SHOWN]!r} is not an image reference: {reason}")
