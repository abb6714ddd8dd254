"""What nobody says anything of for too long: a pull that hangs, a pod that its kubelet leaves alone.

A kubelet writes nothing while it waits for a registry, for as long as that takes; the API server forgets events after
an hour.
"""

from datetime import datetime, timedelta

from pulls.kubelet.containers import Container, containers
from pulls.kubelet.events import Event
from pulls.kubelet.objects import Json, condition, moment, text
from pulls.kubelet.symptom import STILL_PULLING, Finding, SymptomKind

LONG = timedelta(seconds=60)
"""A pull may take longer, so what is found here is never settled."""

PULLING = "Pulling"
CONTAINERS_ARE_TRIED = {PULLING, "Pulled", "Created", "Started"}
NOTHING_SAID_YET = {"", "ContainerCreating", "PodInitializing"}
"""Waiting reasons before the kubelet has tried, and for a moment after it was restarted."""


def hanging_pull(container: Container, own: list[Event], now: datetime | None) -> Finding | None:
    """A pull that began long ago, with nothing after it.

    Args:
        container: whose state says nothing yet.
        own: events about it, newest first; none of them says how the pull ended.
        now: when they were read; None when nobody knows.
    """
    began = own[0] if own and own[0].reason == PULLING else None
    if began is None or now is None or now - began.last < LONG:
        return None
    return Finding(
        kind=SymptomKind.PULL,
        reason=STILL_PULLING,
        message=f"pulling since {_time(began.last)}; nothing was said after that",
        events=[began],
        container=container,
        since=began.last,
        settled=False,
    )


def left_alone(pod: Json, events: list[Event], now: datetime | None) -> Finding | None:
    """A pod that has waited for long, of which neither its scheduler nor its kubelet says why.

    Args:
        pod: in which nothing else is wrong.
        events: about it, newest first.
        now: when they were read; None when nobody knows.
    """
    scheduled = condition(pod, "PodScheduled")
    since = moment(scheduled, "lastTransitionTime") or moment(pod, "metadata", "creationTimestamp")
    if text(pod, "status", "phase") not in {"", "Pending"} or since is None or now is None or now - since < LONG:
        return None
    if not text(pod, "spec", "nodeName"):
        said = f"no scheduler has said anything of it since {_time(since)}"
        return _waiting(SymptomKind.UNSCHEDULABLE, said, since)
    if any(each.reason in CONTAINERS_ARE_TRIED for each in events) or any(map(_was_tried, containers(pod))):
        return None
    return _waiting(SymptomKind.PULL, f"waiting on its node since {_time(since)}; nothing was said after that", since)


def _waiting(kind: SymptomKind, said: str, since: datetime) -> Finding:
    return Finding(kind=kind, reason="Pending", message=said, since=since, settled=False)


def _was_tried(container: Container) -> bool:
    waits = text(container.waiting, "reason")
    return bool(container.serves or container.running or container.exit or waits not in NOTHING_SAID_YET)


def _time(of: datetime) -> str:
    return f"{of:%Y-%m-%dT%H:%M:%SZ}"
