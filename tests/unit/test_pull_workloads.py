"""Whose pods are whose, which of them are the new version, and how many nodes are hit."""

from dataclasses import replace
from typing import Any

import pytest

from pulls.kubelet.objects import Snapshot
from pulls.kubelet.symptom import Symptom
from pulls.kubelet.symptoms import affected, nodes_of, symptoms
from pulls.kubelet.workloads import of_workload, workload_of
from tests.unit.pull_objects import (
    NEW,
    OLD,
    POD,
    Json,
    condition,
    container,
    controller,
    deployment,
    ended,
    healthy,
    pod,
    replica_set,
    seen,
    waiting,
)

TOO_LATE = condition(
    "Progressing", "False", "ProgressDeadlineExceeded", 'ReplicaSet "web" has timed out progressing.', 600
)

BAD = container(waiting("ErrImagePull", "x"))


def rollout(observed: int = 3, **more: Any) -> Snapshot:
    """A new version that cannot be pulled beside the old one, which serves on two nodes; and somebody else's pod."""
    return Snapshot(
        pods=[
            pod(BAD, name="web-new", node="node-2"),
            pod(healthy(), name="web-old-a", node="node-1", owner=("ReplicaSet", OLD), phase="Running"),
            pod(container(waiting("CrashLoopBackOff"), last=ended(1)), name="web-old-b", owner=("ReplicaSet", OLD)),
            pod(BAD, name="db-0", owner=("StatefulSet", "db")),
            pod(BAD, name="alone", owner=None),
        ],
        replica_sets=[replica_set(OLD, revision=9), replica_set(NEW, revision=10)],
        deployments=[deployment(observed=observed)],
        **more,
    )


def on(*nodes: str) -> list[Symptom]:
    return seen(*(pod(BAD, name=f"web-{at}", node=node or None) for at, node in enumerate(nodes)))


def test_a_deployments_new_pods_are_told_apart_from_those_that_run() -> None:
    chosen = of_workload(rollout(), "Deployment", "web")
    assert [each.pod for each in symptoms(chosen.current)] == ["web-new"]
    assert [each.pod for each in symptoms(chosen.previous)] == ["web-old-b"]
    assert {each.workload for each in symptoms(chosen.previous)} == {"Deployment/web"}
    assert nodes_of(chosen.current) == ("node-2",)
    assert nodes_of(chosen.previous) == ("node-1", "node-2")


def test_a_change_that_the_controller_has_not_seen_has_no_pods_yet() -> None:
    chosen = of_workload(rollout(observed=2), "Deployment", "web")
    assert symptoms(chosen.current) == []
    assert [each.pod for each in symptoms(chosen.previous)] == ["web-new", "web-old-b"]


def test_a_deadline_belongs_to_the_version_that_should_be() -> None:
    snapshot = Snapshot(deployments=[deployment(TOO_LATE)], replica_sets=[replica_set(OLD, revision=1), replica_set()])
    chosen = of_workload(snapshot, "Deployment", "web")
    assert [each.kind for each in symptoms(chosen.current)] == ["deadline"]
    assert symptoms(chosen.previous) == []


def test_a_roll_back_makes_an_older_replica_set_the_newest() -> None:
    sets = [replica_set(OLD, revision=11, created=0), replica_set(NEW, revision=10, created=50)]
    snapshot = Snapshot(
        deployments=[deployment()], replica_sets=sets, pods=[pod(BAD, name="back", owner=("ReplicaSet", OLD))]
    )
    assert [each.pod for each in symptoms(of_workload(snapshot, "Deployment", "web").current)] == ["back"]


@pytest.mark.parametrize(
    ("kind", "name", "label", "extra"),
    [
        ("StatefulSet", "db", "controller-revision-hash", {"status": {"updateRevision": "new"}}),
        (
            "DaemonSet",
            "agent",
            "pod-template-generation",
            {"annotations": {"deprecated.daemonset.template.generation": "new"}},
        ),
    ],
)
def test_a_set_tells_its_versions_apart_by_a_label(kind: str, name: str, label: str, extra: Json) -> None:
    pods = [pod(BAD, name=each, owner=(kind, name), labels={label: each}) for each in ("new", "old")]
    made = [controller(kind, name, **extra)]
    chosen = of_workload(Snapshot(pods=pods, stateful_sets=made, daemon_sets=made), kind, name)
    assert [each.pod for each in symptoms(chosen.current)] == ["new"]
    assert [each.pod for each in symptoms(chosen.previous)] == ["old"]


def test_a_set_that_names_no_version_has_only_new_pods() -> None:
    labelled = pod(BAD, owner=("StatefulSet", "db"), labels={"controller-revision-hash": "db-1"})
    snapshot = Snapshot(pods=[labelled], stateful_sets=[controller("StatefulSet", "db")])
    chosen = of_workload(snapshot, "StatefulSet", "db")
    assert (len(chosen.current.pods), len(chosen.previous.pods)) == (1, 0)


@pytest.mark.parametrize(
    ("kind", "name", "pods", "workload"),
    [
        ("ReplicaSet", OLD, ["web-old-b"], "Deployment/web"),
        ("Job", "migrate", ["migrate-a"], "Job/migrate"),
        ("Pod", "alone", ["alone"], "Pod/alone"),
        ("Pod", "web-new", ["web-new"], "Deployment/web"),
        ("StatefulSet", "db", ["db-0"], "StatefulSet/db"),
    ],
)
def test_other_workloads_are_chosen_by_their_owner(kind: str, name: str, pods: list[str], workload: str) -> None:
    whole = rollout(jobs=[controller("Job", "migrate")], stateful_sets=[controller("StatefulSet", "db")])
    migration = pod(BAD, name="migrate-a", owner=("Job", "migrate"))
    snapshot = replace(whole, pods=[*whole.pods, migration])
    found = symptoms(of_workload(snapshot, kind, name).current)
    assert [each.pod for each in found] == pods
    assert {each.workload for each in found} == {workload}


@pytest.mark.parametrize(
    ("kind", "name", "namespace"),
    [("Deployment", "else", None), ("Deployment", "web", "else"), ("CronJob", "web", None)],
)
def test_what_is_not_there_has_no_pods(kind: str, name: str, namespace: str | None) -> None:
    chosen = of_workload(rollout(), kind, name, namespace)
    assert (chosen.current.pods, chosen.previous.pods) == ((), ())


def test_a_namesake_of_another_namespace_owns_nothing_here() -> None:
    elsewhere = {**replica_set(NEW), "metadata": {**replica_set(NEW)["metadata"], "namespace": "else"}}
    snapshot = Snapshot(pods=[pod(BAD)], replica_sets=[elsewhere])
    assert of_workload(snapshot, "ReplicaSet", NEW).current.pods == []


def test_an_owner_of_the_same_name_that_came_later_owns_nothing_of_before() -> None:
    later = {**replica_set(NEW), "metadata": {**replica_set(NEW)["metadata"], "uid": "uid-later"}}
    assert of_workload(Snapshot(pods=[pod(BAD)], replica_sets=[later]), "ReplicaSet", NEW).current.pods == []


@pytest.mark.parametrize(
    ("owner", "workload"),
    [
        (("ReplicaSet", "unread-5d"), "ReplicaSet/unread-5d"),
        (("Rollout", "web"), "Rollout/web"),
        (("Node", "node-2"), f"Pod/{POD}"),
        (None, f"Pod/{POD}"),
    ],
)
def test_a_pod_whose_owners_were_not_read_goes_by_what_it_says(owner: tuple[str, str] | None, workload: str) -> None:
    assert workload_of(Snapshot(), pod(BAD, owner=owner), "Pod") == workload


def test_a_replica_set_that_nobody_owns_goes_by_its_own_name() -> None:
    bare = replica_set()
    del bare["metadata"]["ownerReferences"]
    assert workload_of(Snapshot(replica_sets=[bare]), pod(BAD), "Pod") == f"ReplicaSet/{NEW}"


def test_a_job_of_a_schedule_goes_by_its_own_name() -> None:
    nightly = controller("Job", "nightly-28", owner=("CronJob", "nightly"))
    assert workload_of(Snapshot(jobs=[nightly]), nightly, "Job") == "Job/nightly-28"


@pytest.mark.parametrize(
    ("hit", "nodes", "text"),
    [
        (("node-2",), ("node-1", "node-2", "node-3"), "1 of 3 nodes (node-2)"),
        (("node-2", "node-2"), ("node-1", "node-2"), "1 of 2 nodes (node-2)"),
        (("node-2", "node-1"), ("node-1", "node-2"), "2 of 2 nodes (node-1, node-2)"),
        (("node-1",), ("node-1",), "1 of 1 node (node-1)"),
        (("",), ("node-1", "node-2"), "0 of 2 nodes"),
        (("elsewhere", "node-1"), ("node-1", "node-2"), "1 of 2 nodes (node-1)"),
        (("a", "b", "c"), ("a", "b", "c"), "3 of 3 nodes (a, b, c)"),
        (("a", "b", "c", "d"), ("a", "b", "c", "d"), "4 of 4 nodes (a, b, c and 1 more)"),
        (("a", "b", "c", "d", "e"), ("a", "b", "c", "d", "e", "f"), "5 of 6 nodes (a, b, c and 2 more)"),
        ((), (), "0 of 0 nodes"),
    ],
)
def test_nodes_are_counted_among_those_where_the_workload_was_scheduled(
    hit: tuple[str, ...], nodes: tuple[str, ...], text: str
) -> None:
    assert affected(on(*hit), nodes) == text


def test_the_nodes_of_a_workload_are_those_of_its_pods() -> None:
    pods = [pod(BAD, node=each, name=str(at)) for at, each in enumerate(["node-2", "node-1", None, "node-2"])]
    assert nodes_of(Snapshot(pods=pods, nodes=[{"metadata": {"name": "node-9"}}])) == ("node-1", "node-2")


@pytest.mark.parametrize(
    ("reference", "owns"),
    [
        ({}, True),
        ({"uid": None}, True),
        ({"uid": "uid-else"}, False),
        ({"kind": "Rollout"}, False),
        ({"name": "web-else"}, False),
        ({"controller": False}, False),
    ],
)
def test_an_owner_is_the_controller_of_that_kind_name_and_identity(reference: Json, owns: bool) -> None:
    owned = pod(BAD)
    owned["metadata"]["ownerReferences"][0] |= reference
    assert (
        bool(of_workload(Snapshot(pods=[owned], replica_sets=[replica_set()]), "ReplicaSet", NEW).current.pods) is owns
    )


def test_what_was_read_without_its_identity_is_known_by_its_name() -> None:
    unnamed = replica_set()
    del unnamed["metadata"]["uid"]
    assert of_workload(Snapshot(pods=[pod(BAD)], replica_sets=[unnamed]), "ReplicaSet", NEW).current.pods
