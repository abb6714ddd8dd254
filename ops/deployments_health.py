"""What is to be done about a stack's Pulumi Deployments, with what to type. Pure."""

import shlex
from collections.abc import Iterable

from ops.deployments_file import FILE
from ops.deployments_plan import Plan
from ops.deployments_trust import subject
from ops.stack_finding import Finding

COMMAND = ".venv/bin/python -m ops deployments"


def findings(plans: Iterable[Plan]) -> list[Finding]:
    """Of all stacks, before anything was changed."""
    return [each for plan in plans for each in (differs(plan), refused(plan)) if each is not None]


def differs(plan: Plan) -> Finding | None:
    """That the service has something else than the file says."""
    if plan.is_empty:
        return None
    text = f"{plan.stack.full_name} is not as {FILE} says"
    return Finding(text, f"{COMMAND} -s {shlex.quote(plan.stack.name)} --yes")


def refused(plan: Plan) -> Finding | None:
    """That the last run got no login."""
    if plan.refused is None:
        return None
    run, name = plan.refused, plan.stack.name
    text = f"run {run.version} got no login: the cloud does not trust {subject(plan.stack, run.operation)}"
    return Finding(text, f"{COMMAND} -s {shlex.quote(name)} --trust")
