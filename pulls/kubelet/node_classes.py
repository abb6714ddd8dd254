"""Which kinds of nodes a pod may land on: a pull can work on one kind and fail on another. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulls.kubelet.node_affinity import may_land_on
from pulls.kubelet.objects import Json

_PLATFORM = ("kubernetes.io/os", "kubernetes.io/arch")
_POOL = (
    "kubernetes.azure.com/agentpool",
    "eks.amazonaws.com/nodegroup",
    "cloud.google.com/gke-nodepool",
    "karpenter.sh/nodepool",
)
"""Labels of a node's pool, in each cloud's own name for it."""
_NODE = "kubernetes.io/hostname"
_KEPT_OUT = ("NoSchedule", "NoExecute")


@dataclass(frozen=True)
class NodeClass:
    """Nodes that are alike for a pull: operating system, processor, pool."""

    labels: tuple[tuple[str, str], ...]
    """What picks one of them."""
    nodes: tuple[str, ...]
    """Their names."""
    without: tuple[str, ...] = ()
    """Keys of labels that nodes of other classes have and these have not."""

    @property
    def platform(self) -> str:
        """`os/arch`; empty when the nodes were not looked at."""
        values = dict(self.labels)
        return "/".join(values[key] for key in _PLATFORM if key in values)

    @property
    def name(self) -> str:
        """Such as `linux/amd64, pool system`."""
        values = dict(self.labels)
        platform = self.platform
        pool = next((f"pool {values[key]}" for key in _POOL if key in values), "")
        return ", ".join(filter(None, (platform, pool))) or "any node"


def node_classes(nodes: Sequence[Json], pod_spec: Mapping[str, Any], *, apart: bool = False) -> list[NodeClass]:
    """The classes that a pod may land on by its node selector, node affinity and tolerations, most nodes first.

    What else decides (other pods, room) stays with the scheduler: a rehearsal that finds no place is no refusal.

    Args:
        nodes: as the cluster shows them.
        pod_spec: of the pod.
        apart: whether each node is a class of its own, as images that somebody loads into nodes are in each or not.
    """
    labelled = (*_PLATFORM, *_POOL, *((_NODE,) if apart else ()))
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for node in nodes:
        if _takes(node, pod_spec):
            labels: dict[str, str] = node["metadata"].get("labels") or {}
            key = tuple((each, labels[each]) for each in labelled if each in labels)
            found.setdefault(key, []).append(node["metadata"]["name"])
    keys = [key for key in labelled if any(key in dict(labels) for labels in found)]
    classes = [
        NodeClass(labels, tuple(sorted(names)), tuple(key for key in keys if key not in dict(labels)))
        for labels, names in found.items()
    ]
    return sorted(classes, key=lambda each: (-len(each.nodes), each.labels))


def _takes(node: Json, pod_spec: Mapping[str, Any]) -> bool:
    labels: dict[str, str] = node["metadata"].get("labels") or {}
    wanted: Mapping[str, str] = pod_spec.get("nodeSelector") or {}
    if any(labels.get(key) != value for key, value in wanted.items()) or not may_land_on(node, pod_spec):
        return False
    if node.get("spec", {}).get("unschedulable") or not _is_ready(node):
        return False
    tolerations: Sequence[Mapping[str, Any]] = pod_spec.get("tolerations") or ()
    taints: Sequence[Mapping[str, Any]] = node.get("spec", {}).get("taints") or ()
    return all(_tolerated(taint, tolerations) for taint in taints if taint.get("effect") in _KEPT_OUT)


def _is_ready(node: Json) -> bool:
    conditions: Sequence[Mapping[str, str]] = node.get("status", {}).get("conditions") or ()
    return any(each.get("type") == "Ready" and each.get("status") == "True" for each in conditions)


def _tolerated(taint: Mapping[str, Any], tolerations: Sequence[Mapping[str, Any]]) -> bool:
    """As the scheduler judges it (k8s.io/api/core/v1/toleration.go, ToleratesTaint)."""
    for each in tolerations:
        key, effect = each.get("key"), each.get("effect")
        exists = each.get("operator", "Equal") == "Exists"
        same_key = key == taint.get("key") or (not key and exists)
        same_value = exists or (each.get("value") or "") == (taint.get("value") or "")
        if same_key and same_value and effect in (None, "", taint.get("effect")):
            return True
    return False
