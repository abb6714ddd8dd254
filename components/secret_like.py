"""Which plain variables hold a credential, known by name or by value. Pure.

The forms of tokens are those of gitleaks (gitleaks/gitleaks:config/gitleaks.toml), but for those that need a guess by
entropy: a false alarm would stop a deployment. What only refers to a secret is none: a file, a variable of the
environment, an address without a password. No pattern needs more than one pass, whatever the value holds.
"""

import re

_NAME = re.compile(
    r"(password|passwd|pwd|passphrase|secret|token|connection_?string"
    r"|(api|access|secret|private|account|encryption|signing)_?key)$"
    r"|(^|[-_.])(pass|pat)$"
    r"|^connectionstrings?__",
    re.IGNORECASE,
)
_CONNECTION = re.compile(r"connection_?string$|^connectionstrings?__", re.IGNORECASE)
_HARMLESS = re.compile(
    r"true|false|yes|no|on|off|none|null|0|1"
    r"|(\.{0,2}|~)(/[-._A-Za-z0-9]+)+/?"  # a file that holds it
    r"|[a-z][-+.a-z0-9]*://[^@]*"  # where it is; with a password in it, a form below finds it
    r"|arn:aws[-a-z]*:.*|projects/[^/]+/secrets/.*"  # its name in a store
    r"|\$\{[^}]*\}|\$\([^)]*\)|%[A-Za-z_]\w*%|\{\{.*\}\}|<[^<>]*>",  # a variable, or a place to fill
    re.IGNORECASE,
)
_REFERENCE = r"\$|%[A-Za-z_]+%|\{\{|<|\*"
"""How a value begins that only stands for a password."""

_VALUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.ASCII))
    for kind, pattern in (
        ("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY"),
        ("a JSON Web Token", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]"),
        ("an AWS access key", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
        ("an address with a password", rf"[A-Za-z]://[^/\s:@?#]*:(?!{_REFERENCE})[^/\s@?#]+@"),
        (
            "a connection string with a password",
            rf"(?i)(?:^|[;,\s])[ ]?(?:password|pwd|(?:account|shared ?access|access)key|sharedaccesssignature"
            rf"|client ?secret)[ ]?=[ ]?(?!{_REFERENCE})[^;,\s]",
        ),
        ("a signed address", r"[?&]sig=[\w%+/-]{20}"),
        ("a token of GitHub", r"\bgh[pousr]_\w{36}|\bgithub_pat_\w{22}"),
        ("a token of GitLab", r"\bgl(?:pat|dt|rt|ptt|cbt)-[\w-]{20}"),
        ("a token of Slack", r"\bxox[abeoprs]-[\w-]{10}|hooks\.slack\.com/(?:services|workflows|triggers)/T\w"),
        ("a key of Google", r"\bAIza[\w-]{35}"),
        ("a token of npm", r"\bnpm_[A-Za-z0-9]{36}"),
        ("a token of PyPI", r"\bpypi-AgEI[\w-]{50}"),
        ("a token of Docker", r"\bdckr_(?:pat|oat)_[\w-]{20}"),
        ("a key of Stripe", r"\b[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10}"),
        ("a key of a language model", r"\bsk-(?:ant|proj|svcacct|admin)[\w-]{20}|\bsk-\w{32}|\bhf_[A-Za-z]{34}"),
        ("a client secret of Azure", r"(?:^|[^\w~.])[\w~.]{3}\dQ~[\w~.-]{31}"),
        ("a token of Vault", r"\bhv[sb]\.[\w-]{24}"),
        ("a token of Pulumi", r"\bpul-[0-9a-f]{40}"),
        ("a key of SendGrid", r"\bSG\.[\w-]{20,24}\.[\w-]{39}"),
    )
)


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
    if found is not None:
        return found
    # Without a password in it, a connection string is an address.
    if not looks_secret(name) or (_CONNECTION.search(name) and _has_parts(value)):
        return None
    return None if not value.strip() or _HARMLESS.fullmatch(value.strip()) else "known by its name"


def _has_parts(value: str) -> bool:
    return "=" in value or "://" in value
