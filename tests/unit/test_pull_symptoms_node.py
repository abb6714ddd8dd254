"""Pods whose node went silent: their containers look as they did before."""

from typing import Any

import pytest

from pulls.causes import Code
from pulls.diagnosis import Facts, diagnose
from tests.unit.pull_objects import (
    Json,
    condition,
    container,
    controller,
    event,
    healthy,
    kinds,
    moment,
    one,
    pod,
    seen,
    time,
    waiting,
)

NOT_READY = condition("Ready", "False", "NodeNotReady", at=7)
_BY_ITSELF = "KubeletNotReady"


def node(status: str, name: str = "node-2") -> Json:
    ready = condition("Ready", status, "NodeStatusUnknown", "Kubelet stopped posting node status.", 5)
    return {"metadata": {"name": name}, "status": {"conditions": [ready]}}


def runs(*conditions: Json, **more: Any) -> Json:
    return pod(healthy(), phase="Running", conditions=list(conditions), **more)


def test_a_node_that_went_silent_is_told_though_its_containers_look_ready() -> None:
    for made in (runs(NOT_READY), runs(condition("Ready", "True", ""))):
        found = one(made, nodes=[node("Unknown"), node("True", "node-1")])
        assert (found.kind, found.node, found.container) == ("node-lost", "node-2", None)
        assert found.reason == "NodeStatusUnknown"
        assert found.message == "Ready of the node is Unknown: Kubelet stopped posting node status."
        assert (found.first_seen, found.settled) == (moment(5), False)


@pytest.mark.parametrize(
    ("made", "told"), [(runs(NOT_READY), 1), (runs(), 1), (runs(condition("Ready", "True", "")), 0)]
)
def test_a_node_that_says_itself_that_it_is_not_ready_counts_where_its_pods_are_not_either(
    made: Json, told: int
) -> None:
    assert len(seen(made, nodes=[node("False")])) == told


def test_whoever_may_not_look_at_nodes_is_told_by_the_pod() -> None:
    assert kinds(seen(runs(NOT_READY))) == [("node-lost", "Deployment/web", "NodeNotReady")]
    assert kinds(seen(runs(condition("Ready", "False", "NodeLost")))) == [("node-lost", "Deployment/web", "NodeLost")]


@pytest.mark.parametrize(
    "made",
    [
        runs(condition("Ready", "True", "")),
        runs(),
        runs(NOT_READY, spec={"readinessGates": [{"conditionType": "a/b"}]}),
        runs(NOT_READY, deletionTimestamp=time(9)),
        pod(healthy(), phase="Succeeded", conditions=[NOT_READY]),
        pod(container(waiting("ContainerCreating")), conditions=[NOT_READY]),
    ],
)
def test_a_pod_that_is_not_ready_for_reasons_of_its_own_has_its_node(made: Json) -> None:
    assert seen(made, nodes=[node("True")]) == []


def test_a_pod_that_never_goes_holds_up_its_stateful_set() -> None:
    stuck = runs(NOT_READY, owner=("StatefulSet", "db"), deletionTimestamp=time(9))
    found = one(stuck, stateful_sets=[controller("StatefulSet", "db")], nodes=[node("Unknown")])
    assert (found.kind, found.workload) == ("node-lost", "StatefulSet/db")


def test_a_lost_node_explains_a_silence_and_no_failure() -> None:
    silent = pod(container(waiting("ContainerCreating")))
    failed = pod(container(waiting("ErrImagePull", "x")))
    events = [event("Pulling", "Pulling image", 1)]
    lost = {"nodes": [node("Unknown")], "taken_at": moment(3600)}
    assert [each.kind for each in seen(silent, events=events, **lost)] == ["node-lost"]
    assert [each.kind for each in seen(failed, **lost)] == ["node-lost", "pull"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("container runtime is down", Code.RUNTIME_BROKEN),
        ("PLEG is not healthy: pleg was last seen active 3m1s ago; threshold is 3m0s", Code.RUNTIME_BROKEN),
        ("container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady", "node-lost"),
        ("node is shutting down", "node-lost"),
    ],
)
def test_a_node_that_names_its_runtime_is_a_broken_runtime(said: str, code: str) -> None:
    made = {
        "metadata": {"name": "node-2"},
        "status": {"conditions": [condition("Ready", "False", _BY_ITSELF, said, 5)]},
    }
    found = diagnose(one(runs(NOT_READY), nodes=[made]), Facts())
    assert (found.code, said in found.text) == (code, True)


@pytest.mark.parametrize("status", ["Unknown", "False"])
def test_nobody_speaks_for_a_silent_node(status: str) -> None:
    assert diagnose(one(runs(NOT_READY), nodes=[node(status)]), Facts()).code == "node-lost"
