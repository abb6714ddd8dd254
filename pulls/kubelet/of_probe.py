"""Probes that fail, and probes that made the kubelet kill a container.

Texts as in kubernetes v1.34 pkg/kubelet/prober/prober.go (`Readiness probe failed: …`) and
pkg/kubelet/kuberuntime/kuberuntime_manager.go (`Container web failed liveness probe, will be restarted`).
"""

from datetime import timedelta

from pulls.kubelet.containers import Container
from pulls.kubelet.events import Event
from pulls.kubelet.objects import moment, number
from pulls.kubelet.symptom import Finding, SymptomKind

UNHEALTHY = "Unhealthy"
PROBES = {"Startup": "startupProbe", "Readiness": "readinessProbe", "Liveness": "livenessProbe"}
"""First word of the event → key of the container."""

KILLERS = {"failed startup probe": "Startup", "failed liveness probe": "Liveness"}
DEFAULT_THRESHOLD = 3
"""Failures in a row before the kubelet acts, when the probe does not say (pkg/apis/core/v1/defaults.go)."""

BACK_OFF_FORGETS = timedelta(minutes=10)
"""A container that ran this long has left its crash loop: the kubelet's back-off starts again after twice its
ceiling of five minutes (client-go v0.34 util/flowcontrol/backoff.go)."""

WHOLE_SECOND = timedelta(seconds=1)


def failing_probe(container: Container, own: list[Event]) -> Finding | None:
    """The probe that keeps a running container from serving; None when none has failed since it was started.

    It is settled when it has failed as often as its threshold.
    """
    started = moment(container.running, "startedAt")
    said = [each for each in own if each.reason == UNHEALTHY and (started is None or each.last >= started)]
    in_order = PROBES if container.status.get("started") is False else ("Readiness", *PROBES)
    probe = next((each for each in in_order if any(_is_of(event, each) for event in said)), None)
    return _finding(container, probe, said) if probe else None


def probe_that_killed(container: Container, own: list[Event]) -> Finding | None:
    """The probe for which the kubelet ended the newest run; None when the run ended otherwise."""
    began, ended = moment(container.exit, "startedAt"), moment(container.exit, "finishedAt")
    for event in own:
        in_that_run = (began is None or event.last >= began) and (ended is None or event.last <= ended + WHOLE_SECOND)
        probe = next((probe for words, probe in KILLERS.items() if words in event.text), None)
        if probe and in_that_run:
            return _finding(container, probe, [each for each in own if each.reason == UNHEALTHY] or [event])
    return None


def has_left_its_crashes(container: Container, own: list[Event]) -> bool:
    """Whether probes failed so long after the newest start that the last end is not why."""
    started = moment(container.running, "startedAt")
    last = max((each.last for each in own if each.reason == UNHEALTHY), default=None)
    return bool(started and last and last - started > BACK_OFF_FORGETS)


def _finding(container: Container, probe: str, said: list[Event]) -> Finding:
    of_it = [each for each in said if _is_of(each, probe)] or said
    threshold = number(container.spec, PROBES[probe], "failureThreshold", default=DEFAULT_THRESHOLD)
    killed = not container.running
    return Finding(
        kind=SymptomKind.FAILING_PROBE,
        reason=of_it[0].reason,
        message=of_it[0].text,
        events=said,
        container=container,
        settled=killed or sum(each.count for each in of_it) >= threshold,
    )


def _is_of(event: Event, probe: str) -> bool:
    return event.text.startswith(f"{probe} probe ")
