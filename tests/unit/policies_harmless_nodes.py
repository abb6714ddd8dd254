"""Images, pods and nodes in the world of `policies_world` that look as if they did not fit, and do."""

from collections.abc import Mapping
from typing import Any

from tests.unit.policies_engine import UNKNOWN
from tests.unit.policies_planted_nodes import ARM, ONLY_EKS, ONLY_GKE, POD, arch, graviton, required
from tests.unit.policies_world import BUILD, DIGEST, HOST, POOL, TAG, Made

_BOTH: Mapping[str, Any] = {**ONLY_EKS, ARM: "linux/arm64", "arm": graviton()}
_POOL = {"key": "eks.amazonaws.com/nodegroup", "operator": "In", "values": ["arm"]}

NODES: Mapping[str, Mapping[str, Any]] = {
    "nodes of both kinds, and more than one cluster": {
        ARM: "linux/arm64",
        "other": graviton(),
    },
    "nodes of a kind that is known later": {
        ARM: "linux/arm64",
        "eks-nodes/instanceTypes": UNKNOWN,
    },
    "an image of one version of Arm": {
        **ONLY_EKS,
        ARM: "linux/arm64/v8",
        "eks-nodes/instanceTypes": ["t4g.medium"],
    },
    "a pod for nodes that are known later": {f"{POD}/nodeSelector": {"kubernetes.io/arch": UNKNOWN}},
    "nodes of Arm in every cloud": {
        ARM: "linux/arm64",
        "aks/agentPoolProfiles/0/vmSize": "Standard_B2pls_v2",
        "eks-nodes/instanceTypes": ["t4g.medium"],
        "gke-nodes/nodeConfig/machineType": "t2a-standard-1",
    },
    "nodes of both kinds, and a pod that says which": {**_BOTH, f"{POD}/nodeSelector": {"kubernetes.io/arch": "arm64"}},
    "nodes of both kinds, and a pod that requires one": {**_BOTH, f"{POD}/affinity": required(arch("NotIn", "amd64"))},
    "nodes of both kinds, and a pod for one group of them": {
        **_BOTH,
        f"{POD}/nodeSelector": {"eks.amazonaws.com/nodegroup": "arm"},
    },
    "nodes of both kinds, and a pod that requires one group": {**_BOTH, f"{POD}/affinity": required(_POOL)},
    "nodes of both kinds, and a pod for one of them": {**_BOTH, f"{POD}/nodeName": "arm-1"},
    "nodes of both kinds, and an image for both": {
        **_BOTH,
        "image": Made(BUILD, {"tags": [f"{HOST}/team/web:{TAG}"], "platforms": ["linux/amd64", "linux/arm64"]}),
    },
    "nodes of both kinds, and an image of others": {
        **_BOTH,
        f"{POD}/containers/0/image": f"registry.example.com/others/web{DIGEST}",
    },
    "nodes of both kinds, and an image that is known later": {**_BOTH, f"{POD}/containers/0/image": UNKNOWN},
    "a requirement that is known later": {f"{POD}/affinity": required({**arch("In"), "values": UNKNOWN})},
    "nodes of the other kind that keep pods off": {
        **ONLY_EKS,
        "arm": graviton(taints=[{"key": "arm", "effect": "NO_SCHEDULE"}]),
    },
    "nodes of the other kind that GKE keeps pods off": {
        **ONLY_GKE,
        "arm": Made(POOL, {"nodeConfig": {"machineType": "t2a-standard-1"}}),
    },
}
