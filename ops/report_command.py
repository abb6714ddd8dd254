"""The command `report`."""

from pathlib import Path
from typing import Annotated

import typer

from ops.stack_command import StackName, on_stack

_FORMS = (".html", ".svg", ".mmd")


def report(
    stack: StackName = None,
    *,
    out: Annotated[Path, typer.Option(help="Where to: .html, or .svg or .mmd (Mermaid) for the picture alone.")] = Path(
        "report.html"
    ),
    preview: Annotated[bool, typer.Option("--preview", help="Also what pulumi would do now.")] = False,
) -> None:
    """Write one file that shows a deployment: the way of its image from the source to the URL. Reads only.

    Each hop (source, image, registry, grant, node, pod, URL) is green, or red with what is wrong on it; then what to
    type, the pods, the last updates and all resources. The file needs no network, and holds no secret.

    The exit code is as for `status`: 0 when all is well, 3 when something is wrong, 4 when something cannot be known,
    1 when the stack cannot be read or the file not be written.

    Example: python -m ops report -s local --out report.html
    """
    if out.suffix not in _FORMS:
        reason = f"--out wants a name that ends in {', '.join(_FORMS)}, and not {out.name!r}"
        raise typer.BadParameter(reason)
    from ops.report.answer import answer  # noqa: PLC0415 - other commands need not wait for its imports

    raise typer.Exit(on_stack(stack, "ops.report.answer", lambda found, _: answer(found, out, with_preview=preview)))
