"""What `rollback` says and does."""

import shlex
from pathlib import Path

from ops.diagnose import Health
from ops.rollback import Back, Which, find_back, go_back, has_cli
from ops.stack import Stack
from ops.stack_errors import StackError, locked
from ops.stack_show import GOOD, OPEN, Row, show
from ops.streams import failed, standard_output
from pulls.cluster import ClusterError


def answer(stack: Stack, which: Which, *, yes: bool) -> int:
    """Look, tell, and with `yes` do; the exit code."""
    folder = Path.cwd()
    try:
        back = find_back(stack, folder, which)
    except (StackError, ClusterError) as error:
        return failed(str(error))
    return _rollback(stack, back, folder, yes=yes)


def _rollback(stack: Stack, back: Back, folder: Path, *, yes: bool) -> int:
    option = f" -s {shlex.quote(stack.name)}"
    made = f"{back.good.made:%Y-%m-%d %H:%M:%S} UTC"
    rows = [Row("now", back.now), Row("good", f"{back.good.image}, first rolled out {made}", GOOD)]
    if back.which is Which.APP and has_cli(stack):
        rows.append(Row("cli", "stays; --cli takes it back, and leaves the web API"))
    if not yes:
        cli = " --cli" if back.which is Which.CLI else ""
        again = Row("type", f".venv/bin/python -m ops rollback{option}{cli} --yes")
        show([*rows, Row("changed", "nothing yet", OPEN), again], standard_output())
        return Health.DIAGNOSED
    if stack.locks:
        # Before the stack file is written: the update would be refused.
        return failed(locked(f"the stack {stack.name}", list(stack.locks), option))
    show(rows, standard_output())
    standard_output().flush()
    try:
        code = go_back(stack, back, folder)
    except StackError as error:
        return failed(str(error))
    if code:
        return failed(
            f"the update failed; what runs is as before it, and {back.which} in the stack file is the good one"
        )
    show(
        [Row("later", f"pulumi config rm --path {back.which}{option}   # to build from the source again")],
        standard_output(),
    )
    return Health.HEALTHY
