"""The command `pr-comment`."""

from pathlib import Path
from typing import Annotated

import typer

from ops.streams import or_one_line


def pr_comment(
    files: Annotated[list[Path], typer.Argument(help="previews/STACK.json of each stack; name also missing ones.")],
    *,
    out: Annotated[Path | None, typer.Option(help="Where the Markdown goes; standard output if not given.")] = None,
    to_post: Annotated[
        bool, typer.Option("--post", help="Make or change the comment of the pull request, by GITHUB_TOKEN.")
    ] = False,
    number: Annotated[int | None, typer.Option("--pr", min=1, help="Its number; the job's event says it.")] = None,
    as_document: Annotated[
        bool, typer.Option("--json", help="Tell a script what is written where; docs/pr-comment.schema.json.")
    ] = False,
) -> None:
    """Write one comment for a pull request from the previews of all stacks: what will happen, the worst first.

    A file is what this writes, also when it fails; what pulumi says beside it is read from previews/STACK.err:

    PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview -s STACK --json >previews/STACK.json 2>previews/STACK.err

    With --post the text goes to the job's summary, too, before it is posted. docs/pr-comment.md has all of it.

    With --json standard output has what the previews say in numbers and what was written where, and not the text.

    The exit code is 0 when every preview went well, 3 when one failed or cannot be read (the comment says so), 4 when
    the comment was not posted, 1 when it cannot be written.

    Example: python -m ops pr-comment previews/aks.json previews/local.json --post
    """
    for each in files:
        if not each.name:
            reason = f"{each} names no file: give previews/STACK.json of each stack"
            raise typer.BadParameter(reason)
    # Here: other commands need not wait for its imports.
    from ops.pr_comment.answer import answer  # noqa: PLC0415

    raise typer.Exit(or_one_line(lambda: answer(files, out, to_post=to_post, number=number, as_document=as_document)))
