"""The pod that pulls and runs nothing. Pure: a pod template in, a pod out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pulls.kubelet.node_affinity import without_labels
from pulls.kubelet.objects import Json, items, part, text
from pulls.loaded import is_loaded

LABEL = "monadic-pipeline/rehearsal"
"""On every rehearsal pod; its value is one rehearsal's own."""
COMMAND = "/.rehearsal-does-not-run"
"""No image has it, so that a container ends in StartError once its image is there, and nothing of the app runs."""

_COPIED = (
    "serviceAccountName", "imagePullSecrets", "tolerations", "runtimeClassName", "schedulerName", "nodeSelector",
)  # fmt: skip
_PRIORITY = "priorityClassName"
"""Decides where there is room and which quota counts, and nothing about a pull."""
_CONTAINERS = ("initContainers", "containers")
# Room for the runtime's own first process and nothing else; both kinds are there as quotas may ask for them.
_LITTLE: Json = {"requests": {"cpu": "1m", "memory": "16Mi"}, "limits": {"cpu": "200m", "memory": "128Mi"}}


@dataclass(frozen=True)
class Rehearsal:
    """What is rehearsed."""

    namespace: str
    workload: str
    """Its name."""
    pod_spec: Json
    """Of its pod template, as in Kubernetes."""
    pod_metadata: Json = field(default_factory=dict[str, Any])
    """Labels and annotations of its pod template."""
    kind: str = "Deployment"
    """Of the workload, or `StatefulSet`."""

    @property
    def title(self) -> str:
        """Kind and name, as in a diagnosis: `Deployment/web`."""
        return f"{self.kind}/{self.workload}"


def images(pod_spec: Json) -> list[str]:
    """Every image that the pod's node must pull, those of init containers, sidecars and volumes included, each once."""
    volumes = [text(each, "image", "reference") for each in items(pod_spec, "volumes")]
    return list(dict.fromkeys(filter(None, [*run_images(pod_spec), *volumes])))


def run_images(pod_spec: Json) -> list[str]:
    """The images whose programs are run: those that are only mounted may be for any processor."""
    found = [text(each, "image") for kind in _CONTAINERS for each in items(pod_spec, kind)]
    return list(dict.fromkeys(filter(None, found)))


def pull_secrets(pod_spec: Json) -> list[str]:
    """Names of the pull secrets that a pod gives."""
    return [name for each in items(pod_spec, "imagePullSecrets") if (name := text(each, "name"))]


def app_pod(rehearsal: Rehearsal) -> Json:
    """One of the app's own pods, to ask whether the cluster would take it."""
    metadata = {key: rehearsal.pod_metadata[key] for key in ("labels", "annotations") if key in rehearsal.pod_metadata}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "generateName": f"{rehearsal.workload}-", "namespace": rehearsal.namespace},
        "spec": rehearsal.pod_spec,
    }


def pull_inputs(pod_spec: Json) -> Json:
    """All of a pod that decides whether its images can be pulled: when it is the same, so is the answer."""
    affinity = part(pod_spec, "affinity", "nodeAffinity")
    return {"images": images(pod_spec), "affinity": affinity, **{key: pod_spec.get(key) for key in _COPIED}}


def rehearsal_pod(
    rehearsal: Rehearsal,
    mark: str,
    *,
    labels: Sequence[tuple[str, str]],
    without: Sequence[str] = (),
    deadline: int,
    own_resources: bool = False,
) -> Json:
    """A pod that has the same right to pull as the app's own, and its place, and ends as soon as its images are there.

    Init containers' images stand beside the others: one that cannot start would keep the next from being pulled.
    So do images of volumes: a kubelet pulls them by the same call (kubernetes v1.34, kuberuntime_manager.go,
    getImageVolumes), and one that is no program's only fails later, when its container is to be made.

    Args:
        rehearsal: of what.
        mark: value of the label, by which it is found and removed.
        labels: of the nodes to choose from.
        without: keys of labels that these nodes have not.
        deadline: seconds after which the cluster itself ends it.
        own_resources: ask for what the app asks for; for namespaces whose limits refuse the little that it needs.
    """
    spec = rehearsal.pod_spec
    pod: Json = {key: spec[key] for key in (*_COPIED, _PRIORITY) if spec.get(key)}
    if labels:
        pod["nodeSelector"] = {**pod.get("nodeSelector", {}), **dict(labels)}
    node_affinity = without_labels(part(spec, "affinity", "nodeAffinity"), without)
    if node_affinity:
        pod["affinity"] = {"nodeAffinity": node_affinity}
    resources = _resources(spec) if own_resources else _LITTLE
    pod |= {
        "restartPolicy": "Never",
        "activeDeadlineSeconds": deadline,
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": _pod_security(spec),
        "containers": [
            {
                "name": f"image-{index}",
                "image": image,
                "imagePullPolicy": _policy(image),
                "command": [COMMAND],
                "resources": resources,
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                    "readOnlyRootFilesystem": True,
                },
            }
            for index, image in enumerate(images(spec))
        ],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": _metadata(rehearsal, mark), "spec": pod}


def _policy(image: str) -> str:
    # An image that is there already proves nothing for the next node; one that is in no registry must be there already.
    return "Never" if is_loaded(image) else "Always"


def _metadata(rehearsal: Rehearsal, mark: str) -> Json:
    return {
        "generateName": f"{rehearsal.workload[:40]}-rehearsal-",
        "namespace": rehearsal.namespace,
        # None of the app's own labels: no Service and no controller may take it for one of the app's pods.
        "labels": {
            LABEL: mark,
            "app.kubernetes.io/component": "pull-rehearsal",
            "app.kubernetes.io/managed-by": "monadic-pipeline",
            "sidecar.istio.io/inject": "false",
        },
        "annotations": {"linkerd.io/inject": "disabled"},
    }


def _pod_security(spec: Json) -> Json:
    given = part(spec, "securityContext")
    kept = {key: given[key] for key in ("runAsUser", "runAsGroup", "seccompProfile", "runAsNonRoot") if key in given}
    return {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}, **kept}


def _resources(spec: Json) -> Json:
    return part(items(spec, "containers")[0], "resources")
