"""Why a container ended: its exit as the runtime reports it, the kubelet's reason to kill it, or the end of its log."""

from datetime import datetime, timedelta

from pulls.kubelet.containers import Container
from pulls.kubelet.events import LONG_AGO, Event
from pulls.kubelet.objects import moment, number, text
from pulls.kubelet.of_probe import probe_that_killed
from pulls.kubelet.symptom import Finding, SymptomKind

EXEC_FORMAT = "exec format error"
"""ENOEXEC as the C library and Go spell it, in lower case: crun writes `Exec format error`."""

KILLED_FOR_MEMORY = "oom-killed"
"""runc, when the limit is too low for its own start: `container init was OOM-killed (memory limit too low?)`."""

NEVER_RAN = {"StartError", "ContainerCannotRun"}
"""The runtime could not start the process: containerd v2 internal/cri/server/container_start.go, docker."""

LOOPING = "CrashLoopBackOff"
SETTLED_RESTARTS = 2
"""The kubelet restarts at once after the first end, and backs off from the second on (kuberuntime_manager.go)."""

KINDS = {KILLED_FOR_MEMORY: SymptomKind.OUT_OF_MEMORY, EXEC_FORMAT: SymptomKind.EXEC_FORMAT}


def why_it_ended(
    container: Container, own: list[Event], log_tail: str, message: str = "", *, settled: bool = False
) -> Finding:
    """The newest end of a container, or the start that failed with `message`.

    A crash is settled once it repeats, or at once when nothing starts the container again.
    """
    kind = _kind(container, message or text(container.exit, "message"), log_tail)
    if kind is SymptomKind.CRASH_LOOP and (killed := probe_that_killed(container, own)):
        return killed
    waiting = text(container.waiting, "reason")
    repeats = waiting == LOOPING or container.restarts >= SETTLED_RESTARTS
    return Finding(
        kind=kind,
        reason=_reason(container, kind),
        message=_message(container, kind, log_tail) or text(container.waiting, "message"),
        events=[
            each for each in own if each.reason in {"BackOff", "Failed"} and each.last >= _shortly_before(container)
        ],
        container=container,
        since=moment(container.exit, "finishedAt"),
        settled=settled or repeats or kind is not SymptomKind.CRASH_LOOP,
    )


def _kind(container: Container, message: str, log_tail: str) -> SymptomKind:
    if text(container.exit, "reason") == "OOMKilled":
        return SymptomKind.OUT_OF_MEMORY
    for words, kind in KINDS.items():
        if words in message.lower():
            return kind
    if EXEC_FORMAT in _last_line(log_tail).lower():
        return SymptomKind.EXEC_FORMAT
    if text(container.exit, "reason") in NEVER_RAN:
        return SymptomKind.CONFIG_ERROR
    return SymptomKind.CRASH_LOOP


def _reason(container: Container, kind: SymptomKind) -> str:
    """The exit says more than the back-off, except of a plain crash."""
    waiting, ended = text(container.waiting, "reason"), text(container.exit, "reason")
    return (waiting or ended) if kind is SymptomKind.CRASH_LOOP else (ended or waiting)


def _message(container: Container, kind: SymptomKind, log_tail: str) -> str:
    """Exit code, the runtime's word for it, and what it or the container left as a last message."""
    if not container.exit:
        return ""
    said = text(container.exit, "message").strip()
    if kind is SymptomKind.EXEC_FORMAT and EXEC_FORMAT not in said.lower():
        said = _last_line(log_tail)
    code, reason = number(container.exit, "exitCode"), text(container.exit, "reason")
    return f"exit code {code}" + (f" ({reason})" if reason else "") + (f": {said}" if said else "")


def _last_line(log: str) -> str:
    lines = log.strip().splitlines()
    return lines[-1] if lines else ""


def _shortly_before(container: Container) -> datetime:
    """Events from here on are about the newest end, or the start that led to it."""
    ended = moment(container.exit, "finishedAt")
    return ended - timedelta(seconds=2) if ended else LONG_AGO
