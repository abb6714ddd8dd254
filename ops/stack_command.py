"""What the commands that look at a stack have in common: its name, its reading, and imports beside that.

What they need is imported while pulumi works: both take about as long.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ops.stack import Stack

StackName = Annotated[
    str | None, typer.Option("--stack", "-s", help="Its name; the selected one if not given.", show_default=False)
]
_CLUSTER = ("kubernetes.client", "kubernetes.config")


def on_stack(
    name: str | None, module: str, answer: "Callable[[Stack, Callable[[], Stack]], int]", *, locked: bool = False
) -> int:
    """Read a stack and answer.

    Args:
        name: of the stack; None for the selected one.
        module: what the answer imports.
        answer: prints it; gets the stack, and what reads it again.
        locked: take a stack with nothing in it too, where somebody holds it.

    Returns:
        the exit code; 1 where the stack cannot be read, after one message.
    """
    from ops.stack import read_stack  # noqa: PLC0415
    from ops.stack_errors import StackError  # noqa: PLC0415
    from ops.streams import failed, or_one_line  # noqa: PLC0415
    from pulls.beside import beside  # noqa: PLC0415

    for each in (*_CLUSTER, module):
        beside(partial(import_module, each))
    read = partial(read_stack, name, Path.cwd(), locked=locked)
    try:
        stack = read()
    except StackError as error:
        return failed(str(error))
    return or_one_line(lambda: answer(stack, read))
