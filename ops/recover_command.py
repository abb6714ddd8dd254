"""The command `recover`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ops.stack_command import StackName, on_stack

if TYPE_CHECKING:
    from ops.stack import Stack

_ANSWER = "ops.recover_answer"


def recover(
    stack: StackName = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it; without it, only say what would be done.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done, as without --yes.")] = False,
    absent: Annotated[list[str] | None, typer.Option(help="URN of what you have looked for, and is not there.")] = None,
    present: Annotated[
        list[str] | None, typer.Option(metavar="URN=ID", help="URN and id of what you have looked for, and is there.")
    ] = None,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/recover.schema.json.")] = False,
) -> None:
    """After an update that was killed: bring the state to what is there, and show what is left to do.

    What was being made is looked up in the cluster: what the update made comes into the state, what is not there is
    forgotten, and what is somebody else's is named and left alone. The state as it was is kept in a file.

    The exit code is 0 when nothing is left of a killed update, 3 when something is to be done or looked up, 1 when the
    stack cannot be read or another update is still at work.

    Example: python -m ops recover -s local, and when it says what you expect: python -m ops recover -s local --yes
    """
    from ops.recover_said import said  # noqa: PLC0415 - other commands need not wait for its imports

    if yes and dry_run:
        reason = "--yes and --dry-run exclude each other: leave --yes out to look, and --dry-run to do it"
        raise typer.BadParameter(reason)
    try:
        looked_up = said(absent or (), present or ())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None

    def answered(found: "Stack", _read: "Callable[[], Stack]") -> int:
        from ops.recover_answer import answer  # noqa: PLC0415

        return answer(found, looked_up, yes=yes, as_document=as_document)

    raise typer.Exit(on_stack(stack, _ANSWER, answered, locked=True))
