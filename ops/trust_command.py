"""The command `trust`."""

import json
import os
from collections.abc import Mapping
from typing import Annotated, Any, cast

import typer

from ops.streams import failed, or_one_line, standard_output
from ops.trust import Truster, audience

_VARIABLES = "VARIABLES"
"""GitHub's `toJSON(vars)`."""


def trust(
    truster: Annotated[Truster, typer.Argument(help="Whose login failed.", show_default=False)],
    *,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/trust.schema.json.")] = False,
) -> None:
    """Say who this job of a pipeline is, and the commands that make a cloud trust exactly it. Changes nothing.

    For when the login of a pipeline is refused. Of a branch of GitLab that is not the default one, all of the project
    are trusted, as each merge request has its own. The names in the commands are taken from AZURE_CLIENT_ID, AWS_ROLE,
    GOOGLE_IDENTITY_PROVIDER, GOOGLE_SERVICE_ACCOUNT and PULUMI_ORGANIZATION, or from VARIABLES, which has them as JSON.

    The exit code is 0 when it is said, 1 when this is no job, or one without the right to ask.

    Example: python -m ops trust aks
    """
    # Here: other commands need not wait for its imports.
    from ops.trust_document import document  # noqa: PLC0415
    from ops.trust_show import explained  # noqa: PLC0415
    from ops.trust_token import NoIdentityError, identity  # noqa: PLC0415

    variables = known(os.environ)
    try:
        found = identity(os.environ, audience(truster, variables))
    except NoIdentityError as error:
        raise typer.Exit(failed(str(error))) from None

    def answer() -> int:
        told = json.dumps(document(truster, found, variables), indent=2) if as_document else None
        print(told or explained(truster, found, variables), file=standard_output())
        return 0

    raise typer.Exit(or_one_line(answer))


def known(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of a job, and those that it has as JSON."""
    try:
        found: Any = json.loads(environment.get(_VARIABLES) or "{}")
    except ValueError:
        found = {}
    given = cast("dict[Any, Any]", found) if isinstance(found, dict) else {}
    return {**environment, **{str(name): str(value) for name, value in given.items()}}
