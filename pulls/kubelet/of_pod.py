"""What is wrong with one pod: with its containers, or before any of them could be tried.

Reasons and texts as in kubernetes v1.34: pkg/kubelet/kubelet.go, pkg/kubelet/eviction, pkg/kubelet/events/event.go.
"""

import re
from datetime import datetime

from pulls.kubelet.containers import Container, containers
from pulls.kubelet.events import Event
from pulls.kubelet.objects import Json, condition, is_terminating, items, moment, part, text
from pulls.kubelet.of_container import of_container
from pulls.kubelet.of_silence import CONTAINERS_ARE_TRIED, left_alone
from pulls.kubelet.symptom import Finding, SymptomKind

SANDBOX = "FailedCreatePodSandBox"
BEFORE_THE_CONTAINERS = {
    SANDBOX: SymptomKind.SANDBOX,
    "NetworkNotReady": SymptomKind.SANDBOX,
    "FailedCreatePodContainer": SymptomKind.SANDBOX,
    "FailedPrepareDynamicResources": SymptomKind.SANDBOX,
    "FailedMount": SymptomKind.VOLUME,
    "FailedAttachVolume": SymptomKind.VOLUME,
    "FailedMapVolume": SymptomKind.VOLUME,
}
"""Warnings from before the first container is tried → what they are a symptom of."""

ATTACHED = {"FailedAttachVolume": "SuccessfulAttachVolume"}
HELD_BACK = "SchedulingGated"
"""Somebody keeps the pod from the scheduler on purpose, such as a job queue."""

_OF_ITS_VOLUME = re.compile(
    r"pod has unbound immediate PersistentVolumeClaims"
    r'|persistentvolumeclaim "[^"]*" (?:not found|is being deleted|bound to non-existent persistentvolume)'
    r"|waiting for ephemeral volume controller to create the persistentvolumeclaim"
    r"|didn't find available persistent volumes to bind"
    r"|pvc\(s\) bound to non-existent pv\(s\)"
    r"|binding volumes: "
)
"""Why a scheduler waits for a volume and not for room (kubernetes v1.34,
pkg/scheduler/framework/plugins/volumebinding)."""

SANDBOX_IMAGE = re.compile(
    r'failed to (?:get|inspect) sandbox image "(?P<containerd>[^"]+)"'
    r'|failed to pull(?: and unpack)? image "(?P<containerd2>[^"]+)"'
    r'|failed pulling image "(?P<docker>[^"]+)"'
    r"|initializing source docker://(?P<crio>[^\s\"]+?):? "
)
"""A pull of the pause image, by runtime: containerd 1.x and 2.x (internal/cri/server/podsandbox/sandbox_run.go and
internal/cri/server/sandbox_run.go), cri-dockerd, CRI-O."""


def of_pod(pod: Json, events: list[Event], log_tails: dict[str, str], now: datetime | None = None) -> list[Finding]:
    """All that is wrong with it now. `events` are about it, newest first; `log_tails` is text by container.

    `now` is when all was read: without it, nothing takes too long.
    Nothing is wrong with a pod that is being deleted, nor with one that has done its work.
    """
    if is_terminating(pod) or text(pod, "status", "phase") == "Succeeded":
        return []
    if ended := _ended_by_the_node(pod, events) or _not_scheduled(pod, events):
        return [ended]
    found = _of_containers(pod, events, log_tails, now) or _before_the_containers(pod, events)
    if not found and (silent := left_alone(pod, events, now)):
        return [silent]
    return found


def _of_containers(pod: Json, events: list[Event], log_tails: dict[str, str], now: datetime | None) -> list[Finding]:
    restarts = text(pod, "spec", "restartPolicy") != "Never" and text(pod, "status", "phase") != "Failed"
    return [
        found
        for each in containers(pod)
        if (found := of_container(each, events, log_tails.get(each.name, ""), restarts=restarts, now=now))
    ]


def _ended_by_the_node(pod: Json, events: list[Event]) -> Finding | None:
    """A pod that failed as a whole has a reason of its own; one whose container failed has none."""
    reason = text(pod, "status", "reason")
    if text(pod, "status", "phase") != "Failed" or not reason:
        return None
    return Finding(
        kind=SymptomKind.DEADLINE if reason == "DeadlineExceeded" else SymptomKind.EVICTED,
        reason=reason,
        message=text(pod, "status", "message"),
        events=[each for each in events if each.reason == reason],
        since=moment(condition(pod, "DisruptionTarget"), "lastTransitionTime"),
    )


def _not_scheduled(pod: Json, events: list[Event]) -> Finding | None:
    scheduled = condition(pod, "PodScheduled")
    if text(scheduled, "status") != "False":
        return None
    said = [each for each in events if each.reason == "FailedScheduling"]
    message = text(scheduled, "message") or (said[0].text if said else "")
    return Finding(
        kind=SymptomKind.VOLUME_CLAIM if _OF_ITS_VOLUME.search(message) else SymptomKind.UNSCHEDULABLE,
        reason=text(scheduled, "reason"),
        message=message,
        events=said,
        since=moment(scheduled, "lastTransitionTime"),
        settled=text(scheduled, "reason") != HELD_BACK,
    )


def _before_the_containers(pod: Json, events: list[Event]) -> list[Finding]:
    """The newest trouble with volumes or the sandbox, as long as no container was tried after it."""
    if any(_was_tried(each) for each in containers(pod)):
        return []
    over: set[str] = set()
    for event in events:
        over.add(event.reason)
        if event.reason in CONTAINERS_ARE_TRIED:
            return []
        if event.reason in BEFORE_THE_CONTAINERS and ATTACHED.get(event.reason) not in over:
            return [_early(event, events)]
    return []


def _was_tried(container: Container) -> bool:
    return bool(container.running or container.is_over)


def _early(event: Event, events: list[Event]) -> Finding:
    said = [each for each in events if each.reason == event.reason]
    image = SANDBOX_IMAGE.search(event.text) if event.reason == SANDBOX else None
    return Finding(
        kind=SymptomKind.PULL if image else BEFORE_THE_CONTAINERS[event.reason],
        reason=event.reason,
        message=event.text,
        events=said,
        image=image[image.lastgroup or 0] if image else None,
        settled=bool(image) or sum(each.count for each in said) > 1,
    )


def image_of(pod: Json, found: Finding) -> str | None:
    """The image that a finding is about: the container's, or that of an image volume when the texts name it.

    An image volume's pull fails as if it were its container's own (kubernetes v1.34 kuberuntime_manager.go).
    """
    if found.container is None:
        return found.image
    said = " ".join([found.message, *(each.text for each in found.events)])
    for volume in items(pod, "spec", "volumes"):
        reference = text(part(volume, "image"), "reference")
        if reference and reference in said and found.container.image not in said:
            return reference
    return found.container.image
