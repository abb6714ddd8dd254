"""Kubernetes quantities: cores of a processor, bytes of memory or of a disk. Pure.

Of the forms that Kubernetes reads (apimachinery, pkg/api/resource/quantity.go) those that people write: no exponents,
and no thousandths of a byte, as `512m` of memory is half a byte.
"""

import re

from components.errors import InvalidValueError

_CORES = re.compile(r"(?P<number>[0-9]+(\.[0-9]+)?)(?P<unit>m)?")
_BYTES = re.compile(r"(?P<number>[0-9]+(\.[0-9]+)?)(?P<unit>k|M|G|T|Ki|Mi|Gi|Ti)?")
_DECIMAL = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_SIZES = {**_DECIMAL, **_BINARY}
_MOST = 2**63 - 1
_LEAST_CORES = 0.001
_LEAST_MEMORY = 4 * 2**20


def cores(text: str) -> float:
    """The processor that a quantity names, in cores: `250m` is a quarter of one.

    Raises:
        InvalidValueError: it is no such quantity, or below the thousandth of a core that Kubernetes counts in.
    """
    match = _CORES.fullmatch(text)
    if match is None:
        reason = f"{text!r} is not an amount of processor: it must be cores, such as 250m (a quarter of one), 0.5 or 2"
        raise InvalidValueError(reason)
    amount = float(match["number"]) / (1000 if match["unit"] else 1)
    if not _LEAST_CORES <= amount <= _MOST / 1000:
        reason = f"{text!r} is not an amount of processor: it must be 1m, a thousandth of a core, or more"
        raise InvalidValueError(reason)
    return amount


def byte_count(text: str) -> float:
    """The bytes that a quantity names: `512Mi`, `1.5G`.

    Raises:
        InvalidValueError: it is no such quantity, or more than Kubernetes can count (2^63).
    """
    match = _BYTES.fullmatch(text)
    if match is None:
        reason = f"{text!r} is not an amount of bytes: it must be like 512Mi or 2Gi"
        raise InvalidValueError(reason, _meant(text))
    amount = float(match["number"]) * _SIZES[match["unit"] or ""]
    if amount > _MOST:
        reason = f"{text!r} is more bytes than Kubernetes can count"
        raise InvalidValueError(reason)
    return amount


def memory_bytes(text: str) -> float:
    """The memory that a quantity names, in bytes.

    Raises:
        InvalidValueError: it is no such quantity, or so little that no container runtime starts anything in it.
    """
    amount = byte_count(text)
    if amount < _LEAST_MEMORY:
        reason = f"{text!r} is {amount:.0f} bytes, too little for any process: it must be like 512Mi"
        raise InvalidValueError(reason, f"{text}Mi" if text.isdecimal() and amount >= 1 else None)
    return amount


def _meant(text: str) -> str | None:
    # `512m` and `512MB` are what people write who mean megabytes, `2g` and `2GB` those who mean gigabytes.
    match = re.fullmatch(r"([0-9]+)([kmgt])i?b?", text.strip(), re.IGNORECASE)
    return f"{match[1]}{match[2].upper()}i" if match is not None else None
