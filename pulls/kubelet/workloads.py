"""Which pods are whose: by owner references, and the new version of a workload apart from the one that runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pulls.kubelet.objects import (
    Json,
    Snapshot,
    is_observed,
    is_owned_by,
    name,
    namespace,
    number,
    owner,
    part,
    text,
)

REVISION = "deployment.kubernetes.io/revision"
"""On a ReplicaSet; a roll-back gives an old one the highest number (kubernetes v1.34 deployment/util)."""

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
"""On a DaemonSet; its pods have it as `pod-template-generation` (kubernetes v1.34 controller/daemon/util)."""


@dataclass(frozen=True)
class Selection:
    """One workload: the version that it should have, and the versions before that, which may still serve."""

    current: Snapshot = field(default_factory=Snapshot)
    previous: Snapshot = field(default_factory=Snapshot)


def of_workload(snapshot: Snapshot, kind: str, called: str, in_namespace: str | None = None) -> Selection:
    """What of a snapshot belongs to a Deployment, ReplicaSet, StatefulSet, DaemonSet, Job or Pod.

    Both parts are empty when it is not there. Without a namespace, the first one of that name is taken.
    A controller that has not seen the newest change yet has no pods of it: all that it has is previous.
    """
    for each in snapshot.of_kind(kind):
        if name(each) == called and in_namespace in {None, namespace(each)}:
            return SELECT[kind](snapshot, each)
    return Selection()


def newest_job_of(snapshot: Snapshot, cron_job: str, in_namespace: str) -> Json | None:
    """The Job that a CronJob made last; None before it has made one, and when none of them is left."""
    own = [
        each
        for each in snapshot.jobs
        if (above := owner(each)) and (above.kind, above.name) == ("CronJob", cron_job)
        if namespace(each) == in_namespace
    ]
    return max(own, key=lambda each: (text(each, "metadata", "creationTimestamp"), name(each)), default=None)


def workload_of(snapshot: Snapshot, of: Json, kind: str) -> str:
    """Kind and name of what a person deployed: `Deployment/web` also for its ReplicaSets and pods."""
    above = owner(of)
    if above is None:
        return f"{kind}/{name(of)}"
    if above.kind == "ReplicaSet":
        for each in snapshot.replica_sets:
            if is_owned_by(of, "ReplicaSet", each):
                return workload_of(snapshot, each, "ReplicaSet")
    return f"{above.kind}/{above.name}" if above.kind != "CronJob" else f"{kind}/{name(of)}"


def pods_of(snapshot: Snapshot, kind: str, controller: Json) -> list[Json]:
    """The pods that an object controls itself."""
    return [each for each in snapshot.pods if is_owned_by(each, kind, controller)]


def labels_of(snapshot: Snapshot) -> list[Json]:
    """The labels of the pods that are there, and of those that controllers should make."""
    of_pods = [part(each, "metadata", "labels") for each in snapshot.pods]
    makers = [each for kind in SELECT for each in snapshot.of_kind(kind) if kind != "Pod"]
    return [*of_pods, *(part(each, "spec", "template", "metadata", "labels") for each in makers)]


def newest_replica_set(snapshot: Snapshot, deployment: Json) -> Json | None:
    """The one that the Deployment's template is rolled out with; None before its controller has made it."""
    if not is_observed(deployment):
        return None
    return max(_replica_sets(snapshot, deployment), key=_revision, default=None)


def _deployment(snapshot: Snapshot, deployment: Json) -> Selection:
    newest = newest_replica_set(snapshot, deployment)
    old = [each for each in _replica_sets(snapshot, deployment) if each is not newest]
    new = [newest] if newest else []
    return Selection(
        replace(_with_pods(snapshot, "ReplicaSet", new), deployments=[deployment], replica_sets=new),
        replace(_with_pods(snapshot, "ReplicaSet", old), replica_sets=old),
    )


def _replica_set(snapshot: Snapshot, one: Json) -> Selection:
    return Selection(replace(_with_pods(snapshot, "ReplicaSet", [one]), replica_sets=[one]))


def _job(snapshot: Snapshot, job: Json) -> Selection:
    return Selection(replace(_with_pods(snapshot, "Job", [job]), jobs=[job]))


def _pod(snapshot: Snapshot, pod: Json) -> Selection:
    return Selection(replace(_with_pods(snapshot, "", []), pods=[pod], replica_sets=snapshot.replica_sets))


def _stateful_set(snapshot: Snapshot, one: Json) -> Selection:
    update = text(one, "status", "updateRevision")
    current, previous = _by_label(snapshot, "StatefulSet", one, "controller-revision-hash", update)
    return Selection(replace(current, stateful_sets=[one]), previous)


def _daemon_set(snapshot: Snapshot, one: Json) -> Selection:
    generation = text(one, "metadata", "annotations", TEMPLATE_GENERATION)
    current, previous = _by_label(snapshot, "DaemonSet", one, "pod-template-generation", generation)
    return Selection(replace(current, daemon_sets=[one]), previous)


SELECT: dict[str, Callable[[Snapshot, Json], Selection]] = {
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _job,
    "Pod": _pod,
}


def _by_label(snapshot: Snapshot, kind: str, one: Json, label: str, wanted: str) -> tuple[Snapshot, Snapshot]:
    """Pods of the newest version, and the others; all are of the newest where nothing tells them apart."""
    whole = _with_pods(snapshot, kind, [one])
    new = [each for each in whole.pods if not wanted or text(each, "metadata", "labels", label) == wanted]
    new = new if is_observed(one) else []
    return replace(whole, pods=new), replace(whole, pods=[each for each in whole.pods if each not in new])


def _with_pods(snapshot: Snapshot, kind: str, controllers: Sequence[Json]) -> Snapshot:
    """Only the pods of these, with the events, logs and nodes of all."""
    pods = [each for each in snapshot.pods if any(is_owned_by(each, kind, one) for one in controllers)]
    return replace(snapshot, pods=pods, replica_sets=(), deployments=(), stateful_sets=(), daemon_sets=(), jobs=())


def _replica_sets(snapshot: Snapshot, deployment: Json) -> list[Json]:
    return [each for each in snapshot.replica_sets if is_owned_by(each, "Deployment", deployment)]


def _revision(replica_set: Json) -> int:
    return number(replica_set, "metadata", "annotations", REVISION)
