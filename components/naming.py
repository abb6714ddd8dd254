"""Names and labels of what an app consists of, and how long they may be."""

import hashlib
import re
from collections.abc import Mapping

from components.dns_names import LABEL_LIMIT
from components.errors import InvalidValueError

_SERVICE = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")

MANAGED_BY = "pulumi"
_BESIDE = "-services"


def check_app_name(text: str) -> str:
    """An app's name as it is: it names a Service, the strictest of its objects (RFC 1035).

    Raises:
        InvalidValueError: with a usable name, if there is one.
    """
    if _SERVICE.fullmatch(text) and len(text) <= LABEL_LIMIT:
        return text
    cleaned = re.sub(r"^[^a-z]+", "", re.sub(r"[^a-z0-9]+", "-", text.lower()))[:LABEL_LIMIT].strip("-")
    reason = (
        f"{text!r} cannot name a Service: it must be lower-case letters, digits and dashes, "
        f"start with a letter, end with a letter or digit, and have {LABEL_LIMIT} characters at most"
    )
    raise InvalidValueError(reason, cleaned or None)


def services_namespace(app_namespace: str) -> str:
    """Of the services beside an app in this namespace."""
    return f"{app_namespace[: LABEL_LIMIT - len(_BESIDE)].rstrip('-')}{_BESIDE}"


def shortened(name: str, limit: int) -> str:
    """A name as it is, or cut to a limit with a mark of the whole of it, so that two long ones stay two."""
    if len(name) <= limit:
        return name
    return f"{name[: limit - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def selector(name: str) -> dict[str, str]:
    """The labels that find an app's pods. They can never change, so nothing that may change is in them."""
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": name}


def labels(name: str, part_of: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The recommended labels (kubernetes.io, "Recommended Labels"), for every object of an app.

    Args:
        name: of the app.
        part_of: the bigger thing, such as the Pulumi project.
        extra: labels of the caller's own; they cannot change the recommended ones.
    """
    whole = re.sub(r"[^-._a-zA-Z0-9]+", "-", part_of)[:LABEL_LIMIT].strip("-._")
    own = {"app.kubernetes.io/part-of": whole, "app.kubernetes.io/managed-by": MANAGED_BY}
    return {**(extra or {}), **own, **selector(name)}


def url(host: str, *, tls: bool, port: int | None) -> str:
    """Where a browser finds a host: `https://host`, `http://host:8080`."""
    scheme = "https" if tls else "http"
    suffix = "" if port is None or port == (443 if tls else 80) else f":{port}"
    return f"{scheme}://{host}{suffix}"


def rollout_command(context: str, namespace: str, name: str) -> str:
    """The command that shows how far a rollout is."""
    return f"kubectl --context {context} -n {namespace} rollout status deployment/{name}"
