"""The command `status`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ops.stack_command import StackName, on_stack

if TYPE_CHECKING:
    from ops.stack import Stack


def status(
    stack: StackName = None,
    *,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/status.schema.json.")] = False,
    live: Annotated[bool, typer.Option("--watch", help="Keep looking, until Ctrl-C.")] = False,
) -> None:
    """Show how a deployed stack is: its pods, what they run beside what the state says, its URL. Reads only.

    Works with any Pulumi program that has a Deployment or a StatefulSet, run in its folder.

    The exit code is 0 when all is well, 3 when something is wrong, 4 when something cannot be known, such as where the
    cluster does not answer, 1 when the stack cannot be read.

    Example: python -m ops status -s local --watch
    """
    if as_document and live:
        reason = "--json and --watch exclude each other: a script asks again by itself"
        raise typer.BadParameter(reason)

    def answered(found: "Stack", read: "Callable[[], Stack]") -> int:
        from ops.status_answer import answer, watched  # noqa: PLC0415

        return watched(found, read) if live else answer(found, as_document=as_document)

    raise typer.Exit(on_stack(stack, "ops.status_answer", answered))
