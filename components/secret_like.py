"""Which plain variables hold a credential, known by name or by value. Pure.

The forms of tokens are those of gitleaks (gitleaks/gitleaks:config/gitleaks.toml), but for those that need a guess by
entropy: a false alarm would stop a deployment. Only AWS's secret key is guessed, which has no form of its own. What
only refers to a secret is none: a file, a variable of the environment, an address without a password. No pattern needs
more than one pass, whatever the value holds.
"""

import re
from itertools import pairwise

from pulls.text.tokens import TOKENS

_NAME = re.compile(
    r"(password|passwd|pwd|passphrase|secret|token|connection_?string"
    r"|(api|access|secret|private|account|encryption|signing|master|session)_?key|secret_?key_?base|credentials?)$"
    r"|(^|[-_.])(pass|pat)$"
    r"|(db|database|sql|postgres|pg|redis|mongo|smtp|mail|ftp|user|admin|root)pass$"  # not COMPASS, BYPASS
    r"|^npm_config_.*_auth$"
    r"|^connectionstrings?__",
    re.IGNORECASE,
)
_CONNECTION = re.compile(r"connection_?string$|^connectionstrings?__", re.IGNORECASE)
_HARMLESS = re.compile(
    r"true|false|yes|no|on|off|none|null|0|1"
    r"|include|omit|same-origin"  # what CORS means by credentials
    r"|(\.{0,2}|~)(/[-._A-Za-z0-9]+)+/?|[-.\w]+\.(json|ya?ml|pem|key|p12|pfx|txt)"  # a file that holds it
    r"|[a-z][-+.a-z0-9]*://[^@]*"  # where it is; with a password in it, a form below finds it
    r"|arn:aws[-a-z]*:.*|projects/[^/]+/secrets/.*"  # its name in a store
    r"|\$\{[^}]*\}|\$\([^)]*\)|%[A-Za-z_]\w*%|\{\{.*\}\}|<[^<>]*>",  # a variable, or a place to fill
    re.IGNORECASE,
)
_REFERENCE = r"\$|%[A-Za-z_]+%|\{\{|<|\*"
"""How a value begins that only stands for a password."""

_FORMS = (
    ("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY"),
    ("an address with a password", rf"[A-Za-z]://[^/\s:@?#]*:(?!{_REFERENCE})[^/\s@?#]+@"),
    (
        "a connection string with a password",
        rf"(?i)(?:^|[;,\s])[ ]?(?:password|pwd|(?:account|shared ?access|access)key|sharedaccesssignature"
        rf"|client ?secret)[ ]?=[ ]?(?!{_REFERENCE})[^;,\s]",
    ),
    ("a signed address", r"[?&]sig=[\w%+/-]{20}"),
    ("a login of HTTP", r"\b[Bb]earer (?=[\w.~+/-]{0,80}\d)[\w.~+/-]{20}"),
)
_VALUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.ASCII)) for kind, pattern in (*_FORMS, *((each.kind, each.exact) for each in TOKENS))
)
_AUTH_NAME = re.compile(r"auth(orization)?(_?header)?$", re.IGNORECASE)
_AUTH_VALUE = re.compile(
    r"(?:(?i:authorization): ?)?(?:(?i:basic) (?=[A-Za-z]*[A-Z0-9])[A-Za-z0-9+/]{8,}={0,2}|(?i:bearer) [\w.~+/-]{8,}=*)"
)
_DOCKER = re.compile(r"\"(?:auth|password|identitytoken|registrytoken)\\*\"\s*:\s*\\*\"[^\"\\]")
_AWS_SECRET = re.compile(r"[A-Za-z0-9+/]{40}")
_CHANGES = 12
"""How often a secret key of AWS goes from one kind of character to another at least; names and paths do less often."""


def looks_secret(name: str) -> bool:
    """Whether a variable of this name usually holds a credential (`DB_PASSWORD`; not `MAX_TOKENS`, `TOKEN_URL`)."""
    return _NAME.search(name) is not None


def secret_kind(name: str, value: str) -> str | None:
    """What credential a variable holds, without its value, or None.

    Args:
        name: of the variable.
        value: as it is written.
    """
    found = next((kind for kind, pattern in _VALUES if pattern.search(value)), None)
    found = found or _kind_of_parts(name, value)
    if found is not None:
        return found
    # Without a password in it, a connection string is an address.
    if not looks_secret(name) or (_CONNECTION.search(name) and _has_parts(value)):
        return None
    return None if not value.strip() or _HARMLESS.fullmatch(value.strip()) else "known by its name"


def _kind_of_parts(name: str, value: str) -> str | None:
    """A credential that takes more than one pattern to know."""
    if _AUTH_NAME.search(name) and _AUTH_VALUE.fullmatch(value.strip()):
        return "a login of HTTP"
    if "auths" in value and _DOCKER.search(value):
        return "a login of Docker"
    return "a secret key of AWS" if _AWS_SECRET.fullmatch(value) and _is_random(value) else None


def _is_random(value: str) -> bool:
    kinds = "".join(
        "a" if each.islower() else "A" if each.isupper() else "1" if each.isdigit() else "/" for each in value
    )
    changes = sum(one != other and one + other != "Aa" for one, other in pairwise(kinds))
    return {"a", "A", "1"} <= {*kinds} and changes >= _CHANGES


def _has_parts(value: str) -> bool:
    return "=" in value or "://" in value
