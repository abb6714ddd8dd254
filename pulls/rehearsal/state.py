"""What a rehearsal pod shows: pulled, refused, waiting, or without a place. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pulls.causes import Class, Code
from pulls.classify import Verdict, classify
from pulls.kubelet.objects import Json, condition, items, part, text

# The names are those of kubernetes 1.34: pkg/kubelet/images/types.go, pkg/kubelet/container/sync_result.go
REFUSED_REASONS = frozenset({
    "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError",
    "RegistryUnavailable", "SignatureValidationFailed",
})  # fmt: skip
_NOT_YET = frozenset({"", "ContainerCreating", "PodInitializing", "Pending"})
_NO_SANDBOX = "Failed to create pod sandbox"  # pkg/kubelet/kuberuntime/kuberuntime_manager.go
_PULLED = re.compile(r'Successfully pulled image "(?P<image>[^"]+)" in (?P<time>\S+)(?:.*Image size: (?P<size>\d+))?')
_PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


class State(StrEnum):
    """How far a rehearsal pod is."""

    WAITING = "waiting"
    PULLED = "pulled"
    REFUSED = "refused"
    """An image could not be pulled."""
    NO_PLACE = "no-place"
    """No node takes the pod now: that says nothing about its images."""


@dataclass(frozen=True)
class Seen:
    """What a rehearsal pod shows."""

    state: State
    node: str | None = None
    image: str | None = None
    """The one that could not be pulled."""
    verdict: Verdict | None = None
    text: str = ""
    """Why there is no place."""


@dataclass(frozen=True)
class Pull:
    """One image that was pulled."""

    image: str
    seconds: float
    size: int | None
    """Bytes in the registry; kubelets before 1.30 do not say."""


def seen(pod: Json, events: Sequence[str]) -> Seen:
    """Judge a rehearsal pod.

    Args:
        pod: as the cluster shows it.
        events: texts of its events, oldest first.
    """
    node = text(pod, "spec", "nodeName") or None
    images = {text(each, "name"): text(each, "image") for each in items(pod, "spec", "containers")}
    statuses = items(pod, "status", "containerStatuses")
    refused = [
        Seen(State.REFUSED, node, images.get(text(each, "name")), _verdict(part(each, "state", "waiting"), events))
        for each in statuses
        if text(each, "state", "waiting", "reason") in REFUSED_REASONS
    ]
    if refused:  # what stays refused decides: there is no use in waiting for another image
        return next((each for each in refused if each.verdict and each.verdict.kind is Class.PERMANENT), refused[0])
    if statuses and all(_has_image(each) for each in statuses):
        return Seen(State.PULLED, node)
    return _without_answer(pod, node)


def without_sandbox(waits: Seen, events: Sequence[str]) -> Seen:
    """A pod that waits, and whose sandbox cannot be made for want of its image, of the runtime or of room.

    Args:
        waits: what it shows.
        events: texts of its events, oldest first.
    """
    failed = next((each for each in reversed(events) if each.startswith(_NO_SANDBOX)), "")
    verdict = classify("FailedCreatePodSandBox", failed)
    return waits if verdict.code is Code.UNKNOWN else Seen(State.REFUSED, waits.node, None, verdict)


def _verdict(waiting: Json, events: Sequence[str]) -> Verdict:
    return classify(text(waiting, "reason"), text(waiting, "message"), events)


def _without_answer(pod: Json, node: str | None) -> Seen:
    if text(pod, "status", "phase") == "Failed":  # evicted, or refused by the node for want of room
        return Seen(State.NO_PLACE, node, text=f"{text(pod, 'status', 'reason')}: {text(pod, 'status', 'message')}")
    scheduled = condition(pod, "PodScheduled")
    if text(scheduled, "status") == "False":
        return Seen(State.NO_PLACE, node, text=text(scheduled, "message"))
    return Seen(State.WAITING, node)


def _has_image(status: Json) -> bool:
    """The container got as far as being started, which needs its image."""
    if part(status, "state", "terminated") or part(status, "state", "running"):
        return bool(text(status, "imageID")) or text(status, "state", "terminated", "reason") == "StartError"
    reason = text(status, "state", "waiting", "reason")
    return reason not in _NOT_YET and reason not in REFUSED_REASONS


def pulls(events: Sequence[str]) -> list[Pull]:
    """What the kubelet says of each image that it pulled."""
    found = [match for match in map(_PULLED.search, events) if match]
    return [Pull(each["image"], _seconds(each["time"]), int(each["size"]) if each["size"] else None) for each in found]


def _seconds(text: str) -> float:
    """Of a Go duration, such as `1m2.5s` or `14ms`."""
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
