"""Pulumi Deployments of a project's stacks as a script is told of them: docs/deployments.schema.json. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ops.deployments_model import StackDeployments
from ops.deployments_plan import Plan
from ops.deployments_schedules import Move
from ops.deployments_show import ends_or_drift, shown_value
from ops.deployments_stack import DeployedStack
from ops.deployments_trust import subjects, trust_steps
from ops.stack_finding import Finding, as_document

SCHEMA = 1
"""Version of the JSON answer."""


def document(
    stacks: Sequence[tuple[DeployedStack, StackDeployments]],
    plans: Mapping[str, Plan],
    done: Collection[str],
    findings: Sequence[Finding],
) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential.

    Args:
        stacks: all that were asked for.
        plans: what was to be done, by the stacks' names; empty where the service was not asked.
        done: names of those for which it was done.
        findings: what is still to be done.
    """
    return {
        "schema": SCHEMA,
        **as_document(findings),
        "stacks": [
            {
                "name": stack.full_name,
                "plan": _plan(plans[stack.name]) if stack.name in plans else None,
                "done": stack.name in done,
                "subjects": subjects(stack, own),
                "trust": [{"note": each.note, "command": each.command} for each in trust_steps(stack, own)],
            }
            for stack, own in stacks
        ],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    run = plan.refused
    return {
        "changes": [
            {"path": each.path, "before": shown_value(each.before), "after": shown_value(each.after)}
            for each in plan.changes
        ],
        "schedules": list(map(_move, plan.moves)),
        "kept": list(plan.kept),
        "refusedRun": None if run is None else {"version": run.version, "operation": run.operation},
    }


def _move(move: Move) -> dict[str, Any]:
    was, body = (None if each is None else ends_or_drift(move.kind, each) for each in (move.was, move.body))
    return {"kind": move.kind.value, "before": was, "after": body}
