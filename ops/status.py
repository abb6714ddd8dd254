"""What a stack looks like now: its state beside its cluster and its URL. Pure: values in, one value out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ops.stack import Stack
from ops.stack_grant import StackGrant
from ops.stack_pods import Pod, differing, look_at
from ops.stack_shown import Unseen, pods_of
from ops.stack_url import UrlAnswer
from ops.stack_workloads import Deployed
from pulls.kubelet.objects import Json, Snapshot, items, name, part, text
from pulls.kubelet.rollout import Rollout, rollout


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A workload of the state, and what the cluster has of it."""

    deployed: Deployed
    context: str
    """Of its cluster, for commands; empty where it has no name."""
    rollout: Rollout | None = None
    """None where it is not there, or may not be seen."""
    images: Mapping[str, str] = field(default_factory=dict[str, str])
    """Container → what its object in the cluster asks for."""
    pods: Sequence[Pod] = ()
    """The newest version's first."""
    unseen: str = ""
    """Why the cluster does not show it; empty where it does."""
    status: int = 0
    """Of HTTP, where the cluster refused to show it."""

    @property
    def differs(self) -> tuple[str, ...]:
        """Containers for which the object in the cluster asks for something else than the state says."""
        return differing(self.images, self.deployed.images)


@dataclass(frozen=True, kw_only=True)
class Status:
    """A stack as it is now."""

    stack: Stack
    workloads: Sequence[Workload]
    grants: Sequence[StackGrant]
    url: UrlAnswer | None
    """None where there is none, or it means something inside of the cluster only."""
    taken: datetime

    def age(self, since: datetime | None) -> float | None:
        """Seconds from a moment to this look; None where the moment is not known."""
        return None if since is None else max(0.0, (self.taken - since).total_seconds())


def workload(deployed: Deployed, context: str, shown: Snapshot | Unseen) -> Workload:
    """A workload of the state beside what its namespace holds."""
    if isinstance(shown, Unseen):
        return Workload(deployed=deployed, context=context, unseen=shown.why, status=shown.status)
    live = next((each for each in shown.of_kind(deployed.kind) if name(each) == deployed.name), None)
    if live is None:
        return Workload(deployed=deployed, context=context)
    return Workload(
        deployed=deployed,
        context=context,
        rollout=rollout(live),
        images=_images(live),
        pods=[look_at(each, deployed.images) for each in pods_of(deployed, shown)],
    )


def _images(live: Json) -> dict[str, str]:
    spec = part(live, "spec", "template", "spec")
    every = [*items(spec, "initContainers"), *items(spec, "containers")]
    return {text(each, "name"): text(each, "image") for each in every}
