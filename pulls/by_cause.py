"""Which cause a symptom's text names, and symptoms that have one cause in common. Pure."""

import re
from collections.abc import Sequence

from pulls.causes import Code
from pulls.classify import Verdict, classify
from pulls.kubelet.symptom import STILL_PULLING, Symptom, SymptomKind

_ECHO = re.compile(r'\s*(Back-off pulling image "[^"]*"|Error: (ErrImagePull|ImagePullBackOff))?\s*')
"""What a kubelet says beside a cause: before 1.32 while it waits for the next try
(pkg/kubelet/images/image_manager.go), and as an event of each container (kuberuntime/kuberuntime_container.go)."""
CLASSIFIED = frozenset(
    {
        SymptomKind.PULL,
        SymptomKind.NO_POD,
        SymptomKind.EXEC_FORMAT,
        SymptomKind.EVICTED,
        SymptomKind.SANDBOX,
        SymptomKind.NODE_LOST,
    }
)
"""Kinds whose text may name a cause of the catalogue."""


def verdict_of(symptom: Symptom) -> Verdict:
    """What its texts say; a reason of ours, such as the scheduler's or the runtime's, decides beside them."""
    return classify(symptom.reason, symptom.message, tuple(reversed(symptom.events)))


def grouped(symptoms: Sequence[Symptom]) -> list[list[Symptom]]:
    """Symptoms that are one and the same on several pods, together; one that names the cause comes first."""
    groups: dict[tuple[object, ...], list[Symptom]] = {}
    for each in symptoms:
        groups.setdefault((each.namespace, each.workload, each.kind, each.container, each.image), []).append(each)
    return _without_echoes([part for group in groups.values() for part in _by_cause(group)])


def _without_echoes(groups: list[list[Symptom]]) -> list[list[Symptom]]:
    """A container that only waits, and says nothing, goes with another of the same image that says why."""
    named = {_pull_of(each[0]): each for each in reversed(groups) if verdict_of(each[0]).code is not Code.UNKNOWN}
    kept: list[list[Symptom]] = []
    for each in groups:
        said = named.get(_pull_of(each[0]))
        if said is not None and said is not each and all(map(_says_nothing, each)):
            said += each
        else:
            kept.append(each)
    return kept


def _pull_of(symptom: Symptom) -> tuple[object, ...]:
    return symptom.namespace, symptom.workload, symptom.kind, symptom.image


def _says_nothing(symptom: Symptom) -> bool:
    texts = (symptom.message, *symptom.events)
    echoes = symptom.reason == STILL_PULLING or all(_ECHO.fullmatch(each) for each in texts)
    return symptom.kind is SymptomKind.PULL and echoes


def _by_cause(group: list[Symptom]) -> list[list[Symptom]]:
    """Nodes may fail for different reasons. A text without a cause, such as a back-off's, goes with one that has it."""
    if group[0].kind not in CLASSIFIED:
        return [group]
    causes: dict[Code, list[Symptom]] = {}
    for each in group:
        causes.setdefault(verdict_of(each).code, []).append(each)
    unnamed = causes.pop(Code.UNKNOWN, []) if len(causes) > 1 else []
    first, *rest = causes.values()
    return [[*first, *unnamed], *rest]
