"""The command `deployments`."""

from pathlib import Path
from typing import Annotated

import typer

from ops.streams import or_one_line


def deployments(
    stack: Annotated[
        str | None,
        typer.Option("--stack", "-s", help="One of the file's stacks; all if not given.", show_default=False),
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it; without it, only say what would be done.")] = False,
    trust: Annotated[
        bool, typer.Option("--trust", help="Print the commands by which each cloud trusts the runs; asks nobody.")
    ] = False,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/deployments.schema.json.")] = False,
) -> None:
    """Set Pulumi Deployments of each stack at Pulumi Cloud to what deployments/settings.yaml says.

    Previews of pull requests, deploys of pushes, path filters, drift and end of test stacks, logins by OpenID Connect,
    and the tools that Pulumi's runners lack. A second run changes nothing. Takes PULUMI_ACCESS_TOKEN.

    The exit code is 0 when all is as the file says, or was made so and read back, 3 when something differs and --yes
    was not given, 1 when it cannot be done.

    Tried on a server of the tests, and not yet on Pulumi Cloud.

    Example: python -m ops deployments -s eks --yes
    """
    if yes and trust:
        reason = "--yes and --trust exclude each other: what a cloud trusts is for you to type"
        raise typer.BadParameter(reason)
    from ops.deployments_answer import answer  # noqa: PLC0415 - other commands need not wait for its imports

    raise typer.Exit(or_one_line(lambda: answer(stack, Path.cwd(), yes=yes, trust=trust, as_document=as_document)))
