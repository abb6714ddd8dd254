"""What of a namespace is looked at: all of it, or one workload by any name that kubectl takes. Pure."""

from collections.abc import Sequence
from difflib import get_close_matches

from pulls.kubelet.objects import Snapshot, name
from pulls.kubelet.workloads import SELECT, newest_job_of, of_workload

CRON_JOB = "CronJob"
_GROUPS = {"Pod": "", "Job": "batch", CRON_JOB: "batch"}
"""API group of a kind; `apps` of all others."""
_SHORT = {
    "deploy": "Deployment", "rs": "ReplicaSet", "sts": "StatefulSet", "ds": "DaemonSet", "po": "Pod", "cj": CRON_JOB,
}  # fmt: skip
KINDS = (*SELECT, CRON_JOB)
_KINDS = {
    **{kind.lower(): kind for kind in KINDS},
    **{f"{kind.lower()}s": kind for kind in KINDS},
    **_SHORT,
}
_NEEDED = {
    "Deployment": ("deployments", "replicasets"),
    "ReplicaSet": ("replicasets",),
    "StatefulSet": ("statefulsets",),
    "DaemonSet": ("daemonsets",),
    "Job": ("jobs",),
    CRON_JOB: ("jobs",),
    "Pod": (),
}
"""Lists without which a workload cannot be found, or its pods not told from others."""
_ALWAYS = ("events",)
_OF_NAMESPACE = tuple(dict.fromkeys(each for lists in _NEEDED.values() for each in lists))


class NoSuchWorkloadError(Exception):
    """What was asked for is not there, or is no kind that can be diagnosed."""


class NotReadError(Exception):
    """What must be read to answer may not be read; says what, why, and what to type."""


def parsed(workload: str) -> tuple[str, str]:
    """Kind and name of `deployment/web`, `deploy/web` or `deployments.apps/web`.

    Raises:
        NoSuchWorkloadError: it is none.
    """
    kind, _, called = workload.partition("/")
    short, _, group = kind.lower().partition(".")
    known = _KINDS.get(short)
    if known is None or not called or "/" in called or not _is_group(group, _GROUPS.get(known, "apps")):
        reason = f"{workload!r} is none of {', '.join(f'{each.lower()}/NAME' for each in KINDS)}"
        raise NoSuchWorkloadError(reason)
    return known, called


def _is_group(said: str, group: str) -> bool:
    """Whether it is the group, with a version before it or not, as in `deployments.v1.apps`."""
    version, dot, rest = said.partition(".")
    return said in {"", group} or (version.startswith("v") and (rest if dot else "") == group)


def lists_of(kind: str) -> tuple[str, ...]:
    """The lists without which a workload of that kind is not found, or its pods not told from others."""
    return _NEEDED[kind]


def needed(kind: str | None) -> tuple[str, ...]:
    """The lists that an answer "nothing is wrong" stands on; of the whole namespace when no kind is given."""
    return (*_ALWAYS, *(_OF_NAMESPACE if kind is None else _NEEDED[kind]))


def selected(snapshot: Snapshot, kind: str, called: str, in_namespace: str) -> Snapshot:
    """What of the snapshot belongs to a workload, in the version that it should have.

    Of a CronJob it is the newest Job; nothing when there is none.

    Raises:
        NoSuchWorkloadError: it is not there.
        NotReadError: whether it is there may not be seen.
    """
    first = needed(kind)[1:2]  # the list that the workload itself stands in
    for each in first:
        if each in snapshot.refused:
            raise NotReadError(not_read(snapshot, (each,), in_namespace))
    if kind == CRON_JOB:
        job = newest_job_of(snapshot, called, in_namespace)
        return Snapshot() if job is None else of_workload(snapshot, "Job", name(job), in_namespace).current
    selection = of_workload(snapshot, kind, called, in_namespace)
    if selection.current == Snapshot() and selection.previous == Snapshot():
        there = [name(each) for each in snapshot.of_kind(kind)]
        raise NoSuchWorkloadError(absent(kind, called, there, in_namespace))
    return selection.current


def absent(kind: str, called: str, there: Sequence[str], in_namespace: str) -> str:
    """That there is no workload of that name, those that there are, and the nearest."""
    close = get_close_matches(called, there, n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    named = ", ".join(sorted(there)) or "none"
    return f"there is no {kind} {called!r} in namespace {in_namespace!r}; there: {named}{meant}"


def not_read(snapshot: Snapshot, lists: tuple[str, ...], in_namespace: str) -> str:
    """Which lists were refused, why, and how to see whether one may read them."""
    refused = [each for each in lists if each in snapshot.refused]
    why = "; ".join(dict.fromkeys(snapshot.refused[each] for each in refused))
    return (
        f"{', '.join(refused)} of namespace {in_namespace!r} cannot be read: {why}; "
        f"try: kubectl auth can-i list {refused[0]} -n {in_namespace}"
    )
