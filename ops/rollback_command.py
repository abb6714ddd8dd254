"""The command `rollback`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ops.stack_command import StackName, on_stack

if TYPE_CHECKING:
    from ops.stack import Stack


def rollback(
    stack: StackName = None,
    *,
    cli: Annotated[bool, typer.Option("--cli", help="The CLI goes back, and not the web API.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it; without it, only say what would be done.")] = False,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/rollback.schema.json.")] = False,
) -> None:
    """Go back to the last digest that an update of this stack brought up well, through Pulumi.

    It sets `image.digest` in the stack file, or with --cli `cli.image.digest`, and updates, so that state, stack file
    and cluster say the same; the pull is rehearsed as any other. To build from the source again, such as:
    pulumi config rm --path image.digest

    The exit code is 0 when the good version serves, 3 when there is one and --yes was not given, 1 when there is none,
    or the update failed.

    Example: python -m ops rollback -s local --yes
    """

    def answered(found: "Stack", _read: "Callable[[], Stack]") -> int:
        from ops.rollback import Which  # noqa: PLC0415 - other commands need not wait for their imports
        from ops.rollback_answer import answer  # noqa: PLC0415

        return answer(found, Which.CLI if cli else Which.APP, yes=yes, as_document=as_document)

    raise typer.Exit(on_stack(stack, "ops.rollback_answer", answered))
