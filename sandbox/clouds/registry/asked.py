"""What a request asks of a registry, as far as its method, path and headers say it."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from sandbox.clouds.access import Action, Login

Access = Mapping[str, frozenset[Action]]
"""Repository → what may be done, or is asked to be."""

# opencontainers/distribution-spec: spec.md, "Pulling manifests"; a reference is a tag or a digest.
_NAME = r"[a-z0-9]+(?:(?:[._]|__|-+|/)[a-z0-9]+)*"
_REST = (
    r"(?:manifests|blobs|referrers)/[A-Za-z0-9_][A-Za-z0-9._:+=-]*"
    r"|blobs/uploads/(?:[A-Za-z0-9_][A-Za-z0-9._=-]*)?|tags/list"
)
_CONTENT = re.compile(rf"/v2/(?P<repository>{_NAME})/(?P<rest>{_REST})")
_ACTIONS: Mapping[str, frozenset[Action]] = {
    "pull": frozenset({"pull"}),
    "push": frozenset({"push"}),
    "*": frozenset(get_args(Action)),
}


@dataclass(frozen=True)
class Content:
    """A request for a part of a repository."""

    repository: str
    rest: str
    """What follows the repository: `manifests/v1`, `blobs/sha256:…`, `blobs/uploads/`."""
    action: Action


@dataclass(frozen=True)
class Credentials:
    """What the Authorization header carries; at most one of the two."""

    login: Login | None = None
    token: str | None = field(default=None, repr=False)


def content(method: str, path: str) -> Content | None:
    """The part of a repository that a request is for; None when it is for no such thing.

    Whoever reads pulls, and the rest pushes: also the state of an upload is only for who pushes.
    """
    found = _CONTENT.fullmatch(path)
    if found is None:
        return None
    reads = method in ("GET", "HEAD") and not found["rest"].startswith("blobs/uploads/")
    return Content(found["repository"], found["rest"], "pull" if reads else "push")


def access(scopes: Iterable[str]) -> Access:
    """What token scopes ask for, such as `repository:team/web:pull,push`; several may stand in one text.

    Other resource types and actions are left out: no token is refused for them, and none is of use for them
    (distribution/distribution: docs/content/spec/auth/scope.md).
    """
    asked: dict[str, frozenset[Action]] = {}
    for scope in " ".join(scopes).split():
        kind, _, rest = scope.partition(":")
        repository, _, actions = rest.rpartition(":")
        if kind == "repository" and repository:
            known = (_ACTIONS.get(each, frozenset[Action]()) for each in actions.split(","))
            asked[repository] = asked.get(repository, frozenset()).union(*known)
    return asked


def credentials(authorization: str) -> Credentials:
    """What an Authorization header says; nothing where there is none, or none that can be read."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return Credentials(token=value.strip())
    if scheme.lower() != "basic":
        return Credentials()
    try:
        username, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return Credentials()
    return Credentials(login=Login(username, password) if colon else None)


def host(ns: str | None, named: str) -> str:
    """The registry that is meant: containerd's `?ns=`, where its hosts.toml led it elsewhere, or the Host header.

    From containerd/containerd v2.3.4: core/remotes/docker/resolver.go, addNamespace.
    """
    return (ns or named.partition(":")[0]).lower()
