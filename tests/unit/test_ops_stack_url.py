"""Whether a stack's URL answers."""

import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from ops.stack_url import UrlAnswer, ask_url, is_inside
from tests.unit.plain_api import Reply, plain_api
from tests.unit.raw_servers import raw_server


def silent(_: socket.socket, ended: threading.Event) -> None:
    ended.wait(5)


@pytest.mark.parametrize(("url", "path"), [("", "/ready"), ("/", "ready"), ("", "/")])
def test_an_answer_is_its_status_body_and_time(url: str, path: str) -> None:
    with plain_api(lambda _: Reply(200, b"hello")) as app:
        found = ask_url(f"{app.url}{url}", path)
        assert found.url == f"{app.url}/{path.lstrip('/')}"
        assert app.asked[0].path == f"/{path.lstrip('/')}"
    assert (found.status, found.body, found.said) == (200, b"hello", "")
    assert 0 < found.seconds < 3


def test_a_name_below_localhost_is_this_machine() -> None:
    with plain_api(lambda _: Reply(200)) as app:
        port = urlsplit(app.url).port
        assert ask_url(f"http://shop.localhost:{port}", "/").status == 200


def test_the_proxies_of_the_environment_are_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    with plain_api(lambda _: Reply(200, b"by proxy")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert ask_url("http://shop.example.invalid", "/ready").body == b"by proxy"
        port = urlsplit(proxy.url).port
        assert ask_url(f"http://shop.localhost:{port}", "/x").status == 200
        assert [each.path for each in proxy.asked] == ["/ready", "/x"]


def test_nobody_there_is_said() -> None:
    found = ask_url("http://127.0.0.1:1", "/")
    assert found.status is None
    assert "refused" in found.said


def test_what_never_answers_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.stack_url._TOTAL", 0.3)
    monkeypatch.setattr("ops.stack_url._STEP", 0.3)
    with raw_server(silent) as host:
        started = time.monotonic()
        found = ask_url(f"http://{host}", "/")
        assert time.monotonic() - started < 1.5
    assert (found.status, found.said) == (None, "no answer in time")


@pytest.mark.parametrize(
    ("url", "status", "well"),
    [
        ("http://x/ready", 200, True),
        ("http://x/ready", 302, True),
        ("http://x/ready", 404, False),
        ("http://x/", 404, True),
        ("http://x/", 503, False),
        ("http://x/ready", None, False),
    ],
)
def test_well_is_what_a_probe_takes_for_well(url: str, status: int | None, well: bool) -> None:
    assert UrlAnswer(url=url, status=status, seconds=0.1).well is well


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("http://web.shop.svc.cluster.local", True),
        ("http://web.shop.svc.cluster.local:81/x", True),
        ("http://shop.localhost:8080", False),
        ("https://shop.example.com/.svc.cluster.local", False),
    ],
)
def test_some_urls_mean_something_inside_of_the_cluster_only(url: str, inside: bool) -> None:
    assert is_inside(url) is inside


def test_a_name_whose_lookup_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def hanging(url: str, _: object) -> UrlAnswer:
        ended.wait(5)
        return UrlAnswer(url=url, status=200, seconds=5)

    monkeypatch.setattr("ops.stack_url._TOTAL", 0.0)
    monkeypatch.setattr("ops.stack_url._asked", hanging)
    found = ask_url("http://shop.example.com", "/")
    ended.set()
    assert (found.status, found.said) == (None, "no answer in time")
    assert found.seconds < 2
