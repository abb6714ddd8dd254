"""When a cluster first says that an update meets a fault. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from pulls.rehearsal.pod import LABEL
from pulls.rehearsal.state import REFUSED_REASONS

Json = dict[str, Any]
_NO_SANDBOX = "FailedCreatePodSandBox"


def has_first_word(pods: Sequence[Json], events: Sequence[Json], old: Collection[str]) -> bool:
    """Whether a pod that was not there before shows an image that cannot be pulled, or a warning is about such a pod.

    A rehearsal's own pods start nothing, about which there are warnings too: of these, only one about its sandbox
    counts.

    Args:
        pods: of the namespace.
        events: of the namespace.
        old: names of pods that were there before the update.
    """
    new = [each for each in pods if _name(each) not in old]
    waiting = (status["state"].get("waiting", {}).get("reason") for pod in new for status in _statuses(pod))
    if any(reason in REFUSED_REASONS for reason in waiting):
        return True
    rehearsals = {_name(each) for each in new if LABEL in each["metadata"].get("labels", {})}
    return any(_counts(each, rehearsals) for each in _about(events, {_name(each) for each in new}))


def _about(events: Iterable[Json], names: Collection[str]) -> Iterator[Json]:
    for each in events:
        of = each["involvedObject"]
        if each.get("type") == "Warning" and of.get("kind") == "Pod" and of.get("name") in names:
            yield each


def _counts(event: Json, rehearsals: Collection[str]) -> bool:
    return event["involvedObject"]["name"] not in rehearsals or event.get("reason") == _NO_SANDBOX


def _name(pod: Json) -> str:
    return pod["metadata"]["name"]


def _statuses(pod: Json) -> list[Json]:
    status = pod.get("status", {})
    return [*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())]
