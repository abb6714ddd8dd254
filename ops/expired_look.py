"""Looks at the stacks of a project: what the backend lists, their tags, and the state of those past their time."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from components.stack_file import StackFile
from ops.checks.project import Project, read_project, read_stack_file, values_of
from ops.expired import Judged, Listed, Verdict, by_its_tags, number_of
from ops.expired_clock import Clock, look_at_clocks
from ops.expired_production import production
from ops.expired_time import TAG
from ops.pulumi_cli import Pulumi, PulumiError, find_pulumi
from ops.stack import Stack, backend_url, read_stack
from ops.stack_errors import Asked, StackError, explained
from pulls.kubelet.objects import Json, items, moment, number, text


@dataclass(frozen=True, kw_only=True)
class Look:
    """The stacks of a project at one moment."""

    project: Project
    pulumi: Pulumi
    clock: Clock
    stacks: Sequence[Judged] = ()
    """By name; of a pull request that was closed, only those that are its own."""

    @property
    def past(self) -> list[Judged]:
        """What goes, the longest past its time first."""
        found = [each for each in self.stacks if each.verdict is Verdict.PAST]
        return sorted(found, key=lambda each: each.end or self.clock.now)


def look(folder: Path, closed: int | None = None) -> Look:
    """All stacks of the project of a folder.

    Args:
        folder: in the project.
        closed: number of a pull request whose stacks have no time left; then only those are looked at.

    Raises:
        StackError: there is no pulumi, no project, or its stacks cannot be listed.
    """
    project = read_project(folder)
    # In its folder: a stack file is looked for beside the project's.
    pulumi = find_pulumi(project.folder)
    backend = backend_url(pulumi, project.backend)
    listed = [each for each in _list(pulumi, project) if closed is None or number_of(each.name) == closed]
    tagged = {each.name for each in _list(pulumi, project, "--tag", TAG)}
    clock = look_at_clocks(backend(), max((each.updated for each in listed if each.updated), default=None))
    nothing = Look(project=project, pulumi=pulumi, clock=clock)
    judged = [
        judge(nothing, each, is_over=closed is not None)
        if each.name in tagged
        else Judged(listed=each, verdict=Verdict.NO_END)
        for each in listed
    ]
    return replace(nothing, stacks=judged)


def judge(look: Look, listed: Listed, *, is_over: bool = False) -> Judged:
    """What becomes of a stack, by what its tags, its state and its history say at this moment.

    Args:
        look: where it is.
        listed: the stack.
        is_over: whether its time has come, whatever its tag says.
    """
    try:
        tags = _tags(look.pulumi, listed.name)
        found = by_its_tags(listed, tags, look.clock.now)
        if is_over and found.verdict is Verdict.LATER:
            found = replace(found, verdict=Verdict.PAST, end=look.clock.now)
        if found.verdict is not Verdict.PAST:
            return found
        stack = read_stack(listed.name, look.project.folder, empty=True)
        history = _history(look.pulumi, listed.name)
    except StackError as error:
        return Judged(listed=listed, verdict=Verdict.UNREAD, why=str(error))
    document, _ = read_stack_file(look.project, StackFile(stack.name))  # none here, as of another checkout, is no mark
    why = production(look.project.name, tags, values_of(document)[0], history, stack.state)
    if why is not None:
        return replace(found, verdict=Verdict.PRODUCTION, why=why, stack=stack)
    busy = _held_by(listed, stack)
    return replace(found, verdict=Verdict.BUSY if busy else Verdict.PAST, why=busy, stack=stack)


def _held_by(listed: Listed, stack: Stack) -> str:
    """Who may be at work on it; empty where nobody is known to be."""
    running = [each.text for each in stack.locks or () if not each.is_left]
    return ", ".join(running) or ("an update that is under way" if listed.updating else "")


def _list(pulumi: Pulumi, project: Project, *filters: str) -> list[Listed]:
    asked = Asked(project.folder, "", os.environ, doing=f"list the stacks of {project.name}", command="pulumi stack ls")
    return [_listed(each) for each in items({"stacks": _json(pulumi, asked, "stack", "ls", *filters)}, "stacks")]


def _listed(entry: Json) -> Listed:
    count = entry.get("resourceCount")
    return Listed(
        name=text(entry, "name"),
        resources=None if count is None else number(entry, "resourceCount"),
        updated=moment(entry, "lastUpdate"),
        updating=entry.get("updateInProgress") is True,
    )


def _tags(pulumi: Pulumi, name: str) -> dict[str, str]:
    asked = Asked(pulumi.folder, name, os.environ, doing=f"read the tags of the stack {name}")
    found = _json(pulumi, asked, "stack", "tag", "ls", "--stack", name)
    return {str(key): str(value) for key, value in cast("Json", found).items()} if isinstance(found, dict) else {}


def _history(pulumi: Pulumi, name: str) -> list[Json]:
    asked = Asked(pulumi.folder, name, os.environ, doing=f"read the history of the stack {name}")
    return items({"updates": _json(pulumi, asked, "stack", "history", "--stack", name)}, "updates")


def _json(pulumi: Pulumi, asked: Asked, *words: str) -> object:
    """What a command of pulumi answers with `--json`.

    Raises:
        StackError: it cannot be done, or answers something else.
    """
    try:
        return json.loads(pulumi.run(*words, "--json"))
    except PulumiError as error:
        raise StackError(explained(error.said, asked)) from None
    except ValueError:
        message = f"pulumi {words[0]} {words[1]} answers something else than JSON; try: pulumi version"
        raise StackError(message) from None
