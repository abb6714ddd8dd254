"""After a killed update: the state is brought to what is there, with a backup before it is touched.

Looks first, and changes nothing unless told to: what to do is decided as a whole (recovery.py), and carried out only
when no operation is left for a person to look up.
"""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from ops.live_objects import find_object
from ops.pulumi_cli import Pulumi, PulumiError, find_pulumi
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
        StackError: pulumi refuses a step; the state is then the old one, or the recovered one, and never half of it.
    """
    pulumi, option = find_pulumi(folder), ("--stack", found.stack.name)
    try:
        if found.left:
            pulumi.run("cancel", "--yes", *option)
        exported = pulumi.run("stack", "export", *option)
        backup = _backup(found.stack, exported)
        if found.decisions:
            _import(pulumi, option, backup, recovered(json.loads(exported), found.decisions, _now()))
        read = [word for each in found.decisions if _is_read(each) for word in ("--target", each.urn)]
        if read:
            pulumi.run("refresh", "--yes", "--skip-preview", *read, *option)
    except PulumiError as error:
        asked = Asked(folder, found.stack.name, os.environ)
        raise StackError(explained(error.said, asked)) from None
    return backup


def preview(found: Plan, folder: Path) -> int:
    """Show what is left to do, as pulumi shows it; its exit code."""
    command = [find_pulumi(folder).command, "preview", "--stack", found.stack.name, "--non-interactive"]
    return subprocess.run(command, cwd=folder, check=False).returncode


def _is_read(decision: Decision) -> bool:
    return decision.action in (Action.REFRESH, Action.ADOPT)


def _import(pulumi: Pulumi, option: Sequence[str], beside: Path, document: object) -> None:
    scratch = beside.with_suffix(".new")
    try:
        _write(scratch, json.dumps(document))
        pulumi.run("stack", "import", "--file", str(scratch), *option)
    finally:
        scratch.unlink(missing_ok=True)


def _backup(stack: Stack, exported: str) -> Path:
    """Beside pulumi's own files: secrets in it are encrypted as in the state itself."""
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    file = home / "recover" / stack.project / f"{stack.name}-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.json"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(file, exported)
    return file


def _write(file: Path, content: str) -> None:
    # For its owner alone from its first moment.
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(content)


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
