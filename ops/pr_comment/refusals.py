"""What GitHub's answers mean for somebody who wanted to post a comment. Pure.

docs.github.com/rest/issues/comments and docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from ops.pr_comment.place import Place
from ops.pr_comment.plain import one_line
from ops.pr_comment.shapes import mapping, word
from pulls.registry.refusals import seconds_to_wait

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TIMEOUT, _MANY, _BROKEN = 401, 403, 404, 408, 429, 500
_PERMISSION = "permissions: pull-requests: write"
_SHOWN = 200


def is_passing(status: int, headers: Mapping[str, str], said: str) -> bool:
    """Whether the same request may work later."""
    return status in (_TIMEOUT, _MANY) or status >= _BROKEN or _is_limited(status, headers, said)


def wait_for(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds that the answer asks to wait; None where it does not say."""
    told = seconds_to_wait(headers.get("retry-after"), now)
    if told is not None:
        return told
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") != "0" or not (reset.isascii() and reset.isdigit()):
        return None
    return max(0, int(reset[:12]) - int(now.replace(tzinfo=now.tzinfo or UTC).timestamp()))


def message_in(body: bytes) -> str:
    """GitHub's own words in an answer, on one line and without credentials."""
    try:
        found = word(mapping(json.loads(body)).get("message"))
    except (ValueError, RecursionError):
        found = ""
    return one_line(found, _SHOWN)


def refused(status: int, headers: Mapping[str, str], said: str, place: Place) -> str:
    """One sentence: what GitHub did not do, why, and what to do."""
    where = f"{place.repository}, pull request {place.number}"
    words = f" ({said})" if said else ""
    answer = f"GitHub answers {status}{words}"
    if _is_limited(status, headers, said) or status == _MANY:
        return f"{answer} for {where}: too many requests; run the job again later"
    if status == _UNAUTHORIZED:
        return f"{answer}: it does not take the token; give the step: env: GITHUB_TOKEN: ${{{{ github.token }}}}"
    if status == _FORBIDDEN:
        return (
            f"{answer} for {where}: the token may not write there; give the job {_PERMISSION}; in a pull request from "
            "a fork no job of its own may, so read the job's summary, or post from a job on: workflow_run"
        )
    if status == _NOT_FOUND:
        return f"{answer}: there is no {where}, or the token does not see it; give the job {_PERMISSION}"
    later = "; run the job again later" if is_passing(status, headers, said) else ""
    return f"{answer} for {where}: it did not take the comment{later}"


def _is_limited(status: int, headers: Mapping[str, str], said: str) -> bool:
    told = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0" or "rate limit" in said.lower()
    return status == _FORBIDDEN and told
