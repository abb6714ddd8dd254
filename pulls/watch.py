"""Following a rollout: a cause is named the moment that a pod shows one, while whoever rolls out still waits."""

import threading
from collections.abc import Callable

from pulls.by_cause import grouped
from pulls.cluster import Cluster, ClusterError
from pulls.diagnosis import Diagnosis, Facts, diagnose
from pulls.kubelet.snapshot import read_snapshot
from pulls.kubelet.symptom import Symptom
from pulls.kubelet.symptoms import affected, nodes_of, symptoms
from pulls.kubelet.workloads import of_workload
from pulls.opinions import Opinions

_LOOK_SECONDS = 0.4


class Watching:
    """One rollout, watched from a thread until `stop` is set."""

    def __init__(
        self, cluster: Cluster, namespace: str, workload: str, facts: Facts, stop: threading.Event | None = None
    ) -> None:
        self.stop = stop or threading.Event()
        self._cluster = cluster
        self._namespace = namespace
        self._workload = workload
        self._facts = facts
        self._told: set[tuple[str, str, str | None]] = set()

    def run(self, say: Callable[[Diagnosis], None]) -> None:
        """Call `say` with each new diagnosis; a cluster that does not answer now may answer later."""
        while not self.stop.wait(_LOOK_SECONDS):
            try:
                found = rollout_diagnoses(self._cluster, self._namespace, self._workload, self._facts)
            except ClusterError:
                continue
            for each in found:
                key = (each.code, each.where, each.container)
                if key not in self._told:
                    self._told.add(key)
                    say(each)


def rollout_diagnoses(
    cluster: Cluster, namespace: str, workload: str, facts: Facts, *, whole: bool = False
) -> list[Diagnosis]:
    """What keeps the new version of a workload from coming up, as it stands now.

    Args:
        cluster: where it is.
        namespace: its own.
        workload: its kind and name, `Deployment/web` or `StatefulSet/db`.
        facts: of the place.
        whole: also what may pass by itself, the logs of containers that ended, and what the registry says itself.

    Raises:
        ClusterError: the cluster does not answer.
    """
    seen = read_snapshot(cluster, namespace, whole=whole)
    kind, _, called = workload.partition("/")
    selected = of_workload(seen, kind, called, namespace)
    # Of the old version's pods too: the new one has a pod or two at a time, and shall say how far the trouble may go.
    nodes = tuple(sorted({*nodes_of(selected.current), *nodes_of(selected.previous)}))
    found = [each for each in symptoms(selected.current) if whole or each.settled]
    opinions = Opinions(cluster, seen)

    def diagnosed(group: list[Symptom]) -> Diagnosis:
        first = group[0]
        where = affected(group, nodes) if first.node else ""
        answer = opinions.of(first) if whole else None
        return diagnose(first, facts, where=where, answer=answer, unread_secret=opinions.unread_secret(first))

    return [diagnosed(each) for each in grouped(found)]
