"""Posts the comment: the one of an earlier run is changed in place, else a new one is made.

All requests of one try are made again when one of them fails for a reason that passes: the list comes first, so what a
lost answer has made already is found and not made twice.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from ops.pr_comment.place import NotPostedError, Place
from ops.pr_comment.refusals import is_passing, message_in, refused, wait_for
from ops.pr_comment.shapes import Json, mapping, sequence, word

_TRIES = 3
_PAGES, _PER_PAGE = 50, 100
_STEP_SECONDS = 10.0
_LONGEST_WAIT = 60
"""Seconds; a job that waits longer costs more than it gives."""
_MAY_WRITE = {"OWNER", "MEMBER", "COLLABORATOR"}
_NOT_FOUND = 404
_GOOD = range(200, 300)
_HEADERS = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "monadic-pipeline",
}


@dataclass(frozen=True)
class Posted:
    """A comment that is there now."""

    url: str
    """For a browser."""
    did: str
    """`made`, `changed`, or `left` as it was, since it says the same."""


@dataclass(frozen=True)
class _PassingError(Exception):
    """It may work later."""

    reason: str
    seconds: int | None


def post(place: Place, text: str, sleep: Callable[[float], None] = time.sleep) -> Posted:
    """Make the comment say this text. Its first line is the mark by which it is found again.

    Raises:
        NotPostedError: GitHub refuses, or does not answer after three tries.
    """
    with httpx.Client(
        headers={**_HEADERS, "Authorization": f"Bearer {place.token}"}, timeout=_STEP_SECONDS, follow_redirects=True
    ) as client:
        for turn in range(_TRIES):
            try:
                return _post(client, place, text)
            except _PassingError as error:
                wait = 2**turn if error.seconds is None else error.seconds
                if turn == _TRIES - 1 or wait > _LONGEST_WAIT:
                    reason = error.reason + (f" in {wait} s" if error.seconds else "")
                    raise NotPostedError(reason) from None
                sleep(wait)
    raise AssertionError


def _post(client: httpx.Client, place: Place, text: str) -> Posted:
    issue = f"{place.api}/repos/{place.repository}/issues"
    mark = text.split("\n", 1)[0]
    for each in _comments(client, place, f"{issue}/{place.number}/comments"):
        if word(each.get("body")).startswith(mark) and _is_ours(each):
            if word(each.get("body")).rstrip() == text.rstrip():
                return Posted(word(each.get("html_url")), "left")
            changed = _ask(client, place, "PATCH", f"{issue}/comments/{each.get('id')}", {"body": text}, gone=True)
            if changed is not None:
                return Posted(word(mapping(changed).get("html_url")), "changed")
            break  # somebody deleted it meanwhile
    made = _ask(client, place, "POST", f"{issue}/{place.number}/comments", {"body": text})
    return Posted(word(mapping(made).get("html_url")), "made")


def _comments(client: httpx.Client, place: Place, url: str) -> Iterator[Json]:
    """All comments, the oldest first."""
    for page in range(1, _PAGES + 1):
        found = sequence(_ask(client, place, "GET", f"{url}?per_page={_PER_PAGE}&page={page}"))
        yield from map(mapping, found)
        if len(found) < _PER_PAGE:
            return


def _is_ours(comment: Json) -> bool:
    """Whether a job or somebody of the project wrote it: anybody else may copy the mark."""
    bot = word(mapping(comment.get("user")).get("type")) == "Bot"
    return bot or word(comment.get("author_association")) in _MAY_WRITE


def _ask(
    client: httpx.Client, place: Place, method: str, url: str, body: Json | None = None, *, gone: bool = False
) -> Any:
    """The answer as JSON; None where the thing is gone, and that is no mistake.

    Raises:
        NotPostedError: it is refused.
        _PassingError: it may work later.
    """
    try:
        reply = client.request(method, url, json=body)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason = f"GitHub's API at {place.api} does not answer ({type(error).__name__}); run the job again later"
        raise _PassingError(reason, None) from None
    if reply.status_code in _GOOD:
        return _parsed(reply.content)
    if reply.status_code == _NOT_FOUND and gone:
        return None
    said = message_in(reply.content).replace(place.token, "***")
    reason = refused(reply.status_code, reply.headers, said, place)
    if is_passing(reply.status_code, reply.headers, said):
        raise _PassingError(reason, wait_for(reply.headers, datetime.now(UTC)))
    raise NotPostedError(reason)


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return {}
