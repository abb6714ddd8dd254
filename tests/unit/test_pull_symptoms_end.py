"""Containers that run and do not serve, or ran and ended: probes, crashes, and what a log tells."""

from typing import Any

import pytest

from pulls.kubelet.symptom import SymptomKind
from tests.unit.pull_objects import (
    IMAGE,
    NAMESPACE,
    POD,
    Json,
    container,
    ended,
    event,
    healthy,
    moment,
    one,
    path_of,
    pod,
    running,
    seen,
    waiting,
)

NOT_FOUND = (
    f'Failed to pull image "{IMAGE}": rpc error: code = NotFound desc = failed to pull and unpack image "{IMAGE}": '
    f"failed to resolve reference: {IMAGE}: not found"
)

CRASHED = waiting("CrashLoopBackOff", f"back-off 40s restarting failed container=web pod={POD}_{NAMESPACE}(uid)")


@pytest.mark.parametrize("role", ["container", "sidecar"])
@pytest.mark.parametrize(
    ("probe", "started", "text"),
    [
        ("readinessProbe", True, "Readiness probe failed: HTTP probe failed with statuscode: 503"),
        ("startupProbe", False, 'Startup probe failed: Get "http://10.0.0.7:8080/ready": connection refused'),
        ("readinessProbe", True, "Readiness probe errored and resulted in unknown state: rpc error"),
        ("livenessProbe", True, "Liveness probe failed: command timed out"),
    ],
)
def test_a_failing_probe_of_a_running_container_is_told(role: str, probe: str, started: bool, text: str) -> None:
    probed: dict[str, Any] = {probe: {"httpGet": {}}}
    runs = container(running(), role=role, started=started, **probed)
    path = path_of(role=role)
    events = [event("Unhealthy", text, 30, count=4, first=5, path=path), event("Started", "Started", 1, path=path)]
    found = one(pod(runs), events=events)
    assert (found.kind, found.reason, found.message) == (SymptomKind.FAILING_PROBE, "Unhealthy", text)
    assert (found.role, found.first_seen, found.events) == (role, moment(5), (text,))


def test_a_running_container_whose_probes_have_not_failed_is_only_starting() -> None:
    assert seen(pod(container(running()))) == []
    before = [event("Unhealthy", "Readiness probe failed: x", 9)]
    assert seen(pod(container(running(10), last=ended(0, "Completed"), restarts=1)), events=before) == []


@pytest.mark.parametrize(
    ("started", "named"), [(False, "Startup probe failed: s"), (True, "Readiness probe failed: r")]
)
def test_the_probe_that_keeps_a_container_from_serving_is_the_one_named(started: bool, named: str) -> None:
    words = ["Startup probe failed: s", "Readiness probe failed: r", "Liveness probe failed: l"]
    events = [event("Unhealthy", each, at) for at, each in enumerate(words)]
    assert one(pod(container(running(), started=started)), events=events).message == named


@pytest.mark.parametrize(("probe", "key"), [("Startup", "startupProbe"), ("Liveness", "livenessProbe")])
def test_each_probe_has_a_threshold_of_its_own(probe: str, key: str) -> None:
    spec: dict[str, Any] = {"readinessProbe": {"failureThreshold": 1}, key: {"failureThreshold": 9}}
    events = [event("Unhealthy", f"{probe} probe failed: x", count=8)]
    assert not one(pod(container(running(), **spec)), events=events).settled


@pytest.mark.parametrize(
    ("probe", "counts", "settled"),
    [
        ({}, [2], False),
        ({}, [3], True),
        ({}, [1, 2], True),
        ({"failureThreshold": 5}, [4], False),
        ({"failureThreshold": 5}, [5], True),
        ({"failureThreshold": 1}, [1], True),
    ],
)
def test_a_probe_is_settled_once_it_has_failed_as_often_as_its_threshold(
    probe: Json, counts: list[int], settled: bool
) -> None:
    events = [
        event("Unhealthy", f"Readiness probe failed: {at}", at, count=count) for at, count in enumerate(counts, start=1)
    ]
    events.append(event("Unhealthy", "Liveness probe failed: x", 1, count=9))
    runs = container(running(), started=True, readinessProbe=probe)
    assert one(pod(runs), events=events).settled is settled


@pytest.mark.parametrize("state", [CRASHED, ended(137, began=0, at=60), running(61)])
@pytest.mark.parametrize("probe", ["liveness", "startup"])
def test_a_container_that_its_probe_killed_shows_the_probe(state: Json, probe: str) -> None:
    text = f"{probe.title()} probe failed: HTTP probe failed with statuscode: 500"
    events = [
        event("Unhealthy", text, 30, count=3),
        event("Unhealthy", "Readiness probe failed: x", 31),
        event("Killing", f"Container web failed {probe} probe, will be restarted", 30),
    ]
    last = None if "terminated" in state else ended(137, began=0, at=60)
    found = one(pod(container(state, last=last, restarts=1)), events=events)
    assert (found.kind, found.message) == (SymptomKind.FAILING_PROBE, text)
    assert found.settled


def test_what_else_the_kubelet_stops_a_container_for_is_no_probe() -> None:
    events = [event("Killing", "Container web definition changed, will be restarted", 59)]
    assert one(pod(container(CRASHED, last=ended(137, began=0, at=60))), events=events).kind == SymptomKind.CRASH_LOOP


@pytest.mark.parametrize(("last", "kind"), [(None, "failing-probe"), (ended(1), "crash-loop")])
def test_a_start_without_a_time_is_taken_as_the_newest(last: Json | None, kind: str) -> None:
    runs = container({"running": {"startedAt": None}}, last=last)
    assert one(pod(runs), events=[event("Unhealthy", "Readiness probe failed: x", 5)]).kind == kind


@pytest.mark.parametrize(("at", "kind"), [(61, "failing-probe"), (62, "crash-loop")])
def test_the_kubelets_own_word_stands_in_for_events_of_the_probe(at: int, kind: str) -> None:
    """It says so before the end; a moment later it is about the next run."""
    words = "Container web failed liveness probe, will be restarted"
    found = one(pod(container(CRASHED, last=ended(137, began=0, at=60))), events=[event("Killing", words, at)])
    assert found.kind == kind
    assert (found.message == words) == (kind == "failing-probe")


def test_memory_that_ran_out_in_the_run_that_a_probe_killed_is_why_it_ended() -> None:
    events = [event("Killing", "Container web failed liveness probe, will be restarted", 30)]
    found = one(pod(container(CRASHED, last=ended(137, "OOMKilled", began=0, at=60))), events=events)
    assert found.kind == SymptomKind.OUT_OF_MEMORY


def test_a_probe_that_killed_an_earlier_run_is_not_why_the_newest_one_ended() -> None:
    events = [
        event("Unhealthy", "Liveness probe failed: x", 30),
        event("Killing", "Container web failed liveness probe, will be restarted", 30),
    ]
    found = one(pod(container(CRASHED, last=ended(1, began=61, at=62), restarts=2)), events=events)
    assert found.kind == SymptomKind.CRASH_LOOP


@pytest.mark.parametrize(("failed_at", "kind"), [(20, "crash-loop"), (610, "crash-loop"), (611, "failing-probe")])
def test_a_container_that_ran_long_since_its_crash_shows_its_probe(failed_at: int, kind: str) -> None:
    runs = container(running(10), last=ended(1), restarts=1, started=True)
    assert one(pod(runs), events=[event("Unhealthy", "Readiness probe failed: x", failed_at)]).kind == kind


@pytest.mark.parametrize(
    ("state", "restarts", "settled"),
    [
        (ended(137, "OOMKilled"), 0, True),
        (ended(128, "StartError", "no such file"), 0, True),
        (ended(1), 0, False),
        (running(6), 1, False),
        (running(6), 2, True),
        (CRASHED, 1, True),
    ],
)
def test_a_crash_is_settled_when_it_repeats(state: Json, restarts: int, settled: bool) -> None:
    last = None if "terminated" in state else ended(1)
    assert one(pod(container(state, last=last, restarts=restarts))).settled is settled


def test_a_crash_began_when_the_container_ended_and_carries_the_events_since() -> None:
    events = [
        event("BackOff", "Back-off restarting failed container web in pod", 45),
        event("Unhealthy", "Readiness probe failed: x", 39),
        event("Failed", "Error: failed to start", 38),
        event("Failed", "Error: of the run before", 37),
        event("Pulled", "Successfully pulled", 2),
    ]
    found = one(pod(container(CRASHED, last=ended(1, began=38, at=40), restarts=3)), events=events)
    assert found.first_seen == moment(40)
    assert found.events == ("Back-off restarting failed container web in pod", "Error: failed to start")


@pytest.mark.parametrize(
    ("tail", "kind"),
    [
        ("exec /usr/local/bin/app: exec format error\n", "exec-format"),
        ("standard_init_linux.go:228: exec user process caused: exec format error\n\n", "exec-format"),
        ("plugin /x: exec format error\nfalling back\nno DATABASE_URL\n", "crash-loop"),
        ("", "crash-loop"),
    ],
)
def test_the_last_line_of_a_log_can_tell_a_binary_for_another_machine(tail: str, kind: str) -> None:
    tails = {(NAMESPACE, POD, "web"): tail, (NAMESPACE, "another", "web"): "exec format error"}
    found = one(pod(container(CRASHED, last=ended(255))), log_tails=tails)
    assert found.kind == kind
    assert ("exec format error" in found.message) == (kind == "exec-format")


def test_a_log_tells_also_when_the_exit_is_not_written_yet() -> None:
    found = one(pod(container(CRASHED)), log_tails={(NAMESPACE, POD, "web"): "exec /app: exec format error"})
    assert (found.kind, found.reason) == (SymptomKind.EXEC_FORMAT, "CrashLoopBackOff")


def test_what_a_healthy_container_logged_is_no_symptom() -> None:
    tails = {(NAMESPACE, POD, "web"): "exec /app: exec format error"}
    assert seen(pod(healthy()), log_tails=tails) == []
