"""Where the comment goes: what GitHub Actions says of the pull request. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ops.pr_comment.shapes import Json, mapping, sequence

_API = "https://api.github.com"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_TOKEN = re.compile("[!-~]+")
_GIVEN = "GITHUB_TOKEN: ${{ github.token }}"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class NotPostedError(Exception):
    """The comment was not posted; one sentence: why, and what to type. Never a token."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A pull request, and the right to write there."""

    api: str
    """URL of the REST API, without a slash at its end."""
    repository: str
    """`owner/name`."""
    number: int
    """Of the pull request."""
    token: str = field(repr=False)


def place_of(environment: Mapping[str, str], event: bytes, number: int | None) -> Place:
    """The pull request that a job runs for.

    Args:
        environment: variables of the job.
        event: content of the file that GITHUB_EVENT_PATH names; empty where there is none.
        number: of the pull request, where it was given; else the event says it.

    Raises:
        NotPostedError: something is missing.
    """
    token = environment.get("GITHUB_TOKEN", "").strip()
    repository = environment.get("GITHUB_REPOSITORY", "")
    api = environment.get("GITHUB_API_URL", _API).rstrip("/")
    if not token:
        raise NotPostedError(_missing("GITHUB_TOKEN is not set", _GIVEN))
    if not _TOKEN.fullmatch(token):
        raise NotPostedError(_missing("GITHUB_TOKEN holds a blank or another sign that no token has", _GIVEN))
    if not _REPOSITORY.fullmatch(repository):
        raise NotPostedError(_missing("GITHUB_REPOSITORY is no owner/name", "GITHUB_REPOSITORY: OWNER/NAME"))
    if not _is_safe(api):
        reason = "GITHUB_API_URL is no https:// address, so the token was not sent there; unset it, or correct it"
        raise NotPostedError(reason)
    found = number or _number(event)
    if found is None:
        reason = (
            "the event of this job names no pull request (GITHUB_EVENT_PATH); run it on: pull_request, "
            "or give the number: --pr NUMBER"
        )
        raise NotPostedError(reason)
    return Place(api=api, repository=repository, number=found, token=token)


def _missing(what: str, line: str) -> str:
    return f"{what}; give the step in the workflow: env: {line}"


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))


def _number(event: bytes) -> int | None:
    """The number in the event of a pull request, of a comment there, or of a workflow that ran for it."""
    try:
        found: Json = mapping(json.loads(event))
    except (ValueError, RecursionError):
        return None
    runs = sequence(mapping(found.get("workflow_run")).get("pull_requests"))
    issue = mapping(found.get("issue"))
    of = (found.get("pull_request"), issue if "pull_request" in issue else None, *runs[:1])
    numbers = [mapping(each).get("number") for each in of]
    return next((each for each in numbers if isinstance(each, int) and each > 0), None)
