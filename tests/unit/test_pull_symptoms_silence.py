"""Pulls that hang and pods that are left alone: nobody says anything, so the time does."""

import pytest

from pulls.kubelet.symptom import SymptomKind
from tests.unit.pull_objects import (
    IMAGE,
    ROLES,
    Json,
    Made,
    condition,
    container,
    ended,
    event,
    healthy,
    kinds,
    moment,
    one,
    path_of,
    pod,
    running,
    seen,
    waiting,
)

CREATING = waiting("ContainerCreating")
SCHEDULED = condition("PodScheduled", "True", "", at=0)


def pulling(at: float, role: str = "container") -> Json:
    return event("Pulling", f'Pulling image "{IMAGE}"', at, path=path_of(role=role))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", [CREATING, waiting("PodInitializing"), None])
def test_a_pull_of_which_nothing_is_said_for_a_minute_is_a_symptom(role: str, state: Json | None) -> None:
    made = pod(container(state, role=role))
    found = one(made, events=[pulling(1, role)], taken_at=moment(61))
    assert (found.kind, found.reason, found.container, found.image) == ("pull", "Pulling", "web", IMAGE)
    assert (found.settled, found.first_seen) == (False, moment(1))
    assert found.message == "pulling since 2026-01-05T10:00:01Z; nothing was said after that"
    assert seen(made, events=[pulling(1, role)], taken_at=moment(60)) == []
    assert seen(made, events=[pulling(1, role)]) == []


def test_a_bare_pod_whose_pull_hangs_is_one_too() -> None:
    found = one(pod(container(CREATING), owner=None), events=[pulling(0)], taken_at=moment(3600))
    assert (found.kind, found.reason) == ("pull", "Pulling")


@pytest.mark.parametrize("reason", ["Pulled", "Created", "Started"])
def test_a_pull_that_has_ended_does_not_hang(reason: str) -> None:
    events = [pulling(1), event(reason, "x", 2)]
    assert seen(pod(container(CREATING)), events=events, taken_at=moment(3600)) == []


def test_a_pull_that_hangs_after_one_that_failed_is_told_by_the_failure() -> None:
    events = [event("Failed", "Failed to pull image: not found", 1), pulling(9)]
    assert one(pod(container(CREATING)), events=events, taken_at=moment(3600)).reason == "ErrImagePull"


def test_a_container_that_runs_pulls_no_more() -> None:
    serving = pod(healthy(), phase="Running")
    starting = pod(container(running(), started=True), phase="Running")
    for each in (serving, starting):
        assert seen(each, events=[pulling(1)], taken_at=moment(3600)) == []


@pytest.mark.parametrize("state", [None, CREATING])
def test_a_scheduled_pod_of_which_nothing_is_said_for_a_minute_is_a_symptom(state: Json | None) -> None:
    made = pod(container(state), conditions=[SCHEDULED], created=-9)
    found = one(made, taken_at=moment(60))
    assert (found.kind, found.reason, found.image, found.settled) == ("pull", "Pending", None, False)
    assert found.message == "waiting on its node since 2026-01-05T10:00:00Z; nothing was said after that"
    assert (found.node, found.first_seen) == ("node-2", moment(0))
    assert seen(made, taken_at=moment(59)) == []


@pytest.mark.parametrize(
    "made",
    [
        [container(CREATING), healthy("other")],
        [container(CREATING), container(running(), name="migrate", role="init")],
        [container(CREATING), container(ended(0), name="migrate", role="init")],
    ],
)
def test_a_pod_with_a_container_that_was_tried_is_not_left_alone(made: list[Made]) -> None:
    assert seen(pod(*made), taken_at=moment(3600)) == []


def test_what_is_said_of_a_pod_is_told_instead_of_the_silence() -> None:
    mount = event("FailedMount", "no volume", 5, path=None)
    assert kinds(seen(pod(container(CREATING)), events=[mount], taken_at=moment(3600))) == [
        ("volume", "Deployment/web", "FailedMount")
    ]


def test_a_pod_that_no_scheduler_speaks_of_is_not_scheduled() -> None:
    found = one(pod(container(None), node=None), taken_at=moment(60))
    assert (found.kind, found.settled) == (SymptomKind.UNSCHEDULABLE, False)
    assert found.message == "no scheduler has said anything of it since 2026-01-05T10:00:00Z"


@pytest.mark.parametrize("made", [pod(phase="Succeeded"), pod(phase="Failed"), pod(phase="Running")])
def test_a_pod_that_is_over_or_runs_is_not_left_alone(made: Json) -> None:
    assert seen(made, taken_at=moment(3600)) == []
