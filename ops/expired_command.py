"""The command `expired`."""

from pathlib import Path
from typing import Annotated

import typer

from ops.streams import or_one_line


def expired(
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Destroy them; without it, only name them.")] = False,
    closed: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="NUMBER",
            help="Only the stacks pr-NUMBER-… of a pull request that was closed: their time is over now.",
            show_default=False,
        ),
    ] = None,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/expired.schema.json.")] = False,
) -> None:
    """Name the test stacks of the project here that are past their time; with --yes destroy and remove them.

    A test stack has the stack tag `expires`, such as 2026-11-27T08:00:00Z. A stack without it is never touched, nor one
    that is marked production by its tag or setting `profile` or has resources that are protected from deletion, nor
    one that an update holds. What stays behind is told. One that fails does not keep the others.

    The exit code is 0 when nothing is past its time any more, 3 when something is, or is left, or has a tag that says
    no time, 4 when a stack cannot be read, 1 when the stacks cannot be listed.

    Example: python -m ops expired, and when it names what you expect: python -m ops expired --yes
    """
    from ops.expired_answer import answer  # noqa: PLC0415 - other commands need not wait for its imports

    raise typer.Exit(or_one_line(lambda: answer(Path.cwd(), closed, yes=yes, as_document=as_document)))
