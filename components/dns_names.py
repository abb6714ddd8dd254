"""The rules of DNS names, and what was probably meant by a name that breaks them."""

import ipaddress
import re

from components.errors import InvalidValueError

LABEL_LIMIT = 63
"""Characters between two dots (RFC 1035), and in most Kubernetes names."""
NAME_LIMIT = 253

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def check_host(text: str) -> str:
    """The host name of an Ingress, as it is; raises InvalidValueError with the cleaned one."""
    wrong = _host_fault(text)
    if wrong is None:
        return text
    cleaned = re.sub(r"^[a-z]+://([^/@]*@)?", "", text.strip().lower())
    cleaned = _ascii(re.split(r"[/:?#]", cleaned, maxsplit=1)[0].replace("_", "-").strip("."))
    usable = cleaned != text and _host_fault(cleaned) is None
    reason = f"{text!r} is not a host name: {wrong}"
    raise InvalidValueError(reason, cleaned if usable else None)


def _host_fault(text: str) -> str | None:
    faults = {
        "it has a scheme; the scheme comes from app.tlsSecret": "://" in text,
        "it is an address; an Ingress needs a name": _is_address(text),
        "it has a port; the URL's port is ingress.port": re.search(r":[0-9]+$", text) is not None,
        "it has a path; an Ingress takes the whole host": "/" in text,
        "underscores are not allowed": "_" in text,
        "upper case is not allowed": text != text.lower(),
        f"it is longer than {NAME_LIMIT} characters": len(text) > NAME_LIMIT,
        "it must name one host, so no wildcard": "*" in text,
        "its last part is a number, as only that of an address is": text.rpartition(".")[2].isdecimal(),
        "other letters than a to z are written as xn--… in DNS": not text.isascii(),
    }
    return next((fault for fault, found in faults.items() if found), label_fault(text))


def _ascii(name: str) -> str:
    """A name as DNS has it; as it is where Python's older rules (IDNA 2003) may mean another name."""
    try:
        encoded = name.encode("idna").decode()
        return encoded if encoded.encode().decode("idna") == name else name
    except UnicodeError:
        return name


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def label_fault(text: str) -> str | None:
    """What is wrong with the first bad label of a lower-case name, or None."""
    for label in text.split("."):
        if len(label) > LABEL_LIMIT:
            return f"{label[:20]}… is longer than {LABEL_LIMIT} characters"
        if not _LABEL.fullmatch(label):
            return f"{label!r} must be letters, digits and dashes, with a letter or digit at both ends"
    return None
