"""Changes of the world of `policies_world` that look like mistakes and are none: nothing is found."""

from collections.abc import Mapping
from typing import Any

from tests.unit.policies_engine import UNKNOWN
from tests.unit.policies_harmless_clouds import CHANGES
from tests.unit.policies_planted_kubernetes import scaler
from tests.unit.policies_world import (
    BUILD,
    CONTAINER,
    DIGEST,
    HOST,
    IMAGE,
    LABELS,
    NODE_GROUP,
    TAG,
    Change,
    Made,
    object_of,
)

_POD = "deployment/spec/template/spec"
_OTHER_SERVICE = object_of("core/v1:Service", "x", spec={"selector": {"app": "x"}, "ports": [{"port": 80}]})
_CHART = Made("kubernetes:helm.sh/v3:Release", {"chart": "x"})


def object_in(kind: str, **fields: Any) -> Mapping[str, Any]:
    """One more object."""
    return {"other": object_of(kind, "x", **fields)}


_CHANGES: Mapping[str, Mapping[str, Any]] = {
    "always with a digest": {f"{_POD}/containers/0/imagePullPolicy": "Always"},
    "another cloud's registry with a login": {
        f"{_POD}/initContainers": [{"name": "i", "image": f"other.azurecr.io/i{DIGEST}"}],
        f"{_POD}/imagePullSecrets": [{"name": "pull"}],
        "pull": Made(
            "kubernetes:core/v1:Secret",
            {"metadata": {"name": "pull", "namespace": "web"}, "type": "kubernetes.io/dockerconfigjson"},
        ),
    },
    "a digest that is known later": {f"{_POD}/containers/0/image": UNKNOWN},
    "pushed by content and as latest": {
        "other": Made(BUILD, {"tags": [f"{HOST}/a:latest", f"{HOST}/a:{TAG}"], "platforms": ["linux/amd64"]})
    },
    "built and not pushed": {
        "other": Made(IMAGE, {"imageName": f"{HOST}/a:latest", "skipPush": True, "build": {"platform": "linux/amd64"}})
    },
    "an image that is not built": {"other": Made(IMAGE, {"imageName": f"{HOST}/a:{TAG}"})},
    "nodes of both kinds": {
        "image/build/platform": "linux/arm64",
        "other": Made(NODE_GROUP, {"instanceTypes": ["t4g.medium"]}),
    },
    "nodes of a kind that is known later": {
        "image/build/platform": "linux/arm64",
        "eks-nodes/instanceTypes": UNKNOWN,
    },
    "labels that are known later": {
        "deployment/spec/template/metadata/labels": {"app": UNKNOWN},
    },
    "more labels than are selected": {"deployment/spec/template/metadata/labels": {**LABELS, "version": "1"}},
    "a Service that selects nothing on purpose": {
        "other": object_of("core/v1:Service", "x", spec={"ports": [{"port": 80}]})
    },
    "a Service of pods that others make": {"namespace": None, "other": _OTHER_SERVICE},
    "a Service of pods that a chart may make": {"chart": _CHART, "other": _OTHER_SERVICE},
    "an Ingress to a Service that others make": {
        "namespace": None,
        "ingress/spec/rules/0/http/paths/0/backend/service/name": "other",
    },
    "an Ingress to a port by its number": {
        "ingress/spec/rules/0/http/paths/0/backend/service/port": {"number": 80},
    },
    "an Ingress for GKE's own controller": {
        "ingress/spec/ingressClassName": None,
        "ingress/metadata/annotations": {"kubernetes.io/ingress.class": "gce"},
    },
    "a budget of half": {"budget/spec/maxUnavailable": "50%"},
    "a budget that keeps one of two": {"budget/spec": {"minAvailable": 1, "selector": {"matchLabels": LABELS}}},
    "a budget that keeps half of two": {"budget/spec": {"minAvailable": "50%", "selector": {"matchLabels": LABELS}}},
    "a budget of no pods": {"budget/spec/maxUnavailable": 0, "deployment/spec/replicas": 0},
    "a budget of a number that is known later": {
        "budget/spec/maxUnavailable": UNKNOWN,
    },
    "a budget over pods of which nobody knows the number": {
        "budget/spec": {"minAvailable": 2, "selector": {"matchLabels": LABELS}},
        "agent": object_of(
            "apps/v1:DaemonSet",
            "agent",
            spec={
                "selector": {"matchLabels": LABELS},
                "template": {"metadata": {"labels": LABELS}, "spec": {"containers": [CONTAINER]}},
            },
        ),
    },
    "a Secret": object_in("core/v1:Secret", stringData={"A_PASSWORD": "hunter2"}, data={"A_PASSWORD": "aHVudGVyMg=="}),
    "a workload that Pulumi names": {
        "deployment/metadata/name": UNKNOWN,
        "deployment/spec/replicas": None,
        "scaler": scaler(),
    },
    "an Ingress to a Service that Pulumi names": {"service/metadata/name": UNKNOWN},
    "an Ingress to what is known later": {"ingress/spec/rules/0/http/paths/0/backend/service/name": UNKNOWN},
    "an Ingress to no Service": {
        "ingress/spec/rules/0/http/paths/0/backend": {"resource": {"kind": "Bucket", "name": "x"}}
    },
    "ports of a Service that are known later": {"service/spec/ports": UNKNOWN},
    "an Ingress of another kind": object_in("config.openshift.io/v1:Ingress", spec={"domain": "x"}),
    "a pod for nodes that are known later": {f"{_POD}/nodeSelector": {"kubernetes.io/arch": UNKNOWN}},
    "nodes of Arm in every cloud": {
        "image/build/platform": "linux/arm64",
        "aks/agentPoolProfiles/0/vmSize": "Standard_B2pls_v2",
        "eks-nodes/instanceTypes": ["t4g.medium"],
        "gke-nodes/nodeConfig/machineType": "t2a-standard-1",
    },
    "an autoscaler that decides alone": {"deployment/spec/replicas": None, "scaler": scaler()},
    "an autoscaler of another": {
        "scaler": scaler(scaleTargetRef={"kind": "Deployment", "name": "x"}),
        "x": object_of("apps/v1:Deployment", "x", spec={"replicas": None, "template": {"spec": {"containers": []}}}),
    },
    "one pod that serves nothing": {
        "x": object_of("apps/v1:Deployment", "x", spec={"replicas": 1, "template": {"spec": {"containers": []}}})
    },
}
HARMLESS: Mapping[str, Change] = {name: Change(paths) for name, paths in {**_CHANGES, **CHANGES}.items()}
