"""Which files must never be part of an image: private keys, and what is known by its name. Pure."""

import fnmatch
import re
from collections.abc import Iterable

HEAD = 1 << 16
"""Bytes at the start of a file in which a key is looked for."""

_KEY = re.compile(rb"^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\r?\n[A-Za-z0-9+/=]{16}", re.MULTILINE)
# A SEQUENCE that starts with version 0 and then an algorithm (PKCS #8, RFC 5958) or a big number (PKCS #1, RFC 8017),
# or with version 1 and then the key (SEC 1, RFC 5915).
_DER_KEY = re.compile(
    rb"\A\x30(?:[\x00-\x7f]|\x81.|\x82..)\x02\x01(?:\x00(?:\x30|\x02\x82|\x02\x81)|\x01\x04)", re.DOTALL
)
_ENVIRONMENT = (".env", ".env.*")
_HARMLESS = (".env.example", ".env.sample", ".env.template", ".env.dist")
_CREDENTIALS = (
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "*.pfx",
    "*.p12",
    "*.jks",
    "*.keystore",
    "*.ppk",
    ".netrc",
    "_netrc",
    ".git-credentials",
    ".pgpass",
    ".htpasswd",
)
_IN_FOLDERS = (".ssh", ".aws", ".azure", ".kube", ".gnupg")


def holds_private_key(head: bytes) -> bool:
    """Whether a file starts with, or has near its start, a private key in PEM form."""
    return b"PRIVATE KEY" in head and _KEY.search(head) is not None  # the first is faster


def holds_der_key(head: bytes) -> bool:
    """Whether a file is a private key in DER form; one that a passphrase protects is not found."""
    return _DER_KEY.match(head) is not None


def reason_to_stay(path: str) -> str | None:
    """Why a file of this name should not leave the machine, or None."""
    *folders, name = path.split("/")
    if ".git" in (*folders, name):
        return "the repository's whole history"
    if _matches(name, _ENVIRONMENT) and not _matches(name, _HARMLESS):
        return "environment files hold secrets"
    if _matches(name, _CREDENTIALS) or any(folder in _IN_FOLDERS for folder in folders):
        return "a credential"
    return None


def ignore_line(path: str) -> str:
    """The line of a `.dockerignore` that leaves a file, and those like it, behind."""
    parts = path.split("/")
    for number, part in enumerate(parts[:-1]):
        if part == ".git" or part in _IN_FOLDERS:
            return "/".join(parts[: number + 1])
    return path


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in patterns)
