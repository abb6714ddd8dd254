"""What `recover` says and does."""

import json
from pathlib import Path

from ops.recover import Plan, carry_out, plan, preview
from ops.recover_document import document
from ops.recover_health import Done, again, described, findings, looked_up
from ops.recover_said import not_pending
from ops.recovery import Action, Said
from ops.stack import Stack
from ops.stack_errors import StackError, locked
from ops.stack_finding import health_of
from ops.stack_show import BAD, GOOD, OPEN, Row, show
from ops.streams import failed, standard_output
from pulls.cluster import ClusterError

_STYLES = {Action.ADOPT: GOOD, Action.FORGET: GOOD, Action.REFRESH: GOOD, Action.ASK: BAD}


def answer(stack: Stack, said: Said, *, yes: bool, as_document: bool) -> int:
    """Look, tell, and with `yes` do; the exit code.

    Raises:
        OSError: it cannot be written.
        NoStreamError: there is no standard output.
    """
    out = standard_output()  # before anything is changed
    wrong = not_pending(said, stack.state.pending)
    if wrong:
        return failed(wrong)
    try:
        found = plan(stack, said)
    except ClusterError as error:
        return failed(str(error))
    if found.running:
        return failed(locked(f"the stack {stack.reference}", list(stack.locks or ()), stack.option))
    if not as_document:
        show(_rows(found), out)
        out.flush()
    try:
        done = _do(found, Path.cwd(), as_document=as_document) if yes and found.is_needed and not found.asks else None
    except StackError as error:
        return failed(str(error))
    left = findings(found, done)
    if as_document:
        print(json.dumps(document(found, done, left), indent=2), file=out)
    elif done is None:
        show(_not_done(found), out)
    return health_of(left)


def _do(found: Plan, folder: Path, *, as_document: bool) -> Done:
    backup = carry_out(found, folder)
    if not as_document:
        show([Row("kept", f"the state as it was: {backup}"), Row("left", "as pulumi shows it:")], standard_output())
        standard_output().flush()
    return Done(backup, preview(found, folder, aside=as_document))


def _rows(found: Plan) -> list[Row]:
    rows = [Row("lock", f"left by {each}; it goes", GOOD) for each in found.left]
    for each in found.decisions:
        rows.append(Row(each.action, described(each), _STYLES[each.action]))
        if each.action is Action.ASK:
            (when, type_this), (otherwise, or_this) = looked_up(found, each)
            rows += [Row("  type", f"{type_this}   # {when}"), Row("  or", f"{or_this}   # {otherwise}")]
    return rows or [Row("health", "nothing is left of a killed update", GOOD)]


def _not_done(found: Plan) -> list[Row]:
    if found.asks:
        return [Row("changed", "nothing, until what is asked about is looked up", OPEN)]
    if found.is_needed:
        return [Row("changed", "nothing yet", OPEN), Row("type", again(found))]
    return []
