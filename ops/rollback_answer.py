"""What `rollback` says and does."""

import json
from pathlib import Path

from ops.diagnose import Health
from ops.rollback import Back, Which, find_back, go_back, has_cli
from ops.rollback_document import again, document
from ops.stack import Stack
from ops.stack_errors import StackError, locked
from ops.stack_show import GOOD, OPEN, Row, show
from ops.streams import failed, standard_output
from pulls.cluster import ClusterError


def answer(stack: Stack, which: Which, *, yes: bool, as_document: bool) -> int:
    """Look, tell, and with `yes` do; the exit code.

    Raises:
        OSError: it cannot be written.
        NoStreamError: there is no standard output.
    """
    out, folder = standard_output(), Path.cwd()  # before anything is changed
    try:
        back = find_back(stack, folder, which)
    except (StackError, ClusterError) as error:
        return failed(str(error))
    if yes and stack.locks:
        # Before the stack file is written: the update would be refused.
        return failed(locked(f"the stack {stack.reference}", list(stack.locks), stack.option))
    if not as_document:
        show([*_rows(stack, back), *([] if yes else _not_done(stack, back))], out)
        out.flush()  # pulumi's own words follow
    if yes:
        why = _went_wrong(stack, back, folder, aside=as_document)
        if why:
            return failed(why)
    if as_document:
        print(json.dumps(document(stack, back, changed=yes), indent=2), file=out)
    elif yes:
        later = f"pulumi config rm --path {back.which}{stack.option}   # to build from the source again"
        show([Row("later", later)], out)
    return Health.HEALTHY if yes else Health.DIAGNOSED


def _went_wrong(stack: Stack, back: Back, folder: Path, *, aside: bool) -> str:
    """Go back; why that failed, empty where it did not."""
    try:
        good = go_back(stack, back, folder, aside=aside)
    except StackError as error:
        return str(error)
    wrong = f"the update failed; what runs is as before it, and {back.which} in the stack file is the good one"
    return "" if good else wrong


def _rows(stack: Stack, back: Back) -> list[Row]:
    made = f"{back.good.made:%Y-%m-%d %H:%M:%S} UTC"
    rows = [Row("now", back.now), Row("good", f"{back.good.image}, first rolled out {made}", GOOD)]
    if back.which is Which.APP and has_cli(stack):
        rows.append(Row("cli", "stays; --cli takes it back, and leaves the web API"))
    return rows


def _not_done(stack: Stack, back: Back) -> list[Row]:
    return [Row("changed", "nothing yet", OPEN), Row("type", again(stack, back))]
