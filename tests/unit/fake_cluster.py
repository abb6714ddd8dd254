"""A cluster that follows a script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulls.cluster import ClusterError
from pulls.rehearsal.pod import LABEL

Json = dict[str, Any]

IMAGE = "registry.example.com/shop/web:2"
SPEC: Json = {"containers": [{"name": "web", "image": IMAGE}]}
NOT_FOUND = f'failed to resolve reference "{IMAGE}": {IMAGE}: not found'
_HEAD = "unexpected status from HEAD request to https://registry.example.com/v2/shop/web/manifests/2"
BUSY, FORBIDDEN = f"{_HEAD}: 503 Service Unavailable", f"{_HEAD}: 403 Forbidden"


def node(
    name: str,
    arch: str = "amd64",
    *,
    spec: Json | None = None,
    ready: str = "True",
    labels: Mapping[str, str] | None = None,
    **more: str,
) -> Json:
    """A node; labels whose key is no Python name come as `labels`."""
    platform = {"kubernetes.io/os": "linux", "kubernetes.io/arch": arch}
    return {
        "metadata": {"name": name, "labels": {**platform, **(labels or {}), **more}},
        "spec": spec or {},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


Look = Json
"""A pod's status as one look shows it."""


def shown(*states: Json) -> Look:
    """States of the pod's containers, in order."""
    statuses = [{"name": f"image-{index}", "state": each, "imageID": ""} for index, each in enumerate(states)]
    return {"phase": "Pending", "containerStatuses": statuses}


STARTED: Json = {"terminated": {"exitCode": 128, "reason": "StartError"}}
CREATING: Json = {"waiting": {"reason": "ContainerCreating"}}
PULLING = shown(CREATING)
PULLED = shown(STARTED)
NO_PLACE: Look = {
    "phase": "Pending",
    "conditions": [{"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available"}],
}


def waiting(message: str, reason: str = "ErrImagePull") -> Json:
    return {"waiting": {"reason": reason, "message": message}}


def refused(message: str, reason: str = "ErrImagePull") -> Look:
    return shown(waiting(message, reason))


Try = Sequence[Look]
"""What one pod shows, look by look; the last one stays."""


def failing(*planted: tuple[str, str, ClusterError | None]) -> Callable[[str, str], ClusterError | None]:
    """Each of (verb, what, error) once, in order; None lets one request pass."""
    left = [*planted]

    def error(verb: str, what: str) -> ClusterError | None:
        for each in left:
            if each[:2] == (verb, what):
                left.remove(each)
                return each[2]
        return None

    return error


@dataclass
class FakeCluster:
    """Pods follow `tries`, by the processor that they ask for and their number; errors come where they are planted."""

    tries: Mapping[str, Sequence[Try]] = field(default_factory=dict[str, Sequence[Try]])
    nodes: Sequence[Json] = (node("node-1"),)
    events: Sequence[Json] = ()
    lists: Mapping[str, Sequence[Json]] = field(default_factory=dict[str, Sequence[Json]])
    """Of other kinds."""
    errors: Callable[[str, str], ClusterError | None] = field(default_factory=failing)
    """Asked with verb and kind, or name, before each request."""
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    created: list[Json] = field(default_factory=list[Json])
    pods: dict[str, Json] = field(default_factory=dict[str, Json])
    _looks: dict[str, int] = field(default_factory=dict[str, int])

    def get(self, kind: str, namespace: str, name: str) -> Json:
        self._ask("get", name)
        found = [each for each in self.lists.get(kind, ()) if each["metadata"]["name"] == name]
        if not found:
            message = f"no {kind} {name} in {namespace}"
            raise ClusterError(message, 404)
        return found[0]

    def list(self, kind: str, namespace: str = "", *, labels: str = "", fields: str = "") -> list[Json]:
        self._ask("list", kind)
        assert namespace == ("" if kind in {"nodes", "namespaces", "ingressclasses"} else "shop")
        if kind == "nodes":
            return [*self.nodes]
        if kind == "events":
            wanted = fields.removeprefix("involvedObject.name=")
            return [each for each in self.events if wanted in ("", each["involvedObject"]["name"])]
        if kind == "pods" and labels:
            return [self._seen(name) for name, pod in self.pods.items() if _has(pod, labels)]
        return [*self.lists.get(kind, ())]

    def create(self, kind: str, namespace: str, body: Json, *, dry_run: bool = False) -> Json:
        if dry_run:
            self._ask("dry run", kind)
            return body
        self.created.append(body)
        self._ask("create", kind)
        name = f"{body['metadata']['generateName']}{len(self.created)}"
        self.pods[name] = {**body, "metadata": {**body["metadata"], "name": name, "namespace": namespace}}
        return self.pods[name]

    def delete(self, kind: str, namespace: str, name: str) -> None:
        assert (kind, namespace) == ("pods", "shop")
        self._ask("delete", name)
        self.pods.pop(name, None)

    def logs(self, namespace: str, pod: str, container: str, *, lines: int, previous: bool) -> str:
        self._ask("logs", f"{pod}/{container}{' before' if previous else ''}")
        return f"the last {lines} lines in {namespace}"

    def _ask(self, verb: str, what: str) -> None:
        self.asked.append((verb, what))
        error = self.errors(verb, what)
        if error is not None:
            raise error

    def _seen(self, name: str) -> Json:
        pod = self.pods[name]
        arch = _arch(pod)
        number = [each for each in self.created if _arch(each) == arch].index(self._body(pod))
        tries = self.tries[arch]
        looks = tries[min(number, len(tries) - 1)]
        at = self._looks[name] = self._looks.get(name, -1) + 1
        return {
            **pod,
            "spec": {**pod["spec"], "nodeName": f"node-{arch or 'any'}"},
            "status": looks[min(at, len(looks) - 1)],
        }

    def _body(self, pod: Json) -> Json:
        return next(each for each in self.created if each["spec"] is pod["spec"])


def _arch(pod: Json) -> str:
    return pod["spec"].get("nodeSelector", {}).get("kubernetes.io/arch", "")


def _has(pod: Json, labels: str) -> bool:
    key, equals, value = labels.partition("=")
    have: Mapping[str, str] = pod["metadata"].get("labels") or {}
    return key in have and (not equals or have[key] == value)


def said(pod: str, message: str, reason: str = "Failed") -> Json:
    """An event about a pod of this namespace."""
    about = {"kind": "Pod", "namespace": "shop", "name": pod}
    return {"involvedObject": about, "reason": reason, "message": message, "type": "Warning"}


POD = "web-rehearsal-{}"
"""Name of the n-th pod, from 1."""


def labelled(mark: str) -> Json:
    """A pod of a rehearsal."""
    return {"metadata": {"name": f"web-rehearsal-of-{mark}", "labels": {LABEL: mark}}, "spec": {}}


ARM = "arm64"
BOTH = (node("node-1"), node("node-2", ARM))


def one(*tries: Try) -> dict[str, Sequence[Try]]:
    """Pods on the only class of nodes."""
    return {"amd64": tries}
