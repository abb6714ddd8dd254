"""The command `verify`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ops.stack_command import StackName, on_stack

if TYPE_CHECKING:
    from ops.stack import Stack


def verify(
    stack: StackName = None,
    *,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/verification.schema.json.")] = False,
) -> None:
    """Prove that a stack could start again now: each image that it uses is still in its registry. Reads only.

    Each image that runs and each that the state names is asked for with the login of the pods themselves; where nodes
    pull as themselves, with the one that the last update pushed with, which tells whether it is still there: with a
    ready pod that runs it, that is proof enough. Signatures and SBOMs are named where the registry tells of them. The
    URL must answer, and what answers must run what the state says: the pod that `/version` names, as the sample web API
    has it, and the pods behind the Service.

    The exit code is 0 when all is proved, 3 when something is wrong, 4 when something cannot be known, such as where
    nodes pull as themselves and no ready pod runs the image, or the login of the last update has ended, 1 when the
    stack cannot be read.

    Example: python -m ops verify -s local --json
    """

    def answered(found: "Stack", _read: "Callable[[], Stack]") -> int:
        from ops.verify_answer import answer  # noqa: PLC0415

        return answer(found, as_document=as_document)

    raise typer.Exit(on_stack(stack, "ops.verify_answer", answered))
