"""Images and pods for which there are no nodes, or wrong ones: name → the code that finds it, and the change."""

from collections.abc import Mapping
from typing import Any

from tests.unit.policies_world import BUILD, HOST, NODE_GROUP, NODES_ROLE, POOL, TAG, Made

POD = "deployment/spec/template/spec"
ARM = "image/build/platform"
_NO_OTHER_CLOUD = dict.fromkeys(("aks", "acr", "acr-pull", "eks", "eks-nodes", "ecr", "gke", "gke-nodes", "gar"))
ONLY_EKS: Mapping[str, Any] = dict.fromkeys(("aks", "acr", "acr-pull", "gke", "gke-nodes", "gar"))
ONLY_GKE: Mapping[str, Any] = dict.fromkeys(("aks", "acr", "acr-pull", "eks", "eks-nodes", "ecr"))


def graviton(**inputs: Any) -> Made:
    """Nodes of EKS with Arm processors."""
    return Made(NODE_GROUP, {"instanceTypes": ["t4g.medium"], "nodeRoleArn": NODES_ROLE, **inputs})


def required(*expressions: Mapping[str, Any]) -> Mapping[str, Any]:
    """An affinity of a pod: terms of one expression each, of which one must hold."""
    terms = [{"matchExpressions": [each]} for each in expressions]
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}


def arch(operator: str, *values: str) -> Mapping[str, Any]:
    """An expression on the architecture."""
    return {"key": "kubernetes.io/arch", "operator": operator, "values": list(values)}


NODES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "an image for other nodes": ("node-platform", {ARM: "linux/arm64"}),
    "an image of buildx for other nodes": (
        "node-platform",
        {"other": Made(BUILD, {"tags": [f"{HOST}/a:{TAG}"], "platforms": ["linux/arm64"]})},
    ),
    "nodes of Arm in every cloud": (
        "node-platform",
        {
            "aks/agentPoolProfiles": [
                {"name": "system", "osType": "Linux", "vmSize": "Standard_B2pls_v2"},
                {"name": "win", "osType": "Windows", "vmSize": "Standard_B2s"},
            ],
            "pool": Made("azure-native:containerservice:AgentPool", {"vmSize": "Standard_D4ps_v5"}),
            "eks-nodes/instanceTypes": ["t4g.medium"],
            "gke-nodes/nodeConfig/machineType": "t2a-standard-1",
        },
    ),
    "one more pool of the other kind": (
        "node-platform",
        {
            **_NO_OTHER_CLOUD,
            ARM: "linux/arm64",
            "pool": Made("azure-native:containerservice:AgentPool", {"vmSize": "Standard_B2s"}),
        },
    ),
    "nodes of EKS's default kind": (
        "node-platform",
        {**_NO_OTHER_CLOUD, ARM: "linux/arm64", "x": Made(NODE_GROUP, {})},
    ),
    "nodes of GKE's default kind": (
        "node-platform",
        {**_NO_OTHER_CLOUD, ARM: "linux/arm64", "x": Made(POOL, {})},
    ),
    "a pod for other nodes": ("node-platform", {f"{POD}/nodeSelector": {"kubernetes.io/arch": "arm64"}}),
    "a pod with a requirement of other nodes": ("node-platform", {f"{POD}/affinity": required(arch("In", "arm64"))}),
    "a pod that requires nodes of one kind and asks for another": (
        "node-platform",
        {
            **ONLY_EKS,
            "arm": graviton(),
            f"{POD}/affinity": required(arch("NotIn", "amd64")),
            f"{POD}/nodeSelector": {"kubernetes.io/arch": "amd64"},
        },
    ),
    "a pod that requires nodes of no kind": ("node-platform", {f"{POD}/affinity": required(arch("DoesNotExist"))}),
    "an image of Arm that may go to nodes of both kinds": (
        "node-platform",
        {**ONLY_EKS, ARM: "linux/arm64/v8", "arm": graviton()},
    ),
    "an image that may go to nodes of both kinds": ("node-platform", {**ONLY_EKS, "arm": graviton()}),
    "an image that may go to nodes that are rather not taken": (
        "node-platform",
        {**ONLY_EKS, "arm": graviton(taints=[{"key": "arm", "effect": "PREFER_NO_SCHEDULE"}])},
    ),
    "an image of Arm that goes to the other nodes": (
        "node-platform",
        {**ONLY_EKS, ARM: "linux/arm64", "arm": graviton(), f"{POD}/nodeSelector": {"kubernetes.io/arch": "amd64"}},
    ),
    "an image of Arm for which one term of two is": (
        "node-platform",
        {
            **ONLY_EKS,
            ARM: "linux/arm64",
            "arm": graviton(),
            f"{POD}/affinity": required(arch("In", "arm64"), arch("Exists")),
        },
    ),
    "an image of Arm that GKE keeps off its nodes": (
        "node-platform",
        {**ONLY_GKE, ARM: "linux/arm64", "arm": Made(POOL, {"nodeConfig": {"machineType": "t2a-standard-1"}})},
    ),
}
