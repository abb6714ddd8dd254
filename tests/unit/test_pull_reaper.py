"""The process that removes a rehearsal's pods when whoever started it is gone: run for real, against a plain server."""

import io
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pulls.rehearsal import reaper as module
from pulls.rehearsal.reaper import DONE, Reaper
from tests.unit.fake_cluster import labelled
from tests.unit.plain_api import Asked, PlainApi, Reply, plain_api, status

PODS = "/api/v1/namespaces/shop/pods"


def two_pods(asked: Asked) -> Reply:
    items = [labelled("m4rk"), {"metadata": {"name": "second"}}]
    return Reply(200, {"items": items if asked.method == "GET" else []})


def order(api: PlainApi, context: str | None = None) -> str:
    return json.dumps({"kubeconfig": api.kubeconfig, "context": context, "namespace": "shop", "mark": "m4rk"})


def test_when_its_parent_is_gone_it_removes_the_rehearsals_pods_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with plain_api(two_pods) as api:
        in_this_process(monkeypatch, order(api))
    assert api.asked[0].query == {"labelSelector": "monadic-pipeline/rehearsal=m4rk"}
    assert api.of("DELETE")[:2] == [f"{PODS}/web-rehearsal-of-m4rk", f"{PODS}/second"]


def test_a_pod_that_was_just_being_made_is_removed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(asked: Asked) -> Reply:
        return two_pods(asked) if len(api.asked) > 3 else Reply(200, {"items": []})

    with plain_api(late) as api:
        pauses = in_this_process(monkeypatch, order(api))
    assert api.of("DELETE")[:2] == [f"{PODS}/web-rehearsal-of-m4rk", f"{PODS}/second"]
    assert 5 < sum(pauses) < 30


def test_when_all_is_done_it_does_nothing() -> None:
    with plain_api(two_pods) as api:
        command = [sys.executable, "-m", "pulls.rehearsal.reaper"]
        subprocess.run(command, input=f"{order(api)}\n{DONE}", text=True, check=True)
    assert api.asked == []


def in_this_process(monkeypatch: pytest.MonkeyPatch, text: str) -> list[float]:
    """The pauses that it made."""
    pauses: list[float] = []
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    monkeypatch.setattr(module.time, "sleep", pauses.append)
    module.main()
    return pauses


@pytest.mark.parametrize("failures", [1, 4])
def test_a_cluster_that_refuses_for_a_while_is_asked_again(monkeypatch: pytest.MonkeyPatch, failures: int) -> None:
    def answer(asked: Asked) -> Reply:
        return status(500, "no leader") if len(api.asked) <= failures else two_pods(asked)

    with plain_api(lambda _: Reply(200, {"items": []})) as calm:
        looks = len(in_this_process(monkeypatch, order(calm)))
    with plain_api(answer) as api:
        assert len(in_this_process(monkeypatch, order(api, "other"))) == failures + looks
    assert len(api.of("DELETE")) >= 2
    assert api.asked[0].authorization == "Bearer other-canary-token"


def test_it_gives_up_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    with plain_api(lambda _: status(500, "no leader")) as api:
        assert 3 < len(in_this_process(monkeypatch, order(api))) < 60


def test_without_an_order_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_this_process(monkeypatch, "") == []


def process_of(reaper: Reaper) -> subprocess.Popen[str]:
    return reaper._process  # pyright: ignore[reportPrivateUsage]


def test_one_that_is_released_ends_without_a_word_to_the_cluster() -> None:
    with plain_api(two_pods) as api:
        reaper = Reaper(api.kubeconfig, None, "shop", "m4rk")
        reaper.release()
        assert process_of(reaper).wait(60) == 0
    assert api.asked == []


def test_one_whose_starter_goes_without_a_word_removes_the_pods() -> None:
    removed = threading.Event()

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/second"):
            removed.set()
        return two_pods(asked)

    with plain_api(answer) as api:
        process = process_of(Reaper(api.kubeconfig, None, "shop", "m4rk"))
        assert process.stdin is not None
        process.stdin.close()
        assert removed.wait(60)
        process.kill()  # it would look again for some seconds
        process.wait(60)


def test_one_that_cannot_be_started_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(module.subprocess, "Popen", no_room)
    with pytest.raises(OSError, match="temporarily"):
        Reaper("", None, "shop", "m4rk")


def test_neither_its_command_line_nor_its_environment_shows_the_kubeconfig() -> None:
    with plain_api(two_pods) as api:
        reaper = Reaper(api.kubeconfig, None, "shop", "m4rk")
        process = process_of(reaper)
        for each in ("cmdline", "environ"):
            while not (shown := Path(f"/proc/{process.pid}/{each}").read_bytes()):
                assert process.poll() is None  # it is just being loaded
            assert b"canary-token" not in shown
        reaper.release()
        process.wait(60)


def test_one_that_is_gone_already_is_released_without_an_error() -> None:
    with plain_api(two_pods) as api:
        reaper = Reaper(api.kubeconfig, None, "shop", "m4rk")
        process = process_of(reaper)
        process.kill()
        process.wait(60)
        reaper.release()


def test_one_that_is_slow_to_end_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with plain_api(two_pods) as api:
        reaper = Reaper(api.kubeconfig, None, "shop", "m4rk")
        process = process_of(reaper)

        def wait(timeout: float | None = None) -> int:
            raise subprocess.TimeoutExpired([], timeout or 0)

        with monkeypatch.context() as patched:
            patched.setattr(process, "wait", wait)
            reaper.release()
        process.wait(60)
