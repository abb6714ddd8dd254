"""One command at a time where two would undo each other's work. Standard library only."""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_EVERY = 5.0
"""Seconds between two lines while waiting; a person waits at most ten for a sign of life."""


@contextmanager
def locked(folder: Path, doing: str, *, every: float = _EVERY) -> Generator[None]:
    """Hold a folder for the block; says what it waits for while another process holds it.

    The lock is on the folder itself, so it leaves no file, and it ends with the process.

    Args:
        folder: is made when it is not there.
        doing: what the other command does, for the person who waits: `makes .venv`.
        every: seconds between two lines.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _acquire(descriptor, doing, every)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, doing: str, every: float) -> None:
    started = time.monotonic()
    told = -1
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - started
            if int(waited / every) > told:
                told = int(waited / every)
                print(f"waiting for another command, which {doing} ({waited:.0f} s)", flush=True)
            time.sleep(0.1)
        except OSError:  # a network folder that knows no such lock: no reason to refuse the only command there
            return
        else:
            return
