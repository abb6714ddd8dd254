"""After a killed update: the state is brought to what is there, with a backup before it is touched.

Looks first, and changes nothing unless told to: what to do is decided as a whole (recovery.py), and carried out only
when no operation is left for a person to look up.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from ops.live_objects import find_object
from ops.pulumi_cli import PulumiError, find_pulumi
from ops.recover_backup import keep, put_back, write
from ops.recovery import Action, Decision, Said, Seen, decide, is_looked_up, recovered
from ops.stack import Stack
from ops.stack_cluster import access, connect_to
from ops.stack_errors import Asked, StackError, explained
from ops.state import Pending, revealed
from pulls.cluster import ApiCluster


@dataclass(frozen=True)
class Plan:
    """What a stack needs after a killed update."""

    stack: Stack
    decisions: tuple[Decision, ...]

    @property
    def running(self) -> list[str]:
        """Who holds the stack, and may still be at work."""
        return [each.text for each in self.stack.locks or () if not each.is_left]

    @property
    def left(self) -> list[str]:
        """Locks of updates that have ended."""
        return [each.text for each in self.stack.locks or () if each.is_left]

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.decisions or self.left)

    @property
    def asks(self) -> list[Decision]:
        """What only a person can say."""
        return [each for each in self.decisions if each.action is Action.ASK]


def plan(stack: Stack, said: Said) -> Plan:
    """What is to be done; reads only.

    Raises:
        ClusterError: a cluster that must be looked at does not answer.
    """

    @cache
    def cluster(provider: str) -> ApiCluster:
        return connect_to(access(stack.state, provider))

    return Plan(stack, tuple(decide(each, _seen(stack, each, cluster), said) for each in stack.state.pending))


def _seen(stack: Stack, pending: Pending, cluster: Callable[[str], ApiCluster]) -> Seen:
    if not is_looked_up(pending):
        return Seen(None)
    live = find_object(cluster(pending.resource.provider), revealed(pending.resource.inputs))
    since = [each.since for each in stack.locks or () if each.since is not None]
    return Seen(live, min(since, default=None))


def carry_out(found: Plan, folder: Path) -> Path:
    """Do it; where the state as it was is kept.

    Args:
        found: with nothing that asks, and nobody at work.
        folder: of the project.

    Raises:
        StackError: the state cannot be kept, and nothing was changed; or pulumi refuses a step: the state is then the
            old one, or the recovered one, and never half of it.
    """
    pulumi, stack = find_pulumi(folder), found.stack
    option = ("--stack", stack.reference)
    exported = _run(partial(pulumi.run, "stack", "export", *option), Asked(folder, stack.reference, os.environ))
    # All that is written here is written before anything is changed.
    backup = keep(stack, exported)
    scratch = backup.with_suffix(".new")
    try:
        if found.decisions:
            write(scratch, json.dumps(recovered(json.loads(exported), found.decisions, _now())))
        for words, asked in _steps(found, folder, scratch):
            _run(partial(pulumi.change, *words, *option), asked, put_back(stack, backup))
    finally:
        scratch.unlink(missing_ok=True)
    return backup


def preview(found: Plan, folder: Path, *, aside: bool = False) -> bool:
    """Show what is left to do, as pulumi shows it; whether it could.

    Args:
        found: what was done.
        folder: of the project.
        aside: on standard error.
    """
    return find_pulumi(folder).show("preview", "--stack", found.stack.reference, aside=aside) == 0


def _steps(found: Plan, folder: Path, file: Path) -> Iterator[tuple[tuple[str, ...], Asked]]:
    """What pulumi is told to do, and what is said where it does not."""
    stack = found.stack
    asked = partial(Asked, folder, stack.reference, os.environ)
    again = f".venv/bin/python -m ops recover{stack.option}"
    if found.left:
        yield ("cancel", "--yes"), asked(doing=f"unlock the stack {stack.reference}", command=again)
    if found.decisions:
        doing = f"write the recovered state of {stack.reference}"
        yield ("stack", "import", "--file", str(file)), asked(doing=doing, command=again)
    read = [word for each in found.decisions if _is_read(each) for word in ("--target", each.urn)]
    if read:
        doing, command = f"read what became of what {stack.reference} has", f"pulumi refresh{stack.option}"
        yield ("refresh", "--yes", "--skip-preview", *read), asked(doing=doing, command=command)


def _run(call: Callable[[], str], asked: Asked, then: str = "") -> str:
    try:
        return call()
    except PulumiError as error:
        message = explained(error.said, asked)
    except StackError as error:
        message = str(error)
    raise StackError(message + then)


def _is_read(decision: Decision) -> bool:
    return decision.action in (Action.REFRESH, Action.ADOPT)


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
