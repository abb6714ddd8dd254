"""The file of the stack that the program runs for."""

from components.stack_file import StackFile
from components.stack_name import stack_name


def this_stack() -> StackFile:
    """With commands that find that very stack."""
    return StackFile(stack_name())
