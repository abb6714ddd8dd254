"""Whose turn it is with the one sandbox: tests of several workers share it, or one has it alone."""

import fcntl
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

SANDBOX = "sandbox"
"""Alone: who takes the sandbox, or a part of it, down."""
NODE = "node"
"""Alone: who spoils what every pod of the node needs."""
UP = "up"
"""Alone: who brings it up."""

_held: dict[str, bool] = {}
"""What this process has now, and whether alone."""


@contextmanager
def turn(name: str, *, alone: bool) -> Generator[None]:
    """Wait for it and have it inside of the block; whoever has it already goes on at once.

    Raises:
        RuntimeError: it is asked for alone where this process shares it, which would wait for ever.
    """
    if name in _held:
        if alone and not _held[name]:
            message = f"{name} is shared by this very process"
            raise RuntimeError(message)
        yield
        return
    with lock_file(name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        _held[name] = alone
        try:
            yield
        finally:
            del _held[name]


def lock_file(name: str) -> Path:
    """Where processes of a user meet."""
    return Path(tempfile.gettempdir()) / f"monadic-pipeline-tests-{os.getuid()}-{name}.lock"
