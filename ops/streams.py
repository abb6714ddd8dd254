"""Standard input and output as a shell may hand them over: closed, full, or with nobody at the other end."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

FAILED = 1
"""Exit code when there is no answer."""


class NoStreamError(Exception):
    """A standard stream is closed; says which, and what to type."""


def standard_output() -> TextIO:
    """Where answers go.

    Raises:
        NoStreamError: it is closed.
    """
    return _open(sys.stdout, "standard output is closed: end the command with > FILE")


def standard_input() -> TextIO:
    """Where lines come from.

    Raises:
        NoStreamError: it is closed.
    """
    return _open(sys.stdin, "standard input is closed: end the command with < FILE")


def standard_error() -> TextIO:
    """Where mistakes are told; nowhere when it is closed, since what is said there must not get among the answers."""
    return sys.stderr or open(os.devnull, "w")  # noqa: PTH123


def or_one_line(work: Callable[[], int]) -> int:
    """What `work` returns, once all that it wrote has gone out; when a stream fails: one line that says so, and 1."""
    try:
        code = work()
        standard_output().flush()
    except NoStreamError as error:
        return failed(str(error))
    except BrokenPipeError:
        return failed("nobody reads standard output any more: not all answers were taken")
    except OSError as error:
        return failed(f"standard input or output cannot be used: {error.strerror or error}")
    return code


def failed(text: str) -> int:
    """Say in one line on standard error what went wrong; the exit code for it."""
    with suppress(OSError):
        print(f"error: {text}", file=standard_error(), flush=True)
    # Python flushes standard output again at exit, and would complain then.
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


def _open(stream: TextIO | None, otherwise: str) -> TextIO:
    if stream is None:
        raise NoStreamError(otherwise)
    return stream
