"""Reading what a namespace holds at one moment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from pulls.beside import beside
from pulls.cluster import Cluster, ClusterError
from pulls.kubelet.objects import Json, Snapshot, items, name, namespace, number, part, text

_ROLLOUT = ("pods", "events", "replicasets", "deployments", "statefulsets")
_REST = ("daemonsets", "jobs")
_LINES = 5
_LOGS = 8
"""Containers whose logs are read at most: a diagnosis needs one of each kind, not all of a large namespace."""


def read_snapshot(cluster: Cluster, in_namespace: str, *, whole: bool = False) -> Snapshot:
    """What a namespace holds now.

    Args:
        cluster: where.
        in_namespace: which; empty for all.
        whole: also DaemonSets, Jobs and nodes, and the last lines of containers that ended badly.

    Raises:
        ClusterError: the cluster does not answer, or pods may not be listed.
    """
    refused: dict[str, str] = {}
    kinds = (*_ROLLOUT, *(_REST if whole else ()))
    lists = {kind: beside(partial(_listed, cluster, kind, in_namespace, refused)) for kind in kinds}
    nodes = beside(partial(_listed, cluster, "nodes", "", refused)) if whole else None
    found = {kind: each.result() for kind, each in lists.items()}
    snapshot = Snapshot(
        pods=found["pods"],
        events=found["events"],
        replica_sets=found["replicasets"],
        deployments=found["deployments"],
        stateful_sets=found["statefulsets"],
        daemon_sets=found.get("daemonsets", ()),
        jobs=found.get("jobs", ()),
        nodes=nodes.result() if nodes else (),
        refused=refused,
        taken_at=datetime.now(UTC),
    )
    return _with_logs(cluster, snapshot) if whole else snapshot


def _listed(cluster: Cluster, kind: str, in_namespace: str, refused: dict[str, str]) -> list[Json]:
    try:
        return cluster.list(kind, in_namespace)
    except ClusterError as error:
        if kind == "pods" or not error.status:
            raise
        refused[kind] = str(error)
        return []  # what may not be looked at is left out: a reader of pods need not be one of everything


def _with_logs(cluster: Cluster, snapshot: Snapshot) -> Snapshot:
    ended = [(pod, container) for pod in snapshot.pods for container in _ended_badly(pod)][:_LOGS]
    tails = {
        (namespace(pod), name(pod), container): cluster.logs(
            namespace(pod), name(pod), container, lines=_LINES, previous=previous
        )
        for pod, (container, previous) in ended
    }
    return replace(snapshot, log_tails=tails)


def _ended_badly(pod: Json) -> Sequence[tuple[str, bool]]:
    """Container and whether its log is that of the run before."""
    found: list[tuple[str, bool]] = []
    for kind in ("initContainerStatuses", "containerStatuses"):
        for each in items(pod, "status", kind):
            if number(each, "state", "terminated", "exitCode"):
                found.append((text(each, "name"), False))
            elif part(each, "state", "waiting") and number(each, "lastState", "terminated", "exitCode"):
                found.append((text(each, "name"), True))
    return found
