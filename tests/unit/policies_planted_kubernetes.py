"""Mistakes of images and workloads: name → the code that finds it, and the change that plants it."""

from collections.abc import Mapping
from typing import Any

from tests.unit.policies_engine import UNKNOWN
from tests.unit.policies_world import (
    BUILD,
    CONTAINER,
    DIGEST,
    HOST,
    IMAGE,
    LABELS,
    TAG,
    Made,
    object_of,
)

_POD = "deployment/spec/template/spec"
_WEB = f"{_POD}/containers/0"
_BACKEND = "ingress/spec/rules/0/http/paths/0/backend/service"
_SCALER = object_of(
    "autoscaling/v2:HorizontalPodAutoscaler",
    "web",
    spec={"minReplicas": 2, "maxReplicas": 4, "scaleTargetRef": {"kind": "Deployment", "name": "web"}},
)
_KEEPS = {"selector": {"matchLabels": LABELS}}


def scaler(**spec: Any) -> Made:
    return Made(_SCALER.type, {**_SCALER.inputs, "spec": {**_SCALER.inputs["spec"], **spec}})


def _job(**container: Any) -> Made:
    template = {"spec": {"containers": [{"name": "x", "image": f"{HOST}/x{DIGEST}", **container}]}}
    return object_of("batch/v1:CronJob", "nightly", spec={"jobTemplate": {"spec": {"template": template}}})


KUBERNETES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "never": ("pull-policy", {f"{_WEB}/imagePullPolicy": "Never"}),
    "never in an init container": (
        "pull-policy",
        {f"{_POD}/initContainers": [{"name": "i", "image": f"{HOST}/i{DIGEST}", "imagePullPolicy": "Never"}]},
    ),
    "never in a job": ("pull-policy", {"job": _job(imagePullPolicy="Never")}),
    "a policy that is none": ("pull-policy", {f"{_WEB}/imagePullPolicy": "always"}),
    "no registry": ("image-registry", {f"{_WEB}/image": f"web{DIGEST}"}),
    "another cloud's registry": ("image-registry", {f"{_WEB}/image": f"other.azurecr.io/web{DIGEST}"}),
    "no image at all": ("image-registry", {f"{_WEB}/image": "<none>@<none>"}),
    "a tag of the stack's registry": ("image-digest", {f"{_WEB}/image": f"{HOST}/team/web:1.2"}),
    "pushed as latest": ("tag-moves", {"image/imageName": f"{HOST}/team/web:latest"}),
    "pushed without a tag": ("tag-moves", {"image/imageName": f"{HOST}/team/web"}),
    "pushed as a branch": (
        "tag-moves",
        {"other": Made(BUILD, {"tags": [f"{HOST}/team/api:main"], "platforms": ["linux/amd64"]})},
    ),
    "two images of one name": (
        "tag-shared",
        {"other": Made(IMAGE, {"imageName": f"{HOST}/team/web:{TAG}", "build": {"platform": "linux/amd64"}})},
    ),
    "a build for any machine": ("image-platform", {"image/build/platform": None}),
    "a build of buildx for any machine": ("image-platform", {"other": Made(BUILD, {"tags": [f"{HOST}/a:{TAG}"]})}),
    "labels that nothing selects": (
        "selector-labels",
        {
            "other": object_of(
                "apps/v1:StatefulSet",
                "x",
                spec={
                    "selector": {"matchLabels": {"app": "x"}},
                    "template": {"metadata": {"labels": {"app": "y"}}, "spec": {"containers": []}},
                },
            )
        },
    ),
    "a Service of nothing": (
        "selects-nothing",
        {"other": object_of("core/v1:Service", "x", spec={"selector": {"app": "x"}, "ports": [{"port": 80}]})},
    ),
    "a budget of nothing": ("selects-nothing", {"budget/spec/selector/matchLabels": {"app": "wbe"}}),
    "a network policy of nothing": ("selects-nothing", {"policy/spec/podSelector/matchLabels": {"app": "wbe"}}),
    "an autoscaler of nothing": (
        "selects-nothing",
        {"scaler": scaler(scaleTargetRef={"kind": "Deployment", "name": "wbe"})},
    ),
    "an autoscaler of another kind": (
        "selects-nothing",
        {"scaler": scaler(scaleTargetRef={"kind": "StatefulSet", "name": "web"})},
    ),
    "an autoscaler of what is in another namespace": (
        "selects-nothing",
        {
            "scaler": scaler(scaleTargetRef={"kind": "Deployment", "name": "far"}),
            "far": Made("kubernetes:apps/v1:Deployment", {"metadata": {"name": "far", "namespace": "far"}, "spec": {}}),
        },
    ),
    "a port that leads to nothing": ("service-port", {"service/spec/ports/0/targetPort": 9090}),
    "a probe of a port that is not there": ("container-port", {f"{_WEB}/readinessProbe/httpGet/port": "web"}),
    "two ports of one name": ("container-port", {f"{_WEB}/ports": CONTAINER["ports"] * 2}),
    "an Ingress to no Service": ("ingress-backend", {f"{_BACKEND}/name": "wbe"}),
    "an Ingress to no port": ("ingress-backend", {f"{_BACKEND}/port/name": "https"}),
    "an Ingress whose default leads nowhere": (
        "ingress-backend",
        {"ingress/spec/defaultBackend": {"service": {"name": "wbe", "port": {"number": 80}}}},
    ),
    "a pull secret that nothing makes": ("pull-secret", {f"{_POD}/imagePullSecrets": [{"name": "pull"}]}),
    "an Ingress of no class": ("ingress-class", {"ingress/spec/ingressClassName": None}),
    "a budget of no pod": ("pdb-blocks", {"budget/spec/maxUnavailable": 0}),
    "a budget of no share": ("pdb-blocks", {"budget/spec/maxUnavailable": "0%"}),
    "a budget of no pod, of a number that is known later": (
        "pdb-blocks",
        {"budget/spec/maxUnavailable": "0%", "deployment/spec/replicas": UNKNOWN},
    ),
    "a budget that keeps every share": (
        "pdb-blocks",
        {"budget/spec": {"minAvailable": "100%", **_KEEPS}, "deployment/spec/replicas": UNKNOWN},
    ),
    "a budget of no pod, in a namespace of others": (
        "pdb-blocks",
        {"namespace": None, "budget/spec": {"maxUnavailable": 0, "selector": {"matchLabels": {"app": "x"}}}},
    ),
    "a budget of no pod of a namespace": ("pdb-blocks", {"budget/spec": {"maxUnavailable": 0, "selector": {}}}),
    "a budget that keeps all": (
        "pdb-blocks",
        {"budget/spec": {"minAvailable": 2, **_KEEPS}},
    ),
    "a budget that keeps 51 of 100": (
        "pdb-blocks",
        {"budget/spec": {"minAvailable": "51%", **_KEEPS}},
    ),
    "less than no pods": ("replicas", {"other": object_of("apps/v1:Deployment", "x", spec={"replicas": -2})}),
    "a minimum above the maximum": (
        "replicas",
        {"deployment/spec/replicas": None, "scaler": scaler(minReplicas=5)},
    ),
    "a number beside an autoscaler": ("replicas-fight", {"scaler": _SCALER}),
    "a single pod": ("single-pod", {"deployment/spec/replicas": 1, "budget": None}),
}
