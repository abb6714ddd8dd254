"""Checksums that make pods roll when what they were started with changes."""

import hashlib
import hmac
from collections.abc import Mapping

LENGTH = 16
"""Hexadecimal digits shown: enough that two contents never meet by chance."""


def checksum(files: Mapping[str, str]) -> str:
    """Of names and texts that anyone may read."""
    return hashlib.sha256(_canonical(files)).hexdigest()[:LENGTH]


def keyed_checksum(key: str, secrets: Mapping[str, str]) -> str:
    """Of secrets: without the key nobody can try values until one matches, however short they are."""
    return hmac.new(key.encode(), _canonical(secrets), hashlib.sha256).hexdigest()[:LENGTH]


def _canonical(values: Mapping[str, str]) -> bytes:
    # Lengths, not separators: no value can look like the end of one and the start of another.
    parts = [text.encode() for name in sorted(values) for text in (name, values[name])]
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)
