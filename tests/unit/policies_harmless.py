"""Changes of the world of `policies_world` that look like mistakes and are none: nothing is found."""

from collections.abc import Mapping
from typing import Any

from tests.unit.policies_engine import UNKNOWN
from tests.unit.policies_harmless_clouds import CHANGES
from tests.unit.policies_harmless_nodes import NODES
from tests.unit.policies_planted_images import HUB, pod_of
from tests.unit.policies_planted_kubernetes import scaler
from tests.unit.policies_planted_secrets import HIDDEN, WEB, chart
from tests.unit.policies_world import (
    BUILD,
    CONTAINER,
    DIGEST,
    HOST,
    IMAGE,
    LABELS,
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


def _agent(labels: Mapping[str, str]) -> Made:
    template = {"metadata": {"labels": labels}, "spec": {"containers": [CONTAINER]}}
    return object_of("apps/v1:DaemonSet", "agent", spec={"selector": {"matchLabels": labels}, "template": template})


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
    "a tag of another registry with its digest": {"pod": pod_of(f"quay.io/x/x:1{DIGEST}")},
    "an image of Docker Hub with a login": {
        "pod": object_of(
            "core/v1:Pod", "x", spec={"containers": [{"image": HUB}], "imagePullSecrets": [{"name": "p"}]}
        ),
        "p": object_of("core/v1:Secret", "p", type="kubernetes.io/dockerconfigjson"),
    },
    "an image of Docker Hub with the login of its account": {
        "pod": pod_of(HUB),
        "account": object_of("core/v1:ServiceAccountPatch", "default", imagePullSecrets=[{"name": "p"}]),
    },
    "an image of Docker Hub, and an account that others make": {
        "pod": object_of("core/v1:Pod", "x", spec={"containers": [{"image": HUB}], "serviceAccountName": "theirs"})
    },
    "a digest that is known later": {f"{_POD}/containers/0/image": UNKNOWN},
    "pushed by content and as latest": {
        "other": Made(BUILD, {"tags": [f"{HOST}/a:latest", f"{HOST}/a:{TAG}"], "platforms": ["linux/amd64"]})
    },
    "built and not pushed": {
        "other": Made(IMAGE, {"imageName": f"{HOST}/a:latest", "skipPush": True, "build": {"platform": "linux/amd64"}})
    },
    "an image that is not built": {"other": Made(IMAGE, {"imageName": f"{HOST}/a:{TAG}"})},
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
    "a budget of nearly every share, of a number that is known later": {
        "budget/spec": {"minAvailable": "99%", "selector": {"matchLabels": LABELS}},
        "deployment/spec/replicas": UNKNOWN,
    },
    "a budget of no pod that is about nothing": {"budget/spec": {"maxUnavailable": 0}},
    "a budget of no pod of an agent, which no drain evicts": {
        "budget/spec": {"maxUnavailable": 0, "selector": {"matchLabels": {"app": "agent"}}},
        "agent": _agent({"app": "agent"}),
    },
    "a budget of a number that is known later": {
        "budget/spec/maxUnavailable": UNKNOWN,
    },
    "a budget over pods of which nobody knows the number": {
        "budget/spec": {"minAvailable": 2, "selector": {"matchLabels": LABELS}},
        "agent": _agent(LABELS),
    },
    "a Secret": object_in("core/v1:Secret", stringData={"A_PASSWORD": "hunter2"}, data={"A_PASSWORD": "aHVudGVyMg=="}),
    "a probe that asks with what the pod has": {
        f"{WEB}/livenessProbe": {"exec": {"command": ["sh", "-c", "redis-cli -a $REDIS_PASSWORD ping"]}}
    },
    "a header that is no login": {
        f"{WEB}/readinessProbe": {"httpGet": {"port": "http", "httpHeaders": [{"name": "Host", "value": "a.example"}]}}
    },
    "a picture in a ConfigMap": {"config/binaryData": {"logo.png": "iVBORw0KGgoAAAANSUhEUgAA/w==", "token": "/w=="}},
    "a secret of Pulumi's for a chart": {"other": chart(db={"password": HIDDEN})},
    "a Secret that a chart takes": {
        "other": chart(auth={"existingSecret": "db", "secretKey": "adminPassword", "usePasswordFiles": True, "n": 3})
    },
    "a password of a chart that is known later": {"other": chart(db={"password": UNKNOWN}, all=UNKNOWN)},
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
    "an autoscaler that decides alone": {"deployment/spec/replicas": None, "scaler": scaler()},
    "an autoscaler of another": {
        "scaler": scaler(scaleTargetRef={"kind": "Deployment", "name": "x"}),
        "x": object_of("apps/v1:Deployment", "x", spec={"replicas": None, "template": {"spec": {"containers": []}}}),
    },
    "one pod that serves nothing": {
        "x": object_of("apps/v1:Deployment", "x", spec={"replicas": 1, "template": {"spec": {"containers": []}}})
    },
}
HARMLESS: Mapping[str, Change] = {name: Change(paths) for name, paths in {**_CHANGES, **NODES, **CHANGES}.items()}
