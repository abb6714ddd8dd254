"""Which files hold a credential, known by what stands in them. Pure.

A name alone would refuse too much: most `.npmrc` hold no token, and most `config.json` are an app's own. What only
refers to a variable of the environment (`${NPM_TOKEN}`) is no credential. Every file of a context is searched, so no
pattern may need more than one pass, whatever the file holds.
"""

import re
from fnmatch import fnmatchcase

from components.private_keys import holds_der_key, holds_private_key

_ANYWHERE = (
    (
        "the private key of a Google service account",
        b'"private_key"',
        (rb'"private_key"\s*:\s*"-----BEGIN (?:RSA )?PRIVATE KEY',),
    ),
    ("a login of gcloud", b'"authorized_user"', (rb'"refresh_token"\s*:\s*"[^"]', rb'"type"\s*:\s*"authorized_user"')),
    ("a kubeconfig's private key", b"client-key-data", (rb"client-key-data[\"']?\s*:\s*[\"']?[A-Za-z0-9+/=]{16}",)),
    (
        "a kubeconfig's token",
        b"Config",
        (
            rb"^[\"']?kind[\"']?:\s*[\"']?Config\b|\"kind\"\s*:\s*\"Config\"",
            rb"^[ \t]*(?:- )?token:[ \t]*[\"']?[^\s\"']{8}|\"token\"\s*:\s*\"[^\"]{8}",
        ),
    ),
    (
        "an AWS secret key",
        b"aws_secret_access_key",
        (rb"^[ \t]*aws_secret_access_key[ \t]*=[ \t]*[A-Za-z0-9/+]{40}\b",),
    ),
)
"""In files of any name: each is too special to be met by chance. All patterns of a rule must be there, and first the
text before them, which is found a hundred times faster."""

_BY_NAME = (
    (
        (".npmrc",),
        "a token of npm",
        rb"^[ \t]*+(?:[^;#\n=:]*+:)*+_(?:authToken|password|auth)[ \t]*=[ \t]*[\"']?(?!\$\{)[^\s\"']",
    ),
    ((".yarnrc.yml",), "a token of npm", rb"^[ \t]*npmAuth(?:Token|Ident):[ \t]*[\"']?(?!\$\{)[^\s\"']"),
    ((".pypirc",), "a password of PyPI", rb"^[ \t]*password[ \t]*[=:][ \t]*(?!\$)\S"),
    (("pip.conf", "pip.ini"), "a password of pip", rb"://[^/\s:@]+:(?!\$\{)[^/\s@]+@"),
    (("nuget.config",), "a password of NuGet", rb"key=\"(?:cleartext)?password\"\s+value=\"(?!%)[^\"]"),
    (
        ("*.json", ".dockercfg", ".dockerconfigjson"),
        "a docker login",
        rb"\"auths\"\s*:\s*\{\s*\"[^\"]+\"\s*:\s*\{[^{}]*\"(?:auth|password|identitytoken)\"\s*:\s*\"[^\"]",
    ),
    # The name is a key's; not what shows itself to be public, or slides (Keynote's are zip files).
    (("*.key",), "a key", rb"\A(?!-----BEGIN (?:[A-Z ]*PUBLIC|CERTIFICATE|X509)|PK\x03\x04)(?s:.)"),
)
_RULES = (
    *(
        (("*",), reason, text, tuple(re.compile(each, re.MULTILINE) for each in all_))
        for reason, text, all_ in _ANYWHERE
    ),
    *((names, reason, b"", (re.compile(each, re.MULTILINE | re.IGNORECASE),)) for names, reason, each in _BY_NAME),
)


def credential_in(path: str, head: bytes) -> str | None:
    """What credential a file holds, or None.

    Args:
        path: of the file, `/` between its parts.
        head: its first bytes (`private_keys.HEAD`).
    """
    if holds_private_key(head) or holds_der_key(head):
        return "a private key"
    name = path.rsplit("/", 1)[-1].lower()
    for names, reason, text, patterns in _RULES:
        if (
            text in head
            and any(fnmatchcase(name, each) for each in names)
            and all(each.search(head) for each in patterns)
        ):
            return reason
    return None
