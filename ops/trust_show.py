"""Who a job is, and what to type so that it is trusted, for a person. Pure."""

from collections.abc import Iterator, Mapping

from ops.trust import Identity, Truster, branches
from ops.trust_steps import Step, steps

_NAMES = {
    Truster.AKS: "Azure",
    Truster.EKS: "AWS",
    Truster.GKE: "Google Cloud",
    Truster.PULUMI: "Pulumi Cloud",
}


def explained(truster: Truster, identity: Identity, variables: Mapping[str, str]) -> str:
    """Lines for a person; the arguments are those of `trust_steps.steps`."""
    lines = [
        f"This job is, for {_NAMES[truster]}:",
        f"  issuer    {identity.issuer}",
        f"  subject   {identity.subject}",
        f"  audience  {identity.audience}",
        "Only whoever is told to trusts it. Type, with the rights of an owner:",
        *(f"  {line}" for each in steps(truster, identity, variables) for line in _lines(each)),
        f"{_scope(identity, variables)} More: docs/ci.md",
    ]
    return "\n".join(lines)


def _lines(step: Step) -> Iterator[str]:
    if not step.command:
        yield step.note
        return
    if step.note:
        yield f"# {step.note}"
    yield step.command


def _scope(identity: Identity, variables: Mapping[str, str]) -> str:
    if branches(identity, variables) is None:
        return "The subject must be this one, letter by letter."
    return (
        "Each merge request has a branch of its own, so every branch of the project is trusted like that: take what "
        "may only read."
    )
