"""Following a rollout, and reading what a namespace holds."""

import threading
from collections.abc import Sequence

import pytest

from pulls import watch as module
from pulls.causes import Class, Code
from pulls.cluster import ClusterError
from pulls.diagnosis import Diagnosis, Facts
from pulls.kubelet.snapshot import read_snapshot
from pulls.registry.ask import Answer, Outcome
from pulls.watch import Watching, rollout_diagnoses
from tests.unit.fake_cluster import FakeCluster, Json, failing, node
from tests.unit.pull_objects import (
    IMAGE,
    NEW,
    OLD,
    container,
    controller,
    deployment,
    ended,
    event,
    healthy,
    pod,
    replica_set,
    waiting,
)

NOT_FOUND = f'failed to resolve reference "{IMAGE}": {IMAGE}: not found'
FAILED = container(waiting("ErrImagePull", NOT_FOUND))
CRASHED = container(waiting("CrashLoopBackOff", "back-off"), last=ended(1), restarts=3)
FORBIDDEN = ClusterError("forbidden", 403)
SILENT = ClusterError("no answer")


def lists(*pods: Json, **more: Sequence[Json]) -> dict[str, Sequence[Json]]:
    old = replica_set(OLD, revision=1, replicas=1, ready=1)
    return {"pods": pods, "deployments": [deployment()], "replicasets": [replica_set(), old], **more}


def cluster(*pods: Json, **more: Sequence[Json]) -> FakeCluster:
    return FakeCluster(lists=lists(*pods, **more))


# One look


def test_a_failed_pull_of_the_new_version_is_told_with_its_nodes() -> None:
    pods = [pod(FAILED), pod(healthy(), name="b", node="node-1"), pod(FAILED, name="c", node="node-3")]
    (found,) = rollout_diagnoses(cluster(*pods), "shop", "Deployment/web", Facts())
    assert (found.code, found.where) == ("not-found", "2 of 3 nodes (node-2, node-3)")


def stateful_set() -> FakeCluster:
    """Its new pod fails, and the one of the version before has gone, as is the way of a StatefulSet."""
    new = pod(FAILED, name="db-0", owner=("StatefulSet", "db"), labels={"controller-revision-hash": "db-2"})
    made = controller("StatefulSet", "db", status={"observedGeneration": 3, "updateRevision": "db-2"})
    return cluster(pod(healthy()), new, statefulsets=[made])


def test_a_stateful_set_is_watched_as_itself() -> None:
    (found,) = rollout_diagnoses(stateful_set(), "shop", "StatefulSet/db", Facts())
    assert (found.code, found.workload, found.where) == ("not-found", "StatefulSet/db", "1 of 1 node (node-2)")
    assert rollout_diagnoses(stateful_set(), "shop", "Deployment/db", Facts(), whole=True) == []


def test_the_old_version_is_not_the_rollouts_trouble() -> None:
    pods = [pod(FAILED, owner=("ReplicaSet", OLD)), pod(healthy(), name="b")]
    assert rollout_diagnoses(cluster(*pods), "shop", "Deployment/web", Facts()) == []


def test_nodes_of_the_old_version_count_too() -> None:
    old = [pod(healthy(), name=f"old-{index}", node=f"node-{index}", owner=("ReplicaSet", OLD)) for index in (1, 2, 3)]
    (found,) = rollout_diagnoses(cluster(pod(FAILED), *old), "shop", "Deployment/web", Facts())
    assert found.where == "1 of 3 nodes (node-2)"


def test_what_may_pass_by_itself_is_told_only_at_the_end() -> None:
    once = pod(container(ended(1)))
    assert rollout_diagnoses(cluster(once), "shop", "Deployment/web", Facts()) == []
    assert [each.code for each in rollout_diagnoses(cluster(once), "shop", "Deployment/web", Facts(), whole=True)] == [
        "crash-loop"
    ]


def test_the_registry_is_asked_at_the_end_and_settles_what_the_kubelets_text_hides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused = f'failed to resolve reference "{IMAGE}": pull access denied, repository does not exist or may require'
    there = cluster(pod(container(waiting("ErrImagePull", f"{refused} authorization: server message: denied"))))
    asked: list[object] = []

    def opinion(*given: object) -> Answer:
        asked.append(given[-1])
        return Answer(Outcome.NOT_FOUND, 404, "manifest unknown", with_login=True)

    monkeypatch.setattr("pulls.opinions.second_opinion", opinion)
    (watched,) = rollout_diagnoses(there, "shop", "Deployment/web", Facts())
    assert (watched.registry, asked) == (None, [])
    (ended_,) = rollout_diagnoses(there, "shop", "Deployment/web", Facts(), whole=True)
    assert (ended_.code, asked) == ("not-found", [IMAGE])
    assert watched.code != "not-found"


def no_opinion(*_: object) -> None:
    """A registry that says nothing."""


UNREAD = event("FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets (regcred)", path=None)


@pytest.mark.parametrize(("secrets", "kind"), [(["regcred"], Class.TRANSIENT), ([], Class.PERMANENT)])
@pytest.mark.parametrize("whole", [True, False])
def test_a_pull_secret_that_a_node_could_not_read_and_that_is_there_is_no_permanent_trouble(
    monkeypatch: pytest.MonkeyPatch, secrets: list[str], kind: Class, *, whole: bool
) -> None:
    monkeypatch.setattr("pulls.opinions.second_opinion", no_opinion)
    refused = pod(container(waiting("ErrImagePull", "authorization failed: no basic auth credentials")))
    refused["spec"]["imagePullSecrets"] = [{"name": "regcred"}]
    there = cluster(refused, secrets=[{"metadata": {"name": each}} for each in secrets])
    there.events = [UNREAD]
    (found,) = rollout_diagnoses(there, "shop", "Deployment/web", Facts(), whole=whole)
    assert (found.code, found.kind) == (Code.PULL_SECRET_MISSING, kind)


def test_a_pod_that_is_on_no_node_says_none() -> None:
    conditions = [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes"}]
    (found,) = rollout_diagnoses(
        cluster(pod(node=None, conditions=conditions)), "shop", "Deployment/web", Facts(), whole=True
    )
    assert (found.code, found.where) == ("unschedulable", "")


def test_a_deployment_that_is_not_there_shows_nothing() -> None:
    assert rollout_diagnoses(cluster(pod(FAILED)), "shop", "Deployment/other", Facts(), whole=True) == []


# Following


class Film(FakeCluster):
    """Shows one state after the other; the last one sets `over`."""

    def __init__(self, frames: Sequence[Sequence[Json] | ClusterError]) -> None:
        super().__init__(lists=lists())
        self.frames = [*frames]
        self.watching: Watching | None = None

    def list(self, kind: str, namespace: str = "", *, labels: str = "", fields: str = "") -> list[Json]:
        if kind != "pods":
            return super().list(kind, namespace, labels=labels, fields=fields)
        frame = self.frames.pop(0)
        if not self.frames and self.watching is not None:
            self.watching.stop.set()
        if isinstance(frame, ClusterError):
            raise frame
        return [*frame]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Diagnosis]:
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0)
    return []


def watch(told: list[Diagnosis], *frames: Sequence[Json] | ClusterError) -> list[tuple[str, str]]:
    film = Film(frames)
    film.watching = Watching(film, "shop", "Deployment/web", Facts())
    film.watching.run(told.append)
    assert film.frames == []
    return [(each.code, each.where) for each in told]


ONE, OTHER = "1 of 1 node (node-2)", "2 of 2 nodes (node-2, node-3)"


def test_a_cause_is_told_once(told: list[Diagnosis]) -> None:
    failed = [pod(FAILED)]
    assert watch(told, [], [pod()], failed, failed, [pod(healthy())], failed) == [("not-found", ONE)]


def test_another_cause_and_more_nodes_are_told_too(told: list[Diagnosis]) -> None:
    more = [pod(FAILED), pod(FAILED, name="b", node="node-3")]
    assert watch(told, [pod(FAILED)], more, [pod(CRASHED)]) == [
        ("not-found", ONE),
        ("not-found", OTHER),
        ("crash-loop", ONE),
    ]


@pytest.mark.parametrize("error", [SILENT, FORBIDDEN])
def test_a_cluster_that_does_not_answer_now_may_answer_later(told: list[Diagnosis], error: ClusterError) -> None:
    assert watch(told, error, error, [pod(FAILED)]) == [("not-found", ONE)]


def test_one_that_is_over_before_it_began_asks_nothing(told: list[Diagnosis]) -> None:
    film = Film([[pod(FAILED)]])
    watching = Watching(film, "shop", "Deployment/web", Facts())
    watching.stop.set()
    watching.run(told.append)
    assert (told, film.asked) == ([], [])


# Reading


def kinds(cluster: FakeCluster) -> set[str]:
    return {what for verb, what in cluster.asked if verb == "list"}


def test_a_look_reads_what_a_rollout_needs_and_a_whole_one_the_rest() -> None:
    some, all_of_it = cluster(), cluster()
    read_snapshot(some, "shop")
    read_snapshot(all_of_it, "shop", whole=True)
    assert kinds(some) == {"pods", "events", "replicasets", "deployments", "statefulsets"}
    assert kinds(all_of_it) - kinds(some) == {"daemonsets", "jobs", "nodes"}


def test_each_list_ends_where_it_belongs() -> None:
    named = {
        kind: [{"metadata": {"name": kind, "namespace": "shop"}}] for kind in ("statefulsets", "daemonsets", "jobs")
    }
    events = [event("Failed", "why")]
    read = read_snapshot(FakeCluster(lists=lists(pod(FAILED), **named), events=events), "shop", whole=True)
    assert read.pods == [pod(FAILED)]
    assert read.events == events
    assert read.deployments == [deployment()]
    assert [each["metadata"]["name"] for each in read.replica_sets] == [NEW, OLD]
    assert (read.stateful_sets, read.daemon_sets, read.jobs) == (
        named["statefulsets"],
        named["daemonsets"],
        named["jobs"],
    )
    assert read.nodes == [node("node-1")]


@pytest.mark.parametrize("kind", ["events", "replicasets", "deployments", "jobs", "nodes"])
def test_what_may_not_be_looked_at_is_left_out(kind: str) -> None:
    there = cluster(pod(FAILED))
    there.errors = failing(("list", kind, FORBIDDEN))
    assert len(read_snapshot(there, "shop", whole=True).pods) == 1


@pytest.mark.parametrize(("kind", "error"), [("pods", FORBIDDEN), ("pods", SILENT), ("events", SILENT)])
def test_without_pods_or_an_answer_there_is_nothing_to_say(kind: str, error: ClusterError) -> None:
    there = cluster(pod(FAILED))
    there.errors = failing(("list", kind, error))
    with pytest.raises(ClusterError):
        read_snapshot(there, "shop")


def logs(*pods: Json) -> list[str]:
    there = cluster(*pods)
    read = read_snapshot(there, "shop", whole=True)
    asked = [what for verb, what in there.asked if verb == "logs"]
    assert len(read.log_tails) == len(asked)
    return asked


def test_the_logs_of_what_ended_badly_are_read() -> None:
    ended_now = pod(container(ended(1)), name="now")
    ended_before = pod(CRASHED, name="before")
    init = pod(container(ended(2), name="migrate", role="init"), name="init")
    fine = pod(
        container(ended(0), name="ok"), healthy("b"), container(waiting("PodInitializing"), name="c"), name="fine"
    )
    assert logs(ended_now, ended_before, init, fine) == ["now/web", "before/web before", "init/migrate"]


def test_only_some_logs_of_a_large_namespace_are_read() -> None:
    assert len(logs(*(pod(CRASHED, name=f"p{index}") for index in range(50)))) == 8


def test_a_log_is_kept_by_namespace_pod_and_container() -> None:
    read = read_snapshot(cluster(pod(CRASHED)), "shop", whole=True)
    assert read.log_tails == {("shop", pod(CRASHED)["metadata"]["name"], "web"): "the last 5 lines in shop"}


def test_lists_are_read_at_once_and_in_threads_that_hold_no_exit_up() -> None:
    meet = threading.Barrier(8)
    threads: list[threading.Thread] = []

    def together(verb: str, _: str) -> None:
        if verb == "list":
            threads.append(threading.current_thread())
            meet.wait(20)

    read_snapshot(FakeCluster(errors=together), "shop", whole=True)
    assert [each.daemon for each in threads] == [True] * 8
