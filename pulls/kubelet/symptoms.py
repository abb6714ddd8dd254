"""The first witness: what the kubelet and the controllers say is wrong, read from one snapshot of the cluster."""

from collections.abc import Collection, Iterable, Iterator

from pulls.kubelet.containers import containers
from pulls.kubelet.events import EventIndex, texts
from pulls.kubelet.objects import Json, Snapshot, is_owned_by, items, moment, name, namespace, text
from pulls.kubelet.of_controller import deadline, is_satisfied, no_pod, no_pod_by_deployment, no_replica_set
from pulls.kubelet.of_node import node_lost
from pulls.kubelet.of_pod import image_of, of_pod
from pulls.kubelet.symptom import Finding, Symptom
from pulls.kubelet.workloads import pods_of, workload_of

MAKERS = ("ReplicaSet", "StatefulSet", "DaemonSet", "Job")
"""Controllers that make pods themselves."""

NAMES_SHOWN = 3


def symptoms(snapshot: Snapshot) -> list[Symptom]:
    """All that is wrong now: pods as they stand in the snapshot, then controllers without pods, then deadlines.

    A pull that merely takes its time is no symptom for a minute. Nothing is of a pod that serves, has done its work,
    or goes; but for a node that was lost.
    """
    events = EventIndex(snapshot.events)
    found = [*_of_pods(snapshot, events), *_without_pods(snapshot, events)]
    told = {(each.namespace, each.workload) for each in found}
    return found + [each for each in _deadlines(snapshot) if (each.namespace, each.workload) not in told]


def affected(found: Iterable[Symptom], nodes: Collection[str]) -> str:
    """How many of a workload's nodes show symptoms, such as `1 of 3 nodes (node-2)`.

    `nodes` are those where its pods were scheduled, as `nodes_of` gives them; others do not count.
    """
    hit = sorted({each.node for each in found if each.node} & set(nodes))
    more = len(hit) - NAMES_SHOWN
    names = ", ".join(hit[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"{len(hit)} of {len(set(nodes))} node{'' if len(set(nodes)) == 1 else 's'}" + (f" ({names})" if hit else "")


def nodes_of(snapshot: Snapshot) -> tuple[str, ...]:
    """The nodes that the snapshot's pods were scheduled to, by name."""
    return tuple(sorted({node for each in snapshot.pods if (node := text(each, "spec", "nodeName"))}))


def _of_pods(snapshot: Snapshot, events: EventIndex) -> Iterator[Symptom]:
    for pod in snapshot.pods:
        if _is_history(snapshot, pod):
            continue
        tails = {
            each.name: snapshot.log_tails.get((namespace(pod), name(pod), each.name), "") for each in containers(pod)
        }
        lost = node_lost(pod, snapshot.nodes)
        if lost:
            yield _symptom(snapshot, pod, "Pod", lost)
        for found in of_pod(pod, events.about("Pod", pod), tails, snapshot.taken_at):
            if found.settled or not lost:  # a lost node explains the silence
                yield _symptom(snapshot, pod, "Pod", found)


def _without_pods(snapshot: Snapshot, events: EventIndex) -> Iterator[Symptom]:
    for kind in MAKERS:
        for each in snapshot.of_kind(kind):
            if found := no_pod(kind, each, pods_of(snapshot, kind, each), events.about(kind, each)):
                yield _symptom(snapshot, each, kind, found)
    for each in snapshot.deployments:
        made = any(is_owned_by(one, "Deployment", each) for one in snapshot.replica_sets)
        if found := no_replica_set(each) or (None if made else no_pod_by_deployment(each)):
            yield _symptom(snapshot, each, "Deployment", found)


def _deadlines(snapshot: Snapshot) -> Iterator[Symptom]:
    for kind in ("Deployment", "Job"):
        for each in snapshot.of_kind(kind):
            if found := deadline(each):
                yield _symptom(snapshot, each, kind, found)


def _is_history(snapshot: Snapshot, pod: Json) -> bool:
    """Whether a failed pod stays behind of a workload that has recovered, or whose next try serves."""
    if text(pod, "status", "phase") != "Failed":
        return False
    for kind in MAKERS:
        for each in snapshot.of_kind(kind):
            if is_owned_by(pod, kind, each):
                return is_satisfied(kind, each) or (kind == "Job" and _has_healthy_successor(snapshot, each, pod))
    return False


def _has_healthy_successor(snapshot: Snapshot, job: Json, pod: Json) -> bool:
    failed = moment(pod, "metadata", "creationTimestamp")
    for each in pods_of(snapshot, "Job", job):
        made = moment(each, "metadata", "creationTimestamp")
        own = [one for one in containers(each) if one.field_path.startswith("spec.containers{")]
        serves = text(each, "status", "phase") == "Succeeded" or all(one.serves for one in own)
        if failed and made and made > failed and serves and _index(each) == _index(pod):
            return True
    return False


def _index(pod: Json) -> str:
    """Which part of an indexed Job a pod works on."""
    return text(pod, "metadata", "annotations", "batch.kubernetes.io/job-completion-index")


def _symptom(snapshot: Snapshot, of: Json, kind: str, found: Finding) -> Symptom:
    is_pod = kind == "Pod"
    return Symptom(
        kind=found.kind,
        workload=workload_of(snapshot, of, kind),
        namespace=namespace(of),
        pod=name(of) if is_pod else None,
        container=found.container.name if found.container else None,
        role=found.container.role if found.container else None,
        node=(text(of, "spec", "nodeName") or None) if is_pod else None,
        image=image_of(of, found) if is_pod else None,
        reason=found.reason,
        message=found.message,
        events=texts(found.events),
        first_seen=found.first_seen,
        settled=found.settled,
        pull_secrets=tuple(filter(None, (text(each, "name") for each in items(of, "spec", "imagePullSecrets")))),
        service_account=(text(of, "spec", "serviceAccountName") or "default") if is_pod else None,
    )
