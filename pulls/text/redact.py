"""Credentials in a text become `***`; digests, image names and hosts stay readable.

Over-redaction costs a word of a message, a leak costs a password: in doubt a value goes. What decides a cause never
depends on it, since rules read the text itself.
"""

import re
from functools import cached_property

HIDDEN = "***"

_FIELD = (
    r"(?:[\w.-]{0,40}(?:passw(?:or)?d|passwd|passphrase|secret|token|api[_-]?key"
    r"|access[_-]?key(?:[_-]?id)?|account[_-]?key"
    r"|private[_-]?key|signature|credentials?|sharedaccesskey|assertion)|[\w-]{0,40}_auth|auth|pwd|pass|pat|sig|bearer"
    r"|\.?dockerconfig(?:json)?|\.?dockercfg|x-registry-(?:auth|config)|set-cookie|cookie)"
)
# Parameters of a URL that say what is asked for, not who asks.
_PLAIN_PARAMETERS = (
    r"(?:scope|service|ns|n|last|account|client_id|grant_type|offline_token|artifactType"
    r"|digest|mount|from|api-version|platform|tag|project)="
)
# What follows a word such as "password:" in a sentence.
_AFTER = (
    r"(?:unauthorized|unexpected|incorrect|invalid|denied|authentication|authorization|failed|not|no"
    r"|is|was|has|wrong|missing|the|and|or)\b"
)

_SECRETS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        # User and password in a URL; `host:5000/team/web@sha256:…` is none.
        (r"(?<=://)([^\s/\"'<>]+)(?=@(?!sha\d+:))", 0),
        (r"(?<=://)([^\s/@:\"'<>]*:(?!\d{1,5}/)[^\s\"'<>]+)(?=@(?!sha\d+:))", 0),
        # Query parameters of a URL, other than those of the distribution protocol.
        (rf"(?i)(?<=[?&])(?!{_PLAIN_PARAMETERS})[\w.-]+=((?:(?!\\u0026|&amp;)[^\s&\"'<>])+)", 0),
        (rf"(?i)(?:\\u0026|&amp;)(?!{_PLAIN_PARAMETERS})[\w.-]+=((?:(?!\\u0026|&amp;)[^\s&\"'<>])+)", 0),
        # Headers.
        (
            r"(?i)\b(?:proxy-)?authorization\\*[\"']?\s*[:=]\s*\\*[\"']?\[?\s*((?:basic|bearer|token"
            r"|negotiate|digest|ntlm|aws4\S*|sharedkey\S*)\b[^\r\n\"']*)",
            0,
        ),
        (r"(?i)\b(?:proxy-)?authorization\\*[\"']?\s*[:=]\s*\\*[\"']?\[?\s*([\w+/=.~-]{16,})", 0),
        (
            r"(?i)\b(?:x-[\w-]*(?:token|auth|key|signature|credential)|private-token|job-token"
            r"|deploy-token|set-cookie|cookie)\\*[\"']?\s*[:=]\s*\\*[\"']?\[?\s*([^\s\"']+)",
            0,
        ),
        (
            r"\b(?:[Bb]earer|BEARER)\s+(?!(?:realm|service|scope|error)\b)([\w+/.~=-]{16,}"
            r"|(?=\S*[\dA-Z])[\w+/.~=-]{6,})",
            0,
        ),
        (r"\b(?:[Bb]asic|BASIC)\s+((?=\S*[\dA-Z=])[\w+/.~=-]{6,})", 0),
        # Fields: "name": "value" at any depth of escaping, name=value, --name value, name: value.
        (rf"(?i)(\\*[\"'])(?:{_FIELD})\1\s*:\s*(?P<q>\\*[\"'])(?P<a>(?:(?!(?P=q))(?:\\.|[^\\]))*)", re.DOTALL),
        (rf"(?i)(?<![\w-])(?:{_FIELD})\\*[\"']?\s?=\s?(?:\\*\"(?P<a>[^\"]+)|'(?P<b>[^']+)|(?P<c>[^\s&\"']+))", 0),
        (
            r"(?i)(?<!\S)--?[\w-]{0,40}(?:password|passwd|token|secret"
            r"|api-?key)(?:-stdin)?\s+(?:\"([^\"]+)|'([^']+)|([^\s\"'-]\S*))",
            0,
        ),
        (
            r"(?i)\b(?:login|curl|wget|skopeo|crane|oras|crictl|ctr|podman"
            r"|docker)\b[^\r\n]{0,200}?\s-p[\s=]?\s*([^\s\"']+)",
            0,
        ),
        (r"(?i)(?<!\S)(?:-u|--creds|--user|--src-creds|--dest-creds|--auth)[\s=]\s*([^\s\"':]*:[^\s\"']+)", 0),
        (
            rf"(?i)(?<![\w/-])(?:[\w.-]{{0,40}}(?:password|passwd|passphrase|secret)|pwd|\w{{1,40}}_(?:token"
            rf"|key))\s*:\s+(?!{_AFTER})(\S+)",
            0,
        ),
        (
            rf"(?i)(?<![\w/-])(?:api[_-]?key|auth|token|access[_-]?key"
            rf"|identitytoken)\s*:\s+(?!{_AFTER})((?=\S*[\dA-Z+/=])[^\s:]{{8,}})",
            0,
        ),
        # What looks like a secret wherever it stands.
        (r"(?<![A-Za-z\d])(eyJ[\w+/=-]{6,}(?:\.[\w+/=-]*){0,4})", 0),
        (r"\b((?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA|APKA)[A-Z\d]{8,})", 0),
        (r"\b((?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[\w+/=%-]+)", 0),
        (
            r"\b((?:gh[pousr]_|github_pat_|glpat-|gldt-|glcbt-|dckr_pat_|dckr_oat_|xox[abprs]-|npm_|pul-"
            r"|hvs\.|hvb\.|dop_v1_|AKCp)[\w.-]{8,})",
            0,
        ),
        (r"\b(ya29\.[\w.-]{8,}|1//0[\w-]{20,}|AIza[\w-]{20,}|cmVmdGtu[\w+/=]{8,}|dapi[0-9a-f]{32})", 0),
        (r"(?<![\w+/])([\w.~-]{3}\dQ~[\w.~-]{20,}|[A-Za-z\d+/]{30,}\+ACR[A-Za-z\d+/]{4,})", 0),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)(?:-----END|\Z)", re.DOTALL),
        # A long run of base64 with upper, lower and digits: a secret key, a token, an encoded login.
        (r"(?<![\w+/:@.-])((?=[\w+/]*[A-Z])(?=[\w+/]*[a-z])(?=[\w+/]*\d)[A-Za-z\d+/]{40,}={0,2})(?![\w+/.-])", 0),
    )
)


class Redacted:
    """A text and where its credentials are."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = _merged(_spans(text))

    @cached_property
    def whole(self) -> str:
        """The whole text, credentials replaced."""
        return self.part(0, len(self._text))

    def part(self, start: int, end: int) -> str:
        """The characters from start to end; a credential that lies in or across them is replaced as a whole."""
        shown: list[str] = []
        for hidden_from, hidden_to in self._spans:
            if hidden_to <= start or hidden_from >= end:
                continue
            shown += [self._text[start:hidden_from], HIDDEN]
            start = max(start, hidden_to)
        return "".join([*shown, self._text[start:end]])


def redact(text: str) -> str:
    """The text with every credential replaced by `***`."""
    return Redacted(text).whole


def _spans(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for secret in _SECRETS:
        names = [name for name in secret.groupindex if name != "q"] or range(1, secret.groups + 1)
        for match in secret.finditer(text):
            found += [match.span(name) for name in names if match.start(name) < match.end(name)]
    return found


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
