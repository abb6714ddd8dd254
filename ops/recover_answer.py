"""What `recover` says and does."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from ops.diagnose import Health
from ops.recover import Plan, carry_out, plan, preview
from ops.recovery import Action, Said
from ops.stack import Stack
from ops.stack_errors import StackError, locked
from ops.stack_show import BAD, GOOD, OPEN, Row, show
from ops.streams import failed, standard_output
from pulls.cluster import ClusterError

_STYLES = {Action.ADOPT: GOOD, Action.FORGET: GOOD, Action.REFRESH: GOOD, Action.ASK: BAD}


def answer(stack: Stack, looked_up: Said, *, yes: bool) -> int:
    """Look, tell, and with `yes` do; the exit code."""
    try:
        found = plan(stack, looked_up)
    except ClusterError as error:
        return failed(str(error))
    return _recover(found, Path.cwd(), yes=yes)


def said(absent: Sequence[str], present: Sequence[str]) -> Said:
    """What a person has looked up.

    Raises:
        ValueError: one of `present` is no URN=ID.
    """
    return Said(frozenset(absent), dict(_pair(each) for each in present))


def _pair(text: str) -> tuple[str, str]:
    urn, equals, identifier = text.rpartition("=")
    if not equals or not urn.startswith("urn:pulumi:") or not identifier:
        reason = f"--present wants URN=ID, and not {text!r}"
        raise ValueError(reason)
    return urn, identifier


def _recover(found: Plan, folder: Path, *, yes: bool) -> int:
    if found.running:
        return failed(locked(f"the stack {found.stack.name}", list(found.stack.locks or ()), _option(found)))
    show(_rows(found), standard_output())
    if not found.decisions and not found.left:
        return Health.HEALTHY
    if found.asks:
        show([Row("changed", "nothing, until what is asked about is looked up", OPEN)], standard_output())
        return Health.DIAGNOSED
    if not yes:
        again = f".venv/bin/python -m ops recover{_option(found)} --yes"
        show([Row("changed", "nothing yet", OPEN), Row("type", again)], standard_output())
        return Health.DIAGNOSED
    try:
        backup = carry_out(found, folder)
    except StackError as error:
        return failed(str(error))
    show([Row("kept", f"the state as it was: {backup}"), Row("left", "as pulumi shows it:")], standard_output())
    standard_output().flush()
    return Health.HEALTHY if preview(found, folder) == 0 else Health.DIAGNOSED


def _rows(found: Plan) -> list[Row]:
    rows = [Row("lock", f"left by {each}; it goes", GOOD) for each in found.left]
    for each in found.decisions:
        rows.append(
            Row(each.action, f"{each.urn}, interrupted while {each.operation}: {each.why}", _STYLES[each.action])
        )
        if each.action is Action.ASK:
            again = f".venv/bin/python -m ops recover{_option(found)}"
            rows += [
                Row("  type", f"{again} --absent {shlex.quote(each.urn)}   # when there is none, or that one has gone"),
                Row("  or", f"{again} --present {shlex.quote(f'{each.urn}=ID')}   # when it is yours, with its id"),
            ]
    return rows or [Row("health", "nothing is left of a killed update", GOOD)]


def _option(found: Plan) -> str:
    return f" -s {shlex.quote(found.stack.name)}"
