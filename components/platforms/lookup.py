"""Asking whether something is there, and going on to the next question where it is not."""

from collections.abc import Callable
from typing import TypeVar

from components.stack_file import Problem, StackFile, StackFileError

Found = TypeVar("Found")


def look(ask: Callable[[], Found], refused: Callable[[str], Problem], stack: StackFile) -> Found:
    """What a question to a cloud gives, whose SDK raises nothing narrower than Exception.

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


def attempt(find: Callable[[], Found], problems: list[Problem]) -> Found | None:
    """What a look gives; None where it only finds mistakes, which are added to the others."""
    try:
        return find()
    except StackFileError as refusal:
        problems += refusal.problems
        return None
