"""Why something in a cluster does not come up: reads only, and works for anything that runs there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum
from functools import partial
from typing import Any, TextIO

from ops.scope import CRON_JOB, NoSuchWorkloadError, NotReadError, absent, needed, not_read, parsed, selected
from pulls.beside import beside
from pulls.by_cause import grouped
from pulls.causes import Code
from pulls.cluster import Cluster, ClusterError
from pulls.diagnosis import Diagnosis, Facts, as_json, as_text, diagnose
from pulls.edge.objects import Edge, leading_to
from pulls.edge.read import looked_into, read_edge
from pulls.edge.symptoms import edge_notes, edge_symptoms
from pulls.kubelet.objects import LISTS, Snapshot, name
from pulls.kubelet.snapshot import read_snapshot
from pulls.kubelet.symptoms import affected, nodes_of, symptoms
from pulls.kubelet.workloads import labels_of
from pulls.opinions import Opinions

_NOT_FOUND = 404
SCHEMA = 3
"""Version of the JSON answer, described in docs/diagnosis.schema.json."""


class Health(IntEnum):
    """Exit codes."""

    HEALTHY = 0
    DIAGNOSED = 3
    UNKNOWN = 4
    """Something is wrong, and at least one cause is not recognised."""


@dataclass(frozen=True)
class Question:
    """What to look at."""

    namespace: str
    workload: str | None = None
    """Such as `deployment/web`; None for the whole namespace."""
    ask_registry: bool = True


@dataclass(frozen=True)
class Found:
    """What a look at a cluster found."""

    diagnoses: Sequence[Diagnosis] = ()
    """Nothing when all is well."""
    notes: Sequence[str] = ()
    """What could not be looked at, is not there to be looked at, or may be wrong and need not be."""


def diagnoses(cluster: Cluster, question: Question, facts: Facts) -> Found:
    """What is wrong with a workload, or with all of a namespace.

    Raises:
        ClusterError: the cluster does not answer.
        NoSuchWorkloadError: there is no such workload, or no such namespace.
        NotReadError: nothing is wrong as far as may be seen, and something that is needed may not be seen.
    """
    asked = None if question.workload is None else parsed(question.workload)
    way = beside(partial(read_edge, cluster, question.namespace))
    snapshot = read_snapshot(cluster, question.namespace, whole=True)
    seen, notes = snapshot, _nothing_there(cluster, question.namespace, snapshot)
    if asked is not None:
        seen, notes = _of_workload(cluster, snapshot, asked, question.namespace)
    nodes = nodes_of(seen)
    opinions = Opinions(cluster, seen)
    found: list[Diagnosis] = []
    for group in grouped(symptoms(seen)):
        answer = opinions.of(group[0]) if question.ask_registry else None
        where = affected(group, nodes) if any(each.node for each in group) else ""
        unread = opinions.unread_secret(group[0])
        found.append(diagnose(group[0], facts, where=where, answer=answer, unread_secret=unread))
    edge = _edge(cluster, way.result(), None if asked is None else seen)
    found += [diagnose(each, facts) for each in edge_symptoms(edge, snapshot)]
    refused = _not_read(snapshot, asked, question.namespace, found=bool(found))
    return Found(found, (*notes, *edge_notes(edge), *refused, *_refused(edge.refused)))


def health(found: Sequence[Diagnosis]) -> Health:
    """What a script is told."""
    if not found:
        return Health.HEALTHY
    return Health.UNKNOWN if any(each.code == Code.UNKNOWN for each in found) else Health.DIAGNOSED


def show(found: Found, question: Question, out: TextIO, *, as_document: bool) -> None:
    """Print it, for a person or for a script."""
    if as_document:
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "namespace": question.namespace,
            "workload": question.workload,
            "health": health(found.diagnoses).name.lower(),
            "notes": list(found.notes),
            "diagnoses": [as_json(each) for each in found.diagnoses],
        }
        print(json.dumps(document, indent=2), file=out)
        return
    place = f"{question.workload} in {question.namespace}" if question.workload else f"namespace {question.namespace}"
    parts = [as_text(each) for each in found.diagnoses] or [f"{place}: nothing is wrong"]
    notes = [f"note: {each}" for each in found.notes]
    print("\n\n".join([*parts, *(["\n".join(notes)] if notes else [])]), file=out)


def _nothing_there(cluster: Cluster, in_namespace: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Nothing is wrong in a namespace that is not there, which helps nobody who misspelt it.

    Raises:
        NoSuchWorkloadError: it is not there, or holds nothing and may be a wrong name.
    """
    if any(snapshot.of_kind(kind) for kind in LISTS if kind not in {"Event", "Node"}):
        return ()
    try:
        cluster.get("namespaces", "", in_namespace)
    except ClusterError as error:
        if error.status == _NOT_FOUND:
            reason = f"there is no namespace {in_namespace!r}{_meant(cluster, in_namespace)}"
            raise NoSuchWorkloadError(reason) from error
        reason = f"nothing is there in namespace {in_namespace!r}, and whether it exists may not be asked: {error}"
        raise NoSuchWorkloadError(reason) from error
    return ("there is no pod and nothing that makes one",)


def _meant(cluster: Cluster, namespace: str) -> str:
    """The nearest one; nothing where none is near, or they may not be listed."""
    try:
        there = [name(each) for each in cluster.list("namespaces")]
    except ClusterError:
        return ""
    close = get_close_matches(namespace, there, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _of_workload(
    cluster: Cluster, snapshot: Snapshot, asked: tuple[str, str], in_namespace: str
) -> tuple[Snapshot, tuple[str, ...]]:
    kind, called = asked
    seen = selected(snapshot, kind, called, in_namespace)
    if kind != CRON_JOB or seen.jobs:
        return seen, ()
    try:
        cluster.get("cronjobs", in_namespace, called)
    except ClusterError as error:
        if error.status != _NOT_FOUND:
            reason = f"{kind} {called!r} has no Job in namespace {in_namespace!r}, and cannot be read itself: {error}"
            raise NotReadError(reason) from error
        raise NoSuchWorkloadError(_no_cron_job(cluster, called, in_namespace)) from error
    return seen, ("it has made no Job yet, or none is left",)


def _no_cron_job(cluster: Cluster, called: str, in_namespace: str) -> str:
    try:
        there = [name(each) for each in cluster.list("cronjobs", in_namespace)]
    except ClusterError:
        return f"there is no {CRON_JOB} {called!r} in namespace {in_namespace!r}"
    return absent(CRON_JOB, called, there, in_namespace)


def _not_read(snapshot: Snapshot, asked: tuple[str, str] | None, in_namespace: str, *, found: bool) -> tuple[str, ...]:
    lists = needed(asked[0] if asked else None)
    missing = tuple(each for each in lists if each in snapshot.refused)
    if missing and not found:
        reason = f"nothing is wrong as far as may be seen, but {not_read(snapshot, missing, in_namespace)}"
        raise NotReadError(reason)
    return _refused(snapshot.refused)


def _refused(lists: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{each} cannot be read: {why}" for each, why in sorted(lists.items()))


def _edge(cluster: Cluster, edge: Edge, of_workload: Snapshot | None) -> Edge:
    """The way from outside; of a workload, only that which leads to its pods."""
    kept = edge if of_workload is None else leading_to(edge, labels_of(of_workload))
    return looked_into(cluster, kept)
