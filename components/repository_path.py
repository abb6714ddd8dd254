"""The path of an image in its registry, as a stack file says it: the registry stands elsewhere in that file. Pure."""

import re

from components.errors import InvalidValueError
from components.references import is_host

_PATH = re.compile(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*")
_LONGEST = 200
"""Registries take 255 for host and path together (distribution/reference, NameTotalLengthMax)."""


def check_repository(text: str) -> str:
    """The path itself.

    Raises:
        InvalidValueError: it is none, or has a registry before it, with which it would be pushed to HOST/HOST/path.
    """
    if len(text) > _LONGEST:
        reason = f"{text!r} is not a repository: it is longer than {_LONGEST} characters"
        raise InvalidValueError(reason)
    if begins_with_host(text):
        wrong = "it begins with a registry, which has its own place in the file, and must be what follows that"
    elif _PATH.fullmatch(text):
        return text
    else:
        wrong = "it must be a path of lower-case names, without a registry, tag or digest"
    reason = f"{text!r} is not a repository: {wrong}"
    meant = path_of_reference(text)
    raise InvalidValueError(reason, meant if _PATH.fullmatch(meant) and not begins_with_host(meant) else None)


def begins_with_host(text: str) -> bool:
    """Whether the first of several parts is what docker takes for a registry: `gcr.io/web`, `localhost:5000/web`."""
    first, slash, _ = text.partition("/")
    return bool(slash) and is_host(first)


def path_of_reference(text: str) -> str:
    """`https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web:1` → `team/web`; it may still be no path."""
    path = re.sub(r"^[a-zA-Z]+://", "", text)
    has_scheme = path != text
    path = path.strip("/")
    if begins_with_host(path) or (has_scheme and "/" not in path):
        path = path.partition("/")[2]
    return re.sub(r"(:[^/]*|@.*)$", "", path).strip("/").lower()
