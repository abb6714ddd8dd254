"""Destroys one stack that is past its time, through Pulumi, and sees what is left of it."""

import os
import shlex
import subprocess
from collections import deque
from contextlib import suppress
from typing import TextIO

from ops.expired import Ended, Judged, Verdict
from ops.expired_look import Look, judge
from ops.expired_time import TAG, as_tag
from ops.pulumi_cli import Pulumi, PulumiError
from ops.stack import Stack, read_stack
from ops.stack_errors import Asked, StackError, explained
from ops.state import ROOT_TYPE, State, revealed

_KEPT = 2000
"""Lines of what pulumi says that are kept to explain a failure; all of them are passed on as they come."""


def end(look: Look, judged: Judged, say: TextIO, *, closed: bool) -> Ended:
    """Destroy a stack and remove it from Pulumi, unless it was given more time, or somebody holds it now.

    Args:
        look: where it is.
        judged: what was found of it.
        say: where pulumi's own words go while it works.
        closed: whether it ends before its time.
    """
    option = ("--stack", judged.name)
    try:
        if closed:  # first: whatever fails from here on, the next look at all stacks finishes it
            look.pulumi.change("stack", "tag", "set", TAG, as_tag(look.clock.now), *option)
        now = judge(look, judged.listed, is_over=closed)
        if now.verdict is not Verdict.PAST or now.stack is None:
            return Ended(judged=now)
        if now.stack.locks:  # of updates that have ended: those at work would make it busy
            look.pulumi.change("cancel", "--yes", *option)
        failed = _destroy(look.pulumi, judged.name, say)
        left = _left(read_stack(judged.name, look.project.folder, empty=True).state)
        removed = not failed and not left
        if removed:
            look.pulumi.change("stack", "rm", "--yes", "--preserve-config", *option)
    except PulumiError as error:
        return Ended(judged=judged, failed=explained(error.said, _asked(look.pulumi, judged.name)))
    except StackError as error:
        return Ended(judged=judged, failed=str(error))
    return Ended(judged=now, removed=removed, failed=failed, left=left, leaves=_leaves(now.stack))


def _destroy(pulumi: Pulumi, name: str, say: TextIO) -> str:
    """`pulumi destroy`, for as long as it takes; why it failed, and what to type, empty where it did not.

    The program is not run: its providers take their login from this machine's environment, and what the program would
    need besides (an engine, a stack file) need not be here.
    """
    words = ("destroy", "--yes", "--skip-preview", "--stack", name, "--non-interactive", "--color", "never")
    said: deque[str] = deque(maxlen=_KEPT)
    with subprocess.Popen(
        [pulumi.command, *words],
        cwd=pulumi.folder,
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(line)
                with suppress(OSError):  # nobody reads it any more, and the destroy goes on
                    print(line, end="", file=say, flush=True)
        except KeyboardInterrupt:
            process.wait()  # it got the same signal, and writes down what it has done
            raise
    return explained("".join(said), _asked(pulumi, name)) if process.returncode else ""


def _asked(pulumi: Pulumi, name: str) -> Asked:
    command = f"pulumi destroy -s {shlex.quote(name)}   # with --run-program where a login in its state has ended"
    return Asked(pulumi.folder, name, os.environ, doing=f"destroy the stack {name}", command=command)


def _left(state: State) -> tuple[str, ...]:
    """What Pulumi still knows of; the root of a stack that failed to go is nothing that costs."""
    there = [f"{each.type} {each.name}" for each in state.resources if each.type != ROOT_TYPE]
    unsure = [f"perhaps {each.resource.type} {each.resource.name}, whose making was cut off" for each in state.pending]
    return (*there, *unsure)


def _leaves(stack: Stack) -> tuple[str, ...]:
    said = revealed(stack.state.outputs.get("leaves"))
    if isinstance(said, list):
        return tuple(each for each in said if isinstance(each, str))  # pyright: ignore[reportUnknownVariableType]
    return tuple(f"{each.type} {each.id}" for each in stack.state.resources if each.retained and each.id)
