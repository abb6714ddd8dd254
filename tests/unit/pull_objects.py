"""Pods, events and controllers as `kubectl get -o json` gives them, for tests; times are seconds after ten o'clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pulls.kubelet.objects import Snapshot
from pulls.kubelet.symptom import Symptom
from pulls.kubelet.symptoms import symptoms

Json = dict[str, Any]

NAMESPACE = "shop"
POD = "web-7d4b9c6f5-x2x9p"
NEW, OLD = "web-7d4b9c6f5", "web-5c8f6d7b9"
IMAGE = "registry.example.com/shop/web@sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
TEN = datetime(2026, 1, 5, 10, tzinfo=UTC)
ROLES = ("container", "init", "sidecar")
LISTS = {
    "container": "containers",
    "init": "initContainers",
    "sidecar": "initContainers",
    "ephemeral": "ephemeralContainers",
}
STATUSES = {
    "containers": "containerStatuses",
    "initContainers": "initContainerStatuses",
    "ephemeralContainers": "ephemeralContainerStatuses",
}


def time(seconds: float) -> str:
    return (TEN + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(seconds: float) -> datetime:
    return TEN + timedelta(seconds=seconds)


def waiting(reason: str, message: str | None = None) -> Json:
    return {"waiting": {"reason": reason} | ({"message": message} if message is not None else {})}


def running(at: float = 0) -> Json:
    return {"running": {"startedAt": time(at)}}


def ended(code: int, reason: str = "Error", message: str | None = None, *, began: float = 0, at: float = 5) -> Json:
    said = {"message": message} if message is not None else {}
    times = {"startedAt": time(began), "finishedAt": time(at)}
    return {"terminated": {"exitCode": code, "reason": reason, "containerID": "containerd://ab12", **times, **said}}


@dataclass(frozen=True)
class Made:
    """A container's spec and status, and the list of the pod that they stand in."""

    list_name: str
    spec: Json
    status: Json


def container(
    state: Json | None,
    *,
    name: str = "web",
    role: str = "container",
    image: str = IMAGE,
    last: Json | None = None,
    ready: bool = False,
    started: bool = False,
    restarts: int = 0,
    **spec: Any,
) -> Made:
    """Without a state, the kubelet has written no status of it."""
    extra = {"restartPolicy": "Always"} if role == "sidecar" else {}
    status: Json = {"name": name, "image": image, "imageID": "", "ready": ready, "started": started}
    status |= {"restartCount": restarts, "state": state, "lastState": last or {}}
    return Made(LISTS[role], {"name": name, "image": image, **extra, **spec}, status if state else {})


def healthy(name: str = "web", role: str = "container", **how: Any) -> Made:
    return container(running(), name=name, role=role, ready=True, started=True, **how)


def owned_by(kind: str, name: str) -> list[Json]:
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}]


def meta(name: str, *, owner: tuple[str, str] | None = None, created: float = 0, **more: Any) -> Json:
    owners = {"ownerReferences": owned_by(*owner)} if owner else {}
    return {
        "name": name,
        "namespace": NAMESPACE,
        "uid": f"uid-{name}",
        "creationTimestamp": time(created),
        **owners,
        **more,
    }


def pod(
    *made: Made,
    name: str = POD,
    node: str | None = "node-2",
    owner: tuple[str, str] | None = ("ReplicaSet", NEW),
    phase: str = "Pending",
    conditions: list[Json] | None = None,
    status: Json | None = None,
    spec: Json | None = None,
    created: float = 0,
    **metadata: Any,
) -> Json:
    of_spec: Json = {"restartPolicy": "Always", **({"nodeName": node} if node else {}), **(spec or {})}
    of_status: Json = {"phase": phase, "conditions": conditions or [], **(status or {})}
    for each in made:
        of_spec.setdefault(each.list_name, []).append(each.spec)
        if each.status:
            of_status.setdefault(STATUSES[each.list_name], []).append(each.status)
    head = {"apiVersion": "v1", "kind": "Pod", "metadata": meta(name, owner=owner, created=created, **metadata)}
    return {**head, "spec": of_spec, "status": of_status}


def path_of(name: str = "web", role: str = "container") -> str:
    return f"spec.{LISTS[role]}{{{name}}}"


def event(
    reason: str,
    message: str,
    at: float = 0,
    *,
    path: str | None = "spec.containers{web}",
    about: tuple[str, str] = ("Pod", POD),
    uid: str | None = None,
    first: float | None = None,
    count: int = 1,
    version: int = 1,
) -> Json:
    """As the kubelet writes it: whole seconds, first and last time."""
    kind, name = about
    normal = {
        "Pulling",
        "Pulled",
        "Created",
        "Started",
        "Killing",
        "Scheduled",
        "SuccessfulCreate",
        "SuccessfulAttachVolume",
    }
    is_normal = reason in normal or message.startswith("Back-off pulling")
    involved = {"kind": kind, "namespace": NAMESPACE, "name": name, "uid": uid or f"uid-{name}"}
    return {
        "kind": "Event",
        "metadata": {"name": f"{name}.{version:x}", "namespace": NAMESPACE, "resourceVersion": str(version)},
        "involvedObject": involved | ({"fieldPath": path} if path else {}),
        "reason": reason,
        "message": message,
        "type": "Normal" if is_normal else "Warning",
        "count": count,
        "firstTimestamp": time(at if first is None else first),
        "lastTimestamp": time(at),
        "source": {"component": "kubelet", "host": "node-2"},
    }


def scheduler_event(reason: str, note: str, at: float = 0, *, name: str = POD) -> Json:
    """As events.k8s.io/v1 gives it: other names, microseconds, no count."""
    return {
        "kind": "Event",
        "apiVersion": "events.k8s.io/v1",
        "metadata": {
            "name": f"{name}.ab",
            "namespace": NAMESPACE,
            "creationTimestamp": time(at),
            "resourceVersion": "7",
        },
        "regarding": {"kind": "Pod", "namespace": NAMESPACE, "name": name, "uid": f"uid-{name}"},
        "reason": reason,
        "note": note,
        "type": "Warning",
        "eventTime": (TEN + timedelta(seconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "deprecatedLastTimestamp": None,
        "reportingController": "default-scheduler",
    }


def replica_set(
    name: str = NEW,
    *,
    revision: int = 2,
    replicas: int = 1,
    ready: int = 0,
    conditions: list[Json] | None = None,
    spec: Json | None = None,
    **more: Any,
) -> Json:
    notes = {"annotations": {"deployment.kubernetes.io/revision": str(revision)}}
    return {
        "kind": "ReplicaSet",
        "metadata": meta(name, owner=("Deployment", "web"), **notes, **more),
        "spec": {"replicas": replicas} if spec is None else spec,
        "status": {"readyReplicas": ready, "conditions": conditions or []},
    }


def controller(kind: str, name: str, *, spec: Json | None = None, status: Json | None = None, **metadata: Any) -> Json:
    return {"kind": kind, "metadata": meta(name, generation=3, **metadata), "spec": spec or {}, "status": status or {}}


def condition(kind: str, status: str, reason: str, message: str = "", at: float = 0) -> Json:
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": time(at)}


def deployment(*conditions: Json, observed: int = 3) -> Json:
    return controller("Deployment", "web", status={"observedGeneration": observed, "conditions": list(conditions)})


def seen(*pods: Json, **lists: Any) -> list[Symptom]:
    """The symptoms of pods, of the newest ReplicaSet of a Deployment when nothing else is said."""
    lists = {"replica_sets": [replica_set()], "deployments": [deployment()]} | lists
    return symptoms(Snapshot(pods=pods, **lists))


def one(*pods: Json, **lists: Any) -> Symptom:
    """The only symptom."""
    (found,) = seen(*pods, **lists)
    return found


def kinds(found: list[Symptom]) -> list[tuple[str, str, str]]:
    return [(each.kind, each.workload, each.reason) for each in found]
