"""A diagnosis: one cause with its evidence, where it shows, and what to type. Pure; text and JSON say the same."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulls.by_cause import CLASSIFIED, verdict_of
from pulls.causes import CATALOGUE, Class, Code
from pulls.classify import Verdict
from pulls.evidence import Grant, Settled, Witness, settle
from pulls.fixes import PULL_SECRET, Fix, Target, cured_at, fixes_for
from pulls.kubelet.symptom import STILL_PULLING, Symptom, SymptomKind
from pulls.kubelet.troubles import TROUBLES
from pulls.registry.answer import Answer
from pulls.registry.reference import InvalidReference, parse_reference, split_port
from pulls.text.redact import redact

DOCS = "docs/pull-failures.md"
_SHOWN_FIXES = 3
_LONGEST = 600
_KUBECTL = re.compile(r"(?<![\w./-])kubectl(?= )")
_SECRETS_NAMED = re.compile(r"pull secrets? \((?P<name>[a-z0-9.-]+)")
"""`Unable to retrieve some image pull secrets (regcred, other)`: kubernetes v1.34 pkg/kubelet/kubelet_pods.go."""


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Why something does not come up."""

    code: str
    """Of the catalogue, or the kind of trouble when no pull is at fault."""
    kind: Class | None
    """What waiting does; None for unknown causes and for troubles."""
    meaning: str
    evidence: str
    """The words that say so, credentials replaced."""
    text: str
    """All of the text, credentials replaced."""
    witnesses: tuple[str, ...] = (Witness.KUBELET,)
    notes: tuple[str, ...] = ()
    workload: str = ""
    namespace: str = ""
    pod: str | None = None
    container: str | None = None
    role: str | None = None
    image: str | None = None
    where: str = ""
    """Which nodes, such as `1 of 3 nodes (node-2)`."""
    registry: str | None = None
    """What the registry itself said."""
    fixes: tuple[tuple[str, str], ...] = ()
    """What each does, and the command."""
    verify: str = ""

    @property
    def link(self) -> str:
        """Where to read on; empty for troubles, which the page does not cover."""
        return f"{DOCS}#{self.code}" if self.code in {each.value for each in Code} else ""


@dataclass(frozen=True)
class Facts:
    """What is known of the place, for the fixes."""

    target: Target = Target.ANY
    grant: Grant | None = None
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of what commands need: cluster, resource group, …"""
    kube_context: str = ""
    """Of the cluster, for kubectl; empty for the current one of whoever types the command."""


def diagnose(
    symptom: Symptom, facts: Facts, *, where: str = "", answer: Answer | None = None, unread_secret: bool = False
) -> Diagnosis:
    """The diagnosis of a symptom.

    Args:
        symptom: what is seen.
        facts: of the place.
        where: which nodes show it.
        answer: what the registry said of the image, when it was asked.
        unread_secret: whether the cluster has the pull secret that the kubelet says it has not.
    """
    if symptom.kind in CLASSIFIED:
        verdict = verdict_of(symptom)
        if symptom.kind is SymptomKind.PULL or verdict.code is not Code.UNKNOWN:
            return of_pull(verdict, symptom, facts, where=where, answer=answer, unread_secret=unread_secret)
    return _of_trouble(symptom, facts, where)


def of_pull(
    verdict: Verdict,
    symptom: Symptom,
    facts: Facts,
    *,
    where: str = "",
    answer: Answer | None = None,
    unread_secret: bool = False,
) -> Diagnosis:
    """The diagnosis of a failed pull, by all witnesses."""
    still_pulling = symptom.reason == STILL_PULLING
    settled = settle(verdict, answer, facts.grant, still_pulling=still_pulling, unread_secret=unread_secret)
    cause = CATALOGUE[settled.code]
    values = {**facts.values, **_values(symptom, verdict)}
    return Diagnosis(
        code=settled.code,
        kind=settled.kind,
        meaning=cause.meaning,
        evidence=verdict.evidence,
        text=verdict.text,
        witnesses=settled.witnesses,
        notes=_notes(settled, symptom),
        registry=_said(answer),
        fixes=shown_fixes(settled.code, facts, values),
        verify=_rendered(cause.verify, values, facts),
        **_place(symptom, where),
    )


def shown_fixes(code: Code, facts: Facts, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The likeliest fixes of a cause: what each does, and its command with these values."""
    grant = facts.grant
    fixes = fixes_for(code, cured_at(code, facts.target, grant.kind if grant else ""))[:_SHOWN_FIXES]
    if grant is not None and grant.kind == PULL_SECRET:
        values = {"user": grant.identity, **values}
    return tuple((each.does, _rendered(each.command, values, facts)) for each in fixes)


def _of_trouble(symptom: Symptom, facts: Facts, where: str) -> Diagnosis:
    trouble = TROUBLES[symptom.kind]
    text = redact(symptom.message)
    said = text or redact(next(iter(symptom.events), ""))
    values = _values(symptom, None)
    return Diagnosis(
        code=symptom.kind,
        kind=None,
        meaning=trouble.meaning,
        evidence=_cut(f"{symptom.reason}: {said}" if said else symptom.reason),
        text=text,
        fixes=((trouble.fix, _rendered(trouble.look, values, facts)),),
        **_place(symptom, where),
    )


def _place(symptom: Symptom, where: str) -> dict[str, Any]:
    return {
        "workload": symptom.workload,
        "namespace": symptom.namespace,
        "pod": symptom.pod,
        "container": symptom.container,
        "role": symptom.role,
        "image": None if symptom.image is None else redact(symptom.image),
        "where": where or (symptom.node or ""),
    }


def _values(symptom: Symptom, verdict: Verdict | None) -> dict[str, str]:
    kind, _, called = symptom.workload.partition("/")
    values = {
        "namespace": symptom.namespace,
        "workload": f"{kind.lower()}/{called}" if called else "",
        "deployment": called if kind == "Deployment" else "",
        "secret": _secret(symptom),
        "service_account": symptom.service_account or "",
        "pod": symptom.pod or "",
        "container": symptom.container or "",
        "node": symptom.node or "",
        "image": redact(symptom.image or ""),
        **_registry((verdict.host if verdict else None) or ""),
    }
    if symptom.image:
        try:
            reference = parse_reference(symptom.image)
        except InvalidReference:
            return values
        values |= _registry(reference.registry)
        values |= {"registry": reference.host, "host": reference.host, "repository": reference.path}
        values["tag"] = reference.tag or ""
    return values


def _registry(served: str) -> dict[str, str]:
    """Of the `host[:port]` that serves the registry's API."""
    host, port = split_port(served)
    values = {"registry": served, "registry_host": host, "registry_port": (port or "443") if host else ""}
    return values | ({"partition": _partition(host)} if ".dkr.ecr" in host else {})


def _partition(host: str) -> str:
    """Of AWS, by the host of an ECR registry (docs.aws.amazon.com general/latest/gr/ecr.html)."""
    if host.endswith(".amazonaws.com.cn"):
        return "aws-cn"
    found = next((each for each in ("us-gov", "eusc") if f".{each}-" in host), None)
    return f"aws-{found}" if found else "aws"


def _secret(symptom: Symptom) -> str:
    """The pull secret that a text names, else the pod's only one: of several, nobody knows which is meant."""
    named = _SECRETS_NAMED.search("\n".join((symptom.message, *symptom.events)))
    if named is not None:
        return named["name"]
    return symptom.pull_secrets[0] if len(symptom.pull_secrets) == 1 else ""


def _rendered(command: str, values: Mapping[str, str], facts: Facts) -> str:
    """The command with its values; its kubectl asks the cluster that the diagnosis is of, not the current one."""
    if facts.kube_context:
        context = shlex.quote(facts.kube_context).replace("{", "{{").replace("}", "}}")
        command = _KUBECTL.sub(lambda _: f"kubectl --context {context}", command)
    return Fix("", command).rendered(values)


def _notes(settled: Settled, symptom: Symptom) -> tuple[str, ...]:
    place = {"init": "an init container", "sidecar": "a sidecar"}.get(symptom.role or "")
    return (*settled.notes, *([f"it is the image of {place}, {symptom.container}"] if place else []))


def _said(answer: Answer | None) -> str | None:
    if answer is None:
        return None
    status = "" if answer.status is None else f" ({answer.status})"
    return f"{answer.outcome}{status}{f': {answer.said}' if answer.said else ''}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def as_text(diagnosis: Diagnosis) -> str:
    """For a terminal: the cause first, then what says so, then what to type."""
    title = diagnosis.code if diagnosis.kind is None else f"{diagnosis.code} ({diagnosis.kind})"
    if diagnosis.where:  # in the first line, as it is all that Pulumi shows while it waits
        title += f" on {diagnosis.where}"
    rows: list[tuple[str, str]] = [
        ("image", diagnosis.image or ""),
        ("of", _whose(diagnosis)),
        (_teller(diagnosis), _cut(diagnosis.evidence or diagnosis.text)),
        ("registry", diagnosis.registry or ""),
        ("agree", ", ".join(diagnosis.witnesses) if diagnosis.kind else ""),
        *(("note", each) for each in diagnosis.notes),
        *(_fix_row(does, command) for does, command in diagnosis.fixes),
        ("verify", diagnosis.verify),
        ("more", diagnosis.link),
    ]
    lines = [f"  {name:<9}{value}" for name, value in rows if value]
    return "\n".join([f"{title}: {diagnosis.meaning}", *lines])


def _teller(diagnosis: Diagnosis) -> str:
    """The kubelet knows nothing of Ingresses; what is said of one was read of the cluster."""
    return "cluster" if diagnosis.workload.startswith("Ingress/") else "kubelet"


def _whose(diagnosis: Diagnosis) -> str:
    pod = f"pod {diagnosis.pod}" if diagnosis.pod else ""
    return ", ".join(filter(None, (diagnosis.workload, pod)))


def _fix_row(does: str, command: str) -> tuple[str, str]:
    return "fix", f"{command}   # {does}" if command else does


def as_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """For scripts; the keys are described in docs/diagnosis.schema.json."""
    return {
        "code": diagnosis.code,
        "class": diagnosis.kind,
        "meaning": diagnosis.meaning,
        "evidence": diagnosis.evidence,
        "text": diagnosis.text,
        "witnesses": list(diagnosis.witnesses),
        "notes": list(diagnosis.notes),
        "namespace": diagnosis.namespace,
        "workload": diagnosis.workload,
        "pod": diagnosis.pod,
        "container": diagnosis.container,
        "role": diagnosis.role,
        "image": diagnosis.image,
        "where": diagnosis.where,
        "registry": diagnosis.registry,
        "fixes": [{"does": does, "command": command} for does, command in diagnosis.fixes],
        "verify": diagnosis.verify,
        "link": diagnosis.link,
    }
