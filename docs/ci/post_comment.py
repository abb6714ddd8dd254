"""Puts a comment under a merge request of GitLab or a pull request of Azure DevOps, or brings it up to date.

`python3 docs/ci/post_comment.py comment.md`, in a job of either; GitHub needs none of it (`ops pr-comment --post`).
The comment that is there already is known by its first line, which is a mark that nobody sees. Standard library only.
Sources: docs.gitlab.com/api/notes, learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SECONDS = 20
_NOT_POSTED = 4
_PAGE = 100
_REFUSED = (401, 403, 404)
_MANY, _BROKEN = 429, 500
_TRIES = 3
_LONGEST_WAIT = 60
"""Seconds; a job that waits longer costs more than it gives."""


class NotPostedError(Exception):
    """The comment is not there; one message: who refused, and what to look at."""


class LaterError(Exception):
    """It may work later; the answer, and the seconds that it asks to wait."""

    def __init__(self, answer: str, seconds: int | None) -> None:
        super().__init__(answer)
        self.seconds = seconds


@dataclass(frozen=True)
class Place:
    """Where comments of one request are, and how to log in there."""

    url: str
    headers: Mapping[str, str]
    name: str
    right: str
    """What the token must be allowed to do."""

    def ask(self, method: str, tail: str = "", body: object = None) -> Any:
        """An answer of the API, parsed.

        Raises:
            NotPostedError: it refuses, or does not answer.
            LaterError: it is busy or broken.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        # The address is the pipeline's own, https for all but tests.
        request = urllib.request.Request(self.url + tail, data=data, method=method, headers=headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise self._refusal(error.code, error.headers.get("Retry-After") or "") from None
        except (OSError, ValueError) as error:
            message = f"{self.name} cannot be asked: {getattr(error, 'reason', error)}"
            raise NotPostedError(message) from None

    def _refusal(self, status: int, told: str) -> Exception:
        """What an answer means that is none of the good ones.

        Args:
            status: of it.
            told: the header Retry-After, of which both forges send seconds.
        """
        answers = f"{self.name} answers {status}"
        if status == _MANY or status >= _BROKEN:
            return LaterError(answers, int(told[:9]) if told.isascii() and told.isdigit() else None)
        if status in _REFUSED:
            return NotPostedError(f"{answers}; the token needs {self.right}")
        return NotPostedError(f"{answers}: it did not take the comment")


def gitlab(environment: Mapping[str, str]) -> Place:
    """The notes of this job's merge request."""
    api, project, number, token = _given(
        environment, "CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID", "COMMENT_TOKEN"
    )
    url = f"{api}/projects/{project}/merge_requests/{number}/notes"
    return Place(url, {"PRIVATE-TOKEN": token}, "GitLab", "the scope `api`, in the variable COMMENT_TOKEN")


def azure(environment: Mapping[str, str]) -> Place:
    """The threads of this job's pull request."""
    names = ("SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECTID", "BUILD_REPOSITORY_ID", "SYSTEM_PULLREQUEST_PULLREQUESTID")
    collection, project, repository, number, token = _given(environment, *names, "SYSTEM_ACCESSTOKEN")
    path = f"{project}/_apis/git/repositories/{repository}/pullRequests/{number}/threads"
    headers = {"Authorization": f"Bearer {token}"}
    right = "`Contribute to pull requests` for the build service, in the repository's security"
    return Place(f"{collection.rstrip('/')}/{path}", headers, "Azure DevOps", right)


def _given(environment: Mapping[str, str], *names: str) -> list[str]:
    missing = [each for each in names if not environment.get(each)]
    if missing:
        message = f"not in a job of a merge request, or without its variables: {', '.join(missing)}"
        raise NotPostedError(message)
    return [environment[each] for each in names]


def post_to_gitlab(place: Place, text: str) -> None:
    """One note with this text."""
    mark = text.partition("\n")[0]
    there = next((note["id"] for note in _notes(place) if note["body"].startswith(mark)), None)
    if there is None:
        place.ask("POST", body={"body": text})
    else:
        place.ask("PUT", f"/{there}", {"body": text})


def _notes(place: Place) -> Iterator[Any]:
    page = 1
    while some := place.ask("GET", f"?{urllib.parse.urlencode({'per_page': _PAGE, 'page': page})}"):
        yield from some
        if len(some) < _PAGE:
            return
        page += 1


def post_to_azure(place: Place, text: str) -> None:
    """One thread whose first comment has this text."""
    version = "api-version=7.1"
    mark = text.partition("\n")[0]
    threads = place.ask("GET", f"?{version}")["value"]
    there = next((each for each in threads if _first(each).startswith(mark)), None)
    if there is None:
        comment = {"parentCommentId": 0, "content": text, "commentType": 1}
        # Closed: a comment that asks for nothing must not keep a pull request from being completed.
        place.ask("POST", f"?{version}", {"comments": [comment], "status": 4})
    else:
        place.ask("PATCH", f"/{there['id']}/comments/{there['comments'][0]['id']}?{version}", {"content": text})


def _first(thread: Any) -> str:
    for comment in thread.get("comments") or ():
        return str(comment.get("content") or "")
    return ""


def patiently(post: Callable[[], None]) -> None:
    """Post, up to three times where it may work later, after the wait that was asked for.

    All of it again: the list comes first, so what a broken answer has made already is found and not made twice.

    Raises:
        NotPostedError: it was refused, or is still busy or broken.
    """
    for turn in range(_TRIES):
        try:
            post()
        except LaterError as error:
            wait = 2**turn if error.seconds is None else error.seconds
            if turn == _TRIES - 1 or wait > _LONGEST_WAIT:
                message = f"{error}; run the job again " + (f"in {wait} s" if error.seconds else "later")
                raise NotPostedError(message) from None
            time.sleep(wait)
        else:
            return


def main(words: list[str], environment: Mapping[str, str]) -> int:
    """Post; the exit code: 0 posted, 4 not posted, after one line on standard error."""
    try:
        text = Path(words[0]).read_text()
        if "GITLAB_CI" in environment:
            place, post = gitlab(environment), post_to_gitlab
        else:
            place, post = azure(environment), post_to_azure
        patiently(lambda: post(place, text))
    except (NotPostedError, OSError, IndexError, LookupError, TypeError, AttributeError) as error:
        said = str(error) if isinstance(error, NotPostedError | OSError) else "an answer that is none of the API's"
        sys.stderr.write(f"error: the comment is not posted: {said}\n")
        return _NOT_POSTED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
