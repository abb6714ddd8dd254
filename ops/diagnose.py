"""Why something in a cluster does not come up: reads only, and works for anything that runs there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TextIO

from pulls.causes import Code
from pulls.cluster import Cluster, ClusterError
from pulls.diagnosis import Diagnosis, Facts, as_json, as_text, diagnose, grouped
from pulls.kubelet.objects import Snapshot, name, namespace, part
from pulls.kubelet.snapshot import read_snapshot
from pulls.kubelet.symptom import Symptom, SymptomKind
from pulls.kubelet.symptoms import affected, nodes_of, symptoms
from pulls.kubelet.workloads import SELECT, of_workload
from pulls.registry.ask import Answer
from pulls.registry.second_opinion import second_opinion

_NOT_FOUND = 404
SCHEMA = 1
"""Version of the JSON answer, described in docs/diagnosis.schema.json."""
_KINDS = {
    **{kind.lower(): kind for kind in SELECT},
    **{f"{kind.lower()}s": kind for kind in SELECT},
    "deploy": "Deployment", "rs": "ReplicaSet", "sts": "StatefulSet", "ds": "DaemonSet", "po": "Pod",
}  # fmt: skip


class Health(IntEnum):
    """Exit codes."""

    HEALTHY = 0
    DIAGNOSED = 3
    UNKNOWN = 4
    """Something is wrong, and at least one cause is not recognised."""


class NoSuchWorkloadError(Exception):
    """What was asked for is not there, or is no kind that can be diagnosed."""


@dataclass(frozen=True)
class Question:
    """What to look at."""

    namespace: str
    workload: str | None = None
    """Such as `deployment/web`; None for the whole namespace."""
    ask_registry: bool = True


def diagnoses(cluster: Cluster, question: Question, facts: Facts) -> list[Diagnosis]:
    """What is wrong with a workload, or with all of a namespace; nothing when all is well.

    Raises:
        ClusterError: the cluster does not answer.
        NoSuchWorkloadError: there is no such workload.
    """
    snapshot = read_snapshot(cluster, question.namespace, whole=True)
    if not snapshot.pods:
        _must_exist(cluster, question.namespace)
    selected = snapshot if question.workload is None else _selected(snapshot, question.workload, question.namespace)
    nodes = nodes_of(selected)
    answers: dict[str, Answer | None] = {}
    found: list[Diagnosis] = []
    for group in grouped(symptoms(selected)):
        answer = _answer(cluster, question, selected, group[0], answers)
        where = affected(group, nodes) if any(each.node for each in group) else ""
        found.append(diagnose(group[0], facts, where=where, answer=answer))
    return found


def health(found: Sequence[Diagnosis]) -> Health:
    """What a script is told."""
    if not found:
        return Health.HEALTHY
    return Health.UNKNOWN if any(each.code == Code.UNKNOWN for each in found) else Health.DIAGNOSED


def show(found: Sequence[Diagnosis], question: Question, out: TextIO, *, as_document: bool) -> None:
    """Print it, for a person or for a script."""
    if as_document:
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "namespace": question.namespace,
            "workload": question.workload,
            "health": health(found).name.lower(),
            "diagnoses": [as_json(each) for each in found],
        }
        print(json.dumps(document, indent=2), file=out)
        return
    place = f"{question.workload} in {question.namespace}" if question.workload else f"namespace {question.namespace}"
    if not found:
        print(f"{place}: nothing is wrong", file=out)
    print("\n\n".join(as_text(each) for each in found), file=out) if found else None


def _must_exist(cluster: Cluster, in_namespace: str) -> None:
    """Nothing is wrong in a namespace that is not there, which helps nobody who misspelt it."""
    try:
        cluster.get("namespaces", "", in_namespace)
    except ClusterError as error:
        if error.status == _NOT_FOUND:
            reason = f"there is no namespace {in_namespace!r}"
            raise NoSuchWorkloadError(reason) from error


def _selected(snapshot: Snapshot, workload: str, in_namespace: str) -> Snapshot:
    kind, slash, called = workload.partition("/")
    known = _KINDS.get(kind.lower())
    if not slash or not called or known is None:
        reason = f"{workload!r} is none of {', '.join(f'{each.lower()}/NAME' for each in SELECT)}"
        raise NoSuchWorkloadError(reason)
    selection = of_workload(snapshot, known, called, in_namespace)
    if selection.current == Snapshot() and selection.previous == Snapshot():
        there = ", ".join(sorted(name(each) for each in snapshot.of_kind(known))) or "none"
        reason = f"there is no {known} {called!r} in namespace {in_namespace!r}; there: {there}"
        raise NoSuchWorkloadError(reason)
    return selection.current


def _answer(
    cluster: Cluster, question: Question, snapshot: Snapshot, symptom: Symptom, known: dict[str, Answer | None]
) -> Answer | None:
    if not question.ask_registry or symptom.kind is not SymptomKind.PULL or symptom.image is None:
        return None
    if symptom.image not in known:
        pod = next((each for each in snapshot.pods if name(each) == symptom.pod), None)
        spec = part(pod, "spec") if pod is not None else {}
        place = namespace(pod) if pod is not None else question.namespace
        try:
            known[symptom.image] = second_opinion(cluster, place, spec, symptom.image)
        except ClusterError:
            known[symptom.image] = None
    return known[symptom.image]
