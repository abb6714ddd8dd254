"""Two checks at once, and what both object to in one message."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from components.errors import ConfigError
from components.stack_file import Problem, StackFile, StackFileError

First = TypeVar("First")
Second = TypeVar("Second")


def both(stack: StackFile, first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """What two checks give.

    Args:
        stack: whose mistakes they find.
        first: raises ConfigError, as the second does.
        second: runs in a thread of its own, as it mostly waits; must register nothing.

    Raises:
        ConfigError: everything that one or both of them object to.
    """
    one, two, refusals = attempt(first, second)
    if one is None or two is None:
        raise joined(stack, refusals)
    return one[0], two[0]


def attempt(
    first: Callable[[], First], second: Callable[[], Second]
) -> tuple[tuple[First] | None, tuple[Second] | None, list[ConfigError]]:
    """What two checks give, None for one that refuses, and the refusals."""
    refusals: list[ConfigError] = []
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(copy_context().run, second)  # Pulumi's configuration is in the context
        return _attempt(first, refusals), _attempt(waiting.result, refusals), refusals


def joined(stack: StackFile, refusals: Sequence[ConfigError]) -> ConfigError:
    """Several refusals as one."""
    problems: list[Problem] = []
    others: list[str] = []
    for each in refusals:
        if isinstance(each, StackFileError):
            problems += each.problems
        else:
            others.append(str(each))
    if problems and not others:
        return stack.refusal(problems)  # which may be joined with more
    texts = [str(stack.refusal(problems)), *others] if problems else others
    return ConfigError("\n\n".join(texts))


def _attempt(check: Callable[[], First], refusals: list[ConfigError]) -> tuple[First] | None:
    try:
        return (check(),)
    except ConfigError as refusal:
        refusals.append(refusal)
        return None
