"""Asking a cloud whether something is there, when its SDK raises nothing narrower than Exception."""

from collections.abc import Callable
from typing import TypeVar

from components.stack_file import Problem, StackFile

Found = TypeVar("Found")


def look(ask: Callable[[], Found], refused: Callable[[str], Problem], stack: StackFile) -> Found:
    """What a question gives.

    Args:
        ask: a plain function of the SDK.
        refused: what the provider's words mean for the stack file.
        stack: names the file.

    Raises:
        StackFileError: there is no such thing, or it cannot be asked.
    """
    try:
        return ask()
    except Exception as error:
        raise stack.refusal([refused(str(error))]) from error
