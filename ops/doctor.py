"""The command `doctor`."""

from pathlib import Path
from typing import Annotated

import typer

from ops.stack_command import StackName
from ops.stack_errors import StackError
from ops.streams import failed, or_one_line, standard_error, standard_output
from pulls.text.redact import redact


def doctor(
    stack: StackName = None,
    *,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/doctor.schema.json.")] = False,
) -> None:
    """Look at all that a deploy needs, before it is tried: what is wrong, why it matters, what to type. Reads only.

    This machine, the stack file, the build, the registry, the cluster, and the cloud through its own command line.
    Works before the first `pulumi up`.

    The exit code is 0 when nothing stops a deploy, 3 when something does, 1 when there is no project or no stack.

    Example: python -m ops doctor -s local
    """
    raise typer.Exit(or_one_line(lambda: _run(stack, as_document=as_document)))


def _run(stack: str | None, *, as_document: bool) -> int:
    # Here: they bring the program's own settings with them, whose imports take a second.
    from ops.checks.examine import examine  # noqa: PLC0415
    from ops.checks.progress import Progress  # noqa: PLC0415
    from ops.checks.report import show  # noqa: PLC0415

    try:
        with Progress(standard_error()) as progress:
            report = examine(Path.cwd(), stack, progress.say)
    except StackError as error:
        return failed(str(error))
    except Exception as error:  # a mistake of this program, which helps nobody as a traceback
        return failed(f"doctor itself failed: {type(error).__name__}: {' '.join(redact(str(error)).split())}")
    show(report, standard_output(), as_document=as_document)
    return report.verdict
