"""Whether the last run of a stack was refused by its cloud, and as whom it asked. Pure.

A run logs in before it does anything else, in a step of its own (pulumi/docs, reference/cloud-rest-api/deployments,
List Stack Deployments: `Fetch provider credentials via OIDC`).
"""

from dataclasses import dataclass

from pulls.kubelet.objects import Json, items, number, text

_STEP, _FAILED = "OIDC", "failed"


@dataclass(frozen=True)
class RefusedRun:
    """A run that got no login."""

    version: int
    operation: str
    """Such as `update`, as its subject has it."""


def refused_run(listed: Json) -> RefusedRun | None:
    """The newest of the listed runs, where it got no login; None where it did, or is not known to have failed so."""
    newest = next(iter(items(listed, "deployments")), Json())
    steps = [step for job in items(newest, "jobs") for step in items(job, "steps")]
    if not any(_STEP in text(each, "name") and text(each, "status") == _FAILED for each in steps):
        return None
    return RefusedRun(number(newest, "version"), text(newest, "pulumiOperation"))
