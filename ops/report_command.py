"""The command `report`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.stack_command import StackName, on_stack

if TYPE_CHECKING:
    from ops.stack import Stack

_FORMS = (".html", ".svg", ".mmd")


def report(
    stack: StackName = None,
    *,
    out: Annotated[Path, typer.Option(help="Where to: .html, or .svg or .mmd (Mermaid) for the picture alone.")] = Path(
        "report.html"
    ),
    preview: Annotated[bool, typer.Option("--preview", help="Also what pulumi would do now.")] = False,
    as_document: Annotated[
        bool, typer.Option("--json", help="Tell a script what is in the file; docs/report.schema.json.")
    ] = False,
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
    # Other commands need not wait for these imports.
    from ops.report.history import last_updates  # noqa: PLC0415
    from pulls.beside import beside  # noqa: PLC0415

    # Beside the reading of the stack: each starts a pulumi, which takes most of the time.
    updates = beside(partial(last_updates, stack, Path.cwd()))

    def answered(found: "Stack", _read: "Callable[[], Stack]") -> int:
        from ops.report.answer import answer  # noqa: PLC0415

        return answer(found, updates, out, with_preview=preview, as_document=as_document)

    raise typer.Exit(on_stack(stack, "ops.report.answer", answered))
