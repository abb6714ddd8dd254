"""What is wrong with one container: decided by its state, and by events where the state does not say it yet.

Reasons and texts as kubernetes v1.34 writes them: pkg/kubelet/images/image_manager.go and types.go,
pkg/kubelet/kuberuntime/kuberuntime_container.go and kuberuntime_manager.go, staging cri-api/pkg/errors/errors.go.
"""

from datetime import datetime, timedelta
from itertools import takewhile

from pulls.kubelet.containers import Container, Role
from pulls.kubelet.events import Event, newest_first
from pulls.kubelet.objects import text
from pulls.kubelet.of_exit import why_it_ended
from pulls.kubelet.of_probe import failing_probe, has_left_its_crashes
from pulls.kubelet.of_silence import NOTHING_SAID_YET, hanging_pull
from pulls.kubelet.symptom import Finding, SymptomKind

PULL_REASONS = {
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "RegistryUnavailable",  # when the runtime itself says so, as CRI-O does
    "SignatureValidationFailed",  # since 1.28
}
NO_PULL_RECORD = "Failed to record image pull intent"
"""The kubelet could not note down that it pulls; the waiting reason is then a whole sentence."""

STARTED_ONCE = {"CrashLoopBackOff", "PostStartHookError"}

PULL_SUCCEEDED = "Pulled"
GOES_ON = {PULL_SUCCEEDED, "Created", "Started"}
PULL_EVENTS = {
    "InspectFailed": "ImageInspectError",
    "ErrImageNeverPull": "ErrImageNeverPull",
}
"""Event reason → the waiting reason that goes with it."""

PULL_TEXTS = {
    "Failed to apply default image tag": "InvalidImageName",
    "Failed to pull image": "ErrImagePull",
    "Back-off pulling image": "ImagePullBackOff",
}
"""How an event's text begins → the waiting reason that goes with it; its own reason is shared by other failures."""

NO_SECRET, NO_SANDBOX = "FailedToRetrieveImagePullSecret", "FailedCreatePodSandBox"
POD_WIDE = {NO_SECRET, NO_SANDBOX}
"""Events that name no container and may be why one of them waits; so may the failed pull of an image volume."""
_SECRET_AHEAD = timedelta(seconds=5)
"""How long before a pull its secrets are read at most: a second for each that does not come (kubernetes v1.34
pkg/kubelet/util/manager/watch_based_manager.go), and times have whole seconds."""


def of_container(
    container: Container, events: list[Event], log_tail: str, *, restarts: bool, now: datetime | None = None
) -> Finding | None:
    """What is wrong with it now; None when nothing is, or not yet.

    `events` are those about the pod, newest first. `restarts` is whether the pod's policy starts it again. `now` is
    when all was read: without it, nothing takes too long.
    """
    if container.serves:
        return None
    own = [each for each in events if each.field_path == container.field_path]
    if container.waiting and text(container.waiting, "reason") not in NOTHING_SAID_YET:
        return _waiting(container, own, events, log_tail)
    if container.is_over:
        return _over(container, own, log_tail, restarts=restarts)
    if container.running:
        return _not_ready(container, own, log_tail)
    return _said_by_events(container, own, events) or hanging_pull(container, own, now)


def _waiting(container: Container, own: list[Event], events: list[Event], log_tail: str) -> Finding:
    reason = text(container.waiting, "reason")
    message = text(container.waiting, "message")
    if reason in PULL_REASONS or message.startswith(NO_PULL_RECORD):
        return _pull(container, reason, message, _about_the_pull(own, events))
    if reason in STARTED_ONCE:
        return why_it_ended(container, own, log_tail)
    return _could_not_start(container, own, log_tail)


def _could_not_start(container: Container, own: list[Event], log_tail: str) -> Finding:
    """A container that was never made, or whose process could not be run, for a reason that the state gives."""
    said = _warnings(_since_the_pull(own))
    message = text(container.waiting, "message") or (said[0].text if said else "")
    reason = text(container.waiting, "reason")
    ended = why_it_ended(container, own, log_tail, message) if reason == "RunContainerError" else None
    kind = ended.kind if ended and ended.kind != SymptomKind.CRASH_LOOP else SymptomKind.CONFIG_ERROR
    return Finding(kind=kind, reason=reason, message=message, events=said, container=container)


def _over(container: Container, own: list[Event], log_tail: str, *, restarts: bool) -> Finding | None:
    if container.role == Role.EPHEMERAL or container.exit.get("exitCode") == 0:
        return None
    return why_it_ended(container, own, log_tail, settled=not restarts)


def _not_ready(container: Container, own: list[Event], log_tail: str) -> Finding | None:
    """It runs and does not serve: a start that takes its time, a failing probe, or the moments between two crashes."""
    if container.role == Role.EPHEMERAL:
        return None
    crashed = container.exit.get("exitCode", 0) != 0
    if crashed and not has_left_its_crashes(container, own):
        return why_it_ended(container, own, log_tail)
    return failing_probe(container, own)


def _said_by_events(container: Container, own: list[Event], events: list[Event]) -> Finding | None:
    """The state says nothing yet, so the newest event does. A pull that goes on after a failed one is still failing."""
    for event in own:
        if event.reason in GOES_ON:
            return None
        if reason := _pull_reason(event):
            return _pull(container, reason, "", _about_the_pull(own, events))
        if event.reason == "Failed":
            said = _warnings(_since_the_pull(own))
            kind = SymptomKind.CONFIG_ERROR
            return Finding(kind=kind, reason=event.reason, message=event.text, events=said, container=container)
    return None


def _pull_reason(event: Event) -> str | None:
    """The waiting reason that an event of a failed pull stands for; None for every other event."""
    for words, reason in PULL_TEXTS.items():
        if event.text.startswith(words):
            return reason
    error = event.text.removeprefix("Error: ")
    return PULL_EVENTS.get(event.reason) or (error if error in PULL_REASONS else None)


def _pull(container: Container, reason: str, message: str, said: list[Event]) -> Finding:
    telling = [each.text for each in said if not each.text.startswith(("Error: ", "Back-off"))]
    message = message or next(iter([*telling, *(each.text for each in said)]), "")
    return Finding(kind=SymptomKind.PULL, reason=reason, message=message, events=said, container=container)


def _about_the_pull(own: list[Event], events: list[Event]) -> list[Event]:
    """What was said since an image was last pulled for this container, also of the pod as a whole."""
    since = next((each.last for each in own if each.reason == PULL_SUCCEEDED), None)
    began = next((each for each in own if each.reason == "Pulling"), None)
    wide = [
        each
        for each in events
        if not each.field_path
        and (each.reason in POD_WIDE or _pull_reason(each))
        and (since is None or each.last >= since)
        and not (began and _is_past(each, began))
    ]
    return newest_first(_warnings(_since_the_pull(own)) + wide)


def _is_past(said: Event, pulling: Event) -> bool:
    """Whether the pull that began last had what was missing when this was said of the pod."""
    if said.reason == NO_SANDBOX:
        return pulling.last > said.last
    # The first pull waits for a sandbox, so its delay says nothing.
    return said.reason == NO_SECRET and pulling.count > 1 and pulling.last - said.last > _SECRET_AHEAD


def _since_the_pull(own: list[Event]) -> list[Event]:
    return list(takewhile(lambda each: each.reason != PULL_SUCCEEDED, own))


def _warnings(said: list[Event]) -> list[Event]:
    """Without what goes well; a back-off is an ordinary event in the kubelet's eyes."""
    return [each for each in said if each.is_warning or each.reason == "BackOff"]
