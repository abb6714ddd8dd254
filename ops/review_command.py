"""The command `review-stack`."""

from pathlib import Path
from typing import Annotated

import typer

from ops.streams import or_one_line


def review_stack(
    base: Annotated[str, typer.Argument(metavar="STACK", help="Whose file it is made of; ORGANIZATION/STACK too.")],
    *,
    number: Annotated[int, typer.Option(min=1, help="Of the pull request.")],
    hours: Annotated[int, typer.Option(min=1, max=720, help="How long from now until it ends.")] = 8,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/review-stack.schema.json.")] = False,
) -> None:
    """Make the stack of a pull request, pr-NUMBER-STACK, that ends at its time; once more gives it more time.

    Its file is the stack's own with names that no other stack has: namespace, host, and the cluster and registry that
    it makes. What is there already (mode: existing) is shared with the others, and the right to pull from it stays as
    it was given. Nothing is deployed. Stacks marked production are refused.

    When its time is over, `python -m ops expired --yes` destroys it.

    The exit code is 0 when the stack is there, 1 when it cannot be made.

    Example: python -m ops review-stack aks --number 12 --hours 4 && pulumi up -s pr-12-aks
    """
    from ops.review_answer import answer  # noqa: PLC0415 - other commands need not wait for its imports

    raise typer.Exit(or_one_line(lambda: answer(Path.cwd(), base, number, hours, as_document=as_document)))
