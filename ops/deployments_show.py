"""What changes at Pulumi Cloud, as a person reads of it. Pure."""

import json
import shlex
from collections.abc import Iterable, Sequence
from typing import Any

from ops.deployments_plan import Plan
from ops.deployments_schedules import Kind, Move
from ops.deployments_trust import subject
from ops.stack_show import BAD, GOOD, OPEN, Row
from pulls.kubelet.objects import Json

COMMAND = ".venv/bin/python -m ops deployments"
_LONGEST = 60


def plan_rows(plan: Plan) -> list[Row]:
    """What is to be done for one stack."""
    changes = [
        Row("change" if each.before else "set", f"{each.path}: {_step(each.before, each.after)}", GOOD)
        for each in plan.changes
    ]
    rows = [*changes, *map(_move, plan.moves), *(Row("kept", each, OPEN) for each in plan.kept)]
    same = [] if not plan.is_empty else [Row("same", "all is as the file says", GOOD)]
    return [Row("stack", plan.stack.full_name), *rows, *same, *_refused(plan)]


def _refused(plan: Plan) -> list[Row]:
    if plan.refused is None:
        return []
    run, name = plan.refused, plan.stack.name
    text = f"run {run.version} got no login: the cloud does not trust {subject(plan.stack, run.operation)}"
    return [Row("wrong", text, BAD), Row("  type", f"{COMMAND} -s {shlex.quote(name)} --trust")]


def next_rows(stack: str | None, left: Sequence[str]) -> list[Row]:
    """What comes after it was looked at.

    Args:
        stack: the one that was asked for; None for all.
        left: the stacks for which something differs.
    """
    if not left:
        return []
    option = "" if stack is None else f" -s {shlex.quote(stack)}"
    return [Row("changed", "nothing yet", OPEN), Row("type", f"{COMMAND}{option} --yes")]


def trust_rows(name: str, subjects: Sequence[str], commands: Iterable[str]) -> list[Row]:
    """Who the runs of a stack are, and what makes the cloud trust them."""
    listed = [Row("type", each) for each in commands]
    if not listed:
        return [Row("stack", f"{name} has no login of its own, so that no cloud need trust it")]
    return [Row("stack", name), *(Row("subject", each) for each in subjects), *listed]


def done(move: Move) -> str:
    """A schedule that was made, changed or removed, in words."""
    return f"the {move.kind} schedule {'was removed' if move.body is None else 'is set'}"


def _move(move: Move) -> Row:
    if move.body is None:
        # An end that nobody asked for destroys a stack.
        return Row("remove", f"{move.kind} schedule: {_words(move.kind, move.was or {})}", BAD)
    if move.was is not None:
        step = f"{_words(move.kind, move.was)} → {_words(move.kind, move.body)}"
        return Row("change", f"{move.kind} schedule: {step}", GOOD)
    return Row("make", f"{move.kind} schedule: {_words(move.kind, move.body)}", GOOD)


def _words(kind: Kind, body: Json) -> str:
    if kind is Kind.TTL:
        also = ", and the stack is removed" if body["deleteAfterDestroy"] else ""
        return f"destroyed at {body['timestamp']}{also}"
    also = ", and deployed over" if body["autoRemediate"] else ""
    return f"{body['scheduleCron']} UTC{also}"


def _step(before: Any, after: Any) -> str:
    return f"{_value(before)} → {_value(after)}" if before else _value(after)


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict):
        return "what is set there"  # it may hold a login
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
