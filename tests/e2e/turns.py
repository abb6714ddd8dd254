"""Whose turn it is with the one sandbox: tests of several workers share it, or one has it alone."""

import fcntl
import os
import tempfile
import threading
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

SANDBOX = "sandbox"
"""Alone: who takes the sandbox, or a part of it, down."""
NODE = "node"
"""Alone: who spoils what every pod of the node needs."""
UP = "up"
"""Alone: who brings it up."""


SKY = "sky"
"""Alone: whose faulty registries have the names of the simulated clouds' own."""


def of_cloud(target: str) -> str:
    """Alone: who has a stack in the simulated cloud of a target."""
    return f"cloud-{target}"


def of_registry(host: str) -> str:
    """Alone: who leads all nodes elsewhere under the name of a real registry. The fault tests share it."""
    return f"registry-{host}"


@dataclass
class _Place:
    """What this process has of one turn."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    file: IO[str] | None = None
    alone: bool = False
    holders: int = 0


_places: defaultdict[str, _Place] = defaultdict(_Place)


@contextmanager
def turn(name: str, *, alone: bool) -> Generator[None]:
    """Wait for it and have it inside of the block; where this process has it already, go on at once.

    Raises:
        RuntimeError: it is asked for alone where this process shares it, which would wait for ever.
    """
    place = _places[name]
    with place.lock:
        if not place.holders:
            place.file = lock_file(name).open("w")
            with _door(name):
                fcntl.flock(place.file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            place.alone = alone
        elif alone and not place.alone:
            message = f"{name} is shared by this very process"
            raise RuntimeError(message)
        place.holders += 1
    try:
        yield
    finally:
        with place.lock:
            place.holders -= 1
            if not place.holders and place.file is not None:
                place.file.close()


@contextmanager
def _door(name: str) -> Generator[None]:
    """Who waits for the node stands in the door: whoever comes later waits too, and does not overtake it.

    Not so for the sandbox as a whole: it is shared for the length of a whole folder of tests.
    """
    if name != NODE:
        yield
        return
    with lock_file(f"{name}-door").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


def lock_file(name: str) -> Path:
    """Where processes of a user meet."""
    return Path(tempfile.gettempdir()) / f"monadic-pipeline-tests-{os.getuid()}-{name}.lock"
