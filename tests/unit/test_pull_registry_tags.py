"""The tags of a repository, from a registry on loopback."""

import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from pulls.registry.answer import Outcome, RegistryFaultError
from pulls.registry.login import Login
from pulls.registry.tags import tags_of
from tests.unit.registry_server import PASSWORD, USER, Registry, Reply, Request, error_body, registry

PATH = "team/web"


@pytest.fixture
def served() -> Iterator[Registry]:
    with registry() as each:
        each.tags[PATH] = ["1", "2"]
        yield each


def tags(served: Registry, login: Login | None = None, *, timeout: float = 3, total: float = 20) -> tuple[str, ...]:
    return tags_of(f"{served.host}/{PATH}", login=login, timeout=timeout, total=total)


def page(names: object, link: str = "") -> Reply:
    return Reply(200, json.dumps({"name": PATH, "tags": names}).encode(), {"Link": link} if link else {})


def refused(
    served: Registry, login: Login | None = None, *, timeout: float = 3, total: float = 20
) -> RegistryFaultError:
    with pytest.raises(RegistryFaultError) as caught:
        tags(served, login, timeout=timeout, total=total)
    return caught.value


def test_all_tags_are_listed(served: Registry) -> None:
    assert tags(served) == ("1", "2")


def test_every_page_is_read_and_the_link_leads_nowhere_else(served: Registry) -> None:
    pages = {
        "": page(["1", "2"], '<https://elsewhere.example.com/v2/other/tags/list?last=2&n=2>; rel="next"'),
        "last=2&n=2": page(["3"], f'</v2/{PATH}/tags/list?last=3&n=2>; rel="next"'),
        "last=3&n=2": page(["4"]),
    }
    served.overrides.append(lambda request: pages[request.query])
    assert tags(served) == ("1", "2", "3", "4")
    assert {each.path for each in served.asked} == {f"/v2/{PATH}/tags/list"}


def test_pages_that_do_not_end_are_given_up(served: Registry) -> None:
    served.always(page(["1"], f'</v2/{PATH}/tags/list?last=1>; rel="next"'))
    assert "pages of tags" in refused(served, timeout=20, total=60).said


def test_a_token_is_asked_for_with_the_login(served: Registry) -> None:
    served.auth = "bearer"
    assert tags(served, Login(USER, PASSWORD)) == ("1", "2")
    served.auth = "basic"
    assert refused(served).outcome is Outcome.REFUSED_WITHOUT_LOGIN


def test_a_repository_without_tags_has_none(served: Registry) -> None:
    served.always(page(None))
    assert tags(served) == ()


def test_a_repository_that_is_not_there_is_missing(served: Registry) -> None:
    del served.tags[PATH]
    fault = refused(served)
    assert (fault.outcome, fault.status) == (Outcome.REPOSITORY_MISSING, 404)


@pytest.mark.parametrize("reply", [Reply(200, b"<html>"), Reply(200, b"[]"), Reply(200, b"{}"), page("1"), page([1])])
def test_an_answer_that_is_no_list_is_refused(served: Registry, reply: Reply) -> None:
    served.always(reply)
    fault = refused(served)
    assert (fault.outcome, fault.said) == (Outcome.SERVER_ERROR, "the answer is no list of tags")


def test_a_link_that_is_no_url_is_refused(served: Registry) -> None:
    served.always(page(["1"], '<http://a:b/?last=1>; rel="next"'))
    assert "is no URL" in refused(served).said


def test_an_answer_that_is_too_large_is_refused(served: Registry) -> None:
    served.always(Reply(200, b" " * ((4 << 20) + 1)))
    assert "larger than" in refused(served).said


def test_what_a_registry_says_is_told_without_the_login(served: Registry) -> None:
    served.always(Reply(429, error_body("TOOMANYREQUESTS", f"not {PASSWORD}"), {"Retry-After": "7"}))
    fault = refused(served, Login(USER, PASSWORD))
    assert (fault.outcome, fault.retry_after) == (Outcome.RATE_LIMITED, 7)
    assert "***" in fault.said
    assert PASSWORD not in fault.said


def test_a_registry_that_hangs_is_left_in_time(served: Registry) -> None:
    def hang(_: Request) -> None:
        time.sleep(1.5)

    served.overrides.append(hang)
    started = time.monotonic()
    fault = refused(served, timeout=5, total=0.3)
    assert fault.outcome is Outcome.UNREACHABLE
    assert time.monotonic() - started < 1.2


def test_the_lookup_of_a_name_that_hangs_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def hang(*_: object, **__: object) -> None:
        ended.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        with pytest.raises(RegistryFaultError) as caught:
            tags_of("registry.example.com/team/web", login=None, total=0.3)
    finally:
        ended.set()
    assert caught.value.outcome is Outcome.UNREACHABLE
