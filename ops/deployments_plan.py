"""What changes at Pulumi Cloud for one stack: its settings, its schedules, and what is left as it is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from components.stack_file import Problem
from ops.deployments_difference import Change, differences, kept_secrets, patch
from ops.deployments_file import refusal
from ops.deployments_model import DeploymentsFile, StackDeployments
from ops.deployments_runs import RefusedRun, refused_run
from ops.deployments_schedules import Kind, Move, moves, others, paused
from ops.deployments_stack import DeployedStack
from ops.deployments_wanted import wanted_drift, wanted_settings
from ops.expired_production import production
from ops.expired_time import TAG, as_tag, end_of
from ops.state import State
from pulls.kubelet.objects import Json, part, text


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the service has of a stack."""

    stack: Json
    """The stack itself, with its tags."""
    settings: Json | None
    """None where there are none yet."""
    schedules: Sequence[Json]
    runs: Json
    """The newest run."""
    state: State
    """Without anything in it, unless the stack is to end by itself."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be done for one stack, in this order."""

    stack: DeployedStack
    changes: Sequence[Change]
    patch: Json
    """Empty where the settings are as they should be."""
    moves: Sequence[Move]
    kept: Sequence[str]
    """What is left as it is, and not said by the file."""
    refused: RefusedRun | None
    """The last run, where its cloud did not trust it."""

    @property
    def is_empty(self) -> bool:
        """Whether all is as the file says."""
        return not self.patch and not self.moves


def plan(file: DeploymentsFile, own: StackDeployments, stack: DeployedStack, held: Held, now: datetime) -> Plan:
    """What makes the service have what the file says.

    Raises:
        DeploymentsError: the stack is to end by itself, and may not, or nobody knows when.
    """
    wanted, there = wanted_settings(file, stack, own), held.settings or {}
    end = _end(stack, held, now) if own.ttl else None
    secrets = [f"secret variable {each}, which somebody set" for each in kept_secrets(wanted, there)]
    asleep = [f"the {each} schedule, which somebody has paused" for each in paused(held.schedules)]
    return Plan(
        stack=stack,
        changes=differences(wanted, there),
        patch=patch(wanted, there),
        moves=[*moves(Kind.DRIFT, wanted_drift(own), held.schedules), *moves(Kind.TTL, end, held.schedules)],
        refused=refused_run(held.runs),
        kept=[*secrets, *(f"schedule {each}" for each in others(held.schedules)), *asleep],
    )


def _end(stack: DeployedStack, held: Held, now: datetime) -> Json:
    """The body of the schedule that ends a test stack."""
    path, full = ("stacks", stack.name, "ttl"), stack.full_name
    tags = {name: str(value) for name, value in part(held.stack, "tags").items()}
    because = production(stack.project, tags, stack.values, (), held.state)
    if because is not None:
        raise refusal([Problem(path, f"{full} is never destroyed by itself: {because}", ("edit: ttl: false",))])
    command = f"pulumi stack tag set {TAG} {as_tag(now.replace(hour=20, minute=0, second=0))} -s {full}"
    said = text(tags, TAG)
    if not said:
        raise refusal([Problem(path, f"{full} has no tag {TAG}, so nobody knows when it ends", (command,))])
    try:
        end = end_of(said)
    except ValueError as error:
        raise refusal([Problem(path, f"the tag {TAG} of {full} {error}", (command,))]) from None
    if end <= now:
        reason = f"{full} ended at {as_tag(end)}, and is still there"
        raise refusal([Problem(path, reason, (".venv/bin/python -m ops expired", command))])
    return {"timestamp": as_tag(end), "deleteAfterDestroy": False}
