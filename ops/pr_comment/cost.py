"""Which changes make a bill larger or smaller, and by what: sizes, numbers, tiers. Prices are nobody's here. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ops.pr_comment.markdown import code
from ops.pr_comment.model import Change, Does
from ops.pr_comment.property_path import all_at, keys_of
from ops.pr_comment.values import value

_NODES = ("count", "minCount", "maxCount", "vmSize", "osDiskSizeGB", "osDiskType", "scaleSetPriority")
_GKE_NODES = ("machineType", "diskSizeGb", "diskType", "spot", "preemptible")
_GKE_POOL = (
    "nodeCount", "initialNodeCount", *(f"nodeConfig.{each}" for each in _GKE_NODES),
    *(f"autoscaling.{each}" for each in ("minNodeCount", "maxNodeCount", "totalMinNodeCount", "totalMaxNodeCount")),
)  # fmt: skip
_SCALING = ("scalingConfig.desiredSize", "scalingConfig.minSize", "scalingConfig.maxSize")


@dataclass(frozen=True)
class Priced:
    """A kind of resource that costs money while it stands."""

    type: re.Pattern[str]
    name: str
    paths: tuple[str, ...] = ()
    """Patterns of the properties that its price goes by (property_path.all_at)."""
    only_if: tuple[str, tuple[str, ...]] | None = None
    """A property, and its values with which it costs money, none for any; None where it always does."""


def _kind(pattern: str, name: str, *paths: str, only_if: tuple[str, tuple[str, ...]] | None = None) -> Priced:
    return Priced(re.compile(pattern), name, paths, only_if)


_API = r"(/v\w+)?"
"""Azure's types may have a version of the API in them."""
_PRICED = (
    _kind(
        rf"azure-native:containerservice{_API}:ManagedCluster", "cluster",
        "sku.tier", "sku.name", *(f"agentPoolProfiles.*.{each}" for each in _NODES),
    ),
    _kind(rf"azure-native:containerservice{_API}:AgentPool", "nodes", *_NODES),
    _kind(rf"azure-native:containerregistry{_API}:Registry", "registry", "sku.name"),
    _kind(rf"azure-native:operationalinsights{_API}:Workspace", "logs", "sku.name", "retentionInDays"),
    _kind(rf"azure-native:compute{_API}:Disk", "disk", "diskSizeGB", "sku.name"),
    _kind(rf"azure-native:network{_API}:(PublicIPAddress|NatGateway|LoadBalancer|ApplicationGateway)", "network",
          "sku.name", "sku.tier"),
    _kind(r"aws:eks/cluster:Cluster", "cluster", "version", "upgradePolicy.supportType"),
    _kind(r"aws:eks/nodeGroup:NodeGroup", "nodes", *_SCALING, "instanceTypes.*", "diskSize", "capacityType"),
    _kind(r"aws:ecr/repository:Repository", "registry"),
    _kind(r"aws:cloudwatch/logGroup:LogGroup", "logs", "retentionInDays"),
    _kind(r"aws:ebs/volume:Volume", "disk", "size", "type", "iops"),
    _kind(r"aws:ec2/(natGateway:NatGateway|eip:Eip)", "network"),
    _kind(r"aws:(lb|alb|elb)/loadBalancer:LoadBalancer", "load balancer", "loadBalancerType"),
    _kind(r"gcp:container/cluster:Cluster", "cluster", "location", "enableAutopilot", "initialNodeCount",
          *(f"nodeConfig.{each}" for each in _GKE_NODES), *(f"nodePools.*.{each}" for each in _GKE_POOL)),
    _kind(r"gcp:container/nodePool:NodePool", "nodes", *_GKE_POOL),
    _kind(r"gcp:artifactregistry/repository:Repository", "registry"),
    _kind(r"gcp:compute/(disk:Disk|regionDisk:RegionDisk)", "disk", "size", "type"),
    _kind(r"gcp:compute/(address:Address|globalAddress:GlobalAddress|forwardingRule:ForwardingRule)", "network"),
    _kind(r"kubernetes:core/v1:Service", "load balancer", "spec.type", only_if=("spec.type", ("LoadBalancer",))),
    _kind(r"kubernetes:core/v1:PersistentVolumeClaim", "disk",
          "spec.resources.requests.storage", "spec.storageClassName"),
    _kind(r"kubernetes:apps/v1:StatefulSet", "disks", "spec.replicas",
          "spec.volumeClaimTemplates.*.spec.resources.requests.storage",
          "spec.volumeClaimTemplates.*.spec.storageClassName",
          only_if=("spec.volumeClaimTemplates.*", ())),
)  # fmt: skip


@dataclass(frozen=True)
class CostLine:
    """One change of a bill."""

    what: str
    """`nodes`, `disk`, …"""
    change: Change
    text: str
    """What changes, in Markdown."""


def cost_line(change: Change) -> CostLine | None:
    """What a change does to a bill; None where nothing is known to."""
    priced = next((each for each in _PRICED if each.type.fullmatch(change.type)), None)
    if priced is None or change.does is Does.STAY:
        return None
    costs_before, costs_then = _costs(priced, change.old), _costs(priced, change.new)
    if not (costs_before or costs_then or change.does is Does.UNKNOWN):
        return None
    parts = [*_parts(priced, change)]
    if change.does is Does.UPDATE and not parts:
        return None
    return CostLine(priced.name, change, ", ".join(parts))


def _costs(priced: Priced, inputs: dict[str, object]) -> bool:
    if priced.only_if is None or not inputs:
        return bool(inputs)
    pattern, values = priced.only_if
    return any(not values or each in values for each in all_at(inputs, pattern).values())


def _parts(priced: Priced, change: Change) -> Iterator[str]:
    """Each property of the price: old and new where both are there and differ, else what there is."""
    for pattern in priced.paths:
        before, then = all_at(change.old, pattern), all_at(change.new, pattern)
        for path in sorted({*before, *then}):
            old, new = before.get(path), then.get(path)
            keys = keys_of(path)
            if change.does is not Does.UPDATE:
                if path in (then or before) and not (old is None and new is None):
                    yield _stated(path, old, new, change)
            elif old != new:
                yield f"{code(path)} {_side(keys, old)} → {_side(keys, new)}"


def _stated(path: str, old: object, new: object, change: Change) -> str:
    keys = keys_of(path)
    if change.does is Does.REPLACE and old != new:
        return f"{code(path)} {_side(keys, old)} → {_side(keys, new)}"
    return f"{code(path)} {_side(keys, old if new is None else new)}"


def _side(keys: tuple[str | int, ...], of: object) -> str:
    return "none" if of is None else value(keys, of)
