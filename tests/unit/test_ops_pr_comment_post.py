"""The comment at GitHub's API: made once, changed in place, and what is said where that does not work."""

import socket
import threading
import time
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from ops.pr_comment import post as posting
from ops.pr_comment.place import NotPostedError, place_of
from ops.pr_comment.post import post
from ops.pr_comment.refusals import wait_for
from tests.unit.pr_comment_github import NUMBER, REPOSITORY, TOKEN, Answer, Asked, GitHub, github
from tests.unit.raw_servers import raw_server

MARK = "<!-- preview of shop -->"
TEXT = f"{MARK}\n## Preview\n\n1 stack: nothing changes.\n"
OLD = f"{MARK}\n## Preview\n\nold\n"
LIMITED = {"message": "You have exceeded a secondary rate limit."}
FORBIDDEN = {"message": "Resource not accessible by integration"}


@pytest.fixture
def api() -> Generator[GitHub]:
    with github() as served:
        yield served


def waits(api: GitHub, text: str = TEXT) -> tuple[str, list[float]]:
    """What was done, and the seconds that were waited."""
    waited: list[float] = []
    return post(api.place, text, waited.append).did, waited


def refusal(api: GitHub) -> str:
    with pytest.raises(NotPostedError) as caught:
        post(api.place, TEXT, lambda _: None)
    assert TOKEN not in str(caught.value)
    assert TOKEN not in repr(caught.value.__context__)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_first_run_makes_a_comment_and_later_ones_change_it(api: GitHub) -> None:
    api.has("hello", kind="User")
    made = post(api.place, OLD)
    assert (made.did, made.url) == ("made", f"https://github.com/{REPOSITORY}/pull/{NUMBER}#issuecomment-1001")
    assert post(api.place, TEXT).did == "changed"
    assert api.bodies == ["hello", TEXT]
    assert api.asked[-1].headers["x-github-api-version"] == "2022-11-28"


def test_a_comment_that_says_the_same_is_left(api: GitHub) -> None:
    api.has(TEXT.rstrip())  # GitHub takes blanks off the end
    assert post(api.place, TEXT).did == "left"
    assert [each.method for each in api.asked] == ["GET"]


def test_a_comment_on_a_later_page_is_found(api: GitHub) -> None:
    for number in range(250):
        api.has(f"talk {number}", kind="User")
    api.has(OLD)
    assert post(api.place, TEXT).did == "changed"
    assert [each.query["page"] for each in api.asked if each.method == "GET"] == [["1"], ["2"], ["3"]]


def test_a_full_last_page_is_not_taken_for_the_end(api: GitHub) -> None:
    for number in range(100):
        api.has(f"talk {number}", kind="User")
    assert post(api.place, TEXT).did == "made"


@pytest.mark.parametrize(("association", "ours"), [("NONE", False), ("CONTRIBUTOR", False), ("MEMBER", True)])
def test_the_mark_of_a_stranger_is_not_taken_for_ours(api: GitHub, association: str, ours: bool) -> None:
    api.has(OLD, kind="User", association=association)
    assert post(api.place, TEXT).did == ("changed" if ours else "made")
    assert api.bodies == ([TEXT] if ours else [OLD, TEXT])


def test_a_mark_inside_of_a_text_or_of_another_project_is_not_ours(api: GitHub) -> None:
    api.has(f"> {OLD}")
    api.has("<!-- preview of shop-two -->\nx")
    assert post(api.place, TEXT).did == "made"


def test_a_comment_that_was_deleted_meanwhile_is_made_anew(api: GitHub) -> None:
    api.has(OLD)
    api.first = [None, Answer(404, {"message": "Not Found"})]
    assert post(api.place, TEXT).did == "made"


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (Answer(429, LIMITED, {"Retry-After": "3"}), 3),
        (Answer(403, LIMITED, {"Retry-After": "7"}), 7),
        (Answer(403, LIMITED), 1),
        (Answer(502, b"<html>bad gateway</html>"), 1),
        (Answer(503, {"message": "later"}, {"Retry-After": "0"}), 0),
    ],
)
def test_what_passes_is_tried_again(api: GitHub, answer: Answer, wait: float) -> None:
    api.first = [answer]
    assert waits(api) == ("made", [wait])


def test_the_wait_is_that_of_the_limit_where_only_its_end_is_said() -> None:
    now = datetime(2026, 11, 26, 8, 0, 0, tzinfo=UTC)
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(now.timestamp()) + 42)}
    assert wait_for(httpx.Headers(reset), now) == 42
    assert wait_for(httpx.Headers({**reset, "x-ratelimit-remaining": "9"}), now) is None
    assert wait_for(httpx.Headers({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}), now) is None
    assert wait_for(httpx.Headers({"Retry-After": "Thu, 26 Nov 2026 08:00:05 GMT"}), now) == 5


def test_an_answer_that_was_lost_makes_no_second_comment(api: GitHub) -> None:
    def lost(asked: Asked) -> Answer | None:
        if asked.method == "POST" and not api.comments:
            api.has(asked.body["body"])
            return Answer(504, b"")
        return None

    api.overrides.append(lost)
    assert waits(api) == ("left", [1])
    assert api.bodies == [TEXT]


def test_three_tries_are_enough(api: GitHub) -> None:
    api.overrides.append(lambda _: Answer(500, {"message": "Server Error"}))
    waited: list[float] = []
    with pytest.raises(NotPostedError, match=r"answers 500 \(Server Error\) for octo/web, pull request 7"):
        post(api.place, TEXT, waited.append)
    assert (len(api.asked), waited) == (3, [1, 2])


def test_a_limit_that_lasts_is_not_waited_for(api: GitHub) -> None:
    api.overrides.append(lambda _: Answer(429, LIMITED, {"Retry-After": "1800"}))
    assert refusal(api).endswith("too many requests; run the job again later in 1800 s")
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(401, {"message": "Bad credentials"}), "it does not take the token; give the step: env: GITHUB_TOKEN:"),
        (Answer(403, FORBIDDEN), "give the job permissions: pull-requests: write; in a pull request from a fork"),
        (Answer(404, {"message": "Not Found"}), "there is no octo/web, pull request 7, or the token does not see it"),
        (Answer(422, {"message": "Body is too long"}), "answers 422 (Body is too long) for octo/web"),
        (Answer(410, {"message": f"gone {TOKEN} password=hunter2"}), "answers 410 (gone *** password=***)"),
        (Answer(418, [1]), "answers 418 for octo/web"),
        (Answer(422, b"\xff{"), "answers 422 for octo/web"),
    ],
)
def test_what_stays_so_is_one_sentence_with_what_to_type(api: GitHub, answer: Answer, says: str) -> None:
    api.overrides.append(lambda _: answer)
    assert says in refusal(api)
    assert len(api.asked) == 1


def test_a_token_of_any_form_is_not_in_what_is_said(api: GitHub) -> None:
    api.overrides.append(lambda _: Answer(422, {"message": "got tokenword and no more"}))
    with pytest.raises(NotPostedError, match=r"\(got \*\*\* and no more\)"):
        post(replace(api.place, token="tokenword"), TEXT, lambda _: None)


def test_a_read_only_token_of_a_fork_reads_and_is_told_that_it_may_not_write(api: GitHub) -> None:
    api.overrides.append(lambda asked: None if asked.method == "GET" else Answer(403, FORBIDDEN))
    assert "a fork no job of its own may, so read the job's summary" in refusal(api)


@pytest.mark.parametrize("body", [b"", b"not json", b"{}", b'[{"id": 1}, 7, null]', b"[" * 100_000])
def test_a_list_that_is_none_is_an_empty_one(api: GitHub, body: bytes) -> None:
    api.overrides.append(lambda asked: Answer(200, body) if asked.method == "GET" else None)
    assert post(api.place, TEXT).did == "made"


def test_an_api_that_hangs_is_given_up(api: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_STEP_SECONDS", 0.1)

    def hang(_: socket.socket, ended: threading.Event) -> None:
        ended.wait()

    started = time.monotonic()
    with raw_server(hang) as host, pytest.raises(NotPostedError) as caught:
        post(replace(api.place, api=f"http://{host}"), TEXT, lambda _: None)
    assert "does not answer (ReadTimeout); run the job again later" in str(caught.value)
    assert time.monotonic() - started < 5


def test_an_api_that_is_not_there_is_told(api: GitHub) -> None:
    with pytest.raises(NotPostedError, match=r"does not answer \(ConnectError\)"):
        post(replace(api.place, api="http://127.0.0.1:1"), TEXT, lambda _: None)


def test_the_token_goes_to_no_other_host(api: GitHub) -> None:
    with github() as other:
        moved = Answer(307, b"", {"Location": f"{other.api.replace('127.0.0.1', 'localhost')}/repos/x"})
        api.overrides.append(lambda _: moved)
        with pytest.raises(NotPostedError):
            post(api.place, TEXT, lambda _: None)
        assert [each.headers.get("authorization") for each in other.asked] == [None] * len(other.asked)


JOB = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": REPOSITORY}
EVENT = b'{"pull_request": {"number": 7}}'


def test_the_place_is_what_the_job_says() -> None:
    place = place_of(JOB, EVENT, None)
    assert (place.api, place.repository, place.number) == ("https://api.github.com", REPOSITORY, 7)
    assert TOKEN not in repr(place)
    ours = place_of({**JOB, "GITHUB_API_URL": "https://git.example.com/api/v3/"}, EVENT, 9)
    assert (ours.api, ours.number) == ("https://git.example.com/api/v3", 9)


@pytest.mark.parametrize(
    "event",
    [
        b'{"pull_request": {"number": 7}}',
        b'{"issue": {"number": 7, "pull_request": {}}}',
        b'{"workflow_run": {"pull_requests": [{"number": 7}]}}',
    ],
)
def test_the_number_is_found_in_each_event_that_has_one(event: bytes) -> None:
    assert place_of(JOB, event, None).number == 7


@pytest.mark.parametrize(
    ("changed", "event", "says"),
    [
        ({"GITHUB_TOKEN": ""}, EVENT, "GITHUB_TOKEN is not set; give the step in the workflow: env: GITHUB_TOKEN:"),
        ({"GITHUB_TOKEN": f"{TOKEN}ä"}, EVENT, "GITHUB_TOKEN holds a blank or another sign that no token has; give"),
        ({"GITHUB_TOKEN": f"{TOKEN}\udce4"}, EVENT, "GITHUB_TOKEN holds a blank or another sign"),
        ({"GITHUB_TOKEN": f"{TOKEN}\nx"}, EVENT, "GITHUB_TOKEN holds a blank or another sign"),
        ({"GITHUB_REPOSITORY": "a"}, EVENT, "GITHUB_REPOSITORY is no owner/name"),
        ({"GITHUB_REPOSITORY": "a/b/../c"}, EVENT, "GITHUB_REPOSITORY is no owner/name"),
        ({"GITHUB_API_URL": "http://git.example.com"}, EVENT, "GITHUB_API_URL is no https:// address"),
        ({"GITHUB_API_URL": "https://"}, EVENT, "GITHUB_API_URL is no https:// address"),
        ({"GITHUB_API_URL": "https://[x"}, EVENT, "GITHUB_API_URL is no https:// address"),
        ({}, b"", "the event of this job names no pull request"),
        ({}, b"[]", "names no pull request"),
        ({}, b'{"issue": {"number": 3}}', "names no pull request"),
        ({}, b'{"pull_request": {"number": "3"}}', "or give the number: --pr NUMBER"),
        ({}, b"[" * 100_000, "names no pull request"),
    ],
)
def test_a_place_that_is_not_known_is_told(changed: dict[str, str], event: bytes, says: str) -> None:
    with pytest.raises(NotPostedError) as caught:
        place_of({**JOB, **changed}, event, None)
    assert says in str(caught.value)
    assert TOKEN not in str(caught.value)
