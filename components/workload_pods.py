"""Where the pods of a Kubernetes object are, whatever its kind. Pure; of objects as `workload_rules` has them."""

from collections.abc import Iterator, Mapping
from typing import cast

from components.workload_ports import Json, mappings

POD = "Pod"
CRON_JOB = "CronJob"
POD_TEMPLATE = "PodTemplate"
WITH_TEMPLATE = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job")
_COMPLETE = (POD, CRON_JOB, POD_TEMPLATE, *WITH_TEMPLATE)


def is_complete(kind: str) -> bool:
    """Whether the pod of such an object is all there is: of a patch and of a custom resource more may come."""
    return kind in _COMPLETE


def spec_of(kind: str, inputs: Json) -> Json:
    """What `problems` takes as the spec of an object: its `spec`, or all of a list or a PodTemplate, which have none.

    Empty if there is none, or none that is known.
    """
    return inputs if kind.endswith("List") or _base(kind) == POD_TEMPLATE else _mapping(inputs.get("spec"))


def items(kind: str, spec: Json) -> Iterator[tuple[str, Json]]:
    """Kind and fields of each object in a list, such as a `PodList`; nothing for other kinds."""
    for each in mappings(spec.get("items")) if kind.endswith("List") else ():
        inner = each.get("kind")
        yield inner if isinstance(inner, str) else kind.removesuffix("List"), each


def pod_spec(kind: str, spec: Json) -> Json | None:
    """The pod of a workload; None for other kinds, and when it is not known."""
    template = pod_template(kind, spec)
    if _base(kind) == POD:
        return template
    pod = _mapping(_mapping(template).get("spec"))
    # Other kinds have a `template` too, of something else.
    return pod if pod and (is_complete(_base(kind)) or isinstance(pod.get("containers"), list)) else None


def pod_template(kind: str, spec: Json) -> Json | None:
    """What a workload makes pods from: metadata and spec; a Pod's own spec."""
    if _base(kind) == POD:
        return spec
    job = _mapping(_mapping(spec.get("jobTemplate")).get("spec"))
    return _mapping((job or spec).get("template")) or None


def _base(kind: str) -> str:
    return kind.removesuffix("Patch")


def _mapping(value: object) -> Json:
    return cast("Json", value) if isinstance(value, Mapping) else {}
