"""From a refused rehearsal to its diagnoses: one for each image and cause, with the kinds of nodes that it concerns."""

from collections.abc import Mapping
from dataclasses import replace

from pulls.diagnosis import Diagnosis, Facts, of_pull
from pulls.fix.command import Fix
from pulls.kubelet.symptom import Symptom, SymptomKind
from pulls.registry.answer import Answer
from pulls.rehearsal.pod import Rehearsal, pull_secrets
from pulls.rehearse import Refusal, RefusedError


def refusal_diagnoses(
    refused: RefusedError, rehearsal: Rehearsal, facts: Facts, answers: Mapping[str, Answer | None]
) -> list[Diagnosis]:
    """Why the new version cannot be pulled.

    Args:
        refused: by which kinds of nodes.
        rehearsal: what was rehearsed.
        facts: of the place.
        answers: the registry's own answer by image, where it was asked.
    """
    groups: dict[tuple[str | None, object], list[Refusal]] = {}
    for each in refused.refusals:
        if each.seen.verdict is not None:
            groups.setdefault((each.seen.image, each.seen.verdict.code), []).append(each)
    return [_diagnosis(group, refused, rehearsal, facts, answers) for group in groups.values()]


def _where(group: list[Refusal], classes: int) -> str:
    kinds = ", ".join(each.node_class.name for each in group)
    nodes = ", ".join(sorted({each.seen.node for each in group if each.seen.node}))
    tried = f", tried on {nodes}" if nodes else ""
    return f"{kinds}{tried}" if len(group) == classes else f"{len(group)} of {classes} kinds of nodes: {kinds}{tried}"


def _diagnosis(
    group: list[Refusal],
    refused: RefusedError,
    rehearsal: Rehearsal,
    facts: Facts,
    answers: Mapping[str, Answer | None],
) -> Diagnosis:
    first = group[0]
    verdict = first.seen.verdict
    assert verdict is not None  # grouped by it
    symptom = Symptom(
        kind=SymptomKind.PULL,
        workload=rehearsal.title,
        namespace=rehearsal.namespace,
        node=first.seen.node,
        image=first.seen.image,
        reason="",
        message=verdict.text,
        pull_secrets=tuple(pull_secrets(rehearsal.pod_spec)),
        service_account=rehearsal.pod_spec.get("serviceAccountName") or "default",
    )
    where = _where(group, len(refused.report.classes))
    grant = None if facts.grant is None else facts.grant.after(first.seconds)
    now = replace(facts, grant=grant)
    answer = answers.get(first.seen.image or "")
    unread = first.unread_secret
    diagnosis = of_pull(verdict, symptom, now, where=where, answer=answer, unread_secret=unread)
    # Its pods are gone: the next update tries again.
    diagnosis = replace(diagnosis, verify=Fix("", "pulumi up -s {stack}").rendered(facts.values))
    if first.tries == 1:
        return diagnosis
    lasted = f"it lasted for {first.seconds:.0f} s, {first.tries} tries"
    return replace(diagnosis, notes=(*diagnosis.notes, lasted))
