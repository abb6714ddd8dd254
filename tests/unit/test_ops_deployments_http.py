"""Pulumi Cloud refuses, breaks, or does not answer: one sentence each, bounded tries, and never the token."""

import socket
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from ops import deployments_wire
from ops.deployments_file import DeploymentsError
from ops.deployments_schedules import Kind
from ops.deployments_service import Service
from tests.unit.deployments_place import LOGINS, Place, deployments, deployments_place, one_sentence, settings
from tests.unit.plain_api import Reply
from tests.unit.pulumi_service import TOKEN, Stack
from tests.unit.raw_servers import raw_server

SETTINGS = "GET deployments/settings"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    with deployments_place(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(
    ("status", "tries", "text"),
    [
        (403, 1, "the token may not read the deployment settings of acme/web/eks (403): why; ask an administrator"),
        (409, 1, "something else is changing it now (409): why; type: pulumi deployment list -s acme/web/eks"),
        (429, 3, "takes no more requests for now (429, 3 tries); type: sleep 60   # then type the same again"),
        (500, 3, "fails (500, 3 tries): why; see https://status.pulumi.com, then type the same again"),
        (503, 3, "fails (503, 3 tries): why; see https://status.pulumi.com"),
        (400, 1, "refuses it (400): why; edit deployments/settings.yaml, then type the same again"),
        (302, 1, "refuses it (302): why; edit"),
    ],
)
def test_each_refusal_is_one_sentence_with_what_to_type(place: Place, status: int, tries: int, text: str) -> None:
    place.cloud.refuses[SETTINGS] = [Reply(status, {"code": status, "message": "why"})] * 9
    assert text in one_sentence()
    assert 9 - len(place.cloud.refuses[SETTINGS]) == tries


def test_a_token_that_is_not_taken_is_named_by_its_variable(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "pul-somebody-elses")
    told = one_sentence()
    assert "does not take the token in PULUMI_ACCESS_TOKEN (401); make one at https://app.pulumi.com/account/" in told
    assert "somebody" not in told
    assert place.cloud.written == []


def test_what_passes_is_tried_again(place: Place) -> None:
    place.cloud.refuses[SETTINGS] = [Reply(503, b"<html>busy</html>"), Reply(429, {"message": "slow"})]
    assert deployments().exit_code == 3


def test_a_service_that_asks_for_a_long_wait_is_left_alone() -> None:
    waits: list[float] = []

    def serve(taken: socket.socket, _: threading.Event) -> None:
        taken.recv(65536)
        taken.sendall(b"HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with raw_server(serve) as host, pytest.raises(DeploymentsError, match=r"429, 1 try\)"):
        Service(f"http://{host}", TOKEN, waits.append).settings("acme/web/eks")
    assert waits == []


def test_a_service_that_says_when_to_come_back_is_asked_then() -> None:
    waits: list[float] = []
    answers = [b"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0", b"HTTP/1.1 200 OK\r\nContent-Length: 2"]

    def serve(taken: socket.socket, _: threading.Event) -> None:
        taken.recv(65536)
        head = answers.pop(0) if answers else b""
        taken.sendall(head + b"\r\nConnection: close\r\n\r\n" + (b"{}" if b"200" in head else b""))

    with raw_server(serve) as host:
        assert Service(f"http://{host}", TOKEN, waits.append).settings("acme/web/eks") == {}
    assert waits == [7.0]


def test_a_service_that_is_not_there_is_named_after_three_tries(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"http://127.0.0.1:{port}")
    told = one_sentence()
    assert f"cannot look at acme/web/eks: http://127.0.0.1:{port} cannot be asked: " in told
    assert f"(3 tries); type: curl -sS http://127.0.0.1:{port}/api/capabilities" in told
    assert place.cloud.written == []


def test_a_service_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployments_wire, "_READ", 0.1)

    def be_silent(_: socket.socket, ended: threading.Event) -> None:
        ended.wait()

    with raw_server(be_silent) as host, pytest.raises(DeploymentsError, match=r"does not answer in time \(3 tries\)"):
        Service(f"http://{host}", TOKEN, lambda _: None).settings("acme/web/eks")


def test_an_answer_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployments_wire, "_WHOLE", 0.2)

    def drip(taken: socket.socket, ended: threading.Event) -> None:
        taken.recv(65536)
        taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not ended.wait(0.05):
            taken.sendall(b" ")

    began = time.monotonic()
    with raw_server(drip) as host, pytest.raises(DeploymentsError, match="does not answer in time"):
        Service(f"http://{host}", TOKEN, lambda _: None).settings("acme/web/eks")
    assert time.monotonic() - began < 5


def test_a_schedule_is_made_once_even_when_the_answer_breaks(place: Place) -> None:
    place.write(settings(eks={"login": LOGINS["eks"], "drift": {"schedule": "0 5 * * *"}}))
    place.cloud.refuses["POST drift/schedules"] = [Reply(500, {"message": "broken"})]
    told = deployments("--yes")
    assert (told.exit_code, "fails (500, 1 try): broken" in told.stderr) == (1, True)
    assert [path for _, path, _ in place.cloud.written] == ["deployments/settings", "deployments/drift/schedules"]


def test_a_schedule_whose_answer_is_lost_may_have_been_made_and_that_is_said() -> None:
    def lose(taken: socket.socket, _: threading.Event) -> None:
        taken.recv(65536)

    with raw_server(lose) as host, pytest.raises(DeploymentsError) as told:
        Service(f"http://{host}", TOKEN, lambda _: None).make("acme/web/eks", Kind.DRIFT, {})
    assert "(1 try)" in str(told.value)
    assert "whether it was done is not known, and the next run sees it" in str(told.value)


def test_words_of_the_service_never_hold_the_token(place: Place) -> None:
    place.cloud.refuses[SETTINGS] = [Reply(403, {"message": f"token {TOKEN} lacks a right"})]
    assert "token *** lacks a right" in one_sentence()


def test_a_token_that_does_not_look_like_one_is_not_told_either() -> None:
    token, said = "correct-horse", b'{"message": "correct-horse has no right"}'

    def refuse(taken: socket.socket, _: threading.Event) -> None:
        taken.recv(65536)
        head = f"HTTP/1.1 403 No\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n"
        taken.sendall(head.encode() + said)

    with raw_server(refuse) as host, pytest.raises(DeploymentsError, match=r"\(403\): \*\*\* has no right"):
        Service(f"http://{host}", token, lambda _: None).settings("acme/web/eks")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>a proxy's page</html>",
        b"",
        b"[]",
        {"operationContext": []},
        {"sourceContext": {"git": "x"}},
        {"vcs": "github"},
        {"operationContext": {"environmentVariables": ["A"]}},
    ],
)
def test_an_answer_that_is_none_is_said_in_one_sentence(place: Place, body: object) -> None:
    place.cloud.refuses[SETTINGS] = [Reply(200, body)]
    assert "answers for acme/web/eks with what is not understood; it must be the address of the API" in one_sentence()


ODD_LISTS: list[tuple[str, Any]] = [
    ("deployments/schedules", {"schedules": "none"}),
    ("deployments/schedules", {"schedules": [{"definition": {"request": []}}]}),
    ("eks/deployments", {"deployments": [{"jobs": "none"}]}),
    ("eks/deployments", {"deployments": [{"jobs": [{"steps": ["x"]}]}]}),
]


@pytest.mark.parametrize(("path", "body"), ODD_LISTS)
def test_a_list_that_is_none_is_said_in_one_sentence(place: Place, path: str, body: object) -> None:
    place.stack().settings = {}
    place.cloud.refuses[f"GET {path}"] = [Reply(200, body)]
    assert "with what is not understood" in one_sentence()


def test_a_state_that_is_none_is_said_in_one_sentence(place: Place) -> None:
    place.cloud.stacks["acme/web/eks"] = Stack(tags={"expires": "2999-01-01T00:00:00Z"})
    place.write(settings(eks={"login": LOGINS["eks"], "ttl": True}))
    place.cloud.refuses["GET export"] = [Reply(200, b"{}")]
    assert "the state of acme/web/eks cannot be read: what pulumi answers is not the export" in one_sentence()
