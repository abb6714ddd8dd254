"""The rules for names in Kubernetes objects beside DNS labels. Pure.

They are those of apimachinery, pkg/util/validation/validation.go.
"""

import re

from components.dns_names import NAME_LIMIT
from components.errors import InvalidValueError

OBJECT_LIMIT = 2**20
"""Most bytes in a ConfigMap or Secret (kubernetes, pkg/apis/core, MaxSecretSize)."""

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_QUALIFIED = re.compile(r"[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?")


def check_object_name(text: str) -> str:
    """The name of an object such as a Secret, as it is; raises InvalidValueError."""
    if _SUBDOMAIN.fullmatch(text) and len(text) <= NAME_LIMIT:
        return text
    reason = f"{text!r} cannot name an object: it must be lower-case letters, digits, dashes and dots"
    raise InvalidValueError(reason)


def check_key(text: str) -> str:
    """The name of a file or value in a ConfigMap or Secret, as it is; raises InvalidValueError."""
    return _checked(text, _KEY, "file name")


def check_variable(text: str) -> str:
    """The name of an environment variable, as it is; raises InvalidValueError."""
    return _checked(text, _VARIABLE, "variable name")


def check_annotation(text: str) -> str:
    """The name of an annotation, with or without a domain before a slash, as it is; raises InvalidValueError."""
    return _qualified(text, "an annotation")


def check_label(text: str) -> str:
    """The name of a label, with or without a domain before a slash, as it is; raises InvalidValueError."""
    return _qualified(text, "a label")


def _qualified(text: str, kind: str) -> str:
    domain, slash, name = text.rpartition("/")
    if _QUALIFIED.fullmatch(name) and (not slash or (_SUBDOMAIN.fullmatch(domain) and len(domain) <= NAME_LIMIT)):
        return text
    reason = f"{text!r} is not the name of {kind}: it must be like example.com/name, 63 characters at most"
    raise InvalidValueError(reason)


def check_label_value(text: str) -> str:
    """The value of a label, as it is; raises InvalidValueError."""
    if text and not _QUALIFIED.fullmatch(text):
        reason = f"{text!r} is no label's value: it must be letters, digits, dots, dashes and underscores, 63 at most"
        raise InvalidValueError(reason)
    return text


def _checked(text: str, pattern: re.Pattern[str], kind: str) -> str:
    if not pattern.fullmatch(text) or len(text) > NAME_LIMIT:
        reason = f"{text!r} is not a {kind}: it must be letters, digits, dots, dashes and underscores"
        raise InvalidValueError(reason)
    if text == "." or text.startswith(".."):
        reason = f"{text!r} is not a {kind}: Kubernetes keeps `.` and names that start with two dots"
        raise InvalidValueError(reason)
    return text
