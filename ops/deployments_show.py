"""What changes at Pulumi Cloud, as a person reads of it. Pure."""

import json
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ops.deployments_health import COMMAND, refused
from ops.deployments_plan import Plan
from ops.deployments_schedules import Kind, Move
from ops.stack_show import BAD, GOOD, OPEN, Row
from ops.trust_steps import Step
from pulls.kubelet.objects import Json

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
    found = refused(plan)
    return [] if found is None else [Row("wrong", found.text, BAD), Row("  type", found.command)]


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


def trust_rows(name: str, subjects: Sequence[str], steps: Iterable[Step]) -> list[Row]:
    """Who the runs of a stack are, and what makes the cloud trust them."""
    listed = [row for each in steps for row in _typed(each)]
    if not listed:
        return [Row("stack", f"{name} has no login of its own, so that no cloud need trust it")]
    return [Row("stack", name), *(Row("subject", each) for each in subjects), *listed]


def _typed(step: Step) -> Iterator[Row]:
    if step.note:
        yield Row("note", step.note, OPEN)
    yield Row("type", step.command)


def done(move: Move) -> str:
    """A schedule that was made, changed or removed, in words."""
    return f"the {move.kind} schedule {'was removed' if move.body is None else 'is set'}"


def _move(move: Move) -> Row:
    if move.body is None:
        # An end that nobody asked for destroys a stack.
        return Row("remove", f"{move.kind} schedule: {ends_or_drift(move.kind, move.was or {})}", BAD)
    if move.was is not None:
        step = f"{ends_or_drift(move.kind, move.was)} → {ends_or_drift(move.kind, move.body)}"
        return Row("change", f"{move.kind} schedule: {step}", GOOD)
    return Row("make", f"{move.kind} schedule: {ends_or_drift(move.kind, move.body)}", GOOD)


def ends_or_drift(kind: Kind, body: Json) -> str:
    """What a schedule does, and when, in words."""
    if kind is Kind.TTL:
        also = ", and the stack is removed" if body["deleteAfterDestroy"] else ""
        return f"destroyed at {body['timestamp']}{also}"
    also = ", and deployed over" if body["autoRemediate"] else ""
    return f"{body['scheduleCron']} UTC{also}"


def _step(before: Any, after: Any) -> str:
    return f"{shown_value(before)} → {shown_value(after)}" if before else shown_value(after)


def shown_value(value: Any) -> str:
    """One setting, in words; `none` where there is none."""
    if value is None:
        return "none"
    if isinstance(value, dict):
        return "what is set there"  # it may hold a login
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
