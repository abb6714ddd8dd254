"""The words of a stack file as types: each says once what its values must look like.

A validator gives the value back, or raises `InvalidValueError` with what is wrong and, where possible,
what was meant.
"""

import ipaddress
import re
from collections.abc import Callable
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from components.dns_names import LABEL_LIMIT, check_host, label_fault
from components.errors import InvalidValueError
from components.mount_paths import TMP_PATH
from components.naming import check_app_name
from components.object_names import check_annotation, check_key, check_object_name, check_variable
from components.quantities import byte_count, cores, memory_bytes
from components.repository_path import check_repository

_STAGE = re.compile(r"[a-zA-Z0-9][-._a-zA-Z0-9]*")
_REGISTRY = re.compile(r"[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?(:[0-9]{1,5})?")
_DIGEST = re.compile(r"([^\s@]+@)?sha256:[0-9a-f]{64}")
VOLUME_NAME_LIMIT = LABEL_LIMIT - len("volume-")
"""The pod's own name for it has that before it."""
_OF_KERNEL = ("proc", "sys", "dev")

DAY = 86_400
"""Longest of all waits, in seconds; Kubernetes refuses what has more than 31 bits."""


def _offer(check: Callable[[str], str], text: str | None) -> str | None:
    """What to offer in place of a value: a text that passes the check, or what the check itself offers for it."""
    try:
        return check(text) if text else None
    except InvalidValueError as error:
        return error.suggestion


def _dns_label(text: str) -> str:
    wrong = label_fault(text) or ("dots are not allowed" if "." in text else None)
    if wrong is None:
        return text
    cleaned = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:LABEL_LIMIT].strip("-")
    reason = f"{text!r} is not a Kubernetes name: {wrong}"
    raise InvalidValueError(reason, cleaned or None)


def _namespace(text: str) -> str:
    try:
        name = _dns_label(text)
    except InvalidValueError as error:
        raise InvalidValueError(str(error), _offer(_namespace, error.suggestion)) from error
    if name == "default" or name.startswith("kube-"):
        reason = f"{name!r} is the cluster's own; the app gets a namespace to itself"
        raise InvalidValueError(reason)
    return name


def _port(number: int) -> int:
    if not 1 <= number <= 65535:  # noqa: PLR2004 - the range of a TCP port
        reason = f"{number} is not a port: they run from 1 to 65535"
        raise InvalidValueError(reason)
    return number


def _registry_host(text: str) -> str:
    if not _REGISTRY.fullmatch(text):
        cleaned = re.sub(r"^[a-z]+://", "", text).split("/")[0].rstrip(":")
        reason = f"{text!r} is not a registry host: it must be host or host:port, without scheme and path"
        raise InvalidValueError(reason, _offer(_registry_host, cleaned) if cleaned != text else None)
    name, colon, port = text.partition(":")
    wrong = label_fault(name.lower())
    if wrong is not None:
        reason = f"{text!r} is not a registry host: {wrong}"
        raise InvalidValueError(reason)
    if colon:
        _port(int(port))
    elif "." not in text and text != "localhost":
        reason = f"docker takes {text!r} for a path on Docker Hub, as it has neither a dot nor a port"
        raise InvalidValueError(reason, f"{text}:5000")
    return text


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text):
        reason = f"{text!r} is not a digest: it must be sha256: and 64 hexadecimal digits"
        raise InvalidValueError(reason)
    return text


def _amount(measure: Callable[[str], float], text: str) -> str:
    measure(text)
    return text


def _amount_text(value: object) -> object:
    # YAML has 2 and 0.5 as numbers, and Kubernetes takes them too. A boolean is nobody's amount.
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _some_bytes(text: str) -> str:
    if byte_count(text) < 1:
        reason = f"{text!r} is less than one byte: it must be like 512Mi or 2Gi"
        raise InvalidValueError(reason)
    return text


def _url_path(text: str) -> str:
    if not re.fullmatch(r"/[!-~]*", text):
        reason = f"{text!r} is not a path: it must start with / and have no spaces"
        cleaned = f"/{text.strip().lstrip('/')}"
        raise InvalidValueError(reason, _offer(_url_path, cleaned) if cleaned != text else None)
    return text


def _container_path(text: str) -> str:
    parts = text.split("/")
    if not re.fullmatch(r"(/[-._a-zA-Z0-9]+)+", text) or {".", ".."} & set(parts) or text == TMP_PATH:
        reason = f"{text!r} is not a folder to mount at: it must be like /data, and {TMP_PATH} is there already"
        raise InvalidValueError(reason)
    if parts[1] in _OF_KERNEL:
        reason = f"{text!r} is not a folder to mount at: /{parts[1]} is the kernel's own"
        raise InvalidValueError(reason)
    return text


def _cidr(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        reason = f"{text!r} is not a range of addresses such as 10.0.0.0/8: {error}"
        raise InvalidValueError(reason, _around(text)) from error
    if not re.fullmatch(r"[^%]+/[0-9]+", text):  # Python takes a lone address, a mask and a zone; Kubernetes none
        reason = f"{text!r} is not a range of addresses such as 10.0.0.0/8: it must end in a slash and a number of bits"
        raise InvalidValueError(reason, _offer(_cidr, f"{text}/{128 if ':' in text else 32}"))
    return text


def _around(address: str) -> str | None:
    """The range that an address with a number of bits is in: 10.0.0.0/8 for 10.1.2.3/8."""
    try:
        return str(ipaddress.ip_network(address, strict=False)) if "/" in address else None
    except ValueError:
        return None


def _stage(text: str) -> str:
    if not _STAGE.fullmatch(text):
        reason = f"{text!r} is not a stage of a Dockerfile: it must be letters, digits, dots, dashes and underscores"
        raise InvalidValueError(reason)
    return text


def _volume_name(text: str) -> str:
    _dns_label(text)
    if len(text) > VOLUME_NAME_LIMIT:
        reason = f"{text!r} is not the name of a volume: it has more than {VOLUME_NAME_LIMIT} characters"
        raise InvalidValueError(reason)
    return text


def _user(text: str) -> str:
    if ":" in text or not text.strip():
        reason = f"{text!r} is not a user: it must have something in it, and no colon, which ends it in a login"
        raise InvalidValueError(reason)
    return text


def as_text(value: object) -> object:
    """A number or a boolean as the text it was written as; anything else as it is."""
    # `pulumi config set --path app.environment.WORKERS 4` stores a number, and YAML has booleans.
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _without_nul(text: str) -> str:
    if "\0" in text:
        reason = "has a zero byte in it, which ends a text for every process"
        raise InvalidValueError(reason)
    return text


HostName = Annotated[str, AfterValidator(check_host)]
DnsLabel = Annotated[str, AfterValidator(_dns_label)]
AppName = Annotated[str, AfterValidator(check_app_name)]
NamespaceName = Annotated[str, AfterValidator(_namespace)]
UrlPath = Annotated[str, AfterValidator(_url_path)]
ContainerPath = Annotated[str, AfterValidator(_container_path)]
Cidr = Annotated[str, AfterValidator(_cidr)]
Port = Annotated[int, AfterValidator(_port)]
RepositoryPath = Annotated[str, AfterValidator(check_repository)]
RegistryHost = Annotated[str, AfterValidator(_registry_host)]
Digest = Annotated[str, AfterValidator(_digest)]
Cores = Annotated[str, BeforeValidator(_amount_text), AfterValidator(partial(_amount, cores))]
Bytes = Annotated[str, BeforeValidator(_amount_text), AfterValidator(partial(_amount, byte_count))]
SomeBytes = Annotated[str, BeforeValidator(_amount_text), AfterValidator(_some_bytes)]
Memory = Annotated[str, BeforeValidator(_amount_text), AfterValidator(partial(_amount, memory_bytes))]
Seconds = Annotated[int, Field(ge=0, le=DAY)]
VariableName = Annotated[str, AfterValidator(check_variable)]
FileName = Annotated[str, AfterValidator(check_key)]
ObjectName = Annotated[str, AfterValidator(check_object_name)]
AnnotationName = Annotated[str, AfterValidator(check_annotation)]
VolumeName = Annotated[str, AfterValidator(_volume_name)]
StageName = Annotated[str, AfterValidator(_stage)]
UserName = Annotated[str, AfterValidator(_user)]
Given = Annotated[str, Field(min_length=1)]
Text = Annotated[str, BeforeValidator(as_text), AfterValidator(_without_nul)]
