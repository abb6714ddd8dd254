"""How far the rollout of a workload is, as the cluster has it. Pure."""

from dataclasses import dataclass

from pulls.kubelet.objects import Json, condition, number, part, text
from pulls.kubelet.of_controller import PROGRESS_DEADLINE


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How far the newest version of a workload is, in numbers of pods."""

    generation: int
    observed: int
    """The newest generation that its controller has seen."""
    desired: int
    total: int
    """Of the newest version and of older ones."""
    updated: int
    available: int
    paused: bool
    stuck: bool
    """Whether it made no progress within its time."""

    @property
    def complete(self) -> bool:
        """By kubectl's rule for Deployments (kubernetes v1.34, kubectl/pkg/polymorphichelpers/rollout_status.go).

        It holds for StatefulSets too, but for a partition: a part that is kept back is no rollout that is complete.
        """
        seen = self.observed >= self.generation
        return seen and self.updated >= self.desired and self.total <= self.updated <= self.available


def rollout(live: Json) -> Rollout:
    """The rollout of a Deployment or StatefulSet as the cluster has it: what is told of both has the same names."""
    spec, status = part(live, "spec"), part(live, "status")
    return Rollout(
        generation=number(live, "metadata", "generation"),
        observed=number(status, "observedGeneration"),
        desired=number(spec, "replicas", default=1),
        total=number(status, "replicas"),
        updated=number(status, "updatedReplicas"),
        available=number(status, "availableReplicas"),
        paused=bool(spec.get("paused")),
        stuck=text(condition(live, "Progressing"), "reason") == PROGRESS_DEADLINE,
    )
