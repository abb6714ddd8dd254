"""What a status and an error body mean. Pure.

Registries check who may before they look what is there (distribution/distribution#1291), so a refusal often tells
neither. Which status hides what at which registry is in `_HIDING`, with where it was seen.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import cast

from pulls.registry.answer import Outcome

_UNAUTHORIZED, _FORBIDDEN, _TOO_MANY = 401, 403, 429
_LONGEST_BODY = 16384
_LONGEST_WAIT = 86400

_HIDING: tuple[tuple[re.Pattern[str], frozenset[int]], ...] = (
    # distribution/distribution#1291: a foreign repository that is not there is 401, an own one 404.
    (re.compile(r"registry-1\.docker\.io"), frozenset({401, 403})),
    # IronSecCo/ironclaw#583, openai/tunnel-client#75: 403 or 401 at the token; 404 is GitHub's way elsewhere.
    (re.compile(r"(?:ghcr\.io|docker\.pkg\.github\.com)"), frozenset({401, 403, 404})),
    # argoproj-labs/argocd-image-updater#473: tokens scoped to repositories; 403 is the firewall's.
    (re.compile(r".+\.azurecr\.(?:io|cn|us)"), frozenset({401})),
    # GoogleContainerTools/skaffold#6743, docker/login-action#606: "denied on resource … (or it may not exist)".
    (re.compile(r"(?:.+-docker\.pkg\.dev|(?:.+\.)?gcr\.io)"), frozenset({401, 403})),
    # shipwright-io/build#788: 401 for a repository that was never made.
    (re.compile(r"quay\.io"), frozenset({401, 403})),
    # youtous/docker-mailserver-traefik#5: "denied: access forbidden" for a misspelt project.
    (re.compile(r"registry\.gitlab\.com"), frozenset({401, 403})),
)
_MAY_NOT_EXIST = re.compile(r"may not exist|does not exist or", re.IGNORECASE)
_SAYS_WHY = re.compile(r"client with IP|has not been used in project|is disabled|quarantine|billing", re.IGNORECASE)
_EXPIRED = re.compile(r"token (?:has |is )?expired|expired token", re.IGNORECASE)
_HTTPS_ASKED_FOR = re.compile(r"HTTP request (?:was sent )?to (?:an )?HTTPS", re.IGNORECASE)
_TITLE = re.compile(r"<title>([^<]{0,200})</title>", re.IGNORECASE)


class Sent(Enum):
    """What the refused request carried."""

    NOTHING = "nothing"
    LOGIN = "login"
    ANONYMOUS_TOKEN = "anonymous token"  # noqa: S105 - a name
    TOKEN_OF_LOGIN = "token that the login gave"  # noqa: S105 - a name


@dataclass(frozen=True)
class Refusal:
    """An answer that is not the image."""

    status: int
    codes: frozenset[str]
    said: str


def read_refusal(status: int, content_type: str, body: bytes) -> Refusal:
    """The registry's own error codes (upper case) and words, not redacted yet.

    Reads the errors of the OCI distribution specification, of OAuth and of Docker Hub's token service.
    """
    text = body[:_LONGEST_BODY].decode("utf-8", "replace")
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        html = "html" in content_type or text.lstrip().startswith("<")
        return Refusal(status, frozenset(), " ".join((_title(text) if html else text).split()))
    pairs = [pair for pair in _errors(document) if any(pair)]
    codes = frozenset(code.upper() for code, _ in pairs)
    return Refusal(status, codes, "; ".join(": ".join(filter(None, pair)) for pair in pairs))


def hides(registry: str, status: int) -> bool:
    """Whether this registry (`host[:port]`) answers so both for what is missing and for what is not allowed."""
    host = registry.rpartition(":")[0] if registry.rpartition(":")[2].isdigit() else registry
    return any(pattern.fullmatch(host) and status in statuses for pattern, statuses in _HIDING)


def outcome_of(refusal: Refusal, registry: str, sent: Sent) -> Outcome:
    """What a refusal other than 404 means."""
    if refusal.status == _TOO_MANY or "TOOMANYREQUESTS" in refusal.codes:
        return Outcome.RATE_LIMITED
    if _HTTPS_ASKED_FOR.search(refusal.said):
        return Outcome.PLAIN_HTTP
    if _EXPIRED.search(refusal.said) and sent in (Sent.LOGIN, Sent.TOKEN_OF_LOGIN):
        return Outcome.REFUSED_LOGIN
    if refusal.status == _UNAUTHORIZED:
        return _unauthorized(registry, sent)
    if refusal.status == _FORBIDDEN:
        return _forbidden(refusal, registry)
    return Outcome.SERVER_ERROR


def _unauthorized(registry: str, sent: Sent) -> Outcome:
    if sent is Sent.LOGIN:
        return Outcome.REFUSED_LOGIN
    # A login that gave a token was accepted: the token lacks the right to this repository, or there is none.
    if sent is Sent.TOKEN_OF_LOGIN or hides(registry, _UNAUTHORIZED):
        return Outcome.HIDDEN
    return Outcome.REFUSED_WITHOUT_LOGIN


def _forbidden(refusal: Refusal, registry: str) -> Outcome:
    if _SAYS_WHY.search(refusal.said):
        return Outcome.FORBIDDEN
    hidden = _MAY_NOT_EXIST.search(refusal.said) or hides(registry, _FORBIDDEN)
    return Outcome.HIDDEN if hidden else Outcome.FORBIDDEN


def seconds_to_wait(retry_after: str | None, now: datetime) -> int | None:
    """The seconds that a Retry-After header asks for (RFC 9110, 10.2.3), at most a day; None when it says nothing."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), _LONGEST_WAIT)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0, min(int((then - now).total_seconds()), _LONGEST_WAIT))


def _title(page: str) -> str:
    match = _TITLE.search(page)
    return match[1] if match else ""


def _errors(document: object) -> Iterator[tuple[str, str]]:
    if not isinstance(document, dict):
        return
    answer = cast("Mapping[str, object]", document)
    errors = answer.get("errors")
    for each in cast("list[object]", errors) if isinstance(errors, list) else []:
        if isinstance(each, dict):
            yield _pair(cast("Mapping[str, object]", each), "code", ("message",))
    if not isinstance(errors, list):
        yield _pair(answer, "error", ("error_description", "message", "details"))


def _pair(entry: Mapping[str, object], code: str, messages: tuple[str, ...]) -> tuple[str, str]:
    texts = [entry.get(each) for each in (code, *messages)]
    first, *rest = [" ".join(each.split()) if isinstance(each, str) else "" for each in texts]
    return first, next(filter(None, rest), "")
