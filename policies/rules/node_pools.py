"""The nodes that a stack makes."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.platforms.node_sizes import ARM64, aws_platform, azure_platform, google_platform
from policies.rule import Resource, Stack
from policies.rules.pull_rights import AKS, EKS_NODES, GKE_NODES
from policies.values import LATER, at, listed

AKS_POOL = "azure-native:containerservice:AgentPool"
_EC2_DEFAULT, _GCE_DEFAULT = "t3.medium", "e2-medium"
"""What EKS (CreateNodegroup) and GKE (NodeConfig.machineType) take where nothing is said."""
_BY_CLOUD = {"aws": aws_platform, "azure": azure_platform, "google": google_platform}


@dataclass(frozen=True)
class Pool:
    """Nodes of one machine type."""

    size: object
    """The machine type; LATER where it is not known yet."""
    cloud: str
    tainted: bool
    """Whether pods keep off it that do not say otherwise; so it is taken where that is not known yet."""

    @property
    def platform(self) -> str:
        """`linux/amd64`."""
        return _BY_CLOUD[self.cloud](str(self.size))

    @property
    def arch(self) -> str:
        """`amd64`, as nodes are labelled."""
        return self.platform.partition("/")[2]


def known_pools(stack: Stack) -> list[Pool]:
    """The nodes of a stack; none where it makes none, or where not all of them are known."""
    found = [pool for each in stack.resources for pool in _pools(each)]
    return [] if any(each.size is LATER for each in found) else found


def _pools(resource: Resource) -> Iterator[Pool]:
    inputs = resource.inputs
    if resource.type == EKS_NODES:
        types = inputs.get("instanceTypes")
        for each in (LATER,) if types is LATER else listed(types) or (_EC2_DEFAULT,):
            yield Pool(each, "aws", _tainted(inputs.get("taints")))
    elif resource.type in (AKS, AKS_POOL):
        for each in listed(inputs.get("agentPoolProfiles")) if resource.type == AKS else [inputs]:
            if at(each, "osType") != "Windows" and at(each, "vmSize") is not None:
                yield Pool(at(each, "vmSize"), "azure", _tainted(at(each, "nodeTaints")))
    elif resource.type == GKE_NODES:
        machine = at(inputs, "nodeConfig", "machineType")
        size = _GCE_DEFAULT if machine is None else machine
        # Beside others GKE taints its Arm nodes (docs.cloud.google.com, prepare-arm-workloads-for-deployment).
        arm = google_platform(str(size)) == ARM64
        yield Pool(size, "google", arm or _tainted(at(inputs, "nodeConfig", "taints")))


def _tainted(taints: object) -> bool:
    """Taints are objects, and `key=value:NoSchedule` to AKS; one that only prefers keeps nobody off."""
    effects = [at(each, "effect") if not isinstance(each, str) else each.rpartition(":")[2] for each in listed(taints)]
    return taints is LATER or any(str(each).replace("_", "").lower() != "prefernoschedule" for each in effects)
