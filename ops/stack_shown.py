"""What a cluster shows of a workload of the state, or why it does not. Pure."""

from dataclasses import dataclass

from ops.scope import lists_of
from ops.stack_workloads import Deployed
from pulls.kubelet.objects import Json, Snapshot
from pulls.kubelet.workloads import of_workload

_FORBIDDEN = 403


@dataclass(frozen=True)
class Unseen:
    """Why a workload and its pods are not seen."""

    why: str
    status: int = 0
    """Of HTTP, where the cluster refused to show it."""


def refused(deployed: Deployed, snapshot: Snapshot) -> Unseen | None:
    """Why a namespace does not show a workload and its pods; None where it does, or has none of them."""
    for each in lists_of(deployed.kind):
        if each in snapshot.refused:
            why = snapshot.refused[each]
            return Unseen(f"{each} cannot be read: {why}", _FORBIDDEN if "forbidden" in why else 0)
    return None


def pods_of(deployed: Deployed, snapshot: Snapshot) -> list[Json]:
    """Its pods, the newest version's first."""
    selection = of_workload(snapshot, deployed.kind, deployed.name, deployed.namespace)
    return [*selection.current.pods, *selection.previous.pods]
