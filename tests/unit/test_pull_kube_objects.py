"""Raw objects are read as they come: mixed, half written, with anything missing."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from pulls.kubelet.objects import Json, snapshot_of
from pulls.kubelet.symptoms import affected, nodes_of, symptoms
from pulls.kubelet.workloads import of_workload
from tests.unit.pull_objects import (
    NAMESPACE,
    NEW,
    POD,
    condition,
    container,
    controller,
    deployment,
    ended,
    event,
    healthy,
    kinds,
    path_of,
    pod,
    replica_set,
    running,
    scheduler_event,
    waiting,
)

OBJECTS: list[Json] = [
    deployment(condition("Progressing", "False", "ProgressDeadlineExceeded")),
    replica_set(replicas=3, conditions=[condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota")]),
    pod(container(waiting("ErrImagePull", "x")), container(ended(1), name="migrate", role="init")),
    pod(container(running(3), last=ended(1), restarts=1, started=True), healthy("proxy"), name="web-b"),
    pod(container(waiting("ContainerCreating")), name="web-c"),
    pod(container(None), name="web-d", node=None, conditions=[condition("PodScheduled", "False", "Unschedulable")]),
    pod(container(ended(1)), name="migrate-a", owner=("Job", "migrate"), phase="Failed", status={"reason": "Evicted"}),
    pod(healthy(), name="migrate-b", owner=("Job", "migrate"), phase="Running", created=9),
    pod(container(ended(1)), name="migrate-c", owner=("Job", "migrate"), phase="Failed", created=12),
    controller(
        "Job", "migrate", status={"failed": 1, "conditions": [condition("Failed", "True", "BackoffLimitExceeded")]}
    ),
    controller("StatefulSet", "db", status={"updateRevision": "1"}),
    controller("DaemonSet", "agent", status={"desiredNumberScheduled": 1}),
    event("Failed", "Failed to pull image", 1),
    event("Unhealthy", "Readiness probe failed: x", 9, about=("Pod", "web-b")),
    event("Killing", "Container web failed liveness probe, will be restarted", 4, about=("Pod", "web-b")),
    event("FailedMount", "no volume", 1, about=("Pod", "web-c"), path=None),
    event("FailedCreate", "refused", 1, about=("StatefulSet", "db"), path=None),
    event("BackOff", "Back-off", 1, path=path_of("migrate", "init")),
    scheduler_event("FailedScheduling", "no room", name="web-d"),
    {"kind": "Node", "metadata": {"name": "node-2"}},
]


def paths(of: Any, *above: Any) -> Iterator[tuple[Any, ...]]:
    """The path of every value in an object, its lists' items included."""
    if isinstance(of, dict | list):
        for key, below in of.items() if isinstance(of, dict) else enumerate(of):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield (*above, key)
            yield from paths(below, *above, key)


def without(objects: list[Json], path: tuple[Any, ...], *, null: bool) -> list[Json]:
    """The same objects with one value null, or not there."""
    objects = copy.deepcopy(objects)
    here: Any = objects
    for key in path[:-1]:
        here = here[key]
    if null and isinstance(here, dict):
        here[path[-1]] = None
    else:
        del here[path[-1]]
    return objects


@pytest.mark.parametrize("null", [True, False])
def test_whatever_is_not_written_yet_is_no_error(null: bool) -> None:
    assert len(symptoms(snapshot_of(OBJECTS))) >= 7
    for path in paths(OBJECTS):
        snapshot = snapshot_of(without(OBJECTS, path, null=null))
        affected(symptoms(snapshot), nodes_of(snapshot))
        for kind, name in (("Deployment", "web"), ("StatefulSet", "db"), ("DaemonSet", "agent"), ("Pod", POD)):
            of_workload(snapshot, kind, name)


def test_a_mixed_list_is_sorted_by_kind() -> None:
    objects = [
        pod(container(waiting("ErrImagePull"))),
        replica_set(),
        deployment(),
        event("Failed", "x"),
        {"kind": "Secret"},
    ]
    snapshot = snapshot_of(
        [*objects, controller("Job", "m"), {"kind": "Node"}], log_tails={(NAMESPACE, POD, "web"): "x"}
    )
    assert [len(snapshot.of_kind(each)) for each in ("Pod", "Event", "Job", "Node", "ReplicaSet", "Secret")] == [
        1,
        1,
        1,
        1,
        1,
        0,
    ]
    assert kinds(symptoms(snapshot)) == [("pull", "Deployment/web", "ErrImagePull")]
    assert snapshot.log_tails == {(NAMESPACE, POD, "web"): "x"}
    assert snapshot_of(objects).log_tails == {}
    assert of_workload(snapshot, "ReplicaSet", NEW).current.pods == snapshot.pods
